from __future__ import annotations

import json
from typing import Any, Literal

import pytest

from cloudfront_extensions.aws.failure_records import record_failure
from cloudfront_extensions.jobs.records import (
    CertificateStage,
    CertificateStatus,
    DistributionStage,
    DistributionStatus,
    Item,
    ItemKey,
)
from tests.unit.conftest import Account

KEY = ItemKey("job-1", "row-00002")
REQUEST = {"jobId": "job-1", "itemId": "row-00002"}
SPECIFIC = {"Error": "CertificateFailed", "Cause": json.dumps({"errorMessage": "CAA forbids it", "stackTrace": ["x"]})}
VAGUE = {"Error": "States.TaskFailed", "Cause": json.dumps({"ExecutionArn": "arn:child", "Status": "ABORTED"})}


def put_item(account: Account, certificate: CertificateStage, distribution: DistributionStage | None = None) -> None:
    item = Item(
        *KEY,
        "shop.example.com",
        ("shop.example.com",),
        certificate=certificate,
        distribution=distribution or DistributionStage(),
    )
    account.store.put_items([item])


def read_item(account: Account) -> Item:
    item = account.store.item(KEY)
    assert item is not None
    return item


def test_a_failure_is_on_the_item_with_what_to_do(account: Account) -> None:
    put_item(account, CertificateStage(CertificateStatus.PENDING_VALIDATION, arn="arn:1"))

    assert record_failure("certificate", REQUEST, SPECIFIC)

    stage = read_item(account).certificate
    assert (stage.status, stage.error, stage.reason) == (
        CertificateStatus.FAILED,
        "CertificateFailed",
        "CAA forbids it",
    )
    assert stage.next_action
    assert stage.arn == "arn:1"


def test_a_failure_to_ask_leaves_the_stage_unknown(account: Account) -> None:
    put_item(account, CertificateStage(CertificateStatus.ISSUED), DistributionStage(DistributionStatus.CREATING))

    assert record_failure("distribution", REQUEST, {"Error": "States.Timeout", "Cause": ""})

    item = read_item(account)
    assert item.distribution.status is DistributionStatus.UNKNOWN
    assert item.certificate.status is CertificateStatus.ISSUED


@pytest.mark.parametrize("stage", ["certificate", "distribution"])
def test_a_stage_at_its_end_stays_so(account: Account, stage: Literal["certificate", "distribution"]) -> None:
    put_item(account, CertificateStage(CertificateStatus.ISSUED), DistributionStage(DistributionStatus.DEPLOYED))
    before = read_item(account)

    assert not record_failure(stage, REQUEST, SPECIFIC)
    assert read_item(account) == before


@pytest.mark.parametrize("status", [CertificateStatus.FAILED, CertificateStatus.UNKNOWN])
def test_a_vaguer_failure_does_not_replace_one_on_record(account: Account, status: CertificateStatus) -> None:
    put_item(account, CertificateStage(status, "AwsThrottled", "asked too often", "Later."))

    assert not record_failure("certificate", REQUEST, VAGUE)
    assert read_item(account).certificate.reason == "asked too often"


def test_a_specific_failure_replaces_an_unknown(account: Account) -> None:
    put_item(account, CertificateStage(CertificateStatus.UNKNOWN, "States.Timeout", "late", "Later."))

    assert record_failure("certificate", REQUEST, SPECIFIC)
    assert read_item(account).certificate.error == "CertificateFailed"


def test_a_vague_failure_is_better_than_none(account: Account) -> None:
    put_item(account, CertificateStage(CertificateStatus.REQUESTED))

    assert record_failure("certificate", REQUEST, VAGUE)
    assert read_item(account).certificate.status is CertificateStatus.UNKNOWN


def test_a_request_that_contradicts_the_record_leaves_the_record_alone(account: Account) -> None:
    put_item(account, CertificateStage(CertificateStatus.PENDING_VALIDATION))

    assert not record_failure("certificate", REQUEST, {"Error": "RequestTokenConflict", "Cause": "other names"})
    assert read_item(account).certificate.status is CertificateStatus.PENDING_VALIDATION


@pytest.mark.parametrize("request_", [{}, {"jobId": "job-1"}, {"jobId": 1, "itemId": 2}, REQUEST])
def test_without_an_item_nothing_is_written_and_nothing_raised(account: Account, request_: dict[str, Any]) -> None:
    assert not record_failure("certificate", request_, SPECIFIC)
    assert account.store.item(KEY) is None
