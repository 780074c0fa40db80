"""Whatever the lines are, the statement counts what plain Python counts."""

from __future__ import annotations

import gzip
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cloudfront_extensions.metrics.sources import Folder, Source
from tests.integration.logs.bad_files import BEGINS, GOOD, GOOD_REALTIME, HOUR, text
from tests.integration.logs.catalog import counted
from tests.integration.logs.raw_lines import count_files, summed

numbers = st.one_of(
    st.integers(0, 5_000_000).map(str),
    st.decimals(0, 100, places=3).map(str),
    st.sampled_from(["-", "", "0.2995", "0.3", "0.5995", "0.9995", "1", "255999", "4194304", "-1", "x", "9" * 20]),
)
names = st.sampled_from(["D1.cloudfront.net", "d1.cloudfront.net", "d2.cloudfront.net", "-", ""])
hosts = st.sampled_from(["a.example.com", "A.Example.com:443", "b.example.com", "-", "", ":", "[::1]"])
results = st.sampled_from(
    ["Hit", "RefreshHit", "Miss", "Error", "Redirect", "LimitExceeded", "CapacityExceeded", "-", ""]
)
detailed = st.one_of(
    results, st.sampled_from(["OriginShieldHit", "OriginError", "AbortedOrigin", "MissGeneratedResponse"])
)
paths = st.text(st.characters(codec="utf-8", exclude_characters="\t\r\n", exclude_categories=["Cs"]), max_size=4)
clocks = st.integers(-2 * 3600, 5 * 3600)
ends = st.sampled_from(["-", "-", "-", "-", "", "-\tmore"])


@st.composite
def common(draw: st.DrawFn) -> dict[str, str]:
    return {
        "sc_bytes": draw(numbers),
        "time_taken": draw(numbers),
        "cs_host": draw(names),
        "x_host_header": draw(hosts),
        "cs_uri_stem": "/" + draw(paths),
        "sc_status": draw(st.sampled_from(["200", "304", "404", "000", "-", ""])),
        "x_edge_response_result_type": draw(results),
        "x_edge_detailed_result_type": draw(detailed),
    }


@st.composite
def legacy_line(draw: st.DrawFn) -> dict[str, str]:
    day, clock = divmod(BEGINS + draw(clocks), 86_400)
    moment = {
        "date": f"2025-11-{22 + day - BEGINS // 86_400}",
        "time": f"{clock // 3600:02}:{clock // 60 % 60:02}:{clock % 60:02}",
    }
    return GOOD | draw(common()) | moment | {"sc_range_end": draw(ends)}


@st.composite
def realtime_line(draw: st.DrawFn) -> dict[str, str]:
    own = {
        "timestamp": f"{BEGINS + draw(clocks)}.{draw(st.integers(0, 999)):03}",
        "c_country": draw(st.sampled_from(["DE", "de", "US", "-", "", "Germany"])),
        "asn": draw(st.sampled_from(["3320", "64496", "-", ""])),
    }
    return GOOD_REALTIME | draw(common()) | own


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(st.lists(legacy_line(), max_size=30), st.lists(realtime_line(), max_size=30))
def test_the_statement_counts_what_the_lines_say(
    of_legacy: list[dict[str, str]], of_realtime: list[dict[str, str]]
) -> None:
    lines = {Source.LEGACY: of_legacy, Source.REALTIME: of_realtime}
    with tempfile.TemporaryDirectory() as place:
        root = Path(place)
        for source, of_source in lines.items():
            folder = root / Folder(source, HOUR).prefix
            folder.mkdir(parents=True)
            content = text(*(list(line.values()) for line in of_source))
            (folder / "E2QWRUHAPOMQZL.gz").write_bytes(gzip.compress(content))
        found = counted(root, {Folder(source, HOUR) for source in lines})
        expected = count_files(root).told()
    assert summed(found) == expected
    assert sum(expected.rejected.values()) + sum(
        measures[0] for key, measures in expected.facts.items() if key[1] is None
    ) == len(of_legacy) + len(of_realtime)
