"""Laws of cleanups: whoever is asked for comes up once and in time, and nothing goes that somebody else needs."""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass, replace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.validation import ValidationRecord
from cloudfront_extensions.jobs.cleanup import config_hash
from cloudfront_extensions.jobs.cleanup_plan import CleanupEntry, LiveCertificate, cleanup_manifest
from cloudfront_extensions.jobs.grouping import assign_certificates
from cloudfront_extensions.jobs.records import Item
from tests.unit.jobs.batches import item_of, with_certificate

bases = st.sampled_from(["a.example", "b.example", "x.a.example", "p.a.example"])
names = st.one_of(bases.map(lambda base: f"*.{base}"), st.builds("{}.{}".format, st.sampled_from("pqr"), bases), bases)
name_lists = st.lists(names, min_size=1, max_size=3, unique=True)


def record_name(name: str) -> str:
    """As ACM names them: a wildcard and the domain below it share one."""
    return f"_x.{name.removeprefix('*.')}."


@dataclass(frozen=True)
class Cleanup:
    items: tuple[Item, ...]
    wanted: tuple[Item, ...]
    tagged: dict[str, list[str]]
    live: tuple[LiveCertificate, ...]

    @property
    def manifest(self) -> list[CleanupEntry]:
        return cleanup_manifest(self.items, self.wanted, self.tagged, self.live)

    @property
    def going(self) -> set[str | None]:
        """ARNs of all certificates that this cleanup is for."""
        ids = {item.item_id for item in self.wanted}
        orphans = {arn for item_id, arns in self.tagged.items() if item_id in ids for arn in arns}
        return orphans | {item.certificate.arn for item in self.wanted}


@st.composite
def cleanups(draw: st.DrawFn) -> Cleanup:
    """A cleanup of some items of a job at any point of its work, in an account with other certificates."""
    batch = [item_of(line, *own) for line, own in enumerate(draw(st.lists(name_lists, max_size=8)), 2)]
    items = [_at_some_point(draw, item) for item in assign_certificates(batch, aggregate_wildcards=draw(st.booleans()))]
    wanted = [item for item in items if draw(st.booleans())]
    tagged: dict[str, list[str]] = {}
    live = []
    for number, foreign in enumerate(draw(st.lists(name_lists, max_size=4))):
        live.append(LiveCertificate(f"arn:{number}", tuple(foreign)))
        tags = draw(st.sampled_from([None, "", *(item.item_id for item in items)]))
        if tags is not None:
            tagged.setdefault(tags, []).append(f"arn:{number}")
    live += [LiveCertificate(item.certificate.arn, item.names) for item in items if item.certificate.arn]
    return Cleanup(tuple(draw(st.permutations(items))), tuple(wanted), tagged, tuple(draw(st.permutations(live))))


def _at_some_point(draw: st.DrawFn, item: Item) -> Item:
    """Without a certificate, or with one, some of whose records the job created; they outlive a certificate."""
    if item.certificate_item_id != item.item_id:
        return item
    records = {
        record_name(name): ValidationRecord(
            name, record_name(name), "CNAME", "_y.", created_in=draw(st.sampled_from([None, "Z1"]))
        )
        for name in item.names
    }
    status, arn = draw(st.sampled_from([("ISSUED", f"arn:{item.item_id}"), ("REQUESTED", None), ("FAILED", None)]))
    return replace(with_certificate(item, status, arn=arn, validation_records=tuple(records.values())))


def created(item: Item) -> set[str]:
    return {record.name for record in item.certificate.validation_records if record.created_in}


@given(cleanups())
def test_every_item_asked_for_comes_up_once_and_no_other(cleanup: Cleanup) -> None:
    assert sorted(entry["itemId"] for entry in cleanup.manifest) == sorted(item.item_id for item in cleanup.wanted)


@given(cleanups())
def test_items_come_before_the_owner_of_their_certificate(cleanup: Cleanup) -> None:
    place = {entry["itemId"]: number for number, entry in enumerate(cleanup.manifest)}
    for item in cleanup.wanted:
        owner = item.certificate_item_id
        assert owner == item.item_id or owner not in place or place[item.item_id] < place[owner]


