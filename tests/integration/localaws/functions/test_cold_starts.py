"""Processes of functions are forked, and are what a process that was started by itself would be."""

from __future__ import annotations

import json
import os
import signal

from localaws.instance import Instance
from tests.integration.localaws.edge import eventually
from tests.integration.localaws.functions.test_runtime import invoke
from tests.integration.localaws.workbench import Workbench, zipped

LOOK_AROUND = """
    import os, random, sys

    IMPORTED = "botocore.client" in sys.modules

    def handler(event, context):
        return {"imported": IMPORTED, "parent": os.getppid(), "process": os.getpid(), "chance": random.random()}
"""


def test_the_sdk_is_imported_when_a_function_starts_cold(bench: Workbench) -> None:
    assert invoke(bench, bench.function(LOOK_AROUND))["imported"] is True


def test_each_function_has_a_process_and_chances_of_its_own(bench: Workbench) -> None:
    first, second = (invoke(bench, bench.function(LOOK_AROUND)) for _ in range(2))
    assert first["parent"] == second["parent"]
    assert first["process"] != second["process"]
    assert first["chance"] != second["chance"]


def test_a_package_that_a_function_brings_wins_over_lambdas_own(bench: Workbench) -> None:
    layer = bench.client("lambda").publish_layer_version(
        LayerName="own-sdk", Content={"ZipFile": zipped({"python/botocore/__init__.py": "OWN = True"})}
    )["LayerVersionArn"]
    code = """
        import botocore

        def handler(event, context):
            return {"own": botocore.OWN}
    """
    assert invoke(bench, bench.function(code, Layers=[layer])) == {"own": True}


def test_variables_that_speak_to_the_interpreter_are_heard(bench: Workbench) -> None:
    code = """
        import sys

        def handler(event, context):
            return {"optimised": sys.flags.optimize}
    """
    function = bench.function(code, Environment={"Variables": {"PYTHONOPTIMIZE": "1"}})
    assert invoke(bench, function) == {"optimised": 1}


def test_a_process_that_ends_is_replaced_by_a_new_one(bench: Workbench) -> None:
    code = """
        import os, signal

        def handler(event, context):
            if event.get("end"):
                os.kill(os.getpid(), signal.SIGKILL)
            return {"process": os.getpid()}
    """
    function = bench.function(code)
    before = invoke(bench, function)
    assert invoke(bench, function, {"end": True})["errorType"] == "Runtime.ExitError"
    assert invoke(bench, function) != before


def test_a_function_that_exits_by_itself_is_an_error_of_the_runtime(bench: Workbench) -> None:
    code = """
        import sys

        def handler(event, context):
            sys.exit(3)
    """
    assert invoke(bench, bench.function(code))["errorType"] == "Runtime.ExitError"


def test_what_a_function_prints_while_it_starts_is_in_its_log(bench: Workbench) -> None:
    code = """
        import logging
        print("loading")

        def handler(event, context):
            logging.getLogger().error("working")
            return {}
    """
    function = bench.function(code)
    invoke(bench, function)
    group = f"/aws/lambda/{function.rpartition(':')[2]}"
    events = bench.client("logs").filter_log_events(logGroupName=group)["events"]
    text = json.dumps(events)
    assert "loading" in text
    assert "working" in text


def test_the_processes_end_with_the_server_also_when_it_is_killed() -> None:
    with Instance(f"killed-{os.getpid()}") as instance:
        bench = Workbench(instance)
        seen = invoke(bench, bench.function(LOOK_AROUND))
        processes = [int(str(seen["process"])), int(str(seen["parent"]))]
        os.kill(instance.pid, signal.SIGKILL)
        eventually(lambda: not any(is_there(process) for process in processes), 30)
    instance.remove()


def is_there(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return True


def test_ministack_alone_starts_an_interpreter_for_each_function(stock: Workbench) -> None:
    assert invoke(stock, stock.function(LOOK_AROUND))["imported"] is False
