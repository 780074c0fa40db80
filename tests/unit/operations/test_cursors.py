"""Cursors lead on in the very list that answered them; everything else that comes in their place is refused."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from cloudfront_extensions.errors import InvalidCursor
from cloudfront_extensions.operations.cursors import LONGEST, cursor_after, position_of

LIST = ("jobs", None)
texts = st.text(st.characters(codec="utf-8"), min_size=1, max_size=100)


@given(texts, st.lists(st.one_of(st.none(), texts), min_size=1, max_size=4))
def test_a_cursor_gives_back_the_position_in_its_own_list(position: str, of_list: list[str | None]) -> None:
    assert position_of(cursor_after(position, *of_list), *of_list) == position


@given(texts, st.tuples(texts, st.none() | texts), st.tuples(texts, st.none() | texts))
def test_a_cursor_of_another_list_or_filter_is_refused(
    position: str, one: tuple[str, str | None], other: tuple[str, str | None]
) -> None:
    assume(one != other)
    with pytest.raises(InvalidCursor):
        position_of(cursor_after(position, *one), *other)


@given(
    st.one_of(st.text(max_size=200), st.binary(max_size=200).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
)
def test_what_no_list_answered_is_refused(text: str) -> None:
    with pytest.raises(InvalidCursor):
        position_of(text, *LIST)


@given(texts, st.integers(min_value=0), st.characters(codec="utf-8"))
def test_a_cursor_with_another_character_in_it_leads_nowhere_else(position: str, at: int, other: str) -> None:
    """It may still be read, as another position of the same list, which that list checks; never as one of another list."""
    cursor = cursor_after(position, *LIST)
    broken = cursor[: at % len(cursor)] + other + cursor[at % len(cursor) + 1 :]
    assume(broken != cursor)
    try:
        found = position_of(broken, *LIST)
    except InvalidCursor:
        return
    assert found
    assert cursor_after(found, *LIST) == broken


@pytest.mark.parametrize(
    "cursor",
    [
        "",
        "=",
        "x" * (LONGEST + 1),
        "A" * 6_000_000,
        "é",
        "\ud800",
        "WyJh\n",
        cursor_after("here", *LIST) + "=",
        cursor_after("here", *LIST) + "A",
        base64.urlsafe_b64encode(b"[" * 700).decode(),
        base64.urlsafe_b64encode(b'["a", "b"]').decode(),
        base64.urlsafe_b64encode(json.dumps({"a": "b", "c": "d"}).encode()).decode(),
    ],
    ids=lambda text: ascii(text[:20]),
)
def test_bad_cursors_are_refused_without_quoting_them(cursor: str) -> None:
    with pytest.raises(InvalidCursor) as refused:
        position_of(cursor, *LIST)
    assert str(refused.value).startswith("cursor: it ")


def test_a_position_of_another_type_is_refused() -> None:
    genuine = json.loads(base64.urlsafe_b64decode(cursor_after("here", *LIST) + "=="))
    for position in (1, None, ["here"], "", {"here": 1}):
        forged = base64.urlsafe_b64encode(json.dumps([genuine[0], position], separators=(",", ":")).encode()).decode()
        with pytest.raises(InvalidCursor):
            position_of(forged.rstrip("="), *LIST)


def test_no_cursor_is_the_beginning() -> None:
    assert position_of(None, *LIST) is None
