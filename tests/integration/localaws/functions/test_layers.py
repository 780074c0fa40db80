"""How often a layer is unpacked."""

from __future__ import annotations

import json

from tests.integration.localaws.workbench import Workbench, zipped

WHERE = """
    import os, shared

    def handler(event, context):
        return os.path.realpath(shared.__file__)
"""


def folders(bench: Workbench) -> set[str]:
    """Where two functions find the module of the layer that they have in common."""
    layer = bench.client("lambda").publish_layer_version(
        LayerName="shared", Content={"ZipFile": zipped({"python/shared.py": "TEXT = 'shared'"})}
    )
    functions = [bench.function(WHERE, Layers=[layer["LayerVersionArn"]]) for _ in range(2)]
    return {
        json.loads(bench.client("lambda").invoke(FunctionName=function)["Payload"].read()) for function in functions
    }


def test_functions_with_the_same_layer_find_it_in_the_same_folder(bench: Workbench) -> None:
    assert len(folders(bench)) == 1


def test_ministack_alone_unpacks_a_layer_for_each_process(stock: Workbench) -> None:
    assert len(folders(stock)) == 2
