"""Functions see what Lambda gives them, and nothing of the server."""

from __future__ import annotations

import json

import pytest

from localaws.instance import FUNCTION_INTERPRETER
from tests.integration.localaws.workbench import Workbench, zipped

LOOK_AROUND = """
    import os, sys, importlib.util

    def handler(event, context):
        return {
            "interpreter": sys.executable, "environment": sorted(os.environ), "importable": [name for name in
            event["modules"] if importlib.util.find_spec(name)], "context": [context.function_name,
            context.memory_limit_in_mb, context.get_remaining_time_in_millis() > 1000], "where": os.getcwd() ==
            os.environ["LAMBDA_TASK_ROOT"] == sys.path[0],
        }
"""


def invoke(bench: Workbench, function: str, event: object = None) -> dict[str, object]:
    answer = bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event or {}))
    decoded: dict[str, object] = json.loads(answer["Payload"].read())
    return decoded


@pytest.mark.parametrize("runtime", ["python3.11", "python3.13", "python3.14"])
def test_every_python_runtime_is_the_function_interpreter(bench: Workbench, runtime: str) -> None:
    seen = invoke(bench, bench.function(LOOK_AROUND, runtime=runtime), {"modules": []})
    assert seen["interpreter"] == str(FUNCTION_INTERPRETER)


def test_a_function_finds_boto3_and_no_package_of_the_server(bench: Workbench) -> None:
    modules = ["boto3", "ministack", "yaml", "localaws", "_worker"]
    seen = invoke(bench, bench.function(LOOK_AROUND), {"modules": modules})
    assert seen["importable"] == ["boto3"]


def test_its_environment_holds_what_lambda_gives_and_its_own_variables(bench: Workbench) -> None:
    function = bench.function(LOOK_AROUND, Environment={"Variables": {"TABLE": "jobs"}})
    environment = invoke(bench, function, {"modules": []})["environment"]
    assert isinstance(environment, list)
    foreign = [name for name in environment if not name.startswith("AWS_")]
    assert set(foreign) - {"LANG", "LC_CTYPE"} == {"HOME", "LAMBDA_TASK_ROOT", "PATH", "TABLE", "TMPDIR"}


def test_the_context_describes_the_function(bench: Workbench) -> None:
    function = bench.function(LOOK_AROUND, name="look-around", MemorySize=256, Timeout=10)
    seen = invoke(bench, function, {"modules": []})
    assert (seen["context"], seen["where"]) == (["look-around", "256", True], True)


def test_a_layer_is_importable_and_the_last_layer_wins(bench: Workbench) -> None:
    layers = [
        bench.client("lambda").publish_layer_version(
            LayerName=f"layer-{text}", Content={"ZipFile": zipped({"python/shared.py": f"TEXT = {text!r}"})}
        )["LayerVersionArn"]
        for text in ("first", "last")
    ]
    code = """
        import shared

        def handler(event, context):
            return {"text": shared.TEXT}
    """
    assert invoke(bench, bench.function(code, Layers=layers)) == {"text": "last"}


def test_a_function_calls_aws_as_a_session_of_its_role(bench: Workbench) -> None:
    code = """
        import boto3

        def handler(event, context):
            return {"arn": boto3.client("sts").get_caller_identity()["Arn"]}
    """
    seen = invoke(bench, bench.function(code, name="who-am-i"))
    assert seen == {"arn": "arn:aws:sts::000000000000:assumed-role/contract-test/who-am-i"}


def test_ministack_alone_runs_functions_on_its_own_interpreter(stock: Workbench) -> None:
    seen = invoke(stock, stock.function(LOOK_AROUND), {"modules": ["ministack"]})
    assert seen["interpreter"] != str(FUNCTION_INTERPRETER)
    assert seen["importable"] == ["ministack"]
