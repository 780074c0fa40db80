from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.aws import certificate_issuance
from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.certificate_issuance import CertificateIssuance
from cloudfront_extensions.certificates.request import CertificateRequest, CertificateState, parse_request
from cloudfront_extensions.errors import (
    AwsUnavailable,
    CertificateFailed,
    CertificateRevoked,
    CertificateValidationTimedOut,
    HostedZoneNotFound,
    QuotaWouldBeExceeded,
    RequestTokenConflict,
    ValidationRecordsNotReady,
)
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item, ItemKey
from tests.unit.aws.fakes import FakeAcm, client_error
from tests.unit.conftest import Account

KEY = ItemKey("job-1", "row-00002")
HOUR = 3_600


class World:
    """The steps over a fake ACM and a real table."""

    def __init__(self, account: Account, monkeypatch: pytest.MonkeyPatch) -> None:
        self.account = account
        self.acm = FakeAcm()
        self.steps = CertificateIssuance(AcmCertificates(self.acm, self.acm))
        self._monkeypatch = monkeypatch

    @property
    def item(self) -> Item:
        item = self.account.store.item(KEY)
        assert item is not None
        return item

    @property
    def stage(self) -> CertificateStage:
        return self.item.certificate

    def pass_time(self, seconds: float) -> None:
        self._monkeypatch.setattr(certificate_issuance, "seconds_since", lambda moment: seconds)
        if seconds >= HOUR:
            self.acm.forget_tokens()

    def requested(self, **fields: Any) -> CertificateState:
        return self.steps.request(request(**fields))

    def pending(self, **fields: Any) -> CertificateState:
        """A certificate whose records are known and published."""
        return self.steps.publish_records(self.steps.read_records(self.requested(**fields)))


@pytest.fixture
def world(account: Account, monkeypatch: pytest.MonkeyPatch) -> World:
    return World(account, monkeypatch)


def request(**fields: Any) -> CertificateRequest:
    return parse_request(
        {
            "jobId": KEY.job_id,
            "itemId": KEY.item_id,
            "domainName": "shop.example.com",
            "validation": {"mode": "manual"},
            **fields,
        }
    )


def test_a_request_is_on_record_with_its_certificate(world: World) -> None:
    state = world.requested(subjectAlternativeNames=["www.shop.example.com"])

    assert state["status"] == "REQUESTED"
    assert state["wait"] == {"seconds": 300, "waitedSeconds": 0}
    assert (world.stage.status, world.stage.arn) == (CertificateStatus.REQUESTED, state["certificateArn"])
    assert world.item.names == ("shop.example.com", "www.shop.example.com")
    known = world.account.waits.known(state["certificateArn"])
    assert known is not None
    assert (known.owner, known.names, known.issued) == (KEY, world.item.names, False)


def test_a_whole_happy_path_costs_two_calls_to_acm_and_no_list(world: World) -> None:
    state = world.pending()
    world.requested()

    assert state["status"] == "PENDING_VALIDATION"
    assert world.acm.calls == {"RequestCertificate": 1, "DescribeCertificate": 1}


def test_an_item_of_a_batch_keeps_what_the_batch_wrote(world: World) -> None:
    item = Item(*KEY, "shop.example.com", ("shop.example.com",), line=2, comment="from the batch")
    world.account.store.put_items([item])

    world.requested()

    assert world.item.comment == "from the batch"
    assert world.stage.arn


def test_the_intent_is_on_record_before_acm_is_asked(world: World) -> None:
    world.acm.failures.append(client_error("InternalFailure", status=500))

    with pytest.raises(AwsUnavailable):
        world.requested()

    assert (world.stage.status, world.stage.arn) == (CertificateStatus.REQUESTED, None)


def test_a_lost_answer_and_a_retry_make_one_certificate(world: World) -> None:
    world.acm.lost_answers.append(client_error("InternalFailure", status=500))
    with pytest.raises(AwsUnavailable):
        world.requested()

    state = world.requested()

    assert list(world.acm.certificates) == [state["certificateArn"]]
    assert world.acm.calls["GetResources"] == 0


def test_a_lost_answer_is_found_by_tags_when_the_token_may_have_expired(world: World) -> None:
    world.acm.lost_answers.append(client_error("InternalFailure", status=500))
    with pytest.raises(AwsUnavailable):
        world.requested()
    world.pass_time(2 * HOUR)

    state = world.requested()

    assert list(world.acm.certificates) == [state["certificateArn"]]
    assert world.stage.arn == state["certificateArn"]


