"""Laws of what is planned, over configurations of any two distributions."""

from __future__ import annotations

from copy import deepcopy
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.versions.applying import apply
from cloudfront_extensions.versions.content import canonical, content_hash
from cloudfront_extensions.versions.keep import ALWAYS_KEPT, FIELDS, NAMES, kept_fields, planned_config
from cloudfront_extensions.versions.references import new_references, references_in
from cloudfront_extensions.versions.rollback_draft import Facts, LiveTarget, draft
from cloudfront_extensions.versions.rollback_plan import PlanStatus, target_plans
from tests.configurations import configs, pairs, shuffled

Config = dict[str, Any]
ACCOUNT = "123456789012"

asked_for = st.none() | st.lists(st.sampled_from(NAMES), unique=True)
keeps = st.builds(lambda names, same: kept_fields(names, same_distribution=same), asked_for, st.booleans())
MEMBERS = {member: field.name for field in FIELDS for member in field.members}


@given(pairs(), keeps)
def test_every_member_is_the_targets_where_it_is_kept_and_else_the_sources(
    pair: tuple[Config, Config], keep: tuple[str, ...]
) -> None:
    target, source = pair
    planned = planned_config(target, source, keep)

    for member in target.keys() | source.keys() | planned.keys():
        owner = target if MEMBERS.get(member) in keep else source
        assert (member in planned) == (member in owner)
        assert planned.get(member) == owner.get(member)


@given(pairs(), keeps)
def test_planning_changes_nothing_that_it_is_given(pair: tuple[Config, Config], keep: tuple[str, ...]) -> None:
    before = deepcopy(pair)
    planned_config(*pair, keep)

    assert pair == before


@given(pairs(), keeps)
def test_a_target_that_is_as_planned_needs_no_more(pair: tuple[Config, Config], keep: tuple[str, ...]) -> None:
    target, source = pair
    planned = planned_config(target, source, keep)

    assert draft(LiveTarget("E1", "ETAG", 1, ACCOUNT, planned), source, keep).changes == ()


@given(configs(), keeps, st.randoms(use_true_random=False))
def test_the_plan_of_what_means_the_same_is_empty(config: Config, keep: tuple[str, ...], seed: Random) -> None:
    one = draft(LiveTarget("E1", "ETAG", 1, ACCOUNT, config), shuffled(config, seed), keep)
    (plan,) = target_plans([one], Facts(), canary=True)

    assert (plan.status, plan.changes, plan.risk, plan.refusals) == (PlanStatus.IDENTICAL, (), None, ())
    assert plan.hash_before == plan.planned_hash


@given(pairs(), keeps)
def test_the_changes_of_a_plan_make_what_is_planned(pair: tuple[Config, Config], keep: tuple[str, ...]) -> None:
    target, source = pair
    one = draft(LiveTarget("E1", "ETAG", 1, ACCOUNT, target), source, keep)

    assert apply(one.changes, target) == canonical(one.planned)
    assert (one.changes == ()) == (content_hash(target) == content_hash(one.planned))


@given(pairs(), st.lists(st.sampled_from(NAMES), unique=True))
def test_who_names_what_to_keep_changes_nothing_of_that(pair: tuple[Config, Config], names: list[str]) -> None:
    target, source = pair
    one = draft(LiveTarget("E1", "ETAG", 1, ACCOUNT, target), source, kept_fields(names, same_distribution=False))

    changed = {MEMBERS.get(str(change.path[0])) for change in one.changes}
    assert not changed & {*names, *ALWAYS_KEPT}


@given(pairs())
def test_new_references_are_those_of_the_one_and_not_of_the_other(pair: tuple[Config, Config]) -> None:
    before, after = pair
    things = {thing for thing, _ in references_in(after)} - {thing for thing, _ in references_in(before)}

    assert {thing for thing, _ in new_references(before, after)} == things
