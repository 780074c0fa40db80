"""Run every test case of `mock_config.json` on Step Functions Local and compare how each ends."""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path
from typing import Any

import boto3

HERE = Path(__file__).parent
STATE_MACHINES = HERE.parent.parent / "statemachines"
EXPECTED = {
    "IssuedAtOnce": "SUCCEEDED",
    "RequestedOnly": "SUCCEEDED",
    "IssuedByEvent": "SUCCEEDED",
    "RefusedByAcm": "FAILED",
    "Deployed": "SUCCEEDED",
    "AliasInUse": "FAILED",
}
SECONDS_FOR_A_CASE = 60
SECONDS_TO_START = 30


def definition(name: str) -> str:
    """The definition with every `${…Arn}` replaced by an ARN that nothing answers to: the tasks are mocked."""
    text = (STATE_MACHINES / f"{name}.asl.json").read_text()
    return re.sub(r"\$\{(\w+)Arn\}", r"arn:aws:lambda:us-east-1:123456789012:function:\1", text)


def client() -> Any:
    states = boto3.client(
        "stepfunctions",
        endpoint_url="http://127.0.0.1:8083",
        region_name="us-east-1",
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    deadline = time.monotonic() + SECONDS_TO_START
    while True:
        try:
            states.list_state_machines()
        except Exception as error:
            if time.monotonic() > deadline:
                raise TimeoutError("Step Functions Local did not start") from error
            time.sleep(0.5)
        else:
            return states


def main() -> int:
    states = client()
    machines = json.loads((HERE / "mock_config.json").read_text())["StateMachines"]
    failures = 0
    for name, machine in machines.items():
        arn = states.create_state_machine(
            name=name, definition=definition(name), roleArn="arn:aws:iam::123456789012:role/local"
        )["stateMachineArn"]
        for case in machine["TestCases"]:
            execution = states.start_execution(stateMachineArn=f"{arn}#{case}", input="{}")["executionArn"]
            deadline = time.monotonic() + SECONDS_FOR_A_CASE
            while (status := states.describe_execution(executionArn=execution)["status"]) == "RUNNING":
                if time.monotonic() > deadline:
                    break
                time.sleep(0.2)
            right = status == EXPECTED[case]
            failures += not right
            print(f"{'ok  ' if right else 'FAIL'} {name}: {case}: {status}")
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
