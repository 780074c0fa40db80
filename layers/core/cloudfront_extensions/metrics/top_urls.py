"""The URLs of a domain with most requests, and those with most bytes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

KEPT = 100
"""URLs told of each hour and host by requests, and as many by bytes; then kept of each hour and domain. A day's top ten
from hourly top fifties were all found and exact on measured traffic; what any list may lack goes with it (`Lack`)."""
CANDIDATES = 100_000
"""URLs of one hour and domain held at once. Where many hosts are one domain there may be more; then only those with most
requests or bytes so far go on, so that figures of those at the end of a list may be too low, never too high."""


class UrlFigures(NamedTuple):
    path: str
    """cs-uri-stem as logged, never decoded."""
    requests: int
    bytes: int
    """sc-bytes: sent to viewers, headers included."""


class Lack(NamedTuple):
    """By how much at most a figure of a list is too small, or that of a URL which is not in it."""

    requests: int
    bytes: int

    def plus(self, other: Lack) -> Lack:
        return Lack(self.requests + other.requests, self.bytes + other.bytes)


NO_LACK = Lack(0, 0)


class UrlList(NamedTuple):
    """URLs by requests, each once, and what they lack."""

    urls: list[UrlFigures]
    lack: Lack = NO_LACK


class UrlSums:
    """Sums by path, which hold a bounded number of them."""

    def __init__(self, candidates: int = CANDIDATES) -> None:
        self._candidates = candidates
        self._sums: dict[str, UrlFigures] = {}
        self._lack = NO_LACK

    def add_list(self, part: UrlList) -> None:
        """What a list lacks, a sum with it may lack as well."""
        for url in part.urls:
            self.add(*url)
        self._lack = self._lack.plus(part.lack)

    def add(self, path: str, requests: int, sent_bytes: int) -> None:
        known = self._sums.get(path)
        if known:
            self._sums[path] = UrlFigures(path, known.requests + requests, known.bytes + sent_bytes)
            return
        self._sums[path] = UrlFigures(path, requests, sent_bytes)
        if len(self._sums) > self._candidates:
            trimmed = self.kept(self._candidates // 4)
            self._sums, self._lack = {url.path: url for url in trimmed.urls}, trimmed.lack

    def kept(self, most: int = KEPT) -> UrlList:
        trimmed = kept(self._sums.values(), most)
        return UrlList(trimmed.urls, self._lack.plus(trimmed.lack))


def by_requests(urls: Iterable[UrlFigures]) -> list[UrlFigures]:
    """Most requests first; where they are equal the path decides, so that every run says the same."""
    return sorted(urls, key=lambda url: (-url.requests, url.path))


def by_bytes(urls: Iterable[UrlFigures]) -> list[UrlFigures]:
    """Most bytes first; where they are equal the path decides."""
    return sorted(urls, key=lambda url: (-url.bytes, url.path))


def kept(urls: Iterable[UrlFigures], most: int = KEPT) -> UrlList:
    """The first `most` by requests and the first `most` by bytes. They lack the largest figures of the others."""
    every = list(urls)
    found = {*by_requests(every)[:most], *by_bytes(every)[:most]}
    others = [url for url in every if url not in found]
    lack = Lack(max(url.requests for url in others), max(url.bytes for url in others)) if others else NO_LACK
    return UrlList(by_requests(found), lack)


def told(urls: Iterable[UrlFigures], most: int = KEPT) -> UrlList:
    """What a list may lack of which no more than the first `most` by requests and by bytes were told: one like its last."""
    every = list(urls)
    if len(every) < most:
        return UrlList(by_requests(every))
    return UrlList(by_requests(every), Lack(by_requests(every)[most - 1].requests, by_bytes(every)[most - 1].bytes))


def added_urls(parts: Iterable[UrlList]) -> UrlList:
    """The sum of several lists, path by path."""
    sums = UrlSums()
    for part in parts:
        sums.add_list(part)
    return sums.kept(CANDIDATES)
