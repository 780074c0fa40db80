"""The baseline, end to end: whatever events have not told becomes a version all the same, and what is told is not asked for."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from cloudfront_extensions.aws import config_baseline
from cloudfront_extensions.versions.records import VersionKind
from localaws.control import control
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.workflows.account import distribution, plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.baselines import (
    FUNCTIONS,
    calls_of,
    captured_long_ago,
    delete,
    invocation,
    looks,
    short_retention,
    take_baseline,
    unheard,
)
from tests.workflows.changes import changed, content, new_distribution, objects, versions
from tests.workflows.inbox import Inbox, subscribed

READER = "*/ConfigBaseline"
"""Who reads the lists of batches."""


@pytest.fixture(scope="module")
def application(quiet_application: Application) -> Application:
    return quiet_application


@pytest.fixture(scope="module")
def inbox(application: Application) -> Inbox:
    """What the subscribers of the application's own topic get."""
    return subscribed(application, "operators-of-configurations", application.topic)


def id_of(answer: Json) -> str:
    return str(answer["Distribution"]["Id"])


def made_unheard(application: Application, **config: object) -> Json:
    with unheard(application):
        return new_distribution(application, **config)


def executions(application: Application) -> list[Json]:
    """Those of the workflow itself, the first one first."""
    pages = application.client("stepfunctions").get_paginator("list_executions")
    machine = application.state_machine("config_baseline")
    found = [one for page in pages.paginate(stateMachineArn=machine) for one in page["executions"]]
    return sorted(found, key=lambda one: one["startDate"])


def of_deployments(application: Application) -> list[Json]:
    return [one for one in executions(application) if one["name"].startswith("deployment-")]


def test_a_deployment_starts_one_and_an_account_without_distributions_is_fine(application: Application) -> None:
    ended = application.wait(of_deployments(application)[0]["executionArn"])

    assert ended["status"] == "SUCCEEDED"
    assert set(ended["output"]["counts"].values()) == {0}


def test_an_update_of_the_stack_starts_another(application: Application) -> None:
    for days in ("30", "0"):
        before = {one["executionArn"] for one in of_deployments(application)}
        application.update_stack(VersionRetentionDays=days)
        function = application.client("lambda").get_function_configuration(
            FunctionName=application.function("ListDistributions")
        )
        assert function["Environment"]["Variables"]["VERSION_RETENTION_DAYS"] == days
        (new,) = {one["executionArn"] for one in of_deployments(application)} - before
        assert application.wait(new)["status"] == "SUCCEEDED"


def test_what_nobody_heard_of_is_captured_as_it_is(application: Application) -> None:
    live = made_unheard(application, Comment="unheard of")
    output = take_baseline(application)

    (version,) = versions(application, id_of(live))
    assert (version.kind, version.etag, version.writes) == (VersionKind.CONFIG, live["ETag"], ())
    assert version.tags == {"team": "shops"}
    assert content(application, version) == live["Distribution"]["DistributionConfig"]
    assert looks(application, output)[id_of(live)] == {
        "distributionId": id_of(live),
        "result": "captured",
        "version": 1,
        "reason": None,
    }


def test_a_change_that_nobody_heard_of_is_the_next_version(application: Application) -> None:
    live = made_unheard(application, Comment="first")
    take_baseline(application)
    with unheard(application):
        changed(application, id_of(live), Comment="second")
        after = changed(application, id_of(live), Comment="third")
    output = take_baseline(application)

    assert [(one.number, one.etag) for one in versions(application, id_of(live))] == [
        (1, live["ETag"]),
        (2, after["ETag"]),
    ]
    assert looks(application, output)[id_of(live)]["version"] == 2


def test_what_was_live_before_and_is_again_is_a_version_without_an_object_of_its_own(application: Application) -> None:
    live = made_unheard(application, Comment="first")
    for comment in ("second", "first"):
        take_baseline(application)
        with unheard(application):
            changed(application, id_of(live), Comment=comment)
    take_baseline(application)

    first, second, third = versions(application, id_of(live))
    assert (third.content_hash, third.object_key) == (first.content_hash, first.object_key)
    assert set(objects(application, id_of(live))) == {first.object_key, second.object_key}


def test_a_content_that_could_not_be_written_is_written_by_the_next_run(application: Application) -> None:
    live = made_unheard(application)
    path = f"distributions/{id_of(live)}"
    denied = Fault("error", code="AccessDenied", operation="PutObject", containing=path, times=1)
    with faults(application.instance, denied):
        ended = application.run("config_baseline", {})
    assert (ended["error"], objects(application, id_of(live))) == ("BaselineIncomplete", {})
    output = take_baseline(application)

    (version,) = versions(application, id_of(live))
    assert content(application, version) == live["Distribution"]["DistributionConfig"]
    assert id_of(live) not in looks(application, output)


