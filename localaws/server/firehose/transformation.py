"""Records are given to the function that transforms them, and its answer is held against what Firehose wants of it.

After "Transform source data" and "Handle failure in data transformation" of the Developer Guide. Which code a failure has, and
that a whole batch fails with an answer that leaves a record id out, is from "Monitor using CloudWatch Logs" and from what
users show of their failures; AWS says nothing of how often a function that answers wrongly is asked again: here as often as
one that fails.
"""

from __future__ import annotations

import base64
import binascii
import json
from dataclasses import dataclass
from typing import Any

from ministack.core.responses import get_region, new_uuid
from ministack.services import lambda_svc

from localaws.server.firehose.records import Json, Record, may, processor
from localaws.server.permissions.required import Permission

RETRIES = 3
"""By default."""
OK, DROPPED, PROCESSING_FAILED = "Ok", "Dropped", "ProcessingFailed"
STATUS_MODEL = "Ensure that the returned records follow the status model required for transformed records."


@dataclass(frozen=True, slots=True)
class Failure:
    record: Record
    code: str
    message: str
    attempts: int
    function: str


class AttemptError(Exception):
    """The function did not answer, or not as it must."""

    def __init__(self, code: str, message: str, *, again: bool = True) -> None:
        super().__init__(code)
        self.code, self.message, self.again = code, message, again


@dataclass(frozen=True, slots=True)
class Transformation:
    kept: list[Record]
    """With the data that the function gave them."""
    failures: list[Failure]


def transformed(stream: Json, configuration: Json, records: list[Record]) -> Transformation:
    parameters = processor(configuration) or {}
    function, attempts = str(parameters["LambdaArn"]), 0
    while True:
        attempts += 1
        try:
            answers = checked(asked(stream, configuration, function, records), records)
            return judged(answers, records, attempts, function)
        except AttemptError as error:
            if not error.again or attempts > int(parameters.get("NumberOfRetries", RETRIES)):
                failures = [Failure(record, error.code, error.message, attempts, function) for record in records]
                return Transformation([], failures)


def asked(stream: Json, configuration: Json, function: str, records: list[Record]) -> Any:
    """What the function answers. Raises AttemptError."""
    if not may(configuration["RoleARN"], stream, Permission("lambda:InvokeFunction", function)):
        raise AttemptError("Lambda.InvokeAccessDenied", f"Access was denied to {function}.", again=False)
    found, settings, _ = lambda_svc._get_func_record_for_ref(function)
    if not found or not settings:
        raise AttemptError("Lambda.ResourceNotFound", f"{function} could not be found.", again=False)
    record = lambda_svc._execution_record_for_config(found, settings)
    result = lambda_svc._execute_function_with_config_scope(record, event_of(stream, records))
    if result.get("error"):
        raise AttemptError(
            "Lambda.FunctionError", "The Lambda function was successfully invoked but it returned an error result."
        )
    body = result.get("body")
    return json.loads(body) if isinstance(body, (str, bytes)) else body


def event_of(stream: Json, records: list[Record]) -> Json:
    event = {"invocationId": new_uuid(), "deliveryStreamArn": stream["arn"], "region": get_region()}
    if source := stream.get("kinesis_source"):
        event["sourceKinesisStreamArn"] = source["KinesisStreamARN"]
    return event | {"records": [_given(record) for record in records]}


def _given(record: Record) -> Json:
    given: Json = {
        "recordId": record.id,
        "approximateArrivalTimestamp": int(record.arrived * 1000),
        "data": base64.b64encode(record.data).decode(),
    }
    return given | ({"kinesisRecordMetadata": record.metadata} if record.metadata else {})


def checked(answer: Any, records: list[Record]) -> dict[str, Json]:
    """What the function says of each record, by id. Raises AttemptError."""
    answers = answer.get("records") if isinstance(answer, dict) else None
    if not isinstance(answers, list) or not all(isinstance(one, dict) and "recordId" in one for one in answers):
        raise AttemptError("Lambda.JsonProcessingException", f"The answer has no records. {STATUS_MODEL}")
    ids, wanted = [str(one["recordId"]) for one in answers], {record.id for record in records}
    if len(set(ids)) < len(ids):
        raise AttemptError("Lambda.DuplicatedRecordId", "Multiple records were returned with the same record id.")
    if set(ids) != wanted:
        raise AttemptError(
            "Lambda.MissingRecordId",
            "One or more record Ids are missing in the response. Ensure that all received record Ids are returned.",
        )
    for one in answers:
        if one.get("result") not in (OK, DROPPED, PROCESSING_FAILED) or (one["result"] == OK and not _has_data(one)):
            raise AttemptError("Lambda.JsonProcessingException", f"A record can't be read. {STATUS_MODEL}")
    return {str(one["recordId"]): one for one in answers}


def judged(answers: dict[str, Json], records: list[Record], attempts: int, function: str) -> Transformation:
    kept = [
        Record(record.id, base64.b64decode(answers[record.id]["data"]), record.arrived, record.metadata)
        for record in records
        if answers[record.id]["result"] == OK
    ]
    message = "ProcessingFailed status set for record"
    failures = [
        Failure(record, "Lambda.ProcessingFailedStatus", message, attempts, function)
        for record in records
        if answers[record.id]["result"] == PROCESSING_FAILED
    ]
    return Transformation(kept, failures)


def _has_data(answer: Json) -> bool:
    try:
        base64.b64decode(answer["data"], validate=True)
    except (KeyError, TypeError, ValueError, binascii.Error):
        return False
    return True
