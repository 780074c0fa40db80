"""Which points of presence a target stands for."""

from __future__ import annotations

import re

import pytest

from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.prewarming.pops import known_pops, parse_target

KNOWN = known_pops()


def test_the_known_pops_have_a_day_and_hold_together() -> None:
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", KNOWN.as_of)
    assert set(KNOWN.default) <= set(KNOWN.regions)
    for pops in (*KNOWN.regions.values(), *KNOWN.countries.values()):
        assert parse_target({"pops": list(pops)}, KNOWN) == pops


def test_no_target_is_that_of_the_default_regions() -> None:
    assert set(parse_target(None, KNOWN)) == {pop for region in KNOWN.default for pop in KNOWN.regions[region]}


def test_a_pop_that_is_named_twice_is_asked_once() -> None:
    target = {"pops": ["nrt57-p3", "FRA56-P4"], "regions": ["jp"], "countries": ["JP"]}
    assert parse_target(target, KNOWN) == ("NRT57-P3", "FRA56-P4", "NRT57-P2", "NRT51-P2")


@pytest.mark.parametrize(
    ("target", "says"),
    [
        ("eu", "target: "),
        ({}, "target: it names 0 PoPs; name 1 to 200"),
        ({"pop": ["FRA56-P4"]}, "target.pop: there is no such field; the fields are countries, pops, regions"),
        ({"pops": "FRA56-P4"}, "target.pops: "),
        ({"pops": ["FRA56-P4", "Frankfurt"]}, "target.pops[1]: "),
        ({"pops": [7]}, "target.pops[0]: it is a number; give the code of a PoP"),
        ({"countries": ["DE"]}, "target.countries[0]: "),
        ({"countries": [["JP"]]}, "target.countries[0]: it is a list"),
        ({"regions": ["mars"]}, "choose from apac, au, ca, cn, eu, jp, sa, us"),
        ({"pops": [f"FRA{n}-P1" for n in range(1, 202)]}, "target: it names 201 PoPs"),
    ],
)
def test_a_target_that_is_none_is_named(target: object, says: str) -> None:
    with pytest.raises(InvalidInput, match=re.escape(says)):
        parse_target(target, KNOWN)
