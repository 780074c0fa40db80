"""Each kind of fault as callers see it: SDK clients, functions, state machines. Which calls it strikes: test_fault_rules.py."""

from __future__ import annotations

import dataclasses
import itertools
import json
import textwrap
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError, ReadTimeoutError

from localaws import executions
from localaws.control import ControlRefused, control
from localaws.faults import Fault, faults
from localaws.instance import REGION, Instance
from tests.integration.localaws.edge import eventually
from tests.integration.localaws.workbench import INVOKE, ROLE, Json, Workbench

numbers = itertools.count()
ECHO = "def handler(event, context): return event"
MAKES_BUCKETS = """
    import boto3
    from botocore.config import Config

    invocations = 0

    def handler(event, context):
        global invocations
        invocations += 1
        s3 = boto3.client("s3", config=Config(s3={"addressing_style": "path"}))
        for name in event["buckets"]:
            s3.create_bucket(Bucket=name)
        return invocations
"""


def new_bucket() -> str:
    return f"fault-{next(numbers)}-bucket"


def buckets(instance: Instance) -> set[str]:
    return {bucket["Name"] for bucket in instance.client("s3").list_buckets()["Buckets"]}


def client(instance: Instance, service: str, **config: Any) -> Any:
    """A client that is configured otherwise than those of the instance."""
    return boto3.client(  # type: ignore[call-overload]
        service,
        endpoint_url=instance.endpoint_url,
        region_name=REGION,
        aws_access_key_id="test",
        aws_secret_access_key="test",
        config=Config(retries={"total_max_attempts": 1}, **config),
    )


def error_code(call: Callable[[], Any]) -> tuple[str, int]:
    with pytest.raises(ClientError) as caught:
        call()
    return caught.value.response["Error"]["Code"], caught.value.response["ResponseMetadata"]["HTTPStatusCode"]


@pytest.mark.parametrize(
    ("kind", "service", "operation", "answer"),
    [
        ("throttle", "acm", "list_certificates", ("ThrottlingException", 400)),
        ("throttle", "cloudformation", "list_stacks", ("Throttling", 400)),
        ("throttle", "cloudfront", "list_distributions", ("Throttling", 400)),
        ("throttle", "dynamodb", "list_tables", ("ThrottlingException", 400)),
        ("throttle", "lambda", "list_functions", ("TooManyRequestsException", 429)),
        ("throttle", "s3", "list_buckets", ("SlowDown", 503)),
        ("throttle", "sns", "list_topics", ("Throttling", 400)),
        ("unavailable", "acm", "list_certificates", ("InternalFailure", 500)),
        ("unavailable", "cloudfront", "list_distributions", ("InternalFailure", 500)),
        ("unavailable", "dynamodb", "list_tables", ("InternalServerError", 500)),
        ("unavailable", "lambda", "list_functions", ("ServiceException", 500)),
        ("unavailable", "s3", "list_buckets", ("InternalError", 500)),
    ],
)
def test_a_service_refuses_in_its_own_words(
    instance: Instance, kind: str, service: str, operation: str, answer: tuple[str, int]
) -> None:
    with faults(instance, Fault(kind, service=service)):
        assert error_code(getattr(instance.client(service), operation)) == answer


def test_any_error_can_be_ordered_by_its_code(instance: Instance) -> None:
    with faults(instance, Fault("error", code="NoSuchDistribution", service="cloudfront", operation="GetDistribution")):
        assert error_code(lambda: instance.client("cloudfront").get_distribution(Id="E1")) == (
            "NoSuchDistribution",
            404,
        )


@pytest.mark.parametrize(
    ("kind", "raised", "is_done"),
    [
        ("throttle", ClientError, False),
        ("unavailable", ClientError, False),
        ("unavailable-after", ClientError, True),
        ("lost-before", ConnectionClosedError, False),
        ("lost-after", ConnectionClosedError, True),
    ],
)
def test_the_effect_is_there_after_faults_that_come_after_it(
    instance: Instance, kind: str, raised: type[Exception], is_done: bool
) -> None:
    name = new_bucket()
    with faults(instance, Fault(kind, operation="CreateBucket")), pytest.raises(raised):
        instance.client("s3").create_bucket(Bucket=name)
    assert (name in buckets(instance)) == is_done


