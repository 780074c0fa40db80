"""The data file of quotas: each figure has a unit and a source, and something that enforces it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest

from localaws.instance import PROJECT, Instance, InstanceError
from localaws.server import quotas
from tests.integration.localaws import edge

ENTRIES = json.loads(quotas.DATA.read_text())["quotas"]
CONSTANTS = {value: name for name, value in vars(quotas).items() if name.isupper() and isinstance(value, tuple)}
"""Names by which modules ask for a quota, by its service code and name."""
FIELDS = {"serviceCode", "name", "value", "unit", "enforcedBy"}
MORE_FIELDS = {"quotaCode", "adjustable", "global", "operations", "burst", "note", "status", "because"}


def described(entry: edge.Json) -> str:
    return f"{entry['serviceCode']}/{entry['name']}"


@pytest.mark.parametrize("entry", ENTRIES, ids=described)
def test_a_quota_is_a_figure_with_a_unit_and_a_source(entry: edge.Json) -> None:
    assert FIELDS <= entry.keys() <= FIELDS | MORE_FIELDS
    assert entry["value"] is None or entry["value"] > 0
    assert entry["value"] is not None or entry["status"]
    assert entry["unit"]
    assert quotas.SERVICES[entry["serviceCode"]].source.startswith("https://docs.aws.amazon.com/")


@pytest.mark.parametrize("entry", ENTRIES, ids=described)
def test_a_quota_is_enforced_by_a_module_that_asks_for_it_or_says_why_not(entry: edge.Json) -> None:
    enforcer = entry["enforcedBy"]
    if enforcer is None:
        assert entry["because"]
    elif enforcer == "quotas.rates":
        assert entry["operations"]
    elif enforcer != "ministack":
        module = PROJECT / "localaws" / "server" / f"{enforcer.replace('.', '/')}.py"
        assert f"quotas.{CONSTANTS[entry['serviceCode'], entry['name']]}" in module.read_text()


def test_names_and_codes_are_unique_within_a_service() -> None:
    for names in (
        [(entry["serviceCode"], entry["name"]) for entry in ENTRIES],
        [entry["quotaCode"] for entry in ENTRIES if "quotaCode" in entry],
        [(entry["serviceCode"], operation) for entry in ENTRIES for operation in entry.get("operations", ())],
    ):
        assert len(names) == len(set(names))


@pytest.fixture(scope="module")
def small() -> Iterator[Instance]:
    """An instance whose account is smaller than AWS's default."""
    given = {"acm/Domain names per ACM certificate": 2}
    with Instance(f"quotas-{os.getpid()}", time_scale=0.001, quotas=given) as running:
        yield running
    running.remove()


def test_an_instance_may_be_started_with_quotas_of_its_own_which_a_reset_keeps(small: Instance) -> None:
    name = edge.new_name()
    with edge.refused("LimitExceededException"):
        edge.request(small, name, f"a.{name}", f"b.{name}")
    edge.reset(small)
    told = edge.control(small, "GET", "quotas")
    quota = next(quota for quota in told if quota["quotaName"] == "Domain names per ACM certificate")
    assert (quota["value"], quota["default"], quota["unit"]) == (2, 10, "names")


def test_an_instance_does_not_start_with_a_quota_that_does_not_exist() -> None:
    wrong = Instance(f"quotas-wrong-{os.getpid()}", quotas={"acm/Nothing": 2})
    with pytest.raises(InstanceError, match="no such quota: acm Nothing"):
        wrong.start()
    wrong.stop()
    wrong.remove()


def test_a_quota_that_ministack_enforces_by_itself_can_not_be_changed(instance: Instance) -> None:
    with pytest.raises(AssertionError, match="can't be changed here"):
        edge.control(instance, "PUT", "quotas", serviceCode="dynamodb", quotaName="Maximum item size", value=1)


def test_null_takes_a_change_back(instance: Instance) -> None:
    which = {"serviceCode": "cloudfront", "quotaName": "API requests per second"}
    assert edge.control(instance, "PUT", "quotas", **which, value=7)["value"] == 7
    assert edge.control(instance, "PUT", "quotas", **which, value=None)["value"] is None
