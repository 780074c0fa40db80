from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.aws.objects import put_json
from cloudfront_extensions.aws.validation_announcement import AnnouncedJob, announce
from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.errors import AwsRefused
from cloudfront_extensions.jobs.records import CertificateStage, CertificateStatus, Item, Job
from tests.unit.conftest import REGION, Account

JOB = AnnouncedJob(jobId="job-1", bucket="jobs-bucket", prefix="jobs/job-1/", requestKey="jobs/job-1/request.json")


def prepare(account: Account, *domains: str, published: bool = False, **request: Any) -> None:
    account.store.create_job(Job("job-1", "hash", "arn:execution"))
    put_json("jobs-bucket", JOB["requestKey"], {"requestToken": "job-1", **request})
    account.store.put_items(
        Item(
            "job-1",
            f"row-{line:05}",
            domain,
            (domain,),
            certificate=CertificateStage(
                CertificateStatus.PENDING_VALIDATION,
                validation_records=(ValidationRecord(domain, f"_a.{domain}.", "CNAME", "_b.acm.aws.", published),),
            ),
        )
        for line, domain in enumerate(domains, 2)
    )


def messages(topic: str) -> list[tuple[str, str, str]]:
    """What was published to a topic, as moto keeps it: id, message, subject."""
    from moto.core import DEFAULT_ACCOUNT_ID
    from moto.sns import sns_backends

    sent = sns_backends[DEFAULT_ACCOUNT_ID][REGION].topics[topic].sent_notifications
    return [(identifier, text, subject) for identifier, text, subject, *_ in sent]


def read(account: Account, form: str) -> str:
    found = account.client("s3").get_object(Bucket="jobs-bucket", Key=f"jobs/job-1/validation-records.{form}")
    return str(found["Body"].read().decode())


def test_one_message_and_three_files_tell_what_to_publish(account: Account) -> None:
    prepare(account, "a.example.com", "b.example.com")

    assert announce(JOB) == {"records": 2, "toPublish": 2, "sent": True}

    ((_, text, subject),) = messages(account.topic)
    assert subject == "2 DNS records to publish for job job-1"
    assert "s3://jobs-bucket/jobs/job-1/validation-records.zone" in text
    assert len(json.loads(read(account, "json"))["records"]) == 2
    assert read(account, "csv").count("_b.acm.aws.") == 2
    assert read(account, "zone").count("IN CNAME _b.acm.aws.") == 2


def test_a_job_is_announced_once(account: Account) -> None:
    prepare(account, "a.example.com")
    announce(JOB)

    assert announce(JOB)["sent"] is False
    assert len(messages(account.topic)) == 1


def test_the_topic_of_the_request_comes_before_the_deployments(account: Account) -> None:
    own = account.client("sns").create_topic(Name="own")["TopicArn"]
    prepare(account, "a.example.com", notificationTopic=own)

    announce(JOB)

    assert (len(messages(own)), len(messages(account.topic))) == (1, 0)


def test_nothing_is_sent_when_the_job_published_everything_itself(account: Account) -> None:
    prepare(account, "a.example.com", published=True)

    assert announce(JOB) == {"records": 1, "toPublish": 0, "sent": False}
    assert messages(account.topic) == []
    assert json.loads(read(account, "json"))["records"][0]["state"] == "PUBLISHED_BY_JOB"


def test_a_message_that_was_not_sent_is_sent_by_the_next_try(account: Account) -> None:
    prepare(account, "a.example.com", notificationTopic="arn:aws:sns:us-east-1:123456789012:later")
    with pytest.raises(AwsRefused):
        announce(JOB)
    account.client("sns").create_topic(Name="later")

    assert announce(JOB)["sent"] is True
