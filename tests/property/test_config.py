"""Laws of `rewrite`, over configurations drawn from CloudFront's own model."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

from botocore.session import get_session
from botocore.validate import ParamValidator
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudfront_extensions.distributions.config import ItemSettings, rewrite

TOUCHED = {
    "CallerReference",
    "Aliases",
    "ViewerCertificate",
    "Comment",
    "Logging",
    "Enabled",
    "ContinuousDeploymentPolicyId",
    "Staging",
}


@cache
def config_shape() -> Any:
    return get_session().get_service_model("cloudfront").shape_for("DistributionConfig")


def values_of(shape: Any) -> st.SearchStrategy[Any]:
    if shape.type_name == "structure":
        required = {name: values_of(shape.members[name]) for name in shape.required_members}
        optional = {name: values_of(member) for name, member in shape.members.items() if name not in required}
        return st.fixed_dictionaries(required, optional=optional)
    if shape.type_name == "list":
        return st.lists(values_of(shape.member), min_size=shape.metadata.get("min", 0), max_size=2)
    if shape.type_name == "boolean":
        return st.booleans()
    if shape.type_name in ("integer", "long"):
        return st.integers(0, 9)
    return st.sampled_from(shape.enum or ["a", "b", *([] if shape.metadata.get("min") else [""])])


configs = st.deferred(lambda: values_of(config_shape())).filter(
    lambda config: config.get("ConnectionMode") != "tenant-only"
)

items = st.builds(
    ItemSettings,
    caller_reference=st.just("job/row-00002"),
    aliases=st.lists(st.sampled_from(["a.example", "b.example", "*.c.example"]), min_size=1, unique=True).map(tuple),
    certificate_arn=st.just("arn:aws:acm:us-east-1:123456789012:certificate/1"),
    comment=st.none() | st.text(max_size=128),
    enabled=st.booleans(),
)

RELAXED = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))


@RELAXED
@given(configs, items)
def test_rewrite_touches_only_what_it_says(config: dict[str, Any], item: ItemSettings) -> None:
    before = deepcopy(config)

    rewritten = rewrite(config, item)

    assert config == before
    assert {name: rewritten[name] for name in rewritten.keys() - TOUCHED} == {
        name: before[name] for name in before.keys() - TOUCHED
    }
    assert rewritten.keys() >= TOUCHED


@RELAXED
@given(configs, items)
def test_rewriting_again_changes_nothing(config: dict[str, Any], item: ItemSettings) -> None:
    once = rewrite(config, item)

    assert rewrite(once, item) == once


@RELAXED
@given(configs, items, items)
def test_the_last_item_wins(config: dict[str, Any], one: ItemSettings, other: ItemSettings) -> None:
    assert rewrite(rewrite(config, one), other) == rewrite(config, other)


@RELAXED
@given(configs, items)
def test_what_fits_the_model_fits_it_still(config: dict[str, Any], item: ItemSettings) -> None:
    assert not ParamValidator().validate(rewrite(config, item), config_shape()).has_errors()


@RELAXED
@given(configs, items, st.sampled_from(["one.example", "other.example"]))
def test_an_origin_override_changes_one_host_and_nothing_else(
    config: dict[str, Any], item: ItemSettings, host: str
) -> None:
    origin = {"Id": "main", "DomainName": "source.example", "CustomOriginConfig": {}, "OriginPath": "/x"}
    others = [other for other in config["Origins"]["Items"] if other["Id"] != "main"]
    config["Origins"]["Items"] = [*others, origin]
    config["DefaultCacheBehavior"]["TargetOriginId"] = "main"
    with_override = ItemSettings(
        item.caller_reference, item.aliases, item.certificate_arn, item.comment, item.enabled, host
    )

    rewritten = rewrite(config, with_override)

    expected = rewrite(config, item)
    expected["Origins"]["Items"][-1]["DomainName"] = host
    assert rewritten == expected
