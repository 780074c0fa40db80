"""Laws of folding rows to domains: nothing is lost or counted twice, and every domain has exactly its own lines."""

from __future__ import annotations

from collections import Counter, defaultdict

from hypothesis import given
from hypothesis import strategies as st

from cloudfront_extensions.certificates.names import covers
from cloudfront_extensions.metrics.domain_figures import DomainFigures, figures
from cloudfront_extensions.metrics.download_speeds import NO_DOWNLOADS, added_speeds, shares, speed_of
from cloudfront_extensions.metrics.facts import OriginUse, added
from cloudfront_extensions.metrics.known_domains import ALL_DISTRIBUTIONS, KnownDistribution, KnownDomains
from cloudfront_extensions.metrics.sources import Folder, Source
from tests.property.log_lines import edge_domains, hosts, lines
from tests.unit.metrics.lines import FOLDER, Line, facts_of, origin_use, rows_of

ALIASES = ("shop.example.com", "*.shop.example.com", "*.example.com", "example.com", "xn--bcher-kva.example.com")


@st.composite
def distributions(draw: st.DrawFn) -> list[KnownDistribution]:
    """Up to three distributions that share out some of the aliases."""
    aliases = draw(st.lists(st.sampled_from(ALIASES), unique=True))
    owners = [draw(st.integers(0, 2)) for _ in aliases]
    return [
        {
            "distributionId": f"E{number}",
            "edgeDomain": f"d{number + 1}.cloudfront.net",
            "aliases": [alias for alias, owner in zip(aliases, owners, strict=True) if owner == number],
        }
        for number in range(draw(st.integers(0, 3)))
    ]


def domain_by_hand(line: Line, known: list[KnownDistribution]) -> str:
    """What a line is counted under, by the rule in words."""
    for distribution in known:
        if distribution["edgeDomain"] == line.edge_domain:
            exact = [alias for alias in distribution["aliases"] if alias == line.host]
            covering = [alias for alias in distribution["aliases"] if covers(alias, line.host)]
            return (exact or covering or [distribution["distributionId"]])[0]
    return line.edge_domain


def by_domain(logged: list[Line], known: list[KnownDistribution]) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = defaultdict(list)
    for line in logged:
        found[domain_by_hand(line, known)].append(line)
    return found


def figures_of(logged: list[Line], known: list[KnownDistribution]) -> dict[str, DomainFigures]:
    every = list(figures(rows_of(logged), KnownDomains(known)))
    assert len({each.domain for each in every}) == len(every)
    return {each.domain: each for each in every}


@given(lines, distributions())
def test_every_domain_has_the_facts_of_its_lines_in_every_window(
    logged: list[Line], known: list[KnownDistribution]
) -> None:
    found = figures_of(logged, known)
    expected = by_domain(logged, known)
    if logged:
        expected[ALL_DISTRIBUTIONS] = logged
    assert set(found) == set(expected)
    for domain, own in expected.items():
        windows: dict[int, list[Line]] = defaultdict(list)
        for line in own:
            windows[line.second - line.second % 300].append(line)
        assert found[domain].windows == {window: facts_of(within) for window, within in windows.items()}


@given(lines, distributions())
def test_domains_add_up_to_all_distributions(logged: list[Line], known: list[KnownDistribution]) -> None:
    found = figures_of(logged, known)
    every = found.pop(ALL_DISTRIBUTIONS, DomainFigures(ALL_DISTRIBUTIONS, FOLDER))
    assert added(window for each in found.values() for window in each.windows.values()) == added(every.windows.values())


@given(lines, distributions(), st.data())
def test_folders_add_up_to_one_scan_of_all_their_lines(
    logged: list[Line], known: list[KnownDistribution], data: st.DataObject
) -> None:
    first = Folder(Source.STANDARD, "2026-11-21-13")
    late = data.draw(st.lists(st.booleans(), min_size=len(logged), max_size=len(logged)))
    rows = [
        *rows_of([line for line, is_late in zip(logged, late, strict=True) if not is_late], first),
        *rows_of([line for line, is_late in zip(logged, late, strict=True) if is_late], FOLDER),
    ]
    parts: dict[str, list[DomainFigures]] = defaultdict(list)
    for each in figures(rows, KnownDomains(known)):
        parts[each.domain].append(each)
    for domain, whole in figures_of(logged, known).items():
        for window, facts in whole.windows.items():
            assert added(part.windows.get(window, {}) for part in parts[domain]) == facts
        for hour, speeds in whole.speeds.items():
            assert added_speeds(part.speeds.get(hour, {}) for part in parts[domain]) == speeds


@given(lines, distributions())
def test_urls_of_a_domain_have_the_requests_and_bytes_of_its_lines(
    logged: list[Line], known: list[KnownDistribution]
) -> None:
    found = figures_of(logged, known)
    for domain, own in by_domain(logged, known).items():
        requests: dict[int, Counter[str]] = defaultdict(Counter)
        sent: dict[int, Counter[str]] = defaultdict(Counter)
        for line in own:
            requests[line.second - line.second % 3600][line.path] += 1
            sent[line.second - line.second % 3600][line.path] += line.sent_bytes
        assert {
            hour: {url.path: url.requests for url in urls.urls} for hour, urls in found[domain].urls.items()
        } == requests
        assert {hour: {url.path: url.bytes for url in urls.urls} for hour, urls in found[domain].urls.items()} == sent


@given(lines, distributions())
def test_speeds_of_a_domain_are_the_shares_of_its_downloads(logged: list[Line], known: list[KnownDistribution]) -> None:
    found = figures_of(logged, known)
    for domain, own in by_domain(logged, known).items():
        for from_origin in (False, True):
            downloads = [
                line
                for line in own
                if line.result not in NO_DOWNLOADS and (origin_use(line) is OriginUse.FETCHED or not from_origin)
            ]
            told = shares(added_speeds(found[domain].speeds.values()), from_origin=from_origin)
            assert {(country, network) for country in told for network in told[country]} == {
                (line.country, line.network) for line in downloads
            }
            for country, networks in told.items():
                for network, classes in networks.items():
                    own_speeds = [
                        speed_of(line.sent_bytes, line.taken_ms)
                        for line in downloads
                        if (line.country, line.network) == (country, network)
                    ]
                    assert classes == {
                        speed: 100 * own_speeds.count(speed) / len(own_speeds) for speed in type(own_speeds[0])
                    }


@given(distributions(), edge_domains, st.one_of(hosts, st.text(alphabet="ab.*", max_size=8)))
def test_hosts_never_make_domains_of_their_own(known: list[KnownDistribution], edge_domain: str, host: str) -> None:
    domains = KnownDomains(known)
    assert domains.fold(edge_domain, host) in {edge_domain, *domains.domains()}


@given(distributions(), edge_domains, hosts)
def test_known_domains_fold_the_same_when_read_again(
    known: list[KnownDistribution], edge_domain: str, host: str
) -> None:
    domains = KnownDomains(known)
    again = KnownDomains.from_json(domains.as_json())
    assert again.fold(edge_domain, host) == domains.fold(edge_domain, host)
    assert again.as_json() == domains.as_json()
