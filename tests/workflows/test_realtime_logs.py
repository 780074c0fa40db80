"""Lines of requests come from CloudFront by way of Kinesis and Firehose to the logs bucket, byte for byte."""

from __future__ import annotations

import base64
import gzip
import json
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from cloudfront_extensions.metrics.columns import REALTIME_FIELDS, view
from cloudfront_extensions.metrics.sources import Source, folder_of
from tests.integration.localaws import edge
from tests.workflows.account import distribution, plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.changes import new_distribution, versions
from tests.workflows.log_deliveries import change, outcomes, reason, request

LINE = (
    "1795356179.123",
    "200",
    "1530",
    "shop.example.com",
    "/cart",
    "d1.cloudfront.net",
    "0.082",
    "Hit",
    "Hit",
    "DE",
)


def arn_of(application: Application) -> str:
    return application.outputs["RealtimeLogConfigArn"]


@pytest.fixture
def logging_distribution(application: Application) -> Iterator[str]:
    """A distribution that logs in real time, by its id, until the test has ended."""
    one = str(new_distribution(application)["Distribution"]["Id"])
    assert outcomes(application, change(application, "attach", one, kind="realtime")) == {one: "attached"}
    yield one
    change(application, "detach", one, kind="realtime")


def logs_of(application: Application, distribution_id: str) -> list[str | None]:
    """What each cache behavior of a distribution says of real-time logs, the default one's first."""
    config = distribution(application, distribution_id)["DistributionConfig"]
    behaviors = [config["DefaultCacheBehavior"], *config["CacheBehaviors"].get("Items", [])]
    return [behavior.get("RealtimeLogConfigArn") for behavior in behaviors]


def behaviors(**arns: str) -> Json:
    """Cache behaviors by path, each with its real-time log configuration, none where that is empty."""
    items = [
        {**plain_config()["DefaultCacheBehavior"], "PathPattern": f"/{path}/*"}
        | ({"RealtimeLogConfigArn": arn} if arn else {})
        for path, arn in arns.items()
    ]
    return {"Quantity": len(items), "Items": items}


@pytest.fixture(scope="module")
def theirs(application: Application) -> str:
    """The ARN of a real-time log configuration that is somebody else's."""
    ours = application.client("cloudfront").get_realtime_log_config(ARN=arn_of(application))["RealtimeLogConfig"]
    made = application.client("cloudfront").create_realtime_log_config(
        Name="theirs", SamplingRate=1, Fields=["timestamp"], EndPoints=ours["EndPoints"]
    )
    return str(made["RealtimeLogConfig"]["ARN"])


def test_a_distribution_is_attached_by_each_of_its_behaviors_and_that_is_a_version(application: Application) -> None:
    one = str(new_distribution(application, CacheBehaviors=behaviors(api="", img=""))["Distribution"]["Id"])
    eventually(lambda: versions(application, one))
    dry = change(application, "attach", one, kind="realtime", dryRun=True)
    assert (outcomes(application, dry), logs_of(application, one)) == ({one: "attached"}, [None] * 3)
    assert outcomes(application, change(application, "attach", one, kind="realtime")) == {one: "attached"}

    assert logs_of(application, one) == [arn_of(application)] * 3
    assert eventually(lambda: len(versions(application, one)) == 2)
    assert outcomes(application, change(application, "attach", one, kind="realtime")) == {one: "unchanged"}
    assert outcomes(application, change(application, "detach", one, kind="realtime")) == {one: "detached"}
    assert logs_of(application, one) == [None] * 3


def test_what_behaviors_log_elsewhere_stays_and_is_told(application: Application, theirs: str) -> None:
    some = str(new_distribution(application, CacheBehaviors=behaviors(api=theirs))["Distribution"]["Id"])
    default = {**plain_config()["DefaultCacheBehavior"], "RealtimeLogConfigArn": theirs}
    every = str(new_distribution(application, DefaultCacheBehavior=default)["Distribution"]["Id"])
    output = change(application, "attach", some, every, kind="realtime")

    assert outcomes(application, output) == {some: "attached", every: "deliveredElsewhere"}
    assert reason(application, output, some).startswith("its cache behaviors /api/* have another")
    assert (logs_of(application, some), logs_of(application, every)) == ([arn_of(application), theirs], [theirs])
    output = change(application, "detach", some, every, kind="realtime")
    assert outcomes(application, output) == {some: "detached", every: "unchanged"}
    assert (logs_of(application, some), logs_of(application, every)) == ([None, theirs], [theirs])


def test_where_there_is_no_way_for_real_time_logs_none_are_attached_and_all_can_be_detached(
    application: Application, logging_distribution: str
) -> None:
    with application.environment("ListLogDeliveries", REALTIME_LOGS="false"):
        ended = application.run("log_delivery", request("attach", "E1ANY", kind="realtime"))
        detached = change(application, "detach", logging_distribution, kind="realtime")
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert "RealtimeLogs=true" in ended["cause"]
    assert outcomes(application, detached) == {logging_distribution: "detached"}
    assert logs_of(application, logging_distribution) == [None]


