"""What a state machine asks of a service goes through the front door, as a call of the state machine's role.

MiniStack calls its own services from the inside: nobody's permission is checked, nothing is recorded, throttled or
broken. Here a task becomes the API call that it is on AWS, made with boto3. Optimised integrations
(`states:::sns:publish`), `aws-sdk:` ones, Lambda functions and the objects that a Distributed Map reads and writes.
"""

from __future__ import annotations

import datetime
import functools
import json
import re
import threading
from collections.abc import Mapping
from typing import Any

import boto3
from botocore import xform_name
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError
from ministack.services import stepfunctions

from localaws.server.identities import session_of
from localaws.server.settings import Settings
from localaws.server.step_functions import state_visits

RESOURCE = re.compile(
    r"^arn:aws:states:::(?P<integration>(?:aws-sdk:)?(?P<service>[\w-]+):(?P<operation>\w+))(?P<pattern>\.[\w:]+)?$"
)
ELSEWHERE = ("lambda:invoke", "states:startExecution")
"""Integrations that are more than a call: MiniStack comes back here for the function, `nested_executions` for the start."""
CLIENTS = {
    "sfn": "stepfunctions",
    "states": "stepfunctions",
    "eventbridge": "events",
    "servicequotas": "service-quotas",
}
"""boto3's name of a service where a task's resource has another one."""
OPTIMISED_PREFIXES = {"lambda": "Lambda", "sns": "SNS", "sqs": "SQS", "dynamodb": "DynamoDB", "events": "EventBridge"}
"""How error names begin, where that is not the service's id."""
JSON_TEXTS = {"sns:publish": "Message", "sqs:sendMessage": "MessageBody", "events:putEvents": "Detail"}
"""Fields of optimised integrations that Step Functions turns into JSON text when they hold anything else."""
LONGEST_FUNCTION = 900

Json = dict[str, Any]

_making_clients = threading.Lock()
_endpoint = ""


def install(settings: Settings) -> None:
    global _endpoint
    _endpoint = f"http://127.0.0.1:{settings.port}"
    invoke_stock, call_lambda_stock = stepfunctions._invoke_resource, stepfunctions._call_lambda

    def invoke(resource: str, task_input: Any) -> Any:
        found = RESOURCE.match(resource)
        if found is None or found["integration"] in ELSEWHERE or state_visits.current() is None:
            return invoke_stock(resource, task_input)
        if found["pattern"]:
            raise stepfunctions._ExecutionError("States.Runtime", f"the embedded AWS has no {resource}")
        is_optimised = ":aws-sdk:" not in resource
        return called(found["service"], found["operation"], task_input, is_optimised=is_optimised)

    def call_lambda(function: str, event: Any) -> Any:
        if state_visits.current() is None:
            return call_lambda_stock(function, event)
        return invoked(function, event)

    stepfunctions._invoke_resource = invoke
    stepfunctions._call_lambda = call_lambda
    stepfunctions._s3_object_text = object_text


def called(service: str, operation: str, parameters: Any, *, is_optimised: bool = True) -> Json:
    """The answer to one API call of the current state's role; raises the error that the state machine sees."""
    client = client_of(CLIENTS.get(service, service))
    method = xform_name(operation[0].upper() + operation[1:])
    if not hasattr(client, method):
        raise stepfunctions._ExecutionError("States.Runtime", f"{service} has no operation {operation}")
    model = client.meta.service_model.operation_model(client.meta.method_to_api_mapping[method])
    if is_optimised:
        parameters = with_json_texts(f"{service}:{operation}", parameters)
    prefix = OPTIMISED_PREFIXES.get(service) if is_optimised else None
    try:
        answer = getattr(client, method)(**as_modelled(model.input_shape, parameters))
    except ClientError as error:
        raise failure(error, prefix or client.meta.service_model.service_id, model) from error
    except (HTTPClientError, BotoCoreError) as error:
        name = prefix or client.meta.service_model.service_id
        raise stepfunctions._ExecutionError(f"{name}.SdkClientException", str(error)) from error
    del answer["ResponseMetadata"]
    capitalised: Json = as_state_json(answer)
    return capitalised


def invoked(function: str, event: Any) -> Any:
    """What a function answers; a failed invocation raises the function's error."""
    client = client_of("lambda")
    model = client.meta.service_model.operation_model("Invoke")
    try:
        answer = client.invoke(FunctionName=function, Payload=json.dumps(event).encode())
        payload = answer["Payload"].read()
    except ClientError as error:
        raise failure(error, "Lambda", model) from error
    except (HTTPClientError, BotoCoreError) as error:
        raise stepfunctions._ExecutionError("Lambda.SdkClientException", str(error)) from error
    result = json.loads(payload or b"null")
    if answer.get("FunctionError"):
        raise stepfunctions._ExecutionError(result.get("errorType", "Lambda.Unknown"), json.dumps(result))
    return result


