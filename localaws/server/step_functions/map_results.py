"""ResultWriter of a Distributed Map: results of the children as objects in S3, and a manifest that lists them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from ministack.services import s3, stepfunctions

from localaws.server.step_functions.nested_executions import description
from localaws.server.step_functions.service_tasks import put_object

FILES = {"SUCCEEDED": "SUCCEEDED", "FAILED": "FAILED", "TIMED_OUT": "FAILED", "ABORTED": "FAILED", "PENDING": "PENDING"}
"""In which kind of file a child's status is listed."""


@dataclass(frozen=True, slots=True)
class Destination:
    bucket: str
    prefix: str


def destination(state: dict[str, Any], effective: Any, context: dict[str, Any]) -> Destination | None:
    """Where the state's results go; None when they stay in the state's output.

    Raises States.ResultWriterFailed for a bucket that does not exist, before any child has run.
    """
    writer = state.get("ResultWriter")
    if not writer:
        return None
    if writer.get("WriterConfig"):
        raise stepfunctions._ExecutionError("States.Runtime", "the embedded AWS has no ResultWriter.WriterConfig")
    parameters = stepfunctions._resolve_params_obj(writer["Parameters"], effective, context)
    if parameters["Bucket"] not in s3._buckets:
        cause = f"The specified bucket does not exist (Bucket: {parameters['Bucket']})"
        raise stepfunctions._ExecutionError("States.ResultWriterFailed", cause)
    return Destination(parameters["Bucket"], parameters.get("Prefix", "").rstrip("/"))


def write(to: Destination, map_run_arn: str, children: Sequence[dict[str, Any]]) -> dict[str, Any]:
    """Write one file a kind of result and the manifest; return what becomes the result of the state."""
    folder = "/".join(part for part in (to.prefix, map_run_arn.rpartition(":")[2]) if part)
    files: dict[str, list[dict[str, Any]]] = {"FAILED": [], "PENDING": [], "SUCCEEDED": []}
    for kind, listed in files.items():
        results = [result_of(child) for child in children if FILES[child["status"]] == kind]
        if results:
            key = f"{folder}/{kind}_0.json"
            listed.append({"Key": key, "Size": _put(to.bucket, key, results)})
    manifest = f"{folder}/manifest.json"
    _put(to.bucket, manifest, {"DestinationBucket": to.bucket, "MapRunArn": map_run_arn, "ResultFiles": files})
    return {"MapRunArn": map_run_arn, "ResultWriterDetails": {"Bucket": to.bucket, "Key": manifest}}


def result_of(child: dict[str, Any]) -> dict[str, Any]:
    """A child as the result files list it: its description, with times as RFC 3339 text."""
    dates = {"StartDate": child["startDate"], "StopDate": child["stopDate"]}
    return {name: value for name, value in {**description(child), **dates}.items() if value is not None}


def _put(bucket: str, key: str, value: Any) -> int:
    body = json.dumps(value).encode()
    put_object(bucket, key, body)
    return len(body)