def test_a_token_is_not_trusted_to_the_end_of_its_hour(world: World) -> None:
    world.acm.lost_answers.append(client_error("InternalFailure", status=500))
    with pytest.raises(AwsUnavailable):
        world.requested()
    world.pass_time(HOUR / 2)

    world.requested()

    assert world.acm.calls == {"RequestCertificate": 1, "GetResources": 1, "DescribeCertificate": 1}


def test_a_request_that_never_reached_acm_is_made_when_nothing_is_found(world: World) -> None:
    world.acm.failures.append(client_error("InternalFailure", status=500))
    with pytest.raises(AwsUnavailable):
        world.requested()
    world.pass_time(2 * HOUR)

    state = world.requested()

    assert list(world.acm.certificates) == [state["certificateArn"]]


def test_an_unknown_stage_without_certificate_is_looked_for_however_young(world: World) -> None:
    world.acm.lost_answers.append(client_error("InternalFailure", status=500))
    with pytest.raises(AwsUnavailable):
        world.requested()
    world.account.store.update_certificate(KEY, status=CertificateStatus.UNKNOWN, error="AwsUnavailable")
    world.acm.forget_tokens()

    state = world.requested()

    assert list(world.acm.certificates) == [state["certificateArn"]]
    assert (world.stage.status, world.stage.error) == (CertificateStatus.REQUESTED, None)


def test_an_unknown_stage_with_certificate_goes_on_with_it(world: World) -> None:
    first = world.pending()
    world.account.store.update_certificate(KEY, status=CertificateStatus.UNKNOWN, error="States.Timeout", reason="late")

    state = world.requested()

    assert (state["certificateArn"], state["status"]) == (first["certificateArn"], "REQUESTED")
    assert (world.stage.status, world.stage.error) == (CertificateStatus.REQUESTED, None)
    assert world.acm.calls["RequestCertificate"] == 1


@pytest.mark.parametrize("status", [CertificateStatus.PENDING_VALIDATION, CertificateStatus.ISSUED])
def test_a_certificate_that_is_pending_or_issued_is_answered_as_it_stands(
    world: World, status: CertificateStatus
) -> None:
    world.pending()
    world.account.store.update_certificate(KEY, status=status)

    assert world.requested()["status"] == status
    assert world.acm.calls["RequestCertificate"] == 1


def test_a_failure_on_record_is_raised_again_without_asking_acm(world: World) -> None:
    item = Item(
        *KEY,
        "shop.example.com",
        ("shop.example.com",),
        certificate=CertificateStage(CertificateStatus.FAILED, "CertificateRevoked", "it was revoked", "Ask why."),
    )
    world.account.store.put_items([item])

    with pytest.raises(CertificateRevoked, match=r"it was revoked\nNext: Ask why\."):
        world.requested()

    assert world.acm.calls == {}


def test_a_certificate_that_came_to_a_bad_end_is_asked_for_anew(world: World) -> None:
    first = world.pending()
    world.acm.set_status(first["certificateArn"], "FAILED", FailureReason="OTHER")
    world.account.store.update_certificate(KEY, status=CertificateStatus.REQUESTED)

    assert world.requested()["certificateArn"] != first["certificateArn"]
    assert (world.stage.attempt, world.stage.validation_records) == (2, ())


def test_a_certificate_that_is_gone_is_asked_for_anew(world: World) -> None:
    first = world.pending()
    world.account.store.update_certificate(KEY, status=CertificateStatus.REQUESTED)
    del world.acm.certificates[first["certificateArn"]]
    world.pass_time(HOUR)

    world.requested()

    assert (world.stage.attempt, world.acm.calls["RequestCertificate"]) == (2, 2)


def test_a_new_certificate_that_acm_does_not_show_yet_is_not_gone(world: World) -> None:
    first = world.requested()
    del world.acm.certificates[first["certificateArn"]]

    assert world.requested()["certificateArn"] == first["certificateArn"]
    assert world.stage.attempt == 1


def test_a_failure_that_was_not_the_certificates_own_keeps_it(world: World) -> None:
    first = world.pending()
    world.account.store.update_certificate(KEY, status=CertificateStatus.REQUESTED)

    assert world.requested()["certificateArn"] == first["certificateArn"]
    assert world.stage.attempt == 1


def test_an_item_does_not_lend_its_certificate_to_other_names(world: World) -> None:
    state = world.pending()

    with pytest.raises(RequestTokenConflict, match=r"shop\.example\.com; give other names another"):
        world.requested(domainName="other.example.com")

    assert (world.stage.status, world.stage.arn) == (CertificateStatus.PENDING_VALIDATION, state["certificateArn"])


def test_a_full_quota_is_named(world: World) -> None:
    world.acm.failures.append(client_error("LimitExceededException"))

    with pytest.raises(QuotaWouldBeExceeded):
        world.requested()