def test_a_large_answer_can_be_lost_too(instance: Instance) -> None:
    name, s3 = new_bucket(), instance.client("s3")
    s3.create_bucket(Bucket=name)
    s3.put_object(Bucket=name, Key="large", Body=b"x" * 5_000_000)
    with faults(instance, Fault("lost-after", operation="GetObject")), pytest.raises(HTTPClientError):
        s3.get_object(Bucket=name, Key="large")["Body"].read()


@pytest.mark.parametrize("fault", [Fault("unanswered"), Fault("slow", seconds=3)])
def test_a_caller_gives_up_on_a_call_that_is_done_all_the_same(instance: Instance, fault: Fault) -> None:
    name = new_bucket()
    with faults(instance, dataclasses.replace(fault, operation="CreateBucket")), pytest.raises(ReadTimeoutError):
        client(instance, "s3", read_timeout=1, s3={"addressing_style": "path"}).create_bucket(Bucket=name)
    eventually(lambda: name in buckets(instance))


def test_a_caller_that_does_not_give_up_is_let_go_when_the_fault_ends(instance: Instance) -> None:
    patient = instance.client("sns")
    with ThreadPoolExecutor() as pool:
        with faults(instance, Fault("unanswered", operation="ListTopics")) as injected:
            waiting = pool.submit(patient.list_topics)
            eventually(lambda: injected.struck() == [1])
            assert not waiting.done()
        with pytest.raises(ConnectionClosedError):
            waiting.result(timeout=10)


def test_a_slow_call_succeeds(instance: Instance) -> None:
    name = new_bucket()
    with faults(instance, Fault("slow", seconds=0.1, operation="CreateBucket")) as injected:
        instance.client("s3").create_bucket(Bucket=name)
    assert injected.struck() == [1]
    assert name in buckets(instance)


@pytest.mark.parametrize(("kind", "is_done"), [("kill-before", False), ("kill-after", True)])
def test_a_function_is_killed_at_a_call(bench: Workbench, kind: str, is_done: bool) -> None:
    function = bench.function(MAKES_BUCKETS)
    first, second, third = new_bucket(), new_bucket(), new_bucket()
    fault = Fault(kind, operation="CreateBucket", caller=f"*/{function.rpartition(':')[2]}", nth=2)
    with faults(bench.instance, fault) as injected:
        error = invoke(bench, function, {"buckets": [first, second, third]})
    assert error["errorType"] == "Runtime.ExitError"
    assert injected.struck() == [1]
    assert buckets(bench.instance) & {first, second, third} == {first, *([second] if is_done else [])}


def test_a_killed_function_begins_anew(bench: Workbench) -> None:
    function = bench.function(MAKES_BUCKETS)
    assert invoke(bench, function, {"buckets": []}) == 1
    assert invoke(bench, function, {"buckets": []}) == 2
    with faults(bench.instance, Fault("kill-after", operation="CreateBucket")):
        invoke(bench, function, {"buckets": [new_bucket()]})
    assert invoke(bench, function, {"buckets": []}) == 1


def test_a_state_machine_tries_a_killed_function_again(bench: Workbench) -> None:
    function, name = bench.function(MAKES_BUCKETS), new_bucket()
    task = {
        "Type": "Task",
        "Resource": INVOKE,
        "Parameters": {"FunctionName": function, "Payload": {"buckets": [name]}},
        "Retry": [{"ErrorEquals": ["Runtime.ExitError"], "IntervalSeconds": 1, "MaxAttempts": 1}],
        "End": True,
    }
    with faults(bench.instance, Fault("kill-after", operation="CreateBucket", containing=name, nth=1)) as injected:
        assert bench.run({"Work": task})["status"] == "SUCCEEDED"
    assert (injected.matched(), injected.struck()) == ([2], [1])


def test_of_parallel_invocations_only_the_one_that_is_meant_is_killed(bench: Workbench) -> None:
    function, names = bench.function(MAKES_BUCKETS), [new_bucket() for _ in range(4)]
    fault = Fault("kill-after", operation="CreateBucket", containing=names[2])
    with faults(bench.instance, fault), ThreadPoolExecutor() as pool:
        results = list(pool.map(lambda name: invoke(bench, function, {"buckets": [name]}), names))
    assert [isinstance(result, int) for result in results] == [True, True, False, True]
    assert set(names) <= buckets(bench.instance)


