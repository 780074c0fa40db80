"""Laws of host names and of what covers what."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.names import covered_by, covers, deepest_zone, inside, normalise, uncovered
from cloudfront_extensions.errors import InvalidDomainName

label = st.from_regex(r"[a-z0-9]([a-z0-9-]{0,6}[a-z0-9])?", fullmatch=True).filter(lambda text: text[2:4] != "--")
host = st.builds(lambda labels: ".".join([*labels, "example"]), st.lists(label, min_size=1, max_size=3))
few_hosts = st.sampled_from(["a.example", "b.example", "x.a.example", "y.a.example", "x.b.example"])
name = st.one_of(few_hosts, few_hosts.map(lambda text: f"*.{text}"), host, host.map(lambda text: f"*.{text}"))


@given(host, label)
def test_a_wildcard_covers_every_name_one_label_below(base: str, one: str) -> None:
    assert covers(f"*.{base}", f"{one}.{base}")


@given(host, label, label)
def test_a_wildcard_covers_neither_its_apex_nor_two_labels(base: str, one: str, two: str) -> None:
    assert not covers(f"*.{base}", base)
    assert not covers(f"*.{base}", f"{one}.{two}.{base}")


@given(name, name)
def test_what_is_covered_has_as_many_labels_and_the_same_parent(pattern: str, covered: str) -> None:
    if covers(pattern, covered):
        assert pattern.count(".") == covered.count(".")
        assert pattern.partition(".")[2] == covered.partition(".")[2]


@given(name)
def test_a_name_covers_itself(text: str) -> None:
    assert covers(text, text)


@given(name, name, name)
def test_covering_is_transitive(first: str, second: str, third: str) -> None:
    if covers(first, second) and covers(second, third):
        assert covers(first, third)


@given(st.lists(name, max_size=4), st.lists(name, max_size=4))
def test_names_are_covered_exactly_when_each_is(names: list[str], certificate: list[str]) -> None:
    each = [any(covers(pattern, text) for pattern in certificate) for text in names]
    assert covered_by(names, certificate) == (bool(names) and all(each))
    assert list(uncovered(names, certificate)) == [
        text for text, covered in zip(names, each, strict=True) if not covered
    ]


@given(st.lists(name, min_size=1, max_size=3), st.sets(host | few_hosts | st.just("example"), max_size=5))
def test_the_deepest_zone_is_the_longest_that_holds_all_names(names: list[str], zones: set[str]) -> None:
    holding = [zone for zone in zones if all(inside(text, zone) for text in names)]
    assert deepest_zone(names, zones) == max(holding, key=len, default=None)


@given(name)
def test_names_written_in_capitals_are_the_same_names(text: str) -> None:
    try:
        expected = normalise(text)
    except InvalidDomainName:
        return
    assert normalise(text.upper()) == expected == text


any_text = st.text(max_size=80) | st.text(alphabet="aä*-_.:/@1xnß\u0308\u200d\u3002", max_size=24)


@given(any_text)
@example("xn--0.example")
@example("\u2024example.com")
@example("a\u00ad.example.com")
def test_any_text_is_a_name_or_a_clear_error(text: str) -> None:
    outcome = normalised_or_error(text)
    if isinstance(outcome, InvalidDomainName):
        assert str(outcome).isprintable()
        assert outcome.position is None or 1 <= outcome.position <= len(text)
    else:
        assert normalise(outcome) == outcome
        assert outcome.isascii()
        assert len(outcome) <= 253


def normalised_or_error(text: str) -> str | InvalidDomainName:
    try:
        return normalise(text)
    except InvalidDomainName as error:
        return error
