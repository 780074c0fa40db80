"""What GetFunctionConfiguration answers."""

from __future__ import annotations

from localaws import executions
from tests.integration.localaws.workbench import Json, Workbench

CODE = """
    def handler(event, context):
        return "done"
"""


def configuration(bench: Workbench) -> Json:
    """Make a function, and read its configuration."""
    told: Json = bench.client("lambda").get_function_configuration(FunctionName=bench.function(CODE))
    return told


def test_a_function_is_told_as_its_model_wants(bench: Workbench) -> None:
    assert configuration(bench)["Handler"]
    calls = [call for call in executions.lines(bench.instance.calls) if call["operation"] == "GetFunctionConfiguration"]
    assert calls[-1].get("wire", []) == []


def test_ministack_alone_tells_a_runtime_without_a_version(stock: Workbench) -> None:
    assert configuration(stock)["RuntimeVersionConfig"]["RuntimeVersionArn"] == ""