def test_a_caller_is_known_by_its_name_in_the_template(bench: Workbench) -> None:
    template = json.dumps(
        {
            "Resources": {
                "MakeBuckets": {
                    "Type": "AWS::Lambda::Function",
                    "Properties": {
                        "Runtime": "python3.13",
                        "Handler": "index.handler",
                        "Role": ROLE,
                        "Code": {"ZipFile": textwrap.dedent(MAKES_BUCKETS)},
                    },
                }
            }
        }
    )
    stack = bench.stack(template)
    resource = bench.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId="MakeBuckets")
    function = resource["StackResourceDetail"]["PhysicalResourceId"]
    with faults(bench.instance, Fault("kill-before", caller="*/MakeBuckets")):
        error = invoke(bench, function, {"buckets": [new_bucket()]})
    assert error["errorType"] == "Runtime.ExitError"


def test_a_caller_that_is_no_function_is_not_killed(instance: Instance) -> None:
    with faults(instance, Fault("kill-before", operation="ListTopics")) as injected:
        instance.client("sns").list_topics()
    assert injected.matched() == [0]


def test_a_user_agent_that_claims_a_process_kills_nobody(instance: Instance) -> None:
    with faults(instance, Fault("kill-before")):
        client(instance, "sns", user_agent_appid=f"process-{instance.pid}").list_topics()


def ended_with(bench: Workbench, state: Json, fault: Fault, *, over: object = None) -> str:
    """The error with which a state ends when the fault strikes a call of its state machine."""
    machine = bench.machine({"Work": state})
    caller = f"*/{machine.rpartition(':')[2]}"
    with faults(bench.instance, dataclasses.replace(fault, caller=caller)) as injected:
        ended = executions.run(bench.instance, machine, over)
    assert injected.struck() == [1]
    return str(ended["error"])


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("throttle"), "Lambda.TooManyRequestsException"),
        (Fault("unavailable"), "Lambda.ServiceException"),
        (Fault("error", code="AccessDeniedException"), "Lambda.AWSLambdaException"),
        (Fault("lost-before"), "Lambda.SdkClientException"),
        (Fault("lost-after"), "Lambda.SdkClientException"),
        (Fault("function-error"), "Lambda.Unknown"),
        (Fault("function-error", error_type="Runtime.ExitError"), "Runtime.ExitError"),
        (Fault("function-error", error_type="Sandbox.Timedout"), "Sandbox.Timedout"),
    ],
)
def test_a_state_machine_sees_lambdas_errors(bench: Workbench, fault: Fault, error: str) -> None:
    function = bench.function(ECHO)
    task = {"Type": "Task", "Resource": INVOKE, "Parameters": {"FunctionName": function, "Payload": {}}, "End": True}
    assert ended_with(bench, task, dataclasses.replace(fault, service="lambda", operation="Invoke")) == error


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("throttle"), "SNS.ThrottlingException"),
        (Fault("unavailable"), "SNS.InternalErrorException"),
        (Fault("error", code="KMSThrottling"), "SNS.KMSThrottlingException"),
        (Fault("lost-after"), "SNS.SdkClientException"),
    ],
)
def test_a_state_machine_sees_the_errors_of_sns(bench: Workbench, fault: Fault, error: str) -> None:
    topic = bench.client("sns").create_topic(Name="faults")["TopicArn"]
    publish = "arn:aws:states:::sns:publish"
    task = {"Type": "Task", "Resource": publish, "Parameters": {"TopicArn": topic, "Message": "x"}, "End": True}
    assert ended_with(bench, task, dataclasses.replace(fault, operation="Publish")) == error


@pytest.mark.parametrize("pattern", ["", ".sync:2"])
@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault("throttle"), "StepFunctions.ThrottlingException"),
        (Fault("error", code="InternalServerException"), "StepFunctions.InternalServerException"),
        (Fault("lost-before"), "StepFunctions.SdkClientException"),
    ],
)
def test_a_state_machine_sees_the_errors_of_step_functions(
    bench: Workbench, fault: Fault, error: str, pattern: str
) -> None:
    child = bench.machine({"Echo": {"Type": "Pass", "End": True}})
    resource = f"arn:aws:states:::states:startExecution{pattern}"
    task = {"Type": "Task", "Resource": resource, "Parameters": {"StateMachineArn": child, "Input": {}}, "End": True}
    assert ended_with(bench, task, dataclasses.replace(fault, operation="StartExecution")) == error


