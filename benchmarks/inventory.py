"""The inventory of accounts of growing size: how many calls a certificate takes, and whether that stays the same."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks import job
from localaws.control import control, publish
from localaws.instance import Instance
from tests.bundles import bundle

ROOM = 10_000
"""What the account's quotas are raised to."""
SECONDS_TO_SETTLE = 120
RATES = ("RequestCertificate", "ImportCertificate", "DescribeCertificate")


@dataclass(frozen=True, slots=True)
class Inventory:
    certificates: int
    status: str
    wall_seconds: float
    seconds_per_1000: float
    transitions: int
    invocations: int
    calls_per_certificate: float
    acm_calls_per_certificate: float
    list_calls: int
    throttled_describes: int
    largest_state_bytes: int
    calls: dict[str, int]


def run(instance: Instance, outputs: dict[str, str], certificates: int) -> Inventory:
    """`certificates` are all that the account shall have, half of them imported; those that are there already stay."""
    present = sum(1 for _ in _arns(instance))
    _fill(instance, present, certificates)
    done = job.run(instance, outputs["CertificateInventoryStateMachine"], {})
    calls = done.aws_calls
    throttled = sum("throttled" in call and call["operation"] == "DescribeCertificate" for call in done.calls)
    acm_calls = sum(count for name, count in calls.items() if name.startswith("acm:"))
    return Inventory(
        certificates=certificates,
        status=done.execution["status"],
        wall_seconds=round(done.wall_seconds, 1),
        seconds_per_1000=round(done.wall_seconds / certificates * 1000, 1),
        transitions=done.transitions,
        invocations=done.invocations,
        calls_per_certificate=round(calls.total() / certificates, 3),
        acm_calls_per_certificate=round(acm_calls / certificates, 3),
        list_calls=calls["acm:ListCertificates"],
        throttled_describes=throttled,
        largest_state_bytes=max(
            max(record.get("inputBytes", 0), record.get("outputBytes", 0)) for record in done.states
        ),
        calls=dict(sorted(calls.items())),
    )


def _fill(instance: Instance, present: int, certificates: int) -> None:
    """Make the missing certificates, faster than an account may."""
    for name in ("ACM certificates", "Imported certificates"):
        _set_quota(instance, name, ROOM)
    for operation in RATES:
        _set_quota(instance, f"{operation} requests per second", ROOM)
    acm = instance.client("acm")
    for number in range(present, certificates):
        name = f"site-{number:05d}.shops.example.com"
        if number % 2:
            made = bundle(name, days=30 + number % 60)
            acm.import_certificate(
                Certificate=made.certificate_pem, PrivateKey=made.key_pem, CertificateChain=made.chain_pem
            )
        else:
            acm.request_certificate(DomainName=name, ValidationMethod="DNS")
    for arn in list(_arns(instance, "PENDING_VALIDATION")):
        (option,) = acm.describe_certificate(CertificateArn=arn)["Certificate"]["DomainValidationOptions"]
        record = option["ResourceRecord"]
        publish(instance, record["Name"], record["Type"], record["Value"])
    deadline = time.monotonic() + SECONDS_TO_SETTLE
    while any(_arns(instance, "PENDING_VALIDATION")):
        if time.monotonic() > deadline:
            raise TimeoutError(f"not every certificate was issued within {SECONDS_TO_SETTLE} s")
        time.sleep(1)
    for operation in RATES:
        _set_quota(instance, f"{operation} requests per second", None)


def _set_quota(instance: Instance, name: str, value: int | None) -> None:
    control(instance, "PUT", "quotas", {"serviceCode": "acm", "quotaName": name, "value": value})


def _arns(instance: Instance, *statuses: str) -> Iterator[str]:
    pages = instance.client("acm").get_paginator("list_certificates")
    key_types = ["RSA_2048", "EC_prime256v1"]
    wanted = {"CertificateStatuses": list(statuses)} if statuses else {}
    for page in pages.paginate(Includes={"keyTypes": key_types}, **wanted):
        yield from (summary["CertificateArn"] for summary in page["CertificateSummaryList"])
