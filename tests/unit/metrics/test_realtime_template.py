"""The template of real-time logs asks CloudFront for the fields that the table has, in its order."""

from __future__ import annotations

import yaml

from cloudfront_extensions.metrics.columns import REALTIME_FIELDS
from cloudfront_extensions.metrics.sources import Source, folder_of
from tests.templates import PROJECT, CloudFormationLoader, resources

TEMPLATE = PROJECT / "stacks/realtime_logs/template.yaml"
RESOURCES = resources(TEMPLATE)
ROOT = resources(PROJECT / "template.yaml")
DESTINATION = RESOURCES["DeliverLines"]["Properties"]["ExtendedS3DestinationConfiguration"]
HOUR = "!{timestamp:yyyy-MM-dd-HH}"


def test_the_fields_are_those_of_the_table() -> None:
    assert tuple(RESOURCES["RealtimeLogConfig"]["Properties"]["Fields"]) == REALTIME_FIELDS


def test_files_come_to_the_folder_of_their_hour() -> None:
    folder = folder_of(DESTINATION["Prefix"].replace(HOUR, "2026-11-22-14") + "lines.gz")
    assert folder is not None
    assert (folder.source, folder.hour) == (Source.REALTIME, "2026-11-22-14")


def test_what_failed_is_in_no_folder_of_logs() -> None:
    prefix = DESTINATION["ErrorOutputPrefix"].replace(HOUR, "2026-11-22-14")
    assert folder_of(prefix.replace("!{firehose:error-output-type}", "processing-failed") + "failed") is None


def test_distributions_can_let_go_of_the_configuration_when_there_is_no_way_any_more() -> None:
    given = ROOT["Logs"]["Properties"]["Parameters"]
    name = ROOT["RealtimeLogPath"]["Properties"]["Parameters"]["RealtimeLogConfigName"]
    path = f"realtime-log-config/{name['Sub']}"
    assert given["RealtimeLogConfigArn"] == {"Sub": f"arn:${{AWS::Partition}}:cloudfront::${{AWS::AccountId}}:{path}"}
    assert given["RealtimeLogs"] == {"Ref": "RealtimeLogs"}


def test_real_time_logs_are_counted_where_there_is_a_way_for_them() -> None:
    given = ROOT["Metrics"]["Properties"]["Parameters"]
    assert given["RealtimeRefreshMinutes"] == {"If": ["HasRealtimeLogs", {"Ref": "RealtimeRefreshMinutes"}, 0]}


def test_a_name_that_cloudfront_would_not_take_is_refused_before_anything_is_made() -> None:
    document = yaml.load(TEMPLATE.read_text(), Loader=CloudFormationLoader)  # noqa: S506 - a SafeLoader
    assert document["Parameters"]["RealtimeLogConfigName"]["MaxLength"] == 64
