"""A log file that arrives makes its folder pending, however often it is told of, and whatever else goes wrong."""

from __future__ import annotations

import json

import pytest

from cloudfront_extensions.metrics.sources import Source, folder_at
from localaws.faults import Fault, faults
from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.logs import (
    Site,
    arrivals,
    is_pending,
    keys_in,
    log_folders,
    new_hour,
    put_file,
    put_legacy,
    wait_until_pending,
)


@pytest.mark.parametrize("source", Source)
def test_a_file_makes_its_folder_pending(application: Application, source: Source) -> None:
    folder = folder_at(source, new_hour())
    put_file(application, folder, "E1.some-file", b"")
    wait_until_pending(application, folder)
    (one,) = [found for found in log_folders(application).pending() if found.folder == folder]
    assert one.arrived >= 1


def test_a_file_of_legacy_logs_is_brought_into_its_hour(application: Application) -> None:
    site, hour = Site("E2QWRUHAPOMQZL", "d111111abcdef8.cloudfront.net", ()), new_hour()
    name = put_legacy(application, site, hour, [site.line(hour)])
    folder = folder_at(Source.LEGACY, hour)
    wait_until_pending(application, folder)
    assert keys_in(application, folder.prefix) == [f"{folder.prefix}{name}"]


def test_what_lies_elsewhere_in_the_bucket_is_nobodys_folder(application: Application) -> None:
    """It is passed over by the rule, so that the file after it is noted alone."""
    folder = folder_at(Source.REALTIME, new_hour())
    bucket = application.outputs["LogsBucket"]
    before = len(list(log_folders(application).pending()))
    for key in ("unreadable/realtime/hour=2026-11-22-14/x.gz", "realtime-errors/x", "realtime/x"):
        application.client("s3").put_object(Bucket=bucket, Key=key, Body=b"")
    put_file(application, folder, "file.gz", b"")
    wait_until_pending(application, folder)
    assert len(list(log_folders(application).pending())) == before + 1


def test_a_doubled_event_does_no_harm(application: Application) -> None:
    folder = folder_at(Source.REALTIME, new_hour())
    with faults(application.instance, Fault("event-duplicated", source="aws.s3", containing=folder.hour)):
        put_file(application, folder, "file.gz", b"")
        wait_until_pending(application, folder, files=2)
    assert arrivals(application, folder) == 2


def test_an_arrival_that_can_not_be_noted_at_once_is_noted_later(application: Application) -> None:
    folder = folder_at(Source.REALTIME, new_hour())
    throttled = Fault("throttle", operation="UpdateItem", caller="*/NoteLogArrivals", times=2)
    with faults(application.instance, throttled) as injected:
        put_file(application, folder, "file.gz", b"")
        wait_until_pending(application, folder)
    assert injected.struck() == [2]


def test_a_copy_that_s3_is_slow_to_make_is_made(application: Application) -> None:
    site, hour = Site("E2QWRUHAPOMQZL", "d111111abcdef8.cloudfront.net", ()), new_hour()
    slow_down = Fault("error", code="SlowDown", operation="CopyObject", caller="*/NoteLogArrivals", times=2)
    with faults(application.instance, slow_down) as injected:
        put_legacy(application, site, hour, [site.line(hour)])
        wait_until_pending(application, folder_at(Source.LEGACY, hour))
    assert injected.struck() == [2]


def test_a_file_that_is_gone_before_it_is_copied_is_passed_over(application: Application, case: Case) -> None:
    bucket = application.outputs["LegacyLogsBucket"]
    key = f"E2QWRUHAPOMQZL.{new_hour():%Y-%m-%d-%H}.gone.gz"
    event = {"detail": {"bucket": {"name": bucket}, "object": {"key": key}}}
    answer = application.invoke("NoteLogArrivals", {"Records": [{"messageId": "1", "body": json.dumps(event)}]})
    assert answer == {"batchItemFailures": []}


def test_a_message_that_nobody_understands_ends_with_the_dead_letters(application: Application) -> None:
    """Its own time until it is seen again is shortened: five tries take an hour."""
    sqs = application.client("sqs")
    dead = application.outputs["UnnotedArrivalsQueue"]
    (queue,) = [
        url
        for url in sqs.list_queues()["QueueUrls"]
        if dead
        in (sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"].get("RedrivePolicy") or "")
        or "-Arrivals-" in url
    ]
    sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "0"})
    try:
        sqs.send_message(QueueUrl=queue, MessageBody="what is this?")

        def letters() -> list[str]:
            found = sqs.receive_message(QueueUrl=dead, MaxNumberOfMessages=10, VisibilityTimeout=0).get("Messages", [])
            return [one["Body"] for one in found]

        assert eventually(letters) == ["what is this?"]
    finally:
        sqs.set_queue_attributes(QueueUrl=queue, Attributes={"VisibilityTimeout": "660"})
    assert not is_pending(application, folder_at(Source.REALTIME, new_hour()))
