from __future__ import annotations

import json

import pytest

from cloudfront_extensions.aws.callbacks import CertificateCallbacks
from cloudfront_extensions.aws.certificate_waits import CertificateWaits, Waiter
from cloudfront_extensions.errors import AwsThrottled
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item, ItemKey
from tests.unit.aws.fakes import FakeStepFunctions
from tests.unit.conftest import Account

ARN = "arn:aws:acm:us-east-1:111122223333:certificate/1"
OWNER = ItemKey("job-1", "row-00002")


@pytest.fixture
def certificate(account: Account) -> None:
    """One that an item asked for and that nobody waits for yet."""
    stage = CertificateStage(CertificateStatus.PENDING_VALIDATION, arn=ARN)
    account.store.ensure_item(Item(*OWNER, "shop.example.com", ("shop.example.com",), certificate=stage))
    account.waits.remember(ARN, OWNER, ("shop.example.com",))


def waiter(name: str, token: str | None = None) -> Waiter:
    return Waiter(f"arn:execution:{name}", token or f"token-{name}")


def status(account: Account, key: ItemKey = OWNER) -> CertificateStatus:
    item = account.store.item(key)
    assert item is not None
    return item.certificate.status


def still_waiting(account: Account) -> list[Waiter]:
    return account.waits.known_and_waiters(ARN)[1]


@pytest.mark.usefixtures("certificate")
def test_a_wait_and_then_the_event_resume_the_execution(account: Account) -> None:
    step_functions = FakeStepFunctions("token-a")
    callbacks = CertificateCallbacks(step_functions=step_functions)

    callbacks.wait(ARN, waiter("a"))
    assert step_functions.outputs == {}
    assert callbacks.issued(ARN) == 1

    assert json.loads(step_functions.outputs["token-a"]) == {"certificateArn": ARN, "status": "ISSUED"}
    assert status(account) is CertificateStatus.ISSUED
    assert still_waiting(account) == []


@pytest.mark.usefixtures("certificate")
def test_the_event_and_then_a_wait_resume_the_execution(account: Account) -> None:
    step_functions = FakeStepFunctions("token-a")
    callbacks = CertificateCallbacks(step_functions=step_functions)

    assert callbacks.issued(ARN) == 0
    callbacks.wait(ARN, waiter("a"))

    assert json.loads(step_functions.outputs["token-a"])["status"] == "ISSUED"
    assert status(account) is CertificateStatus.ISSUED
    assert still_waiting(account) == []


@pytest.mark.usefixtures("certificate")
def test_an_event_between_a_waits_writing_and_reading_resumes_it(account: Account) -> None:
    step_functions = FakeStepFunctions("token-a")

    class EventComesBetween(CertificateWaits):
        def add_waiter(self, arn: str, waiter: Waiter, expires_at: int) -> None:
            super().add_waiter(arn, waiter, expires_at)
            assert CertificateCallbacks(step_functions=step_functions).issued(arn) == 1

    CertificateCallbacks(waits=EventComesBetween(), step_functions=step_functions).wait(ARN, waiter("a"))

    assert list(step_functions.outputs) == ["token-a"]
    assert still_waiting(account) == []


@pytest.mark.usefixtures("certificate")
def test_a_wait_between_an_events_writing_and_reading_is_resumed(account: Account) -> None:
    step_functions = FakeStepFunctions("token-a")

    class WaitComesBetween(CertificateWaits):
        def mark_issued(self, arn: str) -> bool:
            known = super().mark_issued(arn)
            CertificateCallbacks(step_functions=step_functions).wait(arn, waiter("a"))
            return known

    CertificateCallbacks(waits=WaitComesBetween(), step_functions=step_functions).issued(ARN)

    assert list(step_functions.outputs) == ["token-a"]
    assert still_waiting(account) == []


@pytest.mark.usefixtures("certificate")
def test_every_execution_that_waits_is_resumed(account: Account) -> None:
    step_functions = FakeStepFunctions("token-a", "token-b", "token-c")
    callbacks = CertificateCallbacks(step_functions=step_functions)
    for name in "abc":
        callbacks.wait(ARN, waiter(name))

    assert callbacks.issued(ARN) == 3
    assert step_functions.waiting == set()


