"""Real-time log configurations: the table of them, and what one may say.

One names fields, a part of all requests, and the stream of Kinesis to which CloudFront sends lines of them; it takes effect
when a cache behavior of a distribution names it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import Any

from ministack.core.responses import AccountScopedDict, get_account_id

from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config

SAMPLING_RATES = range(1, 100 + 1)
STREAM = re.compile(r"arn:aws:kinesis:[a-z0-9-]+:\d{12}:stream/[A-Za-z0-9_.-]+")
ROLE = re.compile(r"arn:aws:iam::\d{12}:role/.+")
FIELDS = (
    *(
        "timestamp",
        "c-ip",
        "s-ip",
        "time-to-first-byte",
        "sc-status",
        "sc-bytes",
        "cs-method",
        "cs-protocol",
        "cs-host",
    ),
    *("cs-uri-stem", "cs-bytes", "x-edge-location", "x-edge-request-id", "x-host-header", "time-taken"),
    *("cs-protocol-version", "c-ip-version", "cs-user-agent", "cs-referer", "cs-cookie", "cs-uri-query"),
    *("x-edge-response-result-type", "x-forwarded-for", "ssl-protocol", "ssl-cipher", "x-edge-result-type"),
    *("fle-encrypted-fields", "fle-status", "sc-content-type", "sc-content-len", "sc-range-start", "sc-range-end"),
    *("c-port", "x-edge-detailed-result-type", "c-country", "cs-accept-encoding", "cs-accept"),
    *("cache-behavior-path-pattern", "cs-headers", "cs-header-names", "cs-headers-count", "primary-distribution-id"),
    *("primary-distribution-dns-name", "origin-fbl", "origin-lbl", "asn"),
)
"""Every field, in the order in which records have them, whatever the order of a configuration (Developer Guide, real-time log
configuration fields)."""

_configs = AccountScopedDict()


def forget() -> None:
    _configs._data.clear()


@dataclass(frozen=True, slots=True)
class RealtimeLogConfig:
    arn: str
    name: str
    sampling_rate: int
    end_points: tuple[Config, ...]
    fields: tuple[str, ...]

    @property
    def stream_arn(self) -> str:
        return str(self.end_points[0]["KinesisStreamConfig"]["StreamARN"])

    @property
    def role_arn(self) -> str:
        return str(self.end_points[0]["KinesisStreamConfig"]["RoleARN"])

    def as_config(self) -> Config:
        """By the names of the API."""
        return {
            "ARN": self.arn,
            "Name": self.name,
            "SamplingRate": self.sampling_rate,
            "EndPoints": list(self.end_points),
            "Fields": list(self.fields),
        }


def mine() -> dict[str, RealtimeLogConfig]:
    """The caller's by name."""
    return dict(_configs.items())


def find(config: Config) -> RealtimeLogConfig:
    """The one that a request names by `Name` or `ARN`. Raises RefusedError."""
    name, arn = config.get("Name"), config.get("ARN")
    if not name and not arn:
        raise RefusedError("InvalidArgument", "Give the name or the ARN of a real-time log configuration")
    for found in mine().values():
        if (not name or found.name == name) and (not arn or found.arn == arn):
            return found
    raise RefusedError("NoSuchRealtimeLogConfig", f"The real-time log configuration {arn or name} does not exist")


def of_arn(arn: str) -> RealtimeLogConfig | None:
    return next((found for found in mine().values() if found.arn == arn), None)


def create(config: Config) -> RealtimeLogConfig:
    """Raises RefusedError."""
    name = config["Name"]
    if name in mine():
        raise RefusedError("RealtimeLogConfigAlreadyExists", f"There is a real-time log configuration {name} already")
    arn = f"arn:aws:cloudfront::{get_account_id()}:realtime-log-config/{name}"
    return _stored(RealtimeLogConfig(arn, name, 0, (), ()), config)


def change(current: RealtimeLogConfig, config: Config) -> RealtimeLogConfig:
    """What the request leaves out stays. Raises RefusedError."""
    return _stored(current, current.as_config() | config)


def delete(config: RealtimeLogConfig) -> None:
    """Raises RefusedError."""
    if users := [user["Id"] for user in distributions.users_of(config.arn)]:
        raise RefusedError(
            "RealtimeLogConfigInUse", f"The real-time log configuration {config.name} is used by {', '.join(users)}"
        )
    del _configs[config.name]


def _stored(current: RealtimeLogConfig, config: Config) -> RealtimeLogConfig:
    _check(config)
    ordered = tuple(field for field in FIELDS if field in config["Fields"])
    stored = replace(
        current,
        sampling_rate=int(config["SamplingRate"]),
        end_points=tuple(config["EndPoints"]),
        fields=ordered,
    )
    _configs[stored.name] = stored
    return stored


def _check(config: Config) -> None:
    if int(config["SamplingRate"]) not in SAMPLING_RATES:
        raise _invalid(f"SamplingRate is from 1 to 100, not {config['SamplingRate']}")
    fields = config["Fields"]
    if not fields or len(set(fields)) < len(fields) or (unknown := set(fields) - set(FIELDS)):
        wrong = ", ".join(sorted(unknown)) if fields and len(set(fields)) == len(fields) else "none, or one twice"
        raise _invalid(f"Fields has {wrong}")
    if len(config["EndPoints"]) != 1 or config["EndPoints"][0]["StreamType"] != "Kinesis":
        raise _invalid("EndPoints must be one, of the type Kinesis")
    kinesis: dict[str, Any] = config["EndPoints"][0].get("KinesisStreamConfig") or {}
    if not STREAM.fullmatch(kinesis.get("StreamARN", "")) or not ROLE.fullmatch(kinesis.get("RoleARN", "")):
        raise _invalid("KinesisStreamConfig needs the ARN of a stream of Kinesis, and that of a role")


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidArgument", message)
