"""Laws of comparing configurations."""

from __future__ import annotations

import copy
import json
from random import Random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.versions.applying import apply
from cloudfront_extensions.versions.checks import check_config
from cloudfront_extensions.versions.content import canonical, content_hash
from cloudfront_extensions.versions.diff import diff
from cloudfront_extensions.versions.json_patch import json_patch
from cloudfront_extensions.versions.risk import as_json
from cloudfront_extensions.versions.text import lines, unified
from tests.configurations import Config, configs, pairs, shuffled, spoiled, with_other_numbers
from tests.json_patching import patched

seeds = st.integers(0, 2**32).map(Random)


@given(configs())
def test_what_is_drawn_is_what_cloudfront_takes(config: Config) -> None:
    check_config(config, "drawn")


@given(spoiled())
def test_a_configuration_does_not_differ_from_itself(config: Config) -> None:
    assert diff(config, copy.deepcopy(config)) == ()


@given(pairs())
def test_the_changes_make_the_one_configuration_the_other(pair: tuple[Config, Config]) -> None:
    before, after = pair
    assert apply(diff(before, after), before) == canonical(after)


@given(spoiled(), spoiled())
def test_they_do_so_even_where_lists_and_types_are_not_what_they_should_be(before: Config, after: Config) -> None:
    assert apply(diff(before, after), before) == canonical(after)


@given(configs(), seeds)
def test_order_that_means_nothing_and_wrong_quantities_are_no_change(config: Config, seed: Random) -> None:
    other = shuffled(config, seed)
    assert diff(config, other) == diff(other, config) == ()
    assert content_hash(other) == content_hash(config)


@given(spoiled(), spoiled())
def test_hashes_are_the_same_where_nothing_changes_and_nowhere_else(before: Config, after: Config) -> None:
    assert (content_hash(before) == content_hash(after)) == (diff(before, after) == ())


@given(configs(), seeds)
def test_configurations_that_are_equal_to_python_are_so_here(config: Config, seed: Random) -> None:
    other = with_other_numbers(config, seed)
    assert other == config
    assert diff(config, other) == ()
    assert canonical(config) == canonical(other)
    assert content_hash(config) == content_hash(other)


@given(pairs())
def test_hashes_of_near_relatives_too(pair: tuple[Config, Config]) -> None:
    before, after = pair
    assert (content_hash(before) == content_hash(after)) == (diff(before, after) == ())


@given(spoiled())
def test_the_canonical_form_is_its_own_canonical_form_and_means_the_same(config: Config) -> None:
    form = canonical(config)
    assert canonical(form) == form
    assert diff(config, form) == ()


@given(spoiled(), spoiled())
def test_nothing_that_was_given_is_changed(before: Config, after: Config) -> None:
    texts = json.dumps(before), json.dumps(after)
    apply(diff(before, after), before)
    json_patch(before, after)
    assert (json.dumps(before), json.dumps(after)) == texts


@given(spoiled(), spoiled())
def test_the_patch_makes_the_one_canonical_form_the_other_to_the_letter(before: Config, after: Config) -> None:
    assert patched(canonical(before), json_patch(before, after)) == canonical(after)


@given(pairs())
def test_there_is_no_patch_and_no_text_where_nothing_changes(pair: tuple[Config, Config]) -> None:
    before, after = pair
    changes = diff(before, after)
    assert (json_patch(before, after) == []) == (changes == ())
    assert (unified(before, after) == "") == (changes == ())
    assert len(lines(changes)) == len(as_json(changes)) == len(changes)


@given(pairs())
def test_the_way_back_has_as_many_changes(pair: tuple[Config, Config]) -> None:
    before, after = pair
    assert [change.path for change in diff(before, after)] == [change.path for change in diff(after, before)]


@given(configs(), configs(), st.text("0123456789", min_size=12, max_size=12))
def test_no_header_value_is_ever_shown(before: Config, after: Config, digits: str) -> None:
    secret = f"secret-{digits}"
    for config in (before, after):
        for origin in config["Origins"]["Items"]:
            for header in origin.get("CustomHeaders", {}).get("Items", []):
                header["HeaderValue"] += secret
    changes = diff(before, after)
    shown: list[Any] = [lines(changes), as_json(changes), unified(before, after), repr(changes)]
    assert digits not in json.dumps(shown)


@given(spoiled())
def test_every_change_can_be_shown_in_one_printable_line(config: Config) -> None:
    for line in lines(diff({}, config)):
        assert line.isprintable()
