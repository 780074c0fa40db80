"""The tables of lists and of what CloudFront fills in, held against CloudFront's model."""

from __future__ import annotations

import pytest

from cloudfront_extensions.versions.shape import FILLED_IN, LISTS, ListKind, keyed, keys_of
from tests.unit.versions.cloudfront_model import places

ELEMENTS = {place.removesuffix("[]"): shape for place, shape in places().items() if place.endswith("[]")}


def test_the_table_names_every_list_of_the_model_and_no_other() -> None:
    assert LISTS.keys() == ELEMENTS.keys()


@pytest.mark.parametrize("place", sorted(LISTS))
def test_a_key_is_a_member_that_every_element_has_and_sets_are_of_plain_values(place: str) -> None:
    element, listed = ELEMENTS[place], LISTS[place]

    if listed.kind is ListKind.SET:
        assert element.type_name in ("string", "integer")
    if listed.key is not None:
        assert listed.key in element.required_members
        assert element.members[listed.key].type_name in ("string", "integer")


def test_what_is_filled_in_are_members_that_the_model_does_not_require() -> None:
    for place, members in FILLED_IN.items():
        for name in members:
            assert (f"{place}.{name}" if place else name) in places()
        if place:
            assert not set(members) & set(places()[place].required_members)


@pytest.mark.parametrize(
    "items",
    [
        [{"Id": "a"}, {"Id": "a"}],
        [{"Id": "a"}, {}],
        [{"Id": "a"}, {"Id": 1}],
        [{"Id": "a"}, "b"],
        [{"Id": ["a"]}],
        [None],
        "ab",
        None,
    ],
)
def test_elements_that_can_not_be_told_apart_have_no_keys(items: object) -> None:
    assert keys_of(items, keyed("Id")) is None


def test_keys_stand_in_the_order_of_their_elements() -> None:
    assert keys_of([{"Id": "b"}, {"Id": "a"}], keyed("Id")) == ["b", "a"]