def object_text(bucket: str, key: str) -> str:
    """The text of an object that a Distributed Map reads; raises States.ItemReaderFailed."""
    try:
        answer = client_of("s3").get_object(Bucket=bucket, Key=key)
        return str(answer["Body"].read().decode())
    except (ClientError, HTTPClientError, BotoCoreError) as error:
        raise stepfunctions._ExecutionError("States.ItemReaderFailed", str(error)) from error


def put_object(bucket: str, key: str, body: bytes) -> None:
    """Write an object of a Distributed Map; raises States.ResultWriterFailed."""
    try:
        client_of("s3").put_object(Bucket=bucket, Key=key, Body=body, ContentType="application/json")
    except (ClientError, HTTPClientError, BotoCoreError) as error:
        raise stepfunctions._ExecutionError("States.ResultWriterFailed", str(error)) from error


def client_of(service: str) -> Any:
    """A client with the credentials of the role of the state machine whose state the thread is in."""
    visit = state_visits.current()
    if visit is None:
        raise RuntimeError("only a state of an execution has a role to call with")
    arn = visit.context["StateMachine"]["Id"].partition("/")[0]
    role_arn = stepfunctions._state_machines[arn]["roleArn"]
    with _making_clients:
        return client_of_session(service, role_arn, arn.rpartition(":")[2])


@functools.cache
def client_of_session(service: str, role_arn: str, session_name: str) -> Any:
    credentials = session_of(role_arn, session_name)
    config = Config(
        retries={"total_max_attempts": 1},
        read_timeout=LONGEST_FUNCTION + 10,
        max_pool_connections=200,
        s3={"addressing_style": "path"},
        inject_host_prefix=False,
    )
    return boto3.session.Session(
        aws_access_key_id=credentials["AWS_ACCESS_KEY_ID"],
        aws_secret_access_key=credentials["AWS_SECRET_ACCESS_KEY"],
        aws_session_token=credentials["AWS_SESSION_TOKEN"],
        region_name="us-east-1",
    ).client(service, endpoint_url=_endpoint, config=config)  # type: ignore[call-overload]


def failure(error: ClientError, prefix: str, model: Any) -> Exception:
    """An API error as states see it: the service and the name of its exception in the Java SDK."""
    code = error.response["Error"]["Code"]
    modelled = next((shape.name for shape in model.error_shapes if code in (shape.error_code, shape.name)), code)
    name = modelled if modelled.endswith("Exception") else f"{modelled}Exception"
    if prefix == "Lambda" and modelled == "AccessDeniedException":
        name = "AWSLambdaException"
    cause = f"{error.response['Error'].get('Message', '')} (Service: {prefix}, Status Code: {_status(error)})"
    failed: Exception = stepfunctions._ExecutionError(f"{prefix}.{name}", cause)
    return failed


def with_json_texts(task: str, parameters: Json) -> Json:
    field = JSON_TEXTS.get(task)
    if field is None:
        return parameters
    if "Entries" in parameters:
        return {**parameters, "Entries": [_with_text(entry, field) for entry in parameters["Entries"]]}
    return _with_text(parameters, field)


def as_modelled(shape: Any, value: Any) -> Any:
    """Parameters with the names of the API's model: tasks write all of them with a capital."""
    if shape is None:
        return {}
    if shape.type_name == "structure" and isinstance(value, Mapping):
        names = {name[:1].upper() + name[1:]: name for name in shape.members}
        known = {names.get(name, name): member for name, member in value.items()}
        return {
            name: as_modelled(shape.members[name], member) if name in shape.members else member
            for name, member in known.items()
        }
    if shape.type_name == "list" and isinstance(value, list):
        return [as_modelled(shape.member, member) for member in value]
    return value


def as_state_json(value: Any) -> Any:
    """An answer as JSON of a state: names with a capital, times as RFC 3339 text."""
    if isinstance(value, dict):
        return {name[:1].upper() + name[1:]: as_state_json(member) for name, member in value.items()}
    if isinstance(value, list):
        return [as_state_json(member) for member in value]
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


def _with_text(fields: Json, name: str) -> Json:
    value = fields.get(name)
    return fields if value is None or isinstance(value, str) else {**fields, name: json.dumps(value)}


def _status(error: ClientError) -> int:
    return int(error.response["ResponseMetadata"]["HTTPStatusCode"])
