"""Every call to AWS is applied twice: its first answer is lost, and botocore sends it again."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.aws import clients, cloudfront
from cloudfront_extensions.aws.alias_records import write_alias_records
from cloudfront_extensions.aws.callbacks import CertificateCallbacks
from cloudfront_extensions.aws.certificate_issuance import CertificateIssuance
from cloudfront_extensions.aws.certificate_waits import Waiter
from cloudfront_extensions.aws.distributions import DistributionCreation
from cloudfront_extensions.aws.failure_records import record_failure
from cloudfront_extensions.aws.job_opening import open_job
from cloudfront_extensions.aws.objects import put_json
from cloudfront_extensions.certificates.request import parse_request
from cloudfront_extensions.jobs.records import CertificateStatus, DistributionStatus, Item, ItemKey
from tests.unit.aws.fakes import FakeStepFunctions
from tests.unit.conftest import Account

KEY = ItemKey("job-1", "row-00002")
NAME = "shop.example.com"
REQUEST = {"jobId": "job-1", "itemId": "row-00002", "domainName": NAME}
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555"
FIRST, SECOND = (f"arn:aws:states:us-east-1:123456789012:execution:onboarding:{name}" for name in ("first", "second"))
JOB = {
    "requestToken": "job-1",
    "domains": [{"domainName": NAME}],
    "distribution": None,
    "validation": {"mode": "manual"},
}
CONFIG = json.loads(
    (Path(__file__).parents[3] / "events/distribution_creation/source_config.json").read_text(encoding="utf-8")
)


@pytest.fixture
def twice(account: Account, monkeypatch: pytest.MonkeyPatch) -> Iterator[Account]:
    monkeypatch.setenv("REQUEST_CONCURRENCY", "5")
    monkeypatch.setenv("DOMAIN_CONCURRENCY", "8")
    clients.client.cache_clear()
    clients._session().register("needs-retry", lambda attempts, **_: 0 if attempts == 1 else None)
    yield account
    clients._session.cache_clear()


def item(account: Account) -> Item:
    found = account.store.item(KEY)
    assert found is not None
    return found


def test_the_execution_that_opened_the_job_owns_it(twice: Account) -> None:
    opened = open_job(JOB, FIRST)

    assert (opened["outcome"], opened["executionArn"]) == ("started", FIRST)
    assert "requestKey" in opened


def test_the_execution_that_took_a_job_over_owns_it(twice: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloudfront_extensions.aws.job_opening.is_running", lambda execution: False)
    open_job(JOB, FIRST)

    assert open_job(JOB, SECOND)["executionArn"] == SECOND
    job = twice.store.job("job-1")
    assert job is not None
    assert job.execution_arn == SECOND


def test_there_is_one_certificate_on_record(twice: Account) -> None:
    state = CertificateIssuance().request(parse_request(REQUEST))

    (made,) = twice.client("acm").list_certificates()["CertificateSummaryList"]
    assert made["CertificateArn"] == state["certificateArn"] == item(twice).certificate.arn
    known = twice.waits.known(made["CertificateArn"])
    assert known is not None
    assert known.owner == KEY


def test_a_certificate_that_is_issued_between_both_tries_stays_issued(account: Account) -> None:
    def meanwhile(attempts: int, **_: Any) -> int | None:
        arn = item(account).certificate.arn if attempts == 1 and account.store.item(KEY) else None
        if arn is None or item(account).certificate.status is CertificateStatus.ISSUED:
            return None
        account.store.mark_certificate_issued(KEY, arn)
        return 0

    clients.client.cache_clear()
    clients._session().register("needs-retry.dynamodb.UpdateItem", meanwhile)

    CertificateIssuance().request(parse_request(REQUEST))

    clients._session.cache_clear()
    assert item(account).certificate.status is CertificateStatus.ISSUED


def test_who_waits_is_resumed_once_and_forgotten(twice: Account) -> None:
    state = CertificateIssuance().request(parse_request(REQUEST))
    arn = state["certificateArn"]
    step_functions = FakeStepFunctions("token")
    callbacks = CertificateCallbacks(step_functions=step_functions)
    callbacks.wait(arn, Waiter(FIRST, "token"))

    assert callbacks.issued(arn) == 1

    assert item(twice).certificate.status is CertificateStatus.ISSUED
    assert twice.waits.known_and_waiters(arn)[1] == []


def test_a_failure_is_on_the_item(twice: Account) -> None:
    twice.store.put_items([Item(*KEY, NAME, (NAME,))])

    record_failure("certificate", REQUEST, {"Error": "States.Timeout", "Cause": ""})

    assert item(twice).certificate.status is CertificateStatus.UNKNOWN
    assert item(twice).certificate.next_action


def test_there_is_one_distribution_on_record_with_its_dns_records(twice: Account) -> None:
    twice.client("route53").create_hosted_zone(Name="example.com", CallerReference="1")
    twice.store.put_items([Item(*KEY, NAME, (NAME,))])
    config = {**CONFIG, "CallerReference": "job-1/row-00002", "Aliases": {"Quantity": 1, "Items": [NAME]}}
    put_json(twice.bucket, "config.json", {"DistributionConfig": config, "Tags": {"team": "shops"}})
    state: Any = {
        "jobId": "job-1",
        "itemId": "row-00002",
        "bucket": twice.bucket,
        "configKey": "config.json",
        "callerReference": "job-1/row-00002",
        "certificateArn": ARN,
        "dns": {"mode": "auto"},
        "status": "CREATING",
        "wait": {"seconds": 60, "waitedSeconds": 0},
    }

    state = DistributionCreation().create(state)
    write_alias_records(state)

    (made,) = cloudfront.distribution_summaries()
    assert made["Id"] == state["distributionId"] == item(twice).distribution.id
    assert item(twice).distribution.status is DistributionStatus.DEPLOYED
