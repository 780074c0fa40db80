"""Records as DynamoDB attributes and back.

Keys are the records' own field names; None is left out; enums are their values, tuples are lists.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.jobs.records import (
    AliasRecord,
    CertificateStage,
    CertificateStatus,
    CleanupStage,
    CleanupStatus,
    DistributionStage,
    DistributionStatus,
    Item,
    Job,
    JobStatus,
)
from cloudfront_extensions.versions.records import Head, Snapshot, Version, VersionKind, Write
from cloudfront_extensions.versions.rollback_records import (
    Answer,
    Canary,
    Ending,
    Rollback,
    RollbackStatus,
    Target,
    TargetStatus,
)


def to_attribute(value: Any) -> dict[str, Any]:
    """One value in DynamoDB's JSON. Takes what records are made of: text, bytes, whole numbers, tuples, maps, records."""
    if isinstance(value, bool):
        return {"BOOL": value}
    if isinstance(value, str):
        return {"S": str(value)}
    if isinstance(value, bytes):
        return {"B": value}
    if isinstance(value, int):
        return {"N": str(value)}
    if isinstance(value, tuple | list):
        return {"L": [to_attribute(element) for element in value]}
    if isinstance(value, Mapping):
        return {"M": to_attributes(value)}
    if is_dataclass(value) and not isinstance(value, type):
        return {"M": to_attributes({field.name: getattr(value, field.name) for field in fields(value)})}
    raise TypeError(f"a record can't hold a {type(value).__name__}")


def to_attributes(values: Mapping[str, Any]) -> dict[str, Any]:
    return {name: to_attribute(value) for name, value in values.items() if value is not None}


def from_attribute(attribute: dict[str, Any]) -> Any:
    (kind, value), *_ = attribute.items()
    if kind == "N":
        return int(value)
    if kind == "L":
        return [from_attribute(element) for element in value]
    if kind == "M":
        return {name: from_attribute(element) for name, element in value.items()}
    return value


def item_from_attributes(attributes: dict[str, Any]) -> Item:
    values = _known(Item, attributes)
    values["names"] = tuple(values.get("names", ()))
    values["certificate"] = _certificate_stage(values.get("certificate", {}))
    values["distribution"] = _distribution_stage(values.get("distribution", {}))
    values["cleanup"] = _cleanup_stage(values.get("cleanup", {}))
    return Item(**values)


def job_from_attributes(attributes: dict[str, Any]) -> Job:
    values = _known(Job, attributes)
    values["status"] = JobStatus(values["status"])
    return Job(**values)


def version_from_attributes(attributes: dict[str, Any]) -> Version:
    values = _known(Version, attributes)
    values["kind"] = VersionKind(values["kind"])
    values["writes"] = tuple(Write(**write) for write in values.get("writes", ()))
    values["hidden"] = tuple(values.get("hidden", ()))
    return Version(**values)


def head_from_attributes(attributes: dict[str, Any]) -> Head:
    return Head(**_known(Head, attributes))


def snapshot_from_attributes(attributes: dict[str, Any]) -> Snapshot:
    return Snapshot(**_known(Snapshot, attributes))


def rollback_from_attributes(attributes: dict[str, Any]) -> Rollback:
    values = _known(Rollback, attributes)
    values["status"] = RollbackStatus(values["status"])
    if "ending" in values:
        values["ending"] = Ending(values["ending"])
    if "answer" in values:
        values["answer"] = Answer(values["answer"])
    return Rollback(**values)


def target_from_attributes(attributes: dict[str, Any]) -> Target:
    values = _known(Target, attributes)
    if "status" in values:
        values["status"] = TargetStatus(values["status"])
    if "canary" in values:
        values["canary"] = Canary(**values["canary"])
    values["left"], values["written"] = tuple(values.get("left", ())), tuple(values.get("written", ()))
    return Target(**values)


def _known(record: type, attributes: dict[str, Any]) -> dict[str, Any]:
    """The attributes that are fields of the record; the table's own keys and a newer version's fields are passed over."""
    names = {field.name for field in fields(record)}
    return {name: from_attribute(value) for name, value in attributes.items() if name in names}


def _certificate_stage(values: dict[str, Any]) -> CertificateStage:
    values = dict(values)
    if "status" in values:
        values["status"] = CertificateStatus(values["status"])
    values["validation_records"] = tuple(ValidationRecord(**record) for record in values.get("validation_records", ()))
    return CertificateStage(**values)


def _distribution_stage(values: dict[str, Any]) -> DistributionStage:
    values = dict(values)
    if "status" in values:
        values["status"] = DistributionStatus(values["status"])
    values["alias_records"] = tuple(AliasRecord(**record) for record in values.get("alias_records", ()))
    return DistributionStage(**values)


def _cleanup_stage(values: dict[str, Any]) -> CleanupStage:
    values = dict(values)
    if "status" in values:
        values["status"] = CleanupStatus(values["status"])
    return CleanupStage(
        **{**values, "removed": tuple(values.get("removed", ())), "left": tuple(values.get("left", ()))}
    )
