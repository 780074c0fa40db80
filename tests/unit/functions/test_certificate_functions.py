"""Each function of certificate_creation with the events that the repository keeps for it."""

from __future__ import annotations

import importlib.util
import json
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from cloudfront_extensions.aws import acm, callbacks
from cloudfront_extensions.aws.certificate_waits import Waiter
from cloudfront_extensions.certificates.request import parse_request
from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.errors import CertificateValidationTimedOut, InvalidDomainName
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item, ItemKey, Job
from tests.unit.aws.fakes import FakeAcm, FakeStepFunctions
from tests.unit.conftest import Account

ROOT = Path(__file__).parents[3]
KEY = ItemKey("spring-2026", "row-00002")
ARN = "arn:aws:acm:us-east-1:111122223333:certificate/3f0c1a52-6a0f-4a51-9d0a-0a1b2c3d4e5f"
RECORD = ValidationRecord("shop.example.com", "_a.shop.example.com.", "CNAME", "_b.acm-validations.aws.")
CONTEXT = SimpleNamespace(
    function_name="f", memory_limit_in_mb=128, invoked_function_arn="arn:aws:lambda:1:2:f", aws_request_id="request-1"
)


def event(name: str) -> Any:
    return json.loads((ROOT / "events" / f"{name}.json").read_text())


def invoke(function: str, case: str) -> Any:
    spec = importlib.util.spec_from_file_location(f"{function}_app", ROOT / "functions" / function / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    handler: Callable[[Any, Any], Any] = module.handler
    answer = handler(event(f"{function}/{case}"), CONTEXT)
    return json.loads(json.dumps(answer))


@pytest.fixture
def fake_acm(account: Account, monkeypatch: pytest.MonkeyPatch) -> FakeAcm:
    fake = FakeAcm()
    monkeypatch.setattr(acm, "client", lambda service: fake)
    return fake


@pytest.fixture
def pending(account: Account, fake_acm: FakeAcm) -> FakeAcm:
    """The certificate that the events name, pending on its item and in ACM."""
    names = ("shop.example.com", "www.shop.example.com")
    stage = CertificateStage(CertificateStatus.PENDING_VALIDATION, arn=ARN, validation_records=(RECORD,))
    account.store.put_items([Item(*KEY, names[0], names, certificate=stage)])
    account.waits.remember(ARN, KEY, names)
    arn = acm.AcmCertificates().request(parse_request(event("request_certificate/first-request")), 1)
    fake_acm.certificates[ARN] = fake_acm.certificates.pop(arn)
    return fake_acm


def stage_of(account: Account, key: ItemKey = KEY) -> CertificateStage:
    item = account.store.item(key)
    assert item is not None
    return item.certificate


@pytest.mark.parametrize(
    "path", sorted((ROOT / "events/certificate_creation").glob("*.json")), ids=lambda path: path.stem
)
def test_every_sample_input_of_the_workflow_is_valid(path: Path) -> None:
    assert parse_request(json.loads(path.read_text())).names


@pytest.mark.parametrize("case", ["first-request", "one-name"])
def test_request_certificate_answers_the_workflows_state(fake_acm: FakeAcm, case: str) -> None:
    state = invoke("request_certificate", case)

    assert state["certificateArn"] in fake_acm.certificates
    assert state["status"] == "REQUESTED"
    assert set(state) == set(event("look_at_certificate/first-look"))


def test_request_certificate_refuses_a_wrong_name_by_type(fake_acm: FakeAcm) -> None:
    with pytest.raises(InvalidDomainName):
        invoke("request_certificate", "invalid-name")

    assert fake_acm.calls == {}


def test_read_validation_records_keeps_them(account: Account, pending: FakeAcm) -> None:
    assert invoke("read_validation_records", "requested") == event("read_validation_records/requested")

    assert [record.domain_name for record in stage_of(account).validation_records] == [
        "shop.example.com",
        "www.shop.example.com",
    ]


@pytest.mark.parametrize("case", ["auto", "manual"])
def test_publish_validation_records_leaves_foreign_zones_to_a_person(
    account: Account, pending: FakeAcm, case: str
) -> None:
    assert invoke("publish_validation_records", case)["status"] == "PENDING_VALIDATION"
    assert not stage_of(account).records_published


def test_await_and_resume_certificate_wake_an_execution(
    account: Account, pending: FakeAcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    token = event("await_certificate/wait")["taskToken"]
    step_functions = FakeStepFunctions(token)
    monkeypatch.setattr(callbacks, "client", lambda service: step_functions)

    assert invoke("await_certificate", "wait") is None
    assert invoke("resume_certificate", "imported-by-somebody-else") == {"resumed": 0}
    assert invoke("resume_certificate", "issued") == {"resumed": 1}
    assert invoke("resume_certificate", "issued") == {"resumed": 0}

    assert json.loads(step_functions.outputs[token]) == {"certificateArn": ARN, "status": "ISSUED"}
    assert stage_of(account).status is CertificateStatus.ISSUED


def test_a_renewal_makes_up_for_a_lost_issuance(
    account: Account, pending: FakeAcm, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callbacks, "client", lambda service: FakeStepFunctions())
    account.waits.add_waiter(ARN, Waiter("arn:execution:gone", "token-of-the-dead"), 2_000_000_000)

    assert invoke("resume_certificate", "renewed") == {"resumed": 0}

    assert stage_of(account).status is CertificateStatus.ISSUED
    assert account.waits.known_and_waiters(ARN)[1] == []


def test_look_at_certificate_waits_longer_and_gives_up_in_the_end(pending: FakeAcm) -> None:
    assert invoke("look_at_certificate", "first-look")["wait"] == {"seconds": 600, "waitedSeconds": 300}
    with pytest.raises(CertificateValidationTimedOut):
        invoke("look_at_certificate", "last-look")


@pytest.mark.parametrize("case", ["certificate", "nested-execution"])
def test_record_failure_writes_what_the_person_needs(account: Account, pending: FakeAcm, case: str) -> None:
    assert invoke("record_failure", case)["recorded"]

    stage = stage_of(account)
    assert (stage.status, stage.error) == (CertificateStatus.FAILED, "CertificateFailed")
    assert stage.reason is not None
    assert stage.reason.endswith("a CAA record in DNS forbids Amazon to issue for one of the names")
    assert stage.next_action is not None
    assert stage.next_action.startswith("Add a CAA record for amazon.com")


def test_record_failure_bears_a_failure_without_item(account: Account) -> None:
    assert not invoke("record_failure", "unreadable-input")["recorded"]
    assert not invoke("record_failure", "aws-not-reached")["recorded"]


def test_announce_validation_records_sends_the_batchs_message(account: Account, pending: FakeAcm) -> None:
    account.store.create_job(Job("spring-2026", "hash", "arn:execution"))
    account.client("s3").put_object(Bucket=account.bucket, Key="jobs/spring-2026/request.json", Body=b"{}")

    assert invoke("announce_validation_records", "batch") == {"records": 1, "toPublish": 1, "sent": True}