def test_the_way_stays_while_a_distribution_uses_it(application: Application, logging_distribution: str) -> None:
    with edge.refused("RealtimeLogConfigInUse"):
        application.client("cloudfront").delete_realtime_log_config(ARN=arn_of(application))


def send(application: Application, distribution_id: str, *lines: bytes) -> None:
    encoded = [base64.b64encode(line).decode() for line in lines]
    sent = edge.control(application.instance, "POST", "realtime-logs", distribution=distribution_id, lines=encoded)
    assert sent == {"delivered": len(lines)}


def files(application: Application, prefix: str, marked: bytes) -> dict[str, bytes]:
    """The files under a prefix of the logs bucket that have a line with this mark, unpacked, by key."""
    s3, bucket = application.client("s3"), application.outputs["LogsBucket"]
    found = {}
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for each in page.get("Contents", []):
            body = s3.get_object(Bucket=bucket, Key=each["Key"])["Body"].read()
            found[each["Key"]] = gzip.decompress(body) if each["Key"].endswith(".gz") else body
    return {key: body for key, body in found.items() if marked in body}


def lines_with(application: Application, mark: bytes, number: int) -> list[bytes]:
    """All delivered lines with this mark, sorted, once there are so many."""

    def all_there() -> list[bytes] | None:
        bodies = files(application, "realtime/", mark).values()
        lines = [line for body in bodies for line in body.splitlines(keepends=True) if mark in line]
        return sorted(lines) if len(lines) >= number else None

    found = eventually(all_there)
    assert found is not None
    return found


def test_lines_come_to_a_folder_of_real_time_logs_each_with_one_newline(
    application: Application, logging_distribution: str
) -> None:
    mark = uuid.uuid4().hex.encode()
    fields = [value.encode() for value in LINE]
    sent = [b"\t".join([*fields, asn, mark]) for asn in (b"64500", b"64501", b"\xff\xfe")]
    send(application, logging_distribution, sent[0], sent[1] + b"\n", sent[2] + b"\n\n", b"\n")
    assert lines_with(application, mark, 3) == sorted(line + b"\n" for line in sent)
    folders = {folder_of(key) for key in files(application, "realtime/", mark)}
    assert {folder and folder.source for folder in folders} == {Source.REALTIME}


def test_a_thousand_lines_are_all_there_once(application: Application, logging_distribution: str) -> None:
    mark = uuid.uuid4().hex
    sent = [f"{number:04}\t{mark}\n".encode() for number in range(1000)]
    send(application, logging_distribution, *sent)
    assert lines_with(application, mark.encode(), 1000) == sent


def test_lines_are_read_by_the_view_of_real_time_logs(application: Application, logging_distribution: str) -> None:
    """Each is typed, by the distribution's own name and the host that was asked for."""
    mark = uuid.uuid4().hex
    whole = dict(zip(REALTIME_FIELDS, LINE, strict=False)) | {"cs-uri-stem": f"/{mark}", "asn": "64500"}
    edge.control(
        application.instance,
        "POST",
        "realtime-logs",
        distribution=logging_distribution,
        requests=[whole, {**whole, "timestamp": "soon"}],
    )
    lines_with(application, mark.encode(), 2)
    hours = {folder_of(key) for key in files(application, "realtime/", mark.encode())}
    in_hours = ", ".join(f"'{folder.hour}'" for folder in hours if folder)
    columns = "second, edge_domain, host, status, bytes, taken_ms, country, network"
    rows = queried(
        application,
        f"SELECT {columns} FROM {view(Source.REALTIME)} WHERE hour IN ({in_hours}) AND path = '/{mark}' "  # noqa: S608
        "ORDER BY second NULLS LAST",
    )
    typed = ["d1.cloudfront.net", "shop.example.com", "200", "1530", "82", "DE", "64500"]
    assert rows == [["1795356179", *typed], [None, *typed]]


def queried(application: Application, statement: str) -> list[list[str | None]]:
    """The rows that Athena answers, in the database of the logs."""
    athena, glue = application.client("athena"), application.client("glue")
    (database,) = {
        table["DatabaseName"]
        for found in glue.get_databases()["DatabaseList"]
        for table in glue.get_tables(DatabaseName=found["Name"])["TableList"]
        if table["Name"] == view(Source.REALTIME)
    }
    (group,) = {one["Name"] for one in athena.list_work_groups()["WorkGroups"]} - {"primary"}
    query = athena.start_query_execution(
        QueryString=statement, QueryExecutionContext={"Database": database}, WorkGroup=group
    )["QueryExecutionId"]

    def ended() -> Json | None:
        execution: Json = athena.get_query_execution(QueryExecutionId=query)["QueryExecution"]["Status"]
        return execution if execution["State"] not in ("QUEUED", "RUNNING") else None

    status = eventually(ended)
    assert status is not None
    assert status["State"] == "SUCCEEDED", status
    _, *rows = athena.get_query_results(QueryExecutionId=query)["ResultSet"]["Rows"]
    return [[value.get("VarCharValue") for value in row["Data"]] for row in rows]


