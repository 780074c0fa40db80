"""Distributions begin to deliver their access logs to the logs bucket, or no longer do; what is somebody else's stays."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pytest

from cloudfront_extensions.aws import log_delivery
from cloudfront_extensions.metrics.columns import STANDARD_FIELDS, columns
from cloudfront_extensions.metrics.log_delivery import source_name
from cloudfront_extensions.metrics.sources import Folder, Source, folder_of
from localaws.control import control
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.workflows.account import distribution, plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.baselines import calls_of, delete, invocation
from tests.workflows.changes import changed, new_distribution, versions
from tests.workflows.log_deliveries import (
    FUNCTIONS,
    HOUR,
    change,
    delivered,
    deliveries,
    destinations,
    elsewhere,
    outcomes,
    parquet_file,
    reason,
    request,
    sources,
    told,
)

READER = "*/LogDelivery"
"""Who reads the lists of batches."""


@pytest.fixture(scope="module")
def application(quiet_application: Application) -> Application:
    return quiet_application


def made(application: Application, **config: object) -> str:
    return str(new_distribution(application, **config)["Distribution"]["Id"])


def logging_of(application: Application, distribution_id: str) -> Json:
    found: Json = distribution(application, distribution_id)["DistributionConfig"]["Logging"]
    return found


def legacy_domain(application: Application) -> str:
    return f"{application.outputs['LegacyLogsBucket']}.s3.amazonaws.com"


def ours(application: Application) -> str:
    (name,) = destinations(application)
    return name


def test_files_of_an_attached_distribution_arrive_by_the_hour_with_the_fields_of_the_table(
    application: Application, tmp_path: Path
) -> None:
    one = made(application)
    assert outcomes(application, change(application, "attach", one)) == {one: "attached"}
    (file,) = delivered(application, one, Source.STANDARD, parquet_file(tmp_path))

    assert file["bucket"] == application.outputs["LogsBucket"]
    assert folder_of(file["key"]) == Folder(Source.STANDARD, HOUR)
    stored = application.client("s3").get_object(Bucket=file["bucket"], Key=file["key"])["Body"].read()
    (tmp_path / "stored.parquet").write_bytes(stored)
    assert set(duckdb.read_parquet(str(tmp_path / "stored.parquet")).columns) == set(columns(Source.STANDARD))


def test_a_second_run_finds_it_done(application: Application) -> None:
    one = made(application)
    change(application, "attach", one)
    before, mark = deliveries(application, one), len(lines(application.instance.calls))
    output = change(application, "attach", one)

    assert outcomes(application, output) == {one: "unchanged"}
    assert deliveries(application, one) == before
    assert calls_of(application, mark, "ChangeLogDelivery") == []


def test_a_delivery_of_ours_with_other_fields_is_brought_up_to_date(application: Application) -> None:
    one = made(application)
    change(application, "attach", one)
    (before,) = deliveries(application, one)
    application.client("logs").update_delivery_configuration(id=before["id"], recordFields=["date", "time"])

    assert outcomes(application, change(application, "attach", one)) == {one: "updated"}
    (after,) = deliveries(application, one)
    assert (after["id"], after["recordFields"]) == (before["id"], list(STANDARD_FIELDS))


def test_what_somebody_else_has_set_up_stays_and_is_told(application: Application) -> None:
    one = made(application)
    logs, to = application.client("logs"), elsewhere(application, f"first-{one}")
    arn = distribution(application, one)["ARN"]
    logs.put_delivery_source(name="theirs", resourceArn=arn, logType="ACCESS_LOGS")
    logs.create_delivery(deliverySourceName="theirs", deliveryDestinationArn=to)
    output = change(application, "attach", one)

    assert outcomes(application, output) == {one: "deliveredElsewhere"}
    assert f"its delivery source is theirs, which delivers to {to}" in reason(application, output, one)
    # AND nothing of it is taken away
    assert outcomes(application, change(application, "detach", one)) == {one: "unchanged"}
    assert sources(application)[one] == "theirs"


def test_a_source_that_somebody_makes_at_the_same_time_stays(application: Application) -> None:
    one = made(application)
    change(application, "attach", one)
    ours_of_one = application.client("logs").get_delivery_destination(name=ours(application))["deliveryDestination"]
    change(application, "detach", one)
    arn = distribution(application, one)["ARN"]
    application.client("logs").put_delivery_source(name=f"theirs-{one}", resourceArn=arn, logType="ACCESS_LOGS")
    batch = {"prefix": f"log-delivery/{one}/", "kind": "standard", "mode": "attach", "dryRun": False, "all": False}
    step = {"distributionId": one, "outcome": "attached"}
    application.invoke(
        "ChangeLogDelivery", {**batch, "destinationArn": ours_of_one["arn"], "number": 1, "steps": [step]}
    )

    (told_of_it,) = application.document(f"log-delivery/{one}/changes/00001.json")
    assert told_of_it["outcome"] == "deliveredElsewhere"
    assert sources(application)[one] == f"theirs-{one}"


def test_a_distribution_is_attached_when_nobody_else_changes_the_destination_any_more(application: Application) -> None:
    one, other = made(application), made(application)
    change(application, "attach", other)
    (of_other,) = deliveries(application, other)
    batch = {"prefix": f"log-delivery/{one}/", "kind": "standard", "mode": "attach", "dryRun": False, "all": False}
    batch |= {"destinationArn": of_other["deliveryDestinationArn"], "number": 1}
    batch |= {"steps": [{"distributionId": one, "outcome": "attached"}]}
    somebody = {"name": ours(application)}
    control(application.instance, "PUT", "log-delivery-changes", somebody)
    try:
        failed = application.invoke("ChangeLogDelivery", batch)
    finally:
        control(application.instance, "DELETE", "log-delivery-changes", somebody)

    # What the state tries again.
    assert failed["errorType"] == "AwsUnavailable"
    assert (sources(application)[one], deliveries(application, one)) == (source_name(one), [])
    assert application.invoke("ChangeLogDelivery", batch) == {"failed": 0}
    assert len(deliveries(application, one)) == 1


def test_detaching_takes_back_what_attaching_made(application: Application, tmp_path: Path) -> None:
    one, other = made(application), made(application)
    change(application, "attach", one, other)
    assert outcomes(application, change(application, "detach", one)) == {one: "detached"}

    assert one not in sources(application)
    assert delivered(application, one, Source.STANDARD, parquet_file(tmp_path)) == []
    assert len(deliveries(application, other)) == 1
    assert outcomes(application, change(application, "detach", one)) == {one: "unchanged"}


def test_a_source_of_ours_that_somebody_else_uses_too_stays(application: Application) -> None:
    one = made(application)
    change(application, "attach", one)
    to = elsewhere(application, f"second-{one}")
    application.client("logs").create_delivery(deliverySourceName=source_name(one), deliveryDestinationArn=to)
    output = change(application, "detach", one)

    assert outcomes(application, output) == {one: "detached"}
    assert "its source stays" in reason(application, output, one)
    assert [each["deliveryDestinationArn"] for each in deliveries(application, one)] == [to]
    assert outcomes(application, change(application, "attach", one)) == {one: "deliveredElsewhere"}


def test_all_are_attached_and_all_are_detached_and_nothing_is_left(application: Application) -> None:
    one = made(application)
    gone = made(application, Enabled=False)
    eventually(lambda: distribution(application, gone)["Status"] == "Deployed")
    attached = change(application, "attach")
    assert {outcomes(application, attached)[each] for each in (one, gone)} == {"attached"}
    assert attached["counts"]["distributions"] == len(outcomes(application, attached))
    # A source outlives its distribution.
    delete(application, gone)
    again = outcomes(application, change(application, "attach"))
    assert (again[one], gone in again) == ("unchanged", False)
    detached = outcomes(application, change(application, "detach"))
    assert (detached[one], detached[gone]) == ("detached", "detached")
    assert not any(
        name == source_name(each) and not deliveries(application, each) for each, name in sources(application).items()
    )
    assert destinations(application) == []


def test_a_dry_run_tells_what_would_become_and_writes_nothing(application: Application) -> None:
    one, other = made(application), made(application)
    change(application, "attach", other)
    before = sources(application)
    for mode, expected in (("attach", {one: "attached"}), ("detach", {other: "detached"})):
        (chosen,) = expected
        output = change(application, mode, chosen, dryRun=True)
        assert (outcomes(application, output), output["dryRun"]) == (expected, True)
    assert sources(application) == before
    etag = distribution_etag(application, one)
    assert outcomes(application, change(application, "attach", one, kind="legacy", dryRun=True)) == {one: "attached"}
    assert distribution_etag(application, one) == etag


def distribution_etag(application: Application, distribution_id: str) -> str:
    return str(application.client("cloudfront").get_distribution_config(Id=distribution_id)["ETag"])


def test_standard_logging_v1_is_a_change_of_the_configuration_and_so_a_version(application: Application) -> None:
    one = made(application)
    eventually(lambda: versions(application, one))
    assert outcomes(application, change(application, "attach", one, kind="legacy")) == {one: "attached"}

    assert logging_of(application, one) == {
        "Enabled": True,
        "IncludeCookies": False,
        "Bucket": legacy_domain(application),
        "Prefix": "",
    }
    assert eventually(lambda: len(versions(application, one)) == 2)
    (file,) = delivered(application, one, Source.LEGACY, gzip.compress(b"#Version: 1.0\n"))
    assert file["bucket"] == application.outputs["LegacyLogsBucket"]
    assert outcomes(application, change(application, "attach", one, kind="legacy")) == {one: "unchanged"}
    assert outcomes(application, change(application, "detach", one, kind="legacy")) == {one: "detached"}
    assert logging_of(application, one)["Enabled"] is False
    assert outcomes(application, change(application, "detach", one, kind="legacy")) == {one: "unchanged"}


def test_standard_logging_v1_to_another_bucket_stays_and_is_told(application: Application) -> None:
    theirs = {"Enabled": True, "IncludeCookies": True, "Bucket": "theirs.s3.amazonaws.com", "Prefix": "cdn/"}
    one = made(application, Logging=theirs)
    output = change(application, "attach", one, kind="legacy")

    assert outcomes(application, output) == {one: "deliveredElsewhere"}
    assert reason(application, output, one) == "its log files go to theirs.s3.amazonaws.com"
    assert outcomes(application, change(application, "detach", one, kind="legacy")) == {one: "unchanged"}
    assert logging_of(application, one) == theirs


def test_versions_one_and_two_stand_side_by_side(application: Application, tmp_path: Path) -> None:
    one = made(application)
    for kind in ("standard", "legacy"):
        change(application, "attach", one, kind=kind)
    assert len(delivered(application, one, Source.STANDARD, parquet_file(tmp_path))) == 1
    assert len(delivered(application, one, Source.LEGACY, gzip.compress(b"#Version: 1.0\n"))) == 1
    change(application, "detach", one)
    assert logging_of(application, one)["Enabled"] is True


def test_a_change_of_somebody_else_in_between_is_kept(application: Application) -> None:
    one = made(application)
    with faults(
        application.instance,
        Fault("error", code="PreconditionFailed", operation="UpdateDistribution", containing=one, nth=1),
    ):
        assert outcomes(application, change(application, "attach", one, kind="legacy")) == {one: "attached"}


def test_a_distribution_that_is_changed_again_and_again_is_left_and_told(application: Application) -> None:
    one = made(application)
    moved = Fault("error", code="PreconditionFailed", operation="UpdateDistribution", containing=one)
    with faults(application.instance, moved):
        ended = application.run("log_delivery", request("attach", one, kind="legacy"))
    assert (ended["status"], ended["error"]) == ("FAILED", "LogDeliveryIncomplete")
    assert f"Not done (1): {one}. The first because: distribution {one} was changed 3 times" in ended["cause"]


def test_one_that_is_not_there_or_has_no_room_stops_no_other(application: Application) -> None:
    one, full = made(application), made(application)
    no_room = Fault("error", code="ServiceQuotaExceededException", operation="CreateDelivery", containing=full)
    with faults(application.instance, no_room):
        ended = application.run("log_delivery", request("attach", "E1NOWHERE", full, one))

    assert (ended["status"], ended["error"]) == ("FAILED", "LogDeliveryIncomplete")
    found = {each["distributionId"]: each for each in told(application, report_in(application, ended["cause"]))}
    assert {each: change["error"] for each, change in found.items()} == {
        "E1NOWHERE": "DistributionNotFound",
        full: "QuotaWouldBeExceeded",
        one: None,
    }
    assert found["E1NOWHERE"]["nextAction"] == "Check the id, or leave it out."
    # AND what is missing is done by the next run
    assert outcomes(application, change(application, "attach", full, one)) == {full: "attached", one: "unchanged"}


def report_in(application: Application, cause: str) -> Json:
    """Where a failed run says that its report is."""
    return {"report": {"key": cause.rpartition(f"s3://{application.bucket}/")[2].removesuffix(".")}}


def test_one_that_goes_while_all_are_being_changed_is_told_as_gone(application: Application) -> None:
    batch = {"prefix": "log-delivery/gone/", "mode": "attach", "dryRun": False, "all": True, "destinationArn": "arn"}
    step = {"distributionId": "E1GONE", "outcome": "attached"}
    for number, kind in enumerate(("standard", "legacy"), 1):
        application.invoke("ChangeLogDelivery", {**batch, "kind": kind, "number": number, "steps": [step]})
        (change_of_it,) = application.document(f"log-delivery/gone/changes/{number:05}.json")
        assert change_of_it["outcome"] == "gone"


def test_a_request_token_stands_for_one_request(application: Application) -> None:
    one, other = made(application), made(application)
    assert outcomes(application, change(application, "attach", one, requestToken=f"logs-{one}")) == {one: "attached"}
    assert outcomes(application, change(application, "attach", one, requestToken=f"logs-{one}")) == {one: "unchanged"}
    ended = application.run("log_delivery", request("attach", other, requestToken=f"logs-{one}"))
    assert (ended["status"], ended["error"]) == ("FAILED", "RequestTokenConflict")


def test_a_batch_that_fails_stops_no_other_and_is_told_whole(application: Application) -> None:
    cloudfront = application.client("cloudfront")
    ids = [
        cloudfront.create_distribution(DistributionConfig=plain_config(Comment=str(number)))["Distribution"]["Id"]
        for number in range(log_delivery.BATCH_SIZE + 1)
    ]
    dies = invocation(application, "ChangeLogDelivery", "function-error", error_type="NameError", times=1)
    with faults(application.instance, dies):
        execution = application.start("log_delivery", request("attach", *ids))
        ended = application.wait(execution)

    assert (ended["status"], ended["error"]) == ("FAILED", "LogDeliveryIncomplete")
    assert "its batch failed" in ended["cause"]
    assert application.largest_state(execution) < 1024
    rest = change(application, "attach", *ids)["counts"]
    assert 0 < rest["attached"] <= log_delivery.BATCH_SIZE
    assert all(len(deliveries(application, one)) == 1 for one in ids[:3])


@pytest.mark.parametrize("kind", ["standard", "legacy"])
def test_a_run_under_other_faults_gets_through(application: Application, kind: str) -> None:
    one = made(application)
    with faults(
        application.instance,
        *(invocation(application, function, "throttle", nth=1) for function in FUNCTIONS),
        *(invocation(application, function, "error", code="ServiceException", nth=2) for function in FUNCTIONS),
        Fault("unavailable", operation="GetObject", caller=READER, nth=[1, 3]),
        Fault("throttle", service="logs" if kind == "standard" else "cloudfront", caller="*/*", nth=[1, 3, 5]),
    ) as injected:
        assert outcomes(application, change(application, "attach", one, kind=kind)) == {one: "attached"}
    assert all(injected.struck()[:-1]), injected.struck()


@pytest.mark.parametrize("function", ["ListLogDeliveries", "FinishLogDelivery"])
def test_a_run_whose_first_or_last_step_fails_has_failed(application: Application, function: str) -> None:
    one = made(application)
    with faults(application.instance, invocation(application, function, "function-error", error_type="NameError")):
        ended = application.run("log_delivery", request("attach", one))
    assert (ended["status"], ended["error"]) == ("FAILED", "NameError")


def test_a_list_that_can_not_be_read_fails_the_run(application: Application) -> None:
    one = made(application)
    denied = Fault("error", code="AccessDenied", operation="GetObject", caller=READER, nth=[1, 2, 3, 4])
    with faults(application.instance, denied):
        ended = application.run("log_delivery", request("attach", one))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ItemReaderFailed")


@pytest.mark.parametrize(
    ("field", "value"), [("kind", "v2"), ("mode", "on"), ("distributions", []), ("distributions", ["shop"])]
)
def test_a_request_that_says_something_else_is_refused(application: Application, field: str, value: object) -> None:
    ended = application.run("log_delivery", {**request("attach"), field: value})
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert field in ended["cause"]


def test_a_change_of_an_unrelated_kind_keeps_the_logging(application: Application) -> None:
    one = made(application)
    change(application, "attach", one, kind="legacy")
    changed(application, one, Comment="busy")
    assert logging_of(application, one)["Bucket"] == legacy_domain(application)