def test_the_records_are_on_the_item_once_each(world: World) -> None:
    state = world.requested(domainName="example.com", subjectAlternativeNames=["*.example.com", "a.example.net"])

    assert world.steps.read_records(state) == state
    assert [record.name for record in world.stage.validation_records] == ["_a.example.com.", "_a.a.example.net."]


def test_records_are_not_ready_while_acm_does_not_know_the_certificate(world: World) -> None:
    state = world.requested()
    world.acm.certificates.clear()

    with pytest.raises(ValidationRecordsNotReady):
        world.steps.read_records(state)


def test_a_certificate_that_has_failed_already_says_so_instead(world: World) -> None:
    state = world.requested()
    world.acm.set_status(state["certificateArn"], "FAILED", FailureReason="CAA_ERROR", DomainValidationOptions=[])

    with pytest.raises(CertificateFailed, match="CAA_ERROR"):
        world.steps.read_records(state)


def test_a_certificate_that_is_issued_at_once_is_known_before_anybody_waits(world: World) -> None:
    state = world.requested()
    world.acm.set_status(state["certificateArn"], "ISSUED")

    published = world.steps.publish_records(world.steps.read_records(state))

    assert published["status"] == "PENDING_VALIDATION"
    assert world.stage.status is CertificateStatus.ISSUED
    assert world.stage.validation_records
    known = world.account.waits.known(state["certificateArn"])
    assert known is not None
    assert known.issued


def zone(account: Account, name: str) -> str:
    answer = account.client("route53").create_hosted_zone(Name=name, CallerReference=name)
    return str(answer["HostedZone"]["Id"]).removeprefix("/hostedzone/")


def names_in(account: Account, zone_id: str) -> list[str]:
    sets = account.client("route53").list_resource_record_sets(HostedZoneId=zone_id)["ResourceRecordSets"]
    return [found["Name"] for found in sets if found["Type"] == "CNAME"]


def test_manual_validation_writes_nothing(world: World) -> None:
    zone_id = zone(world.account, "example.com")

    world.pending(validation={"mode": "manual"})

    assert names_in(world.account, zone_id) == []
    assert not world.stage.records_published


def test_the_named_zone_gets_all_records(world: World) -> None:
    zone_id = zone(world.account, "example.com")

    world.pending(validation={"hostedZoneId": zone_id}, subjectAlternativeNames=["blog.example.com"])

    assert names_in(world.account, zone_id) == ["_a.blog.example.com.", "_a.shop.example.com."]
    assert world.stage.records_published
    assert world.stage.status is CertificateStatus.PENDING_VALIDATION


def test_a_named_zone_that_does_not_hold_the_names_is_refused(world: World) -> None:
    zone_id = zone(world.account, "example.net")

    with pytest.raises(HostedZoneNotFound):
        world.pending(validation={"hostedZoneId": zone_id})

    assert not world.stage.records_published


def test_records_without_a_zone_of_ours_stay_for_a_person(world: World) -> None:
    zone_id = zone(world.account, "example.com")

    world.pending(validation={"mode": "auto"}, subjectAlternativeNames=["shop.example.net"])

    assert names_in(world.account, zone_id) == ["_a.shop.example.com."]
    assert {record.domain_name: record.published for record in world.stage.validation_records} == {
        "shop.example.com": True,
        "shop.example.net": False,
    }
    assert not world.stage.records_published


def test_a_look_at_a_pending_certificate_says_how_long_to_wait_next(world: World) -> None:
    state = world.steps.look(world.pending())

    assert (state["status"], state["wait"]) == ("PENDING_VALIDATION", {"seconds": 600, "waitedSeconds": 300})


def test_a_look_finds_what_no_event_told(world: World) -> None:
    state = world.pending()
    world.acm.set_status(state["certificateArn"], "ISSUED")

    assert world.steps.look(state)["status"] == "ISSUED"
    assert world.stage.status is CertificateStatus.ISSUED
    known = world.account.waits.known(state["certificateArn"])
    assert known is not None
    assert known.issued


def test_the_last_look_gives_up(world: World) -> None:
    state: CertificateState = {**world.pending(), "wait": {"seconds": 3600, "waitedSeconds": 255_600}}

    with pytest.raises(CertificateValidationTimedOut, match="72 hours"):
        world.steps.look(state)


def test_a_look_at_a_certificate_that_ended_badly_raises_its_end(world: World) -> None:
    state = world.pending()
    world.acm.set_status(state["certificateArn"], "REVOKED")

    with pytest.raises(CertificateRevoked):
        world.steps.look(state)