def test_requests_have_the_fields_of_the_table_in_its_order(
    application: Application, logging_distribution: str
) -> None:
    mark = uuid.uuid4().hex
    request = {field: f"{mark}-{field}" for field in REALTIME_FIELDS}
    edge.control(application.instance, "POST", "realtime-logs", distribution=logging_distribution, requests=[request])
    (line,) = lines_with(application, mark.encode(), 1)
    assert line.decode() == "\t".join(f"{mark}-{field}" for field in REALTIME_FIELDS) + "\n"


def test_the_deployed_configuration_logs_the_fields_of_the_table(application: Application) -> None:
    config = application.client("cloudfront").get_realtime_log_config(ARN=arn_of(application))["RealtimeLogConfig"]
    assert tuple(config["Fields"]) == REALTIME_FIELDS
    assert config["SamplingRate"] == 100


def test_a_batch_that_the_function_fails_on_is_kept_outside_the_folders_of_logs(
    application: Application, logging_distribution: str
) -> None:
    mark = uuid.uuid4().hex.encode()
    with broken(application, "TransformRealtimeLogs"):
        send(application, logging_distribution, mark + b"\n")
        kept = eventually(lambda: failed_with(application, mark))
    assert kept["errorCode"] == "Lambda.FunctionError"
    assert files(application, "realtime/", mark) == {}


def alarm_on(application: Application, metric: str) -> Json:
    """The stack's alarm on a metric."""
    pages = application.client("cloudwatch").get_paginator("describe_alarms").paginate()
    found: list[Json] = [one for page in pages for one in page["MetricAlarms"] if one.get("MetricName") == metric]
    (alarm,) = found
    return alarm


def quiet(application: Application, alarm: Json) -> None:
    application.client("cloudwatch").set_alarm_state(AlarmName=alarm["AlarmName"], StateValue="OK", StateReason="seen")


def test_lines_that_are_not_taken_or_not_delivered_set_an_alarm_off(
    application: Application, logging_distribution: str
) -> None:
    def is_off() -> bool:
        return bool(alarm_on(application, alarm["MetricName"])["StateValue"] == "ALARM")

    alarm = alarm_on(application, "RealtimeErrors-cloudfront-extensions-metrics")
    quiet(application, alarm)
    well = [{"recordId": "1", "data": base64.b64encode(b"a line").decode()}]
    assert application.invoke("TransformRealtimeLogs", {"records": well})["records"][0]["result"] == "Ok"
    assert not is_off()
    refused = [*well, {"recordId": "2", "data": "no base64"}]
    assert application.invoke("TransformRealtimeLogs", {"records": refused})["records"][1]["result"] != "Ok"
    eventually(is_off)

    quiet(application, alarm)
    with broken(application, "TransformRealtimeLogs"):
        send(application, logging_distribution, b"a line\n")
        eventually(is_off)


def test_lines_that_wait_for_half_an_hour_set_an_alarm_off(application: Application) -> None:
    alarm = alarm_on(application, "DeliveryToS3.DataFreshness")
    assert (
        alarm["Dimensions"][0]["Value"] in application.client("firehose").list_delivery_streams()["DeliveryStreamNames"]
    )
    for seconds, state in ((960, "OK"), (1801, "ALARM")):
        data = {"MetricName": alarm["MetricName"], "Dimensions": alarm["Dimensions"], "Value": seconds}
        application.client("cloudwatch").put_metric_data(Namespace="AWS/Firehose", MetricData=[data])
        assert alarm_on(application, alarm["MetricName"])["StateValue"] == state


@contextmanager
def broken(application: Application, logical_id: str) -> Iterator[None]:
    """A function whose code can't be found, for the block."""
    functions, name = application.client("lambda"), application.function(logical_id)
    functions.update_function_configuration(FunctionName=name, Handler="missing.handler")
    try:
        yield
    finally:
        functions.update_function_configuration(FunctionName=name, Handler="app.handler")


def failed_with(application: Application, mark: bytes) -> Json | None:
    bodies = files(application, "realtime-failed/processing-failed/", b"rawData").values()
    documents: list[Json] = [json.loads(line) for body in bodies for line in body.splitlines()]
    return next((one for one in documents if mark in base64.b64decode(one["rawData"])), None)