def test_what_is_on_record_is_not_asked_for(application: Application) -> None:
    live = made_unheard(application)
    take_baseline(application)
    mark = len(lines(application.instance.calls))
    output = take_baseline(application)

    assert id_of(live) not in looks(application, output)
    calls = Counter(calls_of(application, mark, *FUNCTIONS))
    assert calls["cloudfront:ListDistributions"] == 1
    assert calls["cloudfront:GetDistribution"] == len(looks(application, output))
    if not looks(application, output):
        # The heads, and what captures have left unfinished.
        assert calls["dynamodb:Query"] == 2
    counts = output["counts"]
    assert counts["unchanged"] >= 1
    assert counts["distributions"] == sum(
        counts[name] for name in ("captured", "unchanged", "closed", "unknown", "failed")
    )


def test_staging_distributions_have_versions_too(application: Application) -> None:
    live = made_unheard(application)
    with unheard(application):
        copy = application.client("cloudfront").copy_distribution(
            PrimaryDistributionId=id_of(live),
            Staging=True,
            IfMatch=live["ETag"],
            CallerReference=f"copy of {id_of(live)}",
        )
    take_baseline(application)

    (version,) = versions(application, id_of(copy))
    assert content(application, version)["Staging"] is True


def test_the_history_of_one_that_is_gone_is_closed_once(application: Application) -> None:
    with unheard(application):
        live = new_distribution(application, Enabled=False)
        eventually(lambda: distribution(application, id_of(live))["Status"] == "Deployed")
        take_baseline(application)
        delete(application, id_of(live))
    captured_long_ago(application, id_of(live))
    output = take_baseline(application)

    assert looks(application, output)[id_of(live)]["result"] == "closed"
    config, tombstone = versions(application, id_of(live))
    assert (config.kind, tombstone.kind) == (VersionKind.CONFIG, VersionKind.DELETED)
    assert content(application, config) == live["Distribution"]["DistributionConfig"]
    # AND it is not looked at any more
    assert id_of(live) not in looks(application, take_baseline(application))


def test_some_can_be_chosen_whether_they_are_there_or_not(application: Application) -> None:
    live, other = made_unheard(application), made_unheard(application)
    output = take_baseline(application, distributionIds=[id_of(live), "E1NOWHERE"])

    told = {name: look["result"] for name, look in looks(application, output).items()}
    assert told == {id_of(live): "captured", "E1NOWHERE": "unknown"}
    assert versions(application, id_of(other)) == []
    assert take_baseline(application, distributionIds=[id_of(live)])["counts"]["unchanged"] == 1


def test_two_at_once_make_each_version_once(application: Application) -> None:
    made = [id_of(made_unheard(application)) for _ in range(3)]
    first, second = (application.start("config_baseline", {}) for _ in range(2))

    assert {application.wait(one)["status"] for one in (first, second)} == {"SUCCEEDED"}
    assert [len(versions(application, one)) for one in made] == [1, 1, 1]


def test_one_that_is_refused_stops_no_other_and_is_named(application: Application, inbox: Inbox) -> None:
    refused, read = (id_of(made_unheard(application)) for _ in range(2))
    denied = Fault("error", code="AccessDenied", operation="GetDistribution", containing=refused)
    with faults(application.instance, denied):
        ended = application.run("config_baseline", {})

    assert (ended["status"], ended["error"]) == ("FAILED", "BaselineIncomplete")
    assert ended["cause"].startswith(f"Not captured (1): {refused}. The first because: AwsRefused: ")
    assert len(versions(application, read)) == 1
    (message,) = inbox.naming(ended["executionArn"])
    assert message["Subject"] == "The baseline of configurations failed: versions may be missing"
    assert refused in message["Message"]
    # AND the next one finds what is missing
    assert looks(application, take_baseline(application))[refused]["result"] == "captured"


def test_a_batch_that_fails_stops_no_other_and_is_told_whole(application: Application) -> None:
    with unheard(application):
        for number in range(config_baseline.BATCH_SIZE + 1):
            config = plain_config(Comment=str(number))
            application.client("cloudfront").create_distribution(DistributionConfig=config)
    dies = invocation(application, "CaptureDistributions", "function-error", error_type="NameError", times=1)
    with faults(application.instance, dies):
        ended = application.run("config_baseline", {})

    assert (ended["status"], ended["error"]) == ("FAILED", "BaselineIncomplete")
    assert "its batch failed" in ended["cause"]
    rest = take_baseline(application)["counts"]
    assert 0 < rest["captured"] <= config_baseline.BATCH_SIZE