@pytest.mark.parametrize("kind", ["throttle", "unavailable", "lost-before", "lost-after"])
@pytest.mark.parametrize(
    ("operation", "error"), [("GetObject", "States.ItemReaderFailed"), ("PutObject", "States.ResultWriterFailed")]
)
def test_a_distributed_map_cannot_read_or_write(bench: Workbench, kind: str, operation: str, error: str) -> None:
    bucket = bench.bucket(items=[{}])
    reader = {"Resource": "arn:aws:states:::s3:getObject", "ReaderConfig": {"InputType": "JSON"}}
    state = {
        "Type": "Map",
        "ItemReader": {**reader, "Parameters": {"Bucket": bucket, "Key": "items"}},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
            "StartAt": "Echo",
            "States": {"Echo": {"Type": "Pass", "End": True}},
        },
        "ResultWriter": {"Resource": "arn:aws:states:::s3:putObject", "Parameters": {"Bucket": bucket}},
        "End": True,
    }
    assert ended_with(bench, state, Fault(kind, service="s3", operation=operation, times=1)) == error


def test_every_strike_is_in_the_record_of_calls(instance: Instance) -> None:
    with faults(instance, Fault("throttle", operation="ListTopics")) as injected, pytest.raises(ClientError):
        instance.client("sns").list_topics()
    (call,) = [
        line for line in executions.lines(instance.calls) if line.get("fault", {}).get("rule") in injected.numbers
    ]
    assert (call["operation"], call["errorCode"], call["fault"]["kind"]) == ("ListTopics", "Throttling", "throttle")


def throttled(instance: Instance, names: list[str], *, seed: int, at_once: int = 1) -> dict[str, bool]:
    """Which of these topics cannot be created at the first try."""

    def is_throttled(name: str) -> bool:
        try:
            instance.client("sns").create_topic(Name=name)
        except ClientError:
            return True
        return False

    fault = Fault("throttle", operation="CreateTopic", probability=0.3)
    with faults(instance, fault, seed=seed), ThreadPoolExecutor(at_once) as pool:
        return dict(zip(names, pool.map(is_throttled, names), strict=True))


def test_the_same_seed_strikes_the_same_calls_however_they_interleave(instance: Instance) -> None:
    names = [f"topic-{number}" for number in range(200)]
    once = throttled(instance, names, seed=7)
    assert throttled(instance, list(reversed(names)), seed=7, at_once=8) == once
    assert throttled(instance, names, seed=8) != once
    assert 30 < sum(once.values()) < 90


def test_a_seed_is_made_up_where_none_is_given_and_told(instance: Instance) -> None:
    with faults(instance, Fault("throttle", service="none")) as injected:
        assert [rule["seed"] for rule in control(instance, "GET", "faults")["rules"]] == [injected.seed]
    assert f"faults: seed {injected.seed}, " in instance.log.read_text()


def test_a_block_that_fails_tells_its_seed(instance: Instance, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), faults(instance, Fault("throttle", service="none"), seed=4711):
        raise ZeroDivisionError
    assert "seed 4711" in capsys.readouterr().err


def test_blocks_nest_and_end_by_themselves(instance: Instance) -> None:
    sns, sqs = instance.client("sns"), instance.client("sqs")
    with faults(instance, Fault("throttle", service="sns")) as outer:
        with faults(instance, Fault("throttle", service="sqs")), pytest.raises(ClientError):
            sqs.list_queues()
        sqs.list_queues()
        with pytest.raises(ClientError):
            sns.list_topics()
    sns.list_topics()
    assert outer.struck() == [1]


def test_setting_replaces_and_clearing_tells_what_was_struck(instance: Instance) -> None:
    control(instance, "PUT", "faults", {"rules": [{"kind": "throttle", "service": "sns"}]})
    control(instance, "PUT", "faults", {"rules": [{"kind": "throttle", "service": "sqs"}], "seed": 7})
    instance.client("sns").list_topics()
    with pytest.raises(ClientError):
        instance.client("sqs").list_queues()
    (rule,) = control(instance, "DELETE", "faults")["rules"]
    assert {name: rule[name] for name in rule if name != "number"} == {
        "seed": 7,
        "kind": "throttle",
        "service": "sqs",
        "matched": 1,
        "struck": 1,
    }
    assert control(instance, "GET", "faults") == {"rules": []}


def test_a_rule_that_can_not_be_is_refused(instance: Instance) -> None:
    with pytest.raises(ControlRefused, match="a rule has a kind"):
        control(instance, "POST", "faults", {"rules": [{"kind": "rain"}]})


def invoke(bench: Workbench, function: str, event: Json) -> Any:
    return json.loads(bench.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))["Payload"].read())
