"""Makes a job's validation records known: files under the job's prefix, and one message to who publishes them."""

from __future__ import annotations

import os
from typing import TypedDict

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.aws.job_store import JobStore
from cloudfront_extensions.aws.objects import get_json, put_json, put_text
from cloudfront_extensions.jobs.announcement import (
    AnnouncedRecord,
    announced_records,
    as_csv,
    as_document,
    as_zone_file,
    message,
    to_publish,
)
from cloudfront_extensions.messages import Message


class AnnouncedJob(TypedDict):
    """What the announcement reads of the onboarding workflow's state."""

    jobId: str
    bucket: str
    prefix: str
    """Ends with a slash."""
    requestKey: str


class Announcement(TypedDict):
    records: int
    toPublish: int
    sent: bool


def announce(job: AnnouncedJob) -> Announcement:
    """Write the files, and send one message if a person has to publish anything and was not told before.

    That it was sent is noted after sending: a task that dies between the two sends again rather than never.
    """
    store = JobStore()
    records = announced_records(store.items(job["jobId"]))
    by_hand = to_publish(records)
    files = _write_files(job, records)
    record_of_job = store.job(job["jobId"])
    is_due = bool(by_hand) and not (record_of_job and record_of_job.announced)
    if is_due:
        _send(_topic(job), message(job["jobId"], by_hand, files))
        store.update_job(job["jobId"], announced=True)
    return Announcement(records=len(records), toPublish=len(by_hand), sent=is_due)


def _write_files(job: AnnouncedJob, records: tuple[AnnouncedRecord, ...]) -> tuple[str, ...]:
    """Anew on every run, so that they show what is still to be published."""
    bucket, stem = job["bucket"], f"{job['prefix']}validation-records"
    put_json(bucket, f"{stem}.json", as_document(job["jobId"], records))
    put_text(bucket, f"{stem}.csv", as_csv(records), "text/csv; charset=utf-8")
    put_text(bucket, f"{stem}.zone", as_zone_file(job["jobId"], records), "text/plain; charset=utf-8")
    return tuple(f"s3://{bucket}/{stem}.{form}" for form in ("json", "csv", "zone"))


def _topic(job: AnnouncedJob) -> str:
    """The topic that the request names, or the deployment's own."""
    request = get_json(job["bucket"], job["requestKey"])
    return str(request.get("notificationTopic") or os.environ["NOTIFICATION_TOPIC"])


def _send(topic: str, announcement: Message) -> None:
    with aws_call("Publish", topic):
        client("sns").publish(TopicArn=topic, Subject=announcement.subject, Message=announcement.text)