@pytest.mark.usefixtures("certificate")
def test_an_event_that_comes_again_changes_nothing(account: Account) -> None:
    callbacks = CertificateCallbacks(step_functions=FakeStepFunctions("token-a"))
    callbacks.wait(ARN, waiter("a"))
    callbacks.issued(ARN)
    before = account.store.item(OWNER)

    assert callbacks.issued(ARN) == 0
    assert account.store.item(OWNER) == before


def test_an_event_for_a_certificate_of_somebody_else_leaves_no_trace(account: Account) -> None:
    assert CertificateCallbacks(step_functions=FakeStepFunctions()).issued(ARN) == 0

    assert account.waits.known_and_waiters(ARN) == (None, [])


@pytest.mark.usefixtures("certificate")
@pytest.mark.parametrize("code", ["TaskTimedOut", "TaskDoesNotExist", "InvalidToken"])
def test_the_token_of_a_dead_execution_is_forgotten_and_stops_nobody(account: Account, code: str) -> None:
    step_functions = FakeStepFunctions("token-b")
    step_functions.over["token-a"] = code
    callbacks = CertificateCallbacks(step_functions=step_functions)
    callbacks.wait(ARN, waiter("a"))
    callbacks.wait(ARN, waiter("b"))

    assert callbacks.issued(ARN) == 1

    assert list(step_functions.outputs) == ["token-b"]
    assert still_waiting(account) == []


@pytest.mark.usefixtures("certificate")
def test_a_failed_wake_up_is_raised_after_the_others_and_can_be_repeated(account: Account) -> None:
    step_functions = FakeStepFunctions("token-a", "token-b", "token-c")
    step_functions.over["token-b"] = "ThrottlingException"
    callbacks = CertificateCallbacks(step_functions=step_functions)
    for name in "abc":
        callbacks.wait(ARN, waiter(name))

    with pytest.raises(AwsThrottled):
        callbacks.issued(ARN)

    assert set(step_functions.outputs) == {"token-a", "token-c"}
    assert still_waiting(account) == [waiter("b")]

    step_functions.over.clear()
    assert callbacks.issued(ARN) == 1
    assert set(step_functions.outputs) == {"token-a", "token-b", "token-c"}


@pytest.mark.usefixtures("certificate")
def test_the_next_wait_of_an_execution_replaces_its_last(account: Account) -> None:
    step_functions = FakeStepFunctions("token-2")
    callbacks = CertificateCallbacks(step_functions=step_functions)
    callbacks.wait(ARN, waiter("a", "token-1"))
    callbacks.wait(ARN, waiter("a", "token-2"))

    assert callbacks.issued(ARN) == 1
    assert list(step_functions.outputs) == ["token-2"]


@pytest.mark.usefixtures("certificate")
def test_an_event_for_the_certificate_of_an_earlier_attempt_does_not_touch_the_item(account: Account) -> None:
    account.store.update_certificate(OWNER, arn=f"{ARN}-of-the-next-attempt")

    CertificateCallbacks(step_functions=FakeStepFunctions()).issued(ARN)

    assert status(account) is CertificateStatus.PENDING_VALIDATION


@pytest.mark.usefixtures("certificate")
def test_a_late_issuance_clears_a_failure_on_record(account: Account) -> None:
    account.store.update_certificate(
        OWNER, status=CertificateStatus.FAILED, error="CertificateValidationTimedOut", reason="late", next_action="wait"
    )

    CertificateCallbacks(step_functions=FakeStepFunctions()).issued(ARN)

    item = account.store.item(OWNER)
    assert item is not None
    stage = item.certificate
    assert (stage.status, stage.error, stage.reason, stage.next_action) == (CertificateStatus.ISSUED, None, None, None)


@pytest.mark.usefixtures("certificate")
def test_waiters_expire_four_days_on(account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("cloudfront_extensions.aws.callbacks.epoch_seconds", lambda: 1_000_000)

    CertificateCallbacks(step_functions=FakeStepFunctions()).wait(ARN, waiter("a"))

    items = account.client("dynamodb").scan(TableName=account.table)["Items"]
    assert [item["expires_at"] for item in items if "expires_at" in item] == [{"N": "1345600"}]
