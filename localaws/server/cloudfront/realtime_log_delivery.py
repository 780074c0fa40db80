"""CloudFront sends lines of requests to the stream of Kinesis that a cache behavior's real-time log configuration names.

Nobody's requests are served here, so `POST /_localaws/realtime-logs` says what they were: `distribution` by its id or domain
name, and `requests`, each an object of fields by name, or `lines` that are made already, in base64, each with its newline.
`pathPattern` is the behavior's, the default one's being `*`. A field that a request leaves out is `-`. The answer's
`delivered` is how many lines went to the stream: none where the behavior has no such configuration, and none where its role
may not send them.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterator
from typing import Any

from ministack.core.responses import request_scope
from ministack.services import cloudfront, kinesis

from localaws.server import control
from localaws.server.cloudfront import configuration, distributions, realtime_log_configs
from localaws.server.cloudfront.distributions import Distribution
from localaws.server.cloudfront.realtime_log_configs import RealtimeLogConfig
from localaws.server.permissions import enforcement, trust
from localaws.server.permissions.required import Permission
from localaws.server.settings import Settings

CLOUDFRONT = "cloudfront.amazonaws.com"
SENDING = ("kinesis:DescribeStreamSummary", "kinesis:DescribeStream", "kinesis:PutRecord", "kinesis:PutRecords")
"""What the role needs (Developer Guide, real-time log configuration IAM role)."""
MOST_RECORDS, MOST_BYTES = 500, 4_000_000
"""Of one PutRecords."""
ALL = 100


def install(settings: Settings) -> None:
    control.serve("/_localaws/realtime-logs", POST=_send)


def _send(body: dict[str, Any]) -> dict[str, Any]:
    named, lines, requests, path = control.fields(body, "distribution", optional=("lines", "requests", "pathPattern"))
    account, distribution = _found(str(named))
    with request_scope(account, "us-east-1"):
        config = _config_of(distribution, path or "*")
        if config is None:
            return {"delivered": 0}
        given = [*_decoded(lines or []), *(_line(config, request) for request in requests or [])]
        return {"delivered": deliver(config, list(_sampled(given, config.sampling_rate)))}


def deliver(config: RealtimeLogConfig, lines: list[bytes]) -> int:
    """How many of them the stream has taken."""
    if not _may_send(config):
        return 0
    with request_scope(config.stream_arn.split(":")[4], config.stream_arn.split(":")[3]):
        taken = 0
        for batch in _batches(lines):
            records = [
                {"Data": base64.b64encode(line).decode(), "PartitionKey": str(taken + index)}
                for index, line in enumerate(batch)
            ]
            status, _, _ = kinesis._put_records({"StreamARN": config.stream_arn, "Records": records})
            taken += len(batch) if status == 200 else 0
        return taken


def _may_send(config: RealtimeLogConfig) -> bool:
    return trust.may_assume(config.role_arn, CLOUDFRONT) and all(
        enforcement.is_allowed(config.role_arn, "cloudfront", Permission(action, config.stream_arn))
        for action in SENDING
    )


def _found(named: str) -> tuple[str, Distribution]:
    for (account, distribution_id), distribution in list(cloudfront._distributions._data.items()):
        if named in (distribution_id, distribution["DomainName"]):
            return account, distribution
    raise control.BadRequestError(f"no distribution {named}")


def _config_of(distribution: Distribution, path: str) -> RealtimeLogConfig | None:
    default, *others = configuration.behaviors(distributions.config_of(distribution))
    by_path = {"*": default, **{behavior["PathPattern"]: behavior for behavior in others}}
    if path not in by_path:
        raise control.BadRequestError(f"no behavior {path}; there are {', '.join(by_path)}")
    return realtime_log_configs.of_arn(by_path[path].get("RealtimeLogConfigArn", ""))


def _decoded(lines: list[str]) -> list[bytes]:
    try:
        return [base64.b64decode(line, validate=True) for line in lines]
    except (binascii.Error, ValueError, TypeError) as error:
        raise control.BadRequestError(f"lines must be in base64: {error}") from error


def _line(config: RealtimeLogConfig, request: dict[str, Any]) -> bytes:
    if unknown := sorted(set(request) - set(realtime_log_configs.FIELDS)):
        raise control.BadRequestError(f"no fields of real-time logs: {', '.join(unknown)}")
    return "\t".join(str(request.get(field, "-")) for field in config.fields).encode() + b"\n"


def _sampled(lines: list[bytes], rate: int) -> Iterator[bytes]:
    """Of each hundred, as many as the rate says, spread evenly; CloudFront draws them."""
    for index, line in enumerate(lines):
        if index * rate % ALL < rate:
            yield line


def _batches(lines: list[bytes]) -> Iterator[list[bytes]]:
    batch: list[bytes] = []
    for line in lines:
        if len(batch) == MOST_RECORDS or sum(map(len, batch)) + len(line) > MOST_BYTES:
            yield batch
            batch = []
        batch.append(line)
    if batch:
        yield batch