@given(cleanups(), st.randoms())
def test_the_manifest_does_not_depend_on_the_order_in_which_items_are_read(cleanup: Cleanup, random: Any) -> None:
    wanted = list(cleanup.wanted)
    random.shuffle(wanted)
    again = replace(cleanup, wanted=tuple(wanted)).manifest
    assert [entry["itemId"] for entry in again] == [entry["itemId"] for entry in cleanup.manifest]


@given(cleanups())
def test_a_record_stays_if_and_only_if_a_certificate_that_stays_needs_it(cleanup: Cleanup) -> None:
    items = {item.item_id: item for item in cleanup.items}
    for entry in cleanup.manifest:
        for record in created(items[entry["itemId"]]):
            needing = {
                certificate.arn
                for certificate in cleanup.live
                if certificate.arn not in cleanup.going and record in map(record_name, certificate.names)
            }
            assert entry["neededBy"].get(record) in (needing or {None})


@given(cleanups())
def test_a_record_is_shared_with_every_other_item_whose_certificate_needs_it(cleanup: Cleanup) -> None:
    items = {item.item_id: item for item in cleanup.items}
    for entry in cleanup.manifest:
        for record in created(items[entry["itemId"]]):
            needing = {
                item.item_id
                for item in cleanup.wanted
                if item.certificate_item_id == item.item_id and record in map(record_name, item.names)
            }
            assert sorted(entry["sharedWith"].get(record, ())) == sorted(needing - {entry["itemId"]})


@given(cleanups())
def test_only_records_that_the_job_created_are_spoken_of(cleanup: Cleanup) -> None:
    items = {item.item_id: item for item in cleanup.items}
    for entry in cleanup.manifest:
        assert entry["neededBy"].keys() | entry["sharedWith"].keys() <= created(items[entry["itemId"]])


@given(cleanups())
def test_a_certificate_is_kept_for_items_that_stay_and_for_no_others(cleanup: Cleanup) -> None:
    staying = set(cleanup.items) - set(cleanup.wanted)
    for entry in cleanup.manifest:
        others = {item.item_id for item in staying if item.certificate_item_id == entry["itemId"]}
        assert entry["alsoServes"] in (others or {None})


leaves = st.one_of(st.booleans(), st.integers(-5, 5), st.text(max_size=4))
fields = st.sampled_from(["Aliases", "Comment", "Enabled", "Items", "Logging", "Quantity"])
blocks = st.dictionaries(
    fields,
    st.recursive(
        leaves,
        lambda inner: st.lists(inner, max_size=3) | st.dictionaries(fields, inner, max_size=3),
        max_leaves=6,
    ),
    min_size=1,
    max_size=5,
)


@st.composite
def changes(draw: st.DrawFn) -> tuple[dict[str, Any], dict[str, Any]]:
    """A configuration, and the same with one thing changed anywhere but in its own Enabled."""
    before = draw(blocks)
    after = deepcopy(before)
    at: Any = after
    name = draw(fields.filter(lambda field: field != "Enabled"))
    while isinstance(inner := at.get(name), dict) and inner and draw(st.booleans()):
        at, name = inner, draw(st.sampled_from(sorted(inner)))
    if name in at and draw(st.booleans()):
        del at[name]
    else:
        at[name] = [at.get(name)]
    return before, after


@given(changes())
def test_any_change_gives_a_configuration_another_hash(change: tuple[dict[str, Any], dict[str, Any]]) -> None:
    before, after = change
    assert config_hash(before) != config_hash(after)


@given(blocks, st.booleans(), st.randoms())
def test_neither_the_switch_nor_the_order_of_fields_is_part_of_the_hash(
    config: dict[str, Any], enabled: bool, random: Any
) -> None:
    shuffled = list({**config, "Enabled": enabled}.items())
    random.shuffle(shuffled)
    assert config_hash(dict(shuffled)) == config_hash(config)
