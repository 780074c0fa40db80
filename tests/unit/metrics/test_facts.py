"""Facts add up, cell by cell."""

from __future__ import annotations

from cloudfront_extensions.metrics.facts import (
    NOTHING,
    UNKNOWN,
    Cell,
    Measures,
    OriginUse,
    added,
    total,
    without_countries,
)

GERMANY = Cell("DE", "200", "Hit", OriginUse.NONE)
FRANCE = GERMANY._replace(country="FR")
MISSED = GERMANY._replace(result="Miss", origin=OriginUse.FETCHED)
ONE = Measures(1, 2, 3, 4, 5, 6)


def test_measures_add_up_one_by_one() -> None:
    assert ONE.plus(Measures(10, 20, 30, 40, 50, 60)) == Measures(11, 22, 33, 44, 55, 66)
    assert ONE.plus(NOTHING) == ONE


def test_equal_cells_are_added_and_others_stand_beside_each_other() -> None:
    assert added([{GERMANY: ONE}, {GERMANY: ONE, FRANCE: ONE}, {}]) == {GERMANY: ONE.plus(ONE), FRANCE: ONE}


def test_adding_leaves_the_parts_as_they_were() -> None:
    part = {GERMANY: ONE}
    added([part, part])
    assert part == {GERMANY: ONE}


def test_all_cells_together_are_their_sum() -> None:
    assert total({GERMANY: ONE, FRANCE: ONE, MISSED: ONE}) == Measures(3, 6, 9, 12, 15, 18)
    assert total({}) == NOTHING


def test_without_countries_everything_else_is_still_told_apart() -> None:
    unknown, missed = GERMANY._replace(country=UNKNOWN), MISSED._replace(country=UNKNOWN)
    assert without_countries({GERMANY: ONE, FRANCE: ONE, MISSED: ONE}) == {unknown: ONE.plus(ONE), missed: ONE}
