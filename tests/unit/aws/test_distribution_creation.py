"""prepare, create and look, each run once, twice, and after what an earlier try left behind."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto.core import DEFAULT_ACCOUNT_ID

from cloudfront_extensions.aws.certificate_waits import CertificateWaits
from cloudfront_extensions.aws.distributions import DistributionCreation
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.distributions.request import parse_request
from cloudfront_extensions.errors import (
    AliasInUse,
    AwsThrottled,
    AwsUnavailable,
    CertificateDoesNotCoverAlias,
    CertificateInWrongRegion,
    CertificateNotFound,
    CertificateNotIssued,
    DistributionNotAdopted,
    DistributionNotDeployed,
    DistributionNotFound,
    InvalidDistributionConfig,
    InvalidInput,
    QuotaWouldBeExceeded,
    RequestTokenConflict,
    SourceConfigNotFound,
)
from cloudfront_extensions.jobs.records import DistributionStage, DistributionStatus, ItemKey
from tests.unit.aws.cloudfront_account import CloudFrontAccount
from tests.unit.conftest import Account

BUCKET = "jobs-bucket"
CONFIG_KEY = "jobs/spring-launch/distributions/row-00002.json"
CERTIFICATE = f"arn:aws:acm:us-east-1:{DEFAULT_ACCOUNT_ID}:certificate/11111111-2222-4333-8444-555555555555"
KEY = ItemKey("spring-launch", "row-00002")
SOURCE = json.loads(
    (Path(__file__).parents[3] / "events/distribution_creation/source_config.json").read_text(encoding="utf-8")
)
REQUEST: dict[str, Any] = {
    "jobId": "spring-launch",
    "itemId": "row-00002",
    "aliases": ["shop.example.com"],
    "certificateArn": CERTIFICATE,
    "source": {"distributionId": "ESOURCE"},
    "tags": {"team": "shops"},
}


@pytest.fixture
def cloudfront(account: Account) -> Iterator[CloudFrontAccount]:
    """A source distribution and an issued certificate for *.example.com, beside table and bucket."""
    cloudfront = CloudFrontAccount()
    cloudfront.add("ESOURCE", SOURCE)
    with cloudfront.in_place_of_aws():
        CertificateWaits().remember(CERTIFICATE, KEY, ("example.com", "*.example.com"))
        CertificateWaits().mark_issued(CERTIFICATE)
        yield cloudfront


def prepare(**changes: Any) -> Any:
    return DistributionCreation().prepare(parse_request({**REQUEST, **changes}))


def create(state: Any) -> Any:
    return DistributionCreation().create(state)


def look(state: Any) -> Any:
    return DistributionCreation().look(state)


def stage() -> DistributionStage:
    item = JobStore().item(KEY)
    assert item is not None
    return item.distribution


def record() -> dict[str, Any]:
    body = boto3.client("s3").get_object(Bucket=BUCKET, Key=CONFIG_KEY)["Body"].read()
    document: dict[str, Any] = json.loads(body)
    return document


def made(cloudfront: CloudFrontAccount) -> list[str]:
    return [distribution_id for distribution_id in cloudfront.distributions if distribution_id != "ESOURCE"]


def test_the_intent_is_on_record_before_anything_is_created(cloudfront: CloudFrontAccount) -> None:
    state = prepare()

    assert made(cloudfront) == []
    assert stage().status is DistributionStatus.CREATING
    assert record()["DistributionConfig"]["Aliases"]["Items"] == ["shop.example.com"]
    assert state == {
        "jobId": "spring-launch",
        "itemId": "row-00002",
        "bucket": BUCKET,
        "configKey": CONFIG_KEY,
        "callerReference": "spring-launch/row-00002",
        "certificateArn": CERTIFICATE,
        "dns": {"mode": "manual"},
        "status": "CREATING",
        "wait": {"seconds": 60, "waitedSeconds": 0},
    }


def test_a_distribution_is_created_with_its_tags_and_waited_for(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare())

    (distribution_id,) = made(cloudfront)
    assert state["distributionId"] == distribution_id
    assert cloudfront.distributions[distribution_id]["tags"] == {
        "team": "shops",
        "cloudfront-extensions:job": "spring-launch",
        "cloudfront-extensions:item": "row-00002",
        "cloudfront-extensions:deployment": "jobs",
    }
    assert (stage().status, stage().id) == (DistributionStatus.DEPLOYING, distribution_id)

    state = look(state)
    assert (state["status"], state["wait"]) == ("DEPLOYING", {"seconds": 90, "waitedSeconds": 60})

    cloudfront.distributions[distribution_id]["status"] = "Deployed"
    state = look(state)
    assert state["status"] == "DEPLOYED"
    assert stage().status is DistributionStatus.DEPLOYED


def test_an_item_is_not_finished_before_its_dns_records_are_written(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare(dns={"mode": "auto"}))
    cloudfront.distributions[state["distributionId"]]["status"] = "Deployed"

    assert look(state)["status"] == "DEPLOYED"
    assert stage().status is DistributionStatus.DEPLOYING


def test_a_batchs_preflight_spares_the_look_at_the_account(cloudfront: CloudFrontAccount) -> None:
    create(prepare(preflighted=True))

    assert cloudfront.calls == ["GetDistributionConfig", "ListConflictingAliases", "CreateDistribution"]


def test_a_known_issued_certificate_is_not_asked_for_at_acm(cloudfront: CloudFrontAccount) -> None:
    with pytest.raises(CertificateNotFound):
        prepare(certificateArn=CERTIFICATE.replace("1111", "9999"))

    assert prepare()["status"] == "CREATING"


def test_creating_again_with_the_state_that_has_the_distribution_does_nothing(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare())
    cloudfront.calls.clear()

    assert create(state) == state
    assert cloudfront.calls == []


def test_what_a_lost_answer_created_is_adopted_by_the_retry(cloudfront: CloudFrontAccount) -> None:
    state = prepare()
    cloudfront.loses_next_answer = True
    with pytest.raises(AwsUnavailable):
        create(state)

    state = create(state)

    assert made(cloudfront) == [state["distributionId"]]
    assert stage().id == state["distributionId"]


def test_an_alias_in_use_by_the_items_own_distribution_is_no_conflict(cloudfront: CloudFrontAccount) -> None:
    """CloudFront does not say in which order it looks at alias and caller reference."""
    state = prepare()
    create(state)
    cloudfront.refuse("CreateDistribution", "CNAMEAlreadyExists")

    assert create(state)["distributionId"] == made(cloudfront)[0]


@pytest.mark.parametrize("refusal", ["DistributionAlreadyExists", "CNAMEAlreadyExists"])
def test_what_its_tags_do_not_show_yet_is_found_by_its_alias(cloudfront: CloudFrontAccount, refusal: str) -> None:
    state = prepare()
    create(state)
    cloudfront.tags_are_visible = False
    cloudfront.refuse("CreateDistribution", refusal)

    assert create(state)["distributionId"] == made(cloudfront)[0]


def test_what_another_deployment_made_for_an_item_of_the_same_name_is_a_strangers(
    cloudfront: CloudFrontAccount,
) -> None:
    state = prepare()
    create(state)
    cloudfront.distributions[made(cloudfront)[0]]["tags"]["cloudfront-extensions:deployment"] = "other-jobs"

    with pytest.raises(DistributionNotAdopted):
        create(state)


@pytest.mark.parametrize("preflighted", [True, False])
@pytest.mark.parametrize("status", ["NOT_STARTED", "CREATING", "UNKNOWN", "FAILED"])
def test_an_item_never_takes_its_own_distribution_for_a_strangers(
    cloudfront: CloudFrontAccount, status: str, preflighted: bool
) -> None:
    """Whatever is on record of it, and before its tags are visible."""
    cloudfront.covered_by_source = {"shop.example.com"}
    create(prepare())
    JobStore().update_distribution(KEY, status=status, id=None, arn=None, domain_name=None)
    cloudfront.tags_are_visible = False

    state = create(prepare(preflighted=preflighted))

    assert [state["distributionId"]] == made(cloudfront)
    assert (stage().status, stage().id) == (DistributionStatus.DEPLOYING, state["distributionId"])


def test_what_can_be_found_neither_by_tags_nor_by_alias_yet_is_tried_again(cloudfront: CloudFrontAccount) -> None:
    state = prepare()
    cloudfront.refuse("CreateDistribution", "DistributionAlreadyExists")

    with pytest.raises(DistributionNotAdopted, match="knows caller reference spring-launch/row-00002"):
        create(state)

    assert DistributionNotAdopted.retryable


def test_a_distribution_with_these_tags_but_another_reference_is_not_adopted(cloudfront: CloudFrontAccount) -> None:
    state = prepare()
    create(state)
    (distribution_id,) = made(cloudfront)
    cloudfront.distributions[distribution_id]["config"]["CallerReference"] = "somebody/else"
    cloudfront.refuse("CreateDistribution", "DistributionAlreadyExists")

    with pytest.raises(DistributionNotAdopted):
        create(state)


def test_an_item_whose_distribution_is_on_record_goes_straight_on(cloudfront: CloudFrontAccount) -> None:
    first = create(prepare())
    cloudfront.calls.clear()

    again = prepare()

    assert cloudfront.calls == []
    assert again == {**first, "wait": {"seconds": 0, "waitedSeconds": 0}}


def test_an_item_that_is_done_stays_done(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare())
    cloudfront.distributions[state["distributionId"]]["status"] = "Deployed"
    look(state)

    assert prepare()["status"] == "DEPLOYED"
    assert stage().status is DistributionStatus.DEPLOYED


def test_a_failure_on_record_is_cleared_when_the_item_goes_on(cloudfront: CloudFrontAccount) -> None:
    create(prepare())
    JobStore().update_distribution(KEY, status="FAILED", error="DistributionNotDeployed", reason="r", next_action="n")

    prepare()

    assert (stage().status, stage().error, stage().reason) == (DistributionStatus.DEPLOYING, None, None)


def test_an_item_whose_creation_is_uncertain_finds_what_it_created(cloudfront: CloudFrontAccount) -> None:
    state = prepare()
    cloudfront.loses_next_answer = True
    with pytest.raises(AwsUnavailable):
        create(state)
    JobStore().update_distribution(KEY, status="UNKNOWN", error="AwsUnavailable")

    state = prepare()

    assert [state["distributionId"]] == made(cloudfront)
    assert stage().id == state["distributionId"]


def test_an_uncertain_creation_unseen_as_yet_is_left_to_cloudfront(cloudfront: CloudFrontAccount) -> None:
    """The alias is in use, perhaps by what this very item created: only CreateDistribution can tell."""
    cloudfront.covered_by_source = {"shop.example.com"}
    create(prepare(preflighted=True))
    JobStore().update_distribution(KEY, status="CREATING", id=None, arn=None, domain_name=None)
    cloudfront.tags_are_visible = False

    state = prepare(preflighted=True)
    cloudfront.tags_are_visible = True

    assert create(state)["distributionId"] == made(cloudfront)[0]


def test_without_aliases_all_names_of_the_certificate_are_used(cloudfront: CloudFrontAccount) -> None:
    request = parse_request({name: value for name, value in REQUEST.items() if name != "aliases"})

    state = create(DistributionCreation().prepare(request))

    assert record()["DistributionConfig"]["Aliases"]["Items"] == ["example.com", "*.example.com"]
    item = JobStore().item(KEY)
    assert item is not None
    assert (item.domain_name, item.names) == ("example.com", ("example.com", "*.example.com"))
    # AND the same request goes on with what is made, whatever names the certificate has by then
    CertificateWaits().remember_imported(CERTIFICATE, KEY, ("example.com",))
    assert DistributionCreation().prepare(request)["distributionId"] == state["distributionId"]


def test_the_same_item_for_other_aliases_is_a_conflict(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare())

    with pytest.raises(
        RequestTokenConflict, match=rf"has distribution {state['distributionId']} for shop\.example\.com"
    ):
        prepare(aliases=["www.example.com"])


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"certificateArn": CERTIFICATE.replace("us-east-1", "eu-west-1")}, CertificateInWrongRegion),
        ({"certificateArn": "not an ARN"}, InvalidInput),
        ({"aliases": ["a.b.example.com"]}, CertificateDoesNotCoverAlias),
        ({"source": {"distributionId": "ENOSUCH"}}, SourceConfigNotFound),
        ({"source": {"bucket": BUCKET, "key": "nothing.json"}}, SourceConfigNotFound),
        ({"source": {"config": {"Comment": ""}}}, InvalidDistributionConfig),
    ],
)
def test_what_would_be_refused_is_refused_before_anything_is_created(
    cloudfront: CloudFrontAccount, changes: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        prepare(**changes)

    assert made(cloudfront) == []
    assert boto3.client("s3").list_objects_v2(Bucket=BUCKET)["KeyCount"] == 0


def test_a_certificate_that_is_not_issued_is_refused(cloudfront: CloudFrontAccount) -> None:
    arn = boto3.client("acm").request_certificate(DomainName="*.example.com", ValidationMethod="DNS")["CertificateArn"]

    with pytest.raises(CertificateNotIssued, match="PENDING_VALIDATION"):
        prepare(certificateArn=arn)


def test_a_file_may_be_get_distribution_configs_answer(cloudfront: CloudFrontAccount) -> None:
    answer = json.dumps({"ETag": "E1", "DistributionConfig": SOURCE}).encode()
    boto3.client("s3").put_object(Bucket=BUCKET, Key="source.json", Body=answer)

    prepare(source={"bucket": BUCKET, "key": "source.json"}, originDomainName="one.customers.example.com")

    assert record()["DistributionConfig"]["Origins"]["Items"][0]["DomainName"] == "one.customers.example.com"


def test_an_alias_of_another_account_is_refused_where_cloudfront_can_be_asked(cloudfront: CloudFrontAccount) -> None:
    cloudfront.covered_by_source = {"shop.example.com"}
    cloudfront.foreign_aliases = {"shop.example.com"}

    with pytest.raises(AliasInUse, match="another account"):
        prepare(preflighted=True)

    assert stage().status is DistributionStatus.NOT_STARTED


def test_an_alias_of_another_account_is_refused_by_cloudfront_where_it_can_not_be_asked(
    cloudfront: CloudFrontAccount,
) -> None:
    cloudfront.foreign_aliases = {"shop.example.com"}
    state = prepare()

    with pytest.raises(AliasInUse, match="by no distribution of this account"):
        create(state)

    assert made(cloudfront) == []


def test_an_alias_of_this_account_is_refused_with_its_owner(cloudfront: CloudFrontAccount) -> None:
    for number in range(4):
        cloudfront.add(
            f"EOTHER{number}", {**SOURCE, "Aliases": {"Quantity": 1, "Items": [f"other{number}.example.com"]}}
        )
    cloudfront.add("ETAKEN", {**SOURCE, "Aliases": {"Quantity": 1, "Items": ["Shop.example.com"]}})

    with pytest.raises(
        AliasInUse, match=r"alias shop\.example\.com is already used by distribution ETAKEN of this account"
    ):
        prepare()


def test_an_alias_taken_since_preflight_is_refused_with_its_owner(cloudfront: CloudFrontAccount) -> None:
    state = prepare(preflighted=True)
    cloudfront.add("ETAKEN", {**SOURCE, "Aliases": {"Quantity": 1, "Items": ["shop.example.com"]}})

    with pytest.raises(AliasInUse, match="distribution ETAKEN of this account"):
        create(state)


def test_a_source_that_may_not_be_asked_through_is_asked_once(cloudfront: CloudFrontAccount) -> None:
    cloudfront.refuse("ListConflictingAliases", "AccessDenied")

    prepare(aliases=["shop.example.com", "www.example.com"], preflighted=True)

    assert cloudfront.calls.count("ListConflictingAliases") == 1


def test_a_full_account_is_refused_by_its_own_quota(cloudfront: CloudFrontAccount) -> None:
    cloudfront.quotas["Web distributions per AWS account"] = 1

    with pytest.raises(QuotaWouldBeExceeded, match="has 1 distributions, and its quota is 1"):
        prepare()


def test_a_full_account_is_refused_by_cloudfront_too(cloudfront: CloudFrontAccount) -> None:
    state = prepare()
    cloudfront.refuse("CreateDistribution", "TooManyDistributions")

    with pytest.raises(QuotaWouldBeExceeded, match="in the words of AWS"):
        create(state)


def test_throttling_is_told_as_such(cloudfront: CloudFrontAccount) -> None:
    state = prepare()
    cloudfront.refuse("CreateDistribution", "Throttling")

    with pytest.raises(AwsThrottled):
        create(state)


def test_a_certificate_that_cloudfront_does_not_know_yet_may_be_tried_again(cloudfront: CloudFrontAccount) -> None:
    state = prepare()
    cloudfront.refuse("CreateDistribution", "InvalidViewerCertificate")
    with pytest.raises(CertificateNotIssued):
        create(state)

    assert create(state)["status"] == "DEPLOYING"


def test_a_deployment_that_takes_too_long_is_given_up(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare())

    with pytest.raises(DistributionNotDeployed, match=f"{state['distributionId']} is still being deployed after 7200"):
        look({**state, "wait": {"seconds": 120, "waitedSeconds": 7080}})


def test_waits_are_those_of_the_environment(cloudfront: CloudFrontAccount, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISTRIBUTION_FIRST_WAIT", "10")
    monkeypatch.setenv("DISTRIBUTION_LONGEST_WAIT", "12")
    monkeypatch.setenv("DISTRIBUTION_WAIT_LIMIT", "30")
    state = create(prepare())
    waits = [state["wait"]["seconds"]]

    for _ in range(2):
        state = look(state)
        waits.append(state["wait"]["seconds"])

    assert waits == [10, 12, 8]
    with pytest.raises(DistributionNotDeployed):
        look(state)


def test_a_new_distribution_that_cloudfront_does_not_show_yet_is_waited_for(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare())
    del cloudfront.distributions[state["distributionId"]]

    assert look(state)["status"] == "DEPLOYING"


def test_a_distribution_that_somebody_deleted_is_told_as_such(cloudfront: CloudFrontAccount) -> None:
    state = create(prepare())
    del cloudfront.distributions[state["distributionId"]]

    with pytest.raises(DistributionNotFound, match=rf"{state['distributionId']} of spring-launch/row-00002 no longer"):
        look({**state, "wait": {"seconds": 300, "waitedSeconds": 300}})
