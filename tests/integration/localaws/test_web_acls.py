"""What GetWebACL answers."""

from __future__ import annotations

import pytest

from localaws import executions
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench


def web_acl(bench: Workbench, **settings: str) -> Json:
    """Make a web ACL for CloudFront, and read it."""
    client, name = bench.client("wafv2"), edge.new_token()
    seen = {"SampledRequestsEnabled": False, "CloudWatchMetricsEnabled": False, "MetricName": name}
    made = client.create_web_acl(
        Name=name, Scope="CLOUDFRONT", DefaultAction={"Allow": {}}, VisibilityConfig=seen, **settings
    )["Summary"]
    found: Json = client.get_web_acl(Name=name, Id=made["Id"], Scope="CLOUDFRONT")["WebACL"]
    return found


@pytest.mark.parametrize("described", [{}, {"Description": "of the shops"}])
def test_a_web_acl_is_told_as_it_was_made_and_as_its_model_wants(bench: Workbench, described: dict[str, str]) -> None:
    found = web_acl(bench, **described)

    assert {name: text for name, text in found.items() if name == "Description"} == described
    calls = [call for call in executions.lines(bench.instance.calls) if call["operation"] == "GetWebACL"]
    assert calls[-1].get("wire", []) == []


def test_ministack_alone_tells_a_description_that_is_empty(stock: Workbench) -> None:
    assert web_acl(stock)["Description"] == ""
