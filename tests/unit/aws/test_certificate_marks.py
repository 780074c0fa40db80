"""Which certificates an item marks as used, and whose mark it takes away."""

from __future__ import annotations

import pytest

from cloudfront_extensions.aws.certificate_marks import mark_as_used, take_mark_away
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.jobs.records import ItemKey
from cloudfront_extensions.tags import DEPLOYMENT_TAG, JOB_TAG, USED_BY_TAG
from tests.unit.conftest import Account

USER = ItemKey("autumn", "row-00007")
MARK = "autumn/row-00007"
GONE = "arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-0000-0000-000000000000"


def certificate_with(account: Account, tags: dict[str, str]) -> str:
    tag_list = [{"Key": key, "Value": value} for key, value in tags.items()]
    answer = account.client("acm").request_certificate(
        DomainName="shop.example.com", **({"Tags": tag_list} if tags else {})
    )
    return str(answer["CertificateArn"])


def mark_of(account: Account, arn: str) -> str | None:
    tags = account.client("acm").list_tags_for_certificate(CertificateArn=arn)["Tags"]
    return next((tag["Value"] for tag in tags if tag["Key"] == USED_BY_TAG), None)


@pytest.mark.parametrize(
    ("tags", "mark"),
    [
        pytest.param({}, None, id="made by no job"),
        pytest.param({"team": "web"}, None, id="made by no job, with tags"),
        pytest.param({JOB_TAG: "autumn", DEPLOYMENT_TAG: "jobs"}, None, id="made by its own job"),
        pytest.param({JOB_TAG: "spring", DEPLOYMENT_TAG: "jobs"}, MARK, id="made by another job"),
        pytest.param(
            {JOB_TAG: "autumn", DEPLOYMENT_TAG: "others"}, MARK, id="made by a namesake in another deployment"
        ),
        pytest.param({JOB_TAG: "spring", DEPLOYMENT_TAG: "jobs", USED_BY_TAG: "may/row-1"}, MARK, id="used by a third"),
    ],
)
def test_what_another_job_made_is_marked(account: Account, tags: dict[str, str], mark: str | None) -> None:
    arn = certificate_with(account, tags)

    mark_as_used(arn, USER)

    assert mark_of(account, arn) == mark


def test_a_mark_is_taken_away_by_whom_it_names(account: Account) -> None:
    arn = certificate_with(account, {USED_BY_TAG: MARK})

    take_mark_away(arn, {USED_BY_TAG: MARK}, ItemKey("autumn", "row-00008"))
    assert mark_of(account, arn) == MARK
    take_mark_away(arn, {USED_BY_TAG: MARK}, USER)
    assert mark_of(account, arn) is None


def test_a_mark_on_what_is_gone_is_gone_too_and_none_can_be_made(account: Account) -> None:
    take_mark_away(GONE, {USED_BY_TAG: MARK}, USER)

    with pytest.raises(AlreadyGone):
        mark_as_used(GONE, USER)