def test_versions_that_have_outlived_their_days_go(application: Application) -> None:
    live = made_unheard(application, Comment="first")
    take_baseline(application)
    for comment in ("second", "third", "fourth"):
        with unheard(application):
            changed(application, id_of(live), Comment=comment)
        take_baseline(application)
    application.versions.pin(id_of(live), 2, pinned=True)
    with short_retention(application):
        kept = take_baseline(application, prune=False)
        assert (kept["counts"]["pruned"], len(versions(application, id_of(live)))) == (0, 4)
        pruned = take_baseline(application)

    assert pruned["counts"]["pruned"] >= 2
    left = versions(application, id_of(live))
    assert [one.number for one in left] == [2, 4]
    assert set(objects(application, id_of(live))) == {one.object_key for one in left}


def test_a_batch_that_is_not_pruned_is_told_and_goes_the_next_time(application: Application) -> None:
    live = made_unheard(application)
    take_baseline(application)
    dies = invocation(application, "PruneVersions", "function-error", error_type="NameError", times=1)
    with short_retention(application), faults(application.instance, dies):
        ended = application.run("config_baseline", {})

    assert (ended["status"], ended["error"]) == ("FAILED", "BaselineIncomplete")
    assert "Not pruned (" in ended["cause"]
    assert len(versions(application, id_of(live))) == 1


def test_a_run_under_other_faults_gets_through(application: Application) -> None:
    live = made_unheard(application)
    with (
        short_retention(application),
        faults(
            application.instance,
            *(invocation(application, function, "throttle", nth=1) for function in FUNCTIONS),
            *(invocation(application, function, "error", code="ServiceException", nth=2) for function in FUNCTIONS),
            Fault("unavailable", operation="GetObject", caller=READER, nth=[1, 3]),
            Fault("throttle", service="cloudfront", caller="*/*", probability=0.3),
        ) as injected,
    ):
        take_baseline(application)

    assert all(injected.struck()[:-1]), injected.struck()
    assert len(versions(application, id_of(live))) == 1


@pytest.mark.parametrize("function", ["ListDistributions", "FinishBaseline"])
def test_a_run_that_fails_says_so_to_people(application: Application, inbox: Inbox, function: str) -> None:
    with faults(
        application.instance,
        invocation(application, function, "function-error", error_type="NameError"),
        Fault("throttle", operation="Publish", caller=READER, times=1),
    ):
        ended = application.run("config_baseline", {})

    assert (ended["status"], ended["error"]) == ("FAILED", "NameError")
    (message,) = inbox.naming(ended["executionArn"])
    assert "start it again with an empty input" in message["Message"]


@pytest.mark.parametrize("tries", [[1, 2, 3, 4], [2, 3, 4, 5]], ids=["captures", "prunes"])
def test_a_list_that_can_not_be_read_and_nobody_who_can_be_told_fail_the_run(
    application: Application, tries: list[int]
) -> None:
    with (
        short_retention(application),
        faults(
            application.instance,
            Fault("error", code="AccessDenied", operation="GetObject", caller=READER, nth=tries),
            Fault("error", code="NotFound", operation="Publish", caller=READER),
        ),
    ):
        ended = application.run("config_baseline", {})

    assert (ended["status"], ended["error"]) == ("FAILED", "States.ItemReaderFailed")


def test_a_request_that_says_something_else_is_refused(application: Application) -> None:
    ended = application.run("config_baseline", {"distributions": "all"})

    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")


def test_it_runs_by_its_schedule(application: Application) -> None:
    events = application.client("events")
    machine = application.state_machine("config_baseline")
    (rule,) = events.list_rule_names_by_target(TargetArn=machine)["RuleNames"]
    told = events.describe_rule(Name=rule)
    assert told["State"] == "ENABLED"
    assert re.fullmatch(r"cron\(0 \d+ \* \* \? \*\)", told["ScheduleExpression"]), "once a day"
    before = {one["executionArn"] for one in executions(application)}
    control(application.instance, "POST", "schedules", {"rule": rule})

    (execution,) = eventually(lambda: {one["executionArn"] for one in executions(application)} - before)
    ended = application.wait(execution)
    assert (ended["status"], json.loads(ended["input"])) == ("SUCCEEDED", {})
