"""Laws of sharing certificates: no name is lost or doubled, and whoever is served is covered."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.names import covered_by
from cloudfront_extensions.jobs.grouping import (
    MAXIMUM_DISTRIBUTIONS_PER_GROUP,
    assign_certificates,
    certificates_manifest,
    groups_manifest,
    open_work,
)
from cloudfront_extensions.jobs.records import Item
from tests.unit.jobs.batches import SOURCE, item_of, request_of

REQUEST = request_of()

bases = st.sampled_from(["a.example", "b.example", "x.a.example"])
names = st.one_of(
    bases.map(lambda base: f"*.{base}"), st.builds("{}.{}".format, st.sampled_from("pqrstuvw"), bases), bases
)
algorithms = st.sampled_from([None, None, "RSA_2048", "EC_prime256v1"])


@st.composite
def items(draw: st.DrawFn, *, unique: bool = True) -> list[Item]:
    """Items as a batch gives them; with `unique` no name stands in two of them."""
    drawn = draw(st.lists(st.lists(names, min_size=1, max_size=3, unique=True), max_size=10))
    seen: set[str] = set()
    made = []
    for line, wanted in enumerate(drawn, 2):
        own = [name for name in wanted if not (unique and name in seen)]
        seen.update(own)
        if own:
            made.append(item_of(line, *own, key_algorithm=draw(algorithms)))
    return made


@given(items(unique=False))
def test_whoever_is_served_is_covered_by_an_owner_that_nobody_serves(batch: list[Item]) -> None:
    assigned = {item.item_id: item for item in assign_certificates(batch, aggregate_wildcards=True)}
    for item in assigned.values():
        owner = assigned[item.certificate_item_id or ""]
        assert owner.certificate_item_id == owner.item_id
        assert covered_by(item.names, owner.names)
        if owner is not item:
            assert any(name.startswith("*.") for name in owner.names)
            assert (owner.key_algorithm or "RSA_2048") == (item.key_algorithm or "RSA_2048")


@given(items())
def test_nobody_owns_a_certificate_who_could_be_served(batch: list[Item]) -> None:
    owners = [
        item
        for item in assign_certificates(batch, aggregate_wildcards=True)
        if item.certificate_item_id == item.item_id
    ]
    for item in owners:
        assert not any(
            covered_by(item.names, other.names)
            for other in owners
            if other is not item and (other.key_algorithm or "RSA_2048") == (item.key_algorithm or "RSA_2048")
        )


@given(items(unique=False), st.data())
def test_rows_that_bring_their_certificate_are_nothing_to_the_others(batch: list[Item], data: st.DataObject) -> None:
    brings = data.draw(st.lists(st.booleans(), min_size=len(batch), max_size=len(batch)))
    bundles = "cloudfront-extensions/key-bundles/"
    mixed = [
        replace(item, key_bundle=bundles + item.item_id) if own else item
        for item, own in zip(batch, brings, strict=True)
    ]
    assigned = assign_certificates(mixed, aggregate_wildcards=True)
    others = [item for item in mixed if not item.key_bundle]
    assert [item for item in assigned if not item.key_bundle] == list(
        assign_certificates(others, aggregate_wildcards=True)
    )
    assert all(item.certificate_item_id == item.item_id for item in assigned if item.key_bundle)
    work = open_work(assigned)
    imports = {
        group["certificate"]["itemId"]
        for group in groups_manifest(work, REQUEST, {}, SOURCE)
        if group["method"] == "import"
    }
    assert imports == {item.item_id for item in mixed if item.key_bundle}
    assert imports.isdisjoint(one["itemId"] for one in certificates_manifest(work, REQUEST, {}))


@given(items(unique=False))
def test_assigning_again_changes_nothing(batch: list[Item]) -> None:
    once = assign_certificates(batch, aggregate_wildcards=True)
    assert assign_certificates(once, aggregate_wildcards=True) == once


@given(items(unique=False), st.booleans())
def test_groups_keep_every_name_exactly_once(batch: list[Item], aggregate: bool) -> None:
    work = open_work(assign_certificates(batch, aggregate_wildcards=aggregate))
    groups = groups_manifest(work, REQUEST, {}, SOURCE)
    before = Counter(name for item in batch for name in item.names)
    after = Counter(name for group in groups for item in group["distributions"] for name in item["aliases"])
    assert after == before


@given(items(), st.booleans())
def test_groups_have_the_certificates_that_are_requested(batch: list[Item], aggregate: bool) -> None:
    work = open_work(assign_certificates(batch, aggregate_wildcards=aggregate))
    certificates = certificates_manifest(work, REQUEST, {})
    groups = groups_manifest(work, REQUEST, {}, SOURCE)
    assert len({group["groupId"] for group in groups}) == len(groups)
    assert {group["certificate"]["itemId"] for group in groups} == {entry["itemId"] for entry in certificates}
    assert all(group["certificate"] in certificates for group in groups)


@given(st.integers(0, 200))
def test_no_group_is_larger_than_a_child_can_take(count: int) -> None:
    served = [item_of(line + 3, f"n{line}.example.com") for line in range(count)]
    work = open_work(assign_certificates([item_of(2, "*.example.com"), *served], aggregate_wildcards=True))
    sizes = [len(group["distributions"]) for group in groups_manifest(work, REQUEST, {}, SOURCE)]
    assert max(sizes) <= MAXIMUM_DISTRIBUTIONS_PER_GROUP
    assert sum(sizes) == count + 1
