"""Alarms of a domain go off by its metrics, and a canary that they watch is taken back."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.workflows.application import Application, eventually
from tests.workflows.cases import Case
from tests.workflows.domain_alarms import DomainAlarms, domain_alarms
from tests.workflows.rollbacks import BAKE, Shop, failures, leftovers, outcomes, request

WELL = {"Requests": 1000, "ServerErrors": 10, "CacheHits": 900, "CacheLookups": 1000}


@pytest.fixture
def alarms(application: Application, case: Case) -> Iterator[DomainAlarms]:
    with domain_alarms(application, case.host("www")) as made:
        yield made


def test_a_domain_that_is_well_sets_no_alarm_off(alarms: DomainAlarms) -> None:
    for ago in range(7):
        alarms.count(ago=ago, **WELL)
    assert {alarms.look(name) for name in ("ErrorRate", "HitRatio", "NoData", "Gate")} == {"OK"}


def test_errors_set_the_alarm_and_the_gate_off_when_they_last(alarms: DomainAlarms) -> None:
    for ago in range(2, 6):
        alarms.count(ago=ago, **WELL)
    alarms.count(ago=1, **{**WELL, "ServerErrors": 60})
    assert (alarms.look("ErrorRate"), alarms.look("Gate")) == ("OK", "OK")
    alarms.count(**{**WELL, "ServerErrors": 60})
    assert (alarms.look("ErrorRate"), alarms.look("Gate")) == ("ALARM", "ALARM")
    assert alarms.look("HitRatio") == "OK"


def test_what_comes_late_counts_with_what_came_before(alarms: DomainAlarms) -> None:
    for ago in range(6):
        alarms.count(ago=ago, **{**WELL, "ServerErrors": 60})
    assert alarms.look("ErrorRate") == "ALARM"
    for ago in range(6):
        alarms.count(ago=ago, Requests=9000, ServerErrors=0)
    assert alarms.look("ErrorRate") == "OK"


def test_a_lost_cache_sets_the_alarm_and_the_gate_off(alarms: DomainAlarms) -> None:
    for ago in range(6):
        alarms.count(ago=ago, **{**WELL, "CacheHits": 400})
    assert (alarms.look("HitRatio"), alarms.look("ErrorRate"), alarms.look("Gate")) == ("ALARM", "OK", "ALARM")


def test_a_few_requests_say_nothing_about_errors_and_hits(alarms: DomainAlarms) -> None:
    for ago in range(6):
        alarms.count(ago=ago, Requests=9, ServerErrors=9, CacheHits=0, CacheLookups=9)
    assert {alarms.look(name) for name in ("ErrorRate", "HitRatio", "Gate")} == {"OK"}


@pytest.mark.parametrize(("requests", "state"), [(2000, "ALARM"), (10, "OK")])
def test_traffic_far_above_what_is_usual_sets_the_alarm_off(alarms: DomainAlarms, requests: int, state: str) -> None:
    """Fewer requests may be yet to be delivered."""
    for ago in range(6, 30):
        alarms.count(ago=ago, Requests=990 + ago % 2 * 20)
    for ago in range(6):
        alarms.count(ago=ago, Requests=1000)
    assert alarms.look("UnusualTraffic") == "OK"
    for ago in (0, 1):
        alarms.count(ago=ago, Requests=requests - 1000)
    assert alarms.look("UnusualTraffic") == state


def test_silence_sets_its_alarm_off_and_not_the_gate(alarms: DomainAlarms) -> None:
    alarms.count(**WELL)
    assert alarms.look("NoData") == "OK"
    assert alarms.look("NoData", later=3600) == "ALARM"
    assert alarms.look("Gate") == "OK"


def test_standard_logs_are_looked_at_by_the_hour(application: Application, case: Case) -> None:
    with domain_alarms(application, case.host("www"), Logs="STANDARD", HighestErrorRate="1") as alarms:
        alarms.count(ago=5 * 12, **{**WELL, "ServerErrors": 60})
        assert (alarms.look("ErrorRate"), alarms.look("NoData")) == ("ALARM", "OK")


def test_an_hour_that_has_just_begun_is_no_unusual_traffic(application: Application, case: Case) -> None:
    with domain_alarms(application, case.host("www"), Logs="STANDARD") as alarms:
        for ago in range(1, 30):
            alarms.count(ago=ago * 12, Requests=990 + ago % 2 * 20)
        alarms.count(Requests=10)
        assert alarms.look("UnusualTraffic") == "OK"


def test_a_canary_whose_domain_answers_errors_is_taken_back(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    before = leftovers(application)
    with domain_alarms(application, shop.id) as alarms:
        alarms.count(ago=2, **WELL)
        strategy = {"type": "canary", "bakeSeconds": BAKE, "alarmNames": [alarms.names["Gate"]]}
        execution = application.start("config_rollback", request(case, [shop], strategy=strategy))
        eventually(lambda: shop.config["ContinuousDeploymentPolicyId"] and shop.status == "Deployed")
        for ago in (1, 0):
            alarms.count(ago=ago, **{**WELL, "ServerErrors": 500})
        ended = application.wait(execution)

    assert ended["error"] == "TargetsNotRolledBack"
    assert failures(application, case) == {shop.id: "AlarmFired"}
    assert outcomes(application, case) == {shop.id: "REVERTED"}
    assert (shop.comment, leftovers(application)) == ("bad", before)
