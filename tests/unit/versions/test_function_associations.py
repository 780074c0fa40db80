"""Edge functions attached, replaced and taken away in a configuration, and what speaks against it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.errors import split_next_action
from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.edge_functions import VIEWER_EVENTS, EdgeEvent
from cloudfront_extensions.versions.function_associations import (
    LAMBDA_QUOTA,
    reasons_against_functions,
    with_associations,
)
from cloudfront_extensions.versions.function_source import WantedFunction
from cloudfront_extensions.versions.references import ReferenceKind, Thing
from cloudfront_extensions.versions.rollback_draft import Draft, Facts, LiveTarget, draft_with_functions
from cloudfront_extensions.versions.rollback_plan import target_plans
from cloudfront_extensions.versions.text import lines
from tests.configurations import configs
from tests.unit.versions.shops import ACCOUNT, EDGE_FUNCTION, FUNCTION, behavior, block, shop

Config = dict[str, Any]

OURS, THEIRS = FUNCTION.format("ours"), FUNCTION.format("theirs")
EDGE = EDGE_FUNCTION.format("resize")


def wanted(
    arn: str | None = OURS, *replaces: str, at: str = "viewer-request", path: str = "*", body: bool | None = None
) -> WantedFunction:
    return WantedFunction("E1", path, EdgeEvent(at), arn, replaces, body)


def function(arn: str, at: str = "viewer-request") -> Config:
    return {"EventType": at, "FunctionARN": arn}


def at_edge(arn: str, at: str = "origin-request", *, body: bool = False) -> Config:
    return {"EventType": at, "LambdaFunctionARN": arn, "IncludeBody": body}


def with_functions(*functions: Config, edge: tuple[Config, ...] = (), **members: Any) -> Config:
    """A shop with these functions at its default behavior, and a behavior for /api/*."""
    associated = behavior(FunctionAssociations=block(*functions), LambdaFunctionAssociations=block(*edge))
    return shop(DefaultCacheBehavior=associated, CacheBehaviors=block(behavior(PathPattern="/api/*")), **members)


def functions_in(config: Config) -> list[Config]:
    default = config["DefaultCacheBehavior"]
    return [
        one for name in ("FunctionAssociations", "LambdaFunctionAssociations") for one in default[name].get("Items", [])
    ]


def reasons(config: Config, *functions: WantedFunction) -> list[str]:
    return [
        f"{type(one).__name__}: {split_next_action(str(one))[0]}"
        for one in reasons_against_functions(config, functions)
    ]


def drafted(config: Config, *functions: WantedFunction) -> Draft:
    return draft_with_functions(LiveTarget("E1", "ETAG1", 4, ACCOUNT, config), functions)


def refusals(config: Config, *functions: WantedFunction, missing: tuple[Thing, ...] = ()) -> list[str]:
    (plan,) = target_plans([drafted(config, *functions)], Facts(missing=frozenset(missing)), canary=False)
    return [f"{type(one).__name__}: {split_next_action(str(one))[0]}" for one in plan.refusals]


@pytest.mark.parametrize(
    ("before", "edge_before", "change", "after"),
    [
        ([], [], wanted(OURS), [function(OURS)]),
        ([function(THEIRS)], [], wanted(OURS, THEIRS), [function(OURS)]),
        ([function(THEIRS)], [], wanted(None, THEIRS), []),
        ([], [], wanted(None), []),
        (
            [function(THEIRS, "viewer-response")],
            [],
            wanted(OURS),
            [function(THEIRS, "viewer-response"), function(OURS)],
        ),
        ([function(OURS)], [], wanted(OURS), [function(OURS)]),
        ([], [], wanted(f"{EDGE}:2", at="origin-response"), [at_edge(f"{EDGE}:2", "origin-response")]),
        ([], [], wanted(f"{EDGE}:2", at="origin-request", body=True), [at_edge(f"{EDGE}:2", body=True)]),
        ([], [at_edge(f"{EDGE}:1")], wanted(f"{EDGE}:2", EDGE, at="origin-request"), [at_edge(f"{EDGE}:2")]),
        (
            [],
            [at_edge(f"{EDGE}:1", body=True)],
            wanted(f"{EDGE}:1", at="origin-request"),
            [at_edge(f"{EDGE}:1", body=True)],
        ),
        (
            [],
            [at_edge(f"{EDGE}:1", body=True)],
            wanted(f"{EDGE}:1", at="origin-request", body=False),
            [at_edge(f"{EDGE}:1")],
        ),
        ([function(OURS)], [], wanted(f"{EDGE}:2", OURS), [at_edge(f"{EDGE}:2", "viewer-request")]),
        ([], [at_edge(f"{EDGE}:2", "viewer-request")], wanted(OURS, EDGE), [function(OURS)]),
    ],
)
def test_at_an_event_stands_what_is_wanted(
    before: list[Config], edge_before: list[Config], change: WantedFunction, after: list[Config]
) -> None:
    config = with_functions(*before, edge=tuple(edge_before))
    edited = with_associations(config, [change])

    assert functions_in(edited) == after
    assert reasons(config, change) == []
    assert refusals(config, change) == []


def test_all_behaviors_of_a_distribution_are_changed_at_once() -> None:
    edited = with_associations(with_functions(), [wanted(), wanted(path="/api/*", at="viewer-response")])

    assert edited["DefaultCacheBehavior"]["FunctionAssociations"] == block(function(OURS))
    (api,) = edited["CacheBehaviors"]["Items"]
    assert api["FunctionAssociations"] == block(function(OURS, "viewer-response"))


@pytest.mark.parametrize(
    ("standing", "replaces", "may_go"),
    [
        (THEIRS, (), False),
        (THEIRS, (OURS,), False),
        (THEIRS, (THEIRS,), True),
        (THEIRS, ("*",), True),
        (f"{EDGE}:7", (EDGE,), True),
        (f"{EDGE}:7", (f"{EDGE}:7",), True),
        (f"{EDGE}:7", (f"{EDGE}:6",), False),
        (f"{EDGE}-2:7", (EDGE,), False),
    ],
)
@pytest.mark.parametrize("arn", [f"{EDGE}:9", None])
def test_what_the_request_does_not_name_is_neither_replaced_nor_taken_away(
    standing: str, replaces: tuple[str, ...], may_go: bool, arn: str | None
) -> None:
    there = (at_edge(standing, "viewer-request"),) if standing.startswith(EDGE) else ()
    config = with_functions(*([] if there else [function(standing)]), edge=there)

    told = reasons(config, wanted(arn, *replaces))

    assert told == (
        []
        if may_go
        else [
            (
                f"ForeignFunctionAttached: at viewer-request of the behavior * of distribution E1 stands {standing}, "
                "which the request does not name"
            )
        ]
    )


def test_who_is_refused_is_told_how_to_allow_it() -> None:
    config = with_functions(edge=(at_edge(f"{EDGE}:7"),))
    (reason,) = reasons_against_functions(config, [wanted(None, at="origin-request")])

    assert f"add {EDGE}:7 to `replaces`" in str(split_next_action(str(reason))[1])


def test_a_path_pattern_that_is_not_there_is_told_with_those_that_are() -> None:
    told = "BehaviorNotFound: distribution E1 has no behavior with the path pattern {}; it has *, /api/*"

    assert refusals(with_functions(), wanted(path="/API/*"), wanted(path="api/*")) == [
        told.format("/API/*"),
        told.format("api/*"),
    ]


def test_the_two_kinds_of_functions_do_not_share_a_behaviors_viewer_events() -> None:
    config = with_functions(function(OURS))
    told = refusals(config, wanted(f"{EDGE}:1", at="viewer-response"), wanted(path="/api/*"))

    assert told == [
        (
            "InvalidDistributionConfig: what E1 would become: DefaultCacheBehavior: at viewer events either functions or "
            "Lambda@Edge can run, not both"
        )
    ]


def test_a_new_fault_is_told_beside_old_ones_that_cloudfront_took() -> None:
    config = with_functions(function(OURS), DefaultRootObject="/index.html")

    assert refusals(config, wanted(path="/api/*")) == []
    (told,) = refusals(config, wanted(f"{EDGE}:1", at="viewer-response"))
    assert "not both" in told
    assert "DefaultRootObject" not in told


def test_functions_of_another_account_are_refused_and_not_looked_up() -> None:
    other = f"{EDGE}:1".replace(ACCOUNT, "999999999999")
    one = drafted(with_functions(), wanted(other, at="origin-request"), wanted())

    assert [reference.thing for reference in one.references] == [Thing(ReferenceKind.FUNCTION, OURS)]
    assert refusals(with_functions(), wanted(other, at="origin-request")) == [
        (
            "InvalidDistributionConfig: DefaultCacheBehavior.LambdaFunctionAssociations[origin-request].LambdaFunctionARN: "
            f"Lambda@Edge function {other} belongs to account 999999999999, the distribution to {ACCOUNT}"
        )
    ]


def test_a_function_that_is_not_there_or_not_published_is_refused() -> None:
    assert refusals(with_functions(), wanted(), missing=(Thing(ReferenceKind.FUNCTION, OURS),)) == [
        (
            "ReferenceNotFound: DefaultCacheBehavior.FunctionAssociations[viewer-request].FunctionARN: "
            f"there is no function {OURS} that is published"
        )
    ]


def with_many(number: int) -> Config:
    """A distribution with so many associations of Lambda@Edge, all but those of the default behavior in pairs."""
    events = ("origin-request", "origin-response")
    each = [at_edge(f"{EDGE}:1", event) for event in events]
    paths = [behavior(PathPattern=f"/{path}", LambdaFunctionAssociations=block(*each)) for path in range(number // 2)]
    return shop(CacheBehaviors=block(*paths))


def test_the_quota_of_lambda_associations_is_kept() -> None:
    one, two = (wanted(f"{EDGE}:1", at=event) for event in ("origin-request", "origin-response"))

    assert reasons(with_many(LAMBDA_QUOTA - 2), one, two) == []
    assert reasons(with_many(LAMBDA_QUOTA), one) == [
        "QuotaWouldBeExceeded: it would have 101 associations of Lambda@Edge; CloudFront takes 100 of a distribution"
    ]


def test_a_higher_quota_that_is_in_use_is_no_obstacle() -> None:
    assert reasons(with_many(LAMBDA_QUOTA + 2), wanted(None, EDGE, at="origin-request", path="/0")) == []


def test_what_is_as_wanted_changes_nothing() -> None:
    one = drafted(with_functions(function(OURS)), wanted(), wanted(None, at="viewer-response", path="/api/*"))

    assert (one.changes, one.references, one.refusals) == ((), (), ())


def test_a_wrong_wish_is_refused_even_where_nothing_would_change() -> None:
    (plan,) = target_plans([drafted(with_functions(), wanted(None, path="/no"))], Facts(), canary=False)

    assert plan.status == "REFUSED"


def test_the_change_is_told_in_words_with_the_whole_name_of_the_function() -> None:
    longest = EDGE_FUNCTION.format("f" * 64)
    config = with_functions(function(THEIRS), edge=(at_edge(f"{longest}:1234"),))
    one = drafted(
        config,
        wanted(OURS, THEIRS),
        wanted(f"{longest}:1235", longest, at="origin-request"),
        wanted(f"{longest}:1235", at="origin-response", path="/api/*"),
    )

    assert lines(one.changes) == [
        (
            "high   added   CacheBehaviors[/api/*].LambdaFunctionAssociations[origin-response]: "
            f'{{"IncludeBody": false, "LambdaFunctionARN": "{longest}:1235"}}'
        ),
        f"high   changed DefaultCacheBehavior.FunctionAssociations[viewer-request].FunctionARN: {THEIRS} → {OURS}",
        (
            "high   changed DefaultCacheBehavior.LambdaFunctionAssociations[origin-request].LambdaFunctionARN: "
            f"{longest}:1234 → {longest}:1235"
        ),
    ]


def test_a_multi_tenant_distribution_takes_functions_but_not_by_canary() -> None:
    one = drafted(with_functions(ConnectionMode="tenant-only"), wanted())

    assert [target_plans([one], Facts(), canary=canary)[0].status for canary in (False, True)] == ["PLANNED", "REFUSED"]


events = st.sampled_from(tuple(EdgeEvent))
versions = st.builds("arn:aws:lambda:us-east-1:123456789012:function:edge:{}".format, st.integers(1, 9))
functions = st.sampled_from((OURS, THEIRS, "f", "g"))


@st.composite
def wishes(draw: st.DrawFn, config: Config, *, nothing: bool = True) -> list[WantedFunction]:
    """At some events of some behaviors of a configuration."""
    paths = ["*", *(one["PathPattern"] for one in config.get("CacheBehaviors", {}).get("Items", []))]
    places = draw(st.lists(st.tuples(st.sampled_from(paths), events), unique=True, max_size=6))
    made = []
    for path, event in places:
        arns = versions | functions if event in VIEWER_EVENTS else versions
        made.append(wanted(draw(arns | st.none() if nothing else arns), "*", at=event, path=path))
    return made


@given(st.data(), configs())
def test_what_is_done_twice_is_done_once(data: st.DataObject, config: Config) -> None:
    chosen = data.draw(wishes(config))
    once = with_associations(config, chosen)

    assert with_associations(once, chosen) == once


@given(st.data(), configs())
def test_nothing_is_left_of_what_is_taken_away_again(data: st.DataObject, config: Config) -> None:
    places = data.draw(wishes(config, nothing=False))
    bare = with_associations(config, [wanted(None, at=one.event, path=one.path_pattern) for one in places])
    attached = with_associations(bare, places)
    back = with_associations(attached, [wanted(None, at=one.event, path=one.path_pattern) for one in places])

    assert canonical(back) == canonical(bare)


@given(st.data(), configs())
def test_everything_else_stays_byte_for_byte(data: st.DataObject, config: Config) -> None:
    chosen, before = data.draw(wishes(config)), deepcopy(config)
    edited = with_associations(config, chosen)

    assert config == before
    touched = {one.path_pattern for one in chosen}
    for part in (edited, before):
        for behavior_ in [part["DefaultCacheBehavior"], *part.get("CacheBehaviors", {}).get("Items", [])]:
            if behavior_.get("PathPattern", "*") in touched:
                behavior_.pop("FunctionAssociations", None)
                behavior_.pop("LambdaFunctionAssociations", None)
    assert repr(edited) == repr(before)
