"""Log files as they should not be, and how many of their lines can be counted.

A case is the files of one folder, and how many lines of them are counted and how many rejected. A line is written as what
differs from GOOD, an ordinary line of the hour 2025-11-22-14.
"""

from __future__ import annotations

import gzip
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cloudfront_extensions.metrics.sources import Folder, Source
from tests.integration.logs.raw_lines import REALTIME, V1

HOUR = "2025-11-22-14"
BEGINS = 1_763_820_000
"""2025-11-22T14:00:00Z."""
HEADER = f"#Version: 1.0\n#Fields: {' '.join(V1)}\n".encode()
GOOD: Mapping[str, str] = {
    **dict.fromkeys(V1, "-"),
    "date": "2025-11-22",
    "time": "14:05:09",
    "sc_bytes": "1500",
    "c_ip": "203.0.113.7",
    "cs_host": "d111111abcdef8.cloudfront.net",
    "cs_uri_stem": "/index.html",
    "sc_status": "200",
    "cs_user_agent": "Mozilla/5.0",
    "x_host_header": "www.example.com",
    "time_taken": "0.123",
    "x_edge_response_result_type": "Hit",
    "x_edge_detailed_result_type": "Hit",
}
_OF_REALTIME = GOOD | {"timestamp": f"{BEGINS + 309}.123", "c_country": "DE", "asn": "3320"}
GOOD_REALTIME: Mapping[str, str] = {name: _OF_REALTIME[name] for name in REALTIME}


@dataclass(frozen=True, slots=True)
class Case:
    counted: int
    rejected: int
    files: Sequence[bytes]
    source: Source = Source.LEGACY
    hour: str = HOUR

    @property
    def folder(self) -> Folder:
        return Folder(self.source, self.hour)


def fields(**changes: str) -> list[str]:
    return list((GOOD | changes).values())


def text(*lines: Sequence[str], end: str = "\n") -> bytes:
    return "".join("\t".join(line) + end for line in lines).encode()


def legacy(*lines: Sequence[str], header: bytes = HEADER) -> bytes:
    return gzip.compress(header + text(*lines), mtime=0)


def raw(content: bytes) -> bytes:
    return gzip.compress(content, mtime=0)


def one(counted: int, rejected: int, **changes: str) -> Case:
    """A file with an ordinary line, and one that differs."""
    return Case(counted, rejected, [legacy(fields(), fields(**changes))])


def realtime(counted: int, rejected: int, *lines: Mapping[str, str]) -> Case:
    content = text(*(list((GOOD_REALTIME | line).values()) for line in lines))
    return Case(counted, rejected, [raw(content)], Source.REALTIME)


def at(hour: str, counted: int, rejected: int, *moments: str) -> Case:
    """Lines of these moments in the folder of an hour."""
    lines = [fields(date=moment[:10], time=moment[11:]) for moment in moments]
    return Case(counted, rejected, [legacy(*lines)], hour=hour)


FILES: Mapping[str, Case] = {
    "no bytes at all": Case(0, 0, [b""]),
    "gzip of nothing": Case(0, 0, [raw(b"")]),
    "header only": Case(0, 0, [raw(HEADER)]),
    "no header": Case(1, 0, [legacy(fields(), header=b"")]),
    "only the second header line": Case(1, 0, [legacy(fields(), header=HEADER[HEADER.index(b"\n") + 1 :])]),
    "header lines between others, as of two files in one": Case(2, 0, [raw((HEADER + text(fields())) * 2)]),
    "two gzip members in one file": Case(2, 0, [legacy(fields()) + legacy(fields())]),
    "last line without an end": Case(2, 0, [raw(HEADER + text(fields(), fields()).rstrip(b"\n"))]),
    "last line cut in its middle": Case(1, 1, [raw(HEADER + text(fields(), fields())[:-40])]),
    "lines that end as on Windows": Case(2, 0, [raw(text(fields(), fields(), end="\r\n"))]),
    "blank lines": Case(2, 0, [raw(b"\n" + text(fields()) + b"\n\n" + text(fields()) + b"\n")]),
    "the same file twice, by two names": Case(2, 0, [legacy(fields()), legacy(fields())]),
    "an empty file beside a good one": Case(1, 0, [b"", legacy(fields())]),
    "a file of another program": Case(0, 2, [raw(b"Dear all,\nthis is no log.\n")]),
    "commas instead of tabs": Case(0, 1, [raw(",".join(fields()).encode() + b"\n")]),
}

LINES: Mapping[str, Case] = {
    "one field too many": Case(1, 1, [legacy(fields(), [*fields(), "new"])]),
    "many fields too many": Case(1, 1, [legacy(fields(), [*fields(), *fields()])]),
    "one field too few": Case(1, 1, [legacy(fields(), fields()[:-1])]),
    "one field": Case(1, 1, [legacy(fields(), ["2025-11-22"])]),
    "a tab at the end": Case(1, 1, [legacy(fields(), [*fields(), ""])]),
    "only tabs": Case(1, 1, [legacy(fields(), [""] * 33)]),
    "a tab in the user agent": one(1, 1, cs_user_agent="Mozilla\t5.0"),
    "an empty last field": one(2, 0, sc_range_end=""),
    "escapes in the user agent": one(2, 0, cs_user_agent="\\x22\\x5C\\x09\\t\\"),
    "a quote that nothing closes": one(2, 0, cs_user_agent='"Mozilla'),
    "quotes around a field": one(2, 0, cs_uri_stem='"/index.html"'),
    "a comma and a semicolon": one(2, 0, cs_uri_stem="/a,b;c"),
    "bytes that are no UTF-8": Case(
        2, 0, [raw(text(fields()) + text(fields(cs_user_agent="AGENT")).replace(b"AGENT", b"caf\xe9 \xff\xfe"))]
    ),
    "bytes that are no UTF-8 in the path": Case(
        2, 0, [raw(text(fields()) + text(fields(cs_uri_stem="/PATH")).replace(b"PATH", b"caf\xe9"))]
    ),
    "UTF-8 in the path": one(2, 0, cs_uri_stem="/café/\N{SNOWMAN}"),
    "a zero byte": one(2, 0, cs_user_agent="a\x00b"),
    "percent encoding twice": one(2, 0, cs_uri_stem="/a%2520b/%5Ct"),
    "a path of 100 KB": one(2, 0, cs_uri_stem="/" + "a" * 100_000),
    "two long paths that begin alike": Case(
        2, 0, [legacy(fields(cs_uri_stem="/" + "a" * 3000 + "1"), fields(cs_uri_stem="/" + "a" * 3000 + "2"))]
    ),
    "a path as long as is kept": one(2, 0, cs_uri_stem="/" + "a" * 2047),
    "a user agent of 1 MB": one(2, 0, cs_user_agent="a" * 1_000_000),
    "every optional field absent": one(
        2, 0, **{name: "-" for name in V1 if name not in ("date", "time", "cs_host")}
    ),
    "every optional field empty": one(2, 0, **{name: "" for name in V1 if name not in ("date", "time", "cs_host")}),
    "what text files write for null": one(2, 0, cs_uri_stem="\\N", x_host_header="\\N", sc_bytes="\\N"),
    "status 000": one(2, 0, sc_status="000", sc_bytes="0", time_taken="0.000"),
    "a status of four digits": one(2, 0, sc_status="2000"),
    "IPv6": one(2, 0, c_ip="2001:db8::1"),
    "a host in mixed case with a port": one(2, 0, x_host_header="WWW.Example.COM:443"),
    "no host": one(2, 0, x_host_header="-"),
    "a host as long as a name may be, and longer ones": Case(
        3, 0, [legacy(*(fields(x_host_header=host) for host in ("h" * 253, "h" * 254, "\N{SNOWMAN}" * 1000 + ":443")))]
    ),
    "an address as host": one(2, 0, x_host_header="[2001:db8::1]:443"),
    "no distribution": one(1, 1, cs_host="-"),
    "an empty distribution": one(1, 1, cs_host=""),
    "a distribution longer than any name": one(1, 1, cs_host="d" * 300),
    "bytes that are no number": one(2, 0, sc_bytes="many"),
    "bytes below zero": one(2, 0, sc_bytes="-5"),
    "bytes beyond all numbers": one(2, 0, sc_bytes="9" * 40),
    "a time that is no number": one(2, 0, time_taken="NaN"),
    "a time without end": one(2, 0, time_taken="Infinity"),
    "a time that rounds up to a class": one(2, 0, time_taken="0.9996"),
    "times at the edges of classes": Case(
        7, 0, [legacy(*(fields(time_taken=one) for one in ("0.299", "0.3", "0.599", "0.6", "0.999", "1", "0.0005")))]
    ),
    "no date": one(1, 1, date="-"),
    "a day that never was": one(1, 1, date="2025-02-31"),
    "an hour that is none": one(1, 1, time="25:00:00"),
    "a minute that is none": one(1, 1, time="14:61:00"),
    "a time that is a word": one(1, 1, time="tea"),
    "a date of the far past": one(1, 1, date="0001-01-01"),
    "a date of the far future": one(1, 1, date="9999-12-31"),
    "an unknown result type": one(2, 0, x_edge_response_result_type="Teapot", x_edge_detailed_result_type="OriginTeapot"),
    "result types of many characters": Case(
        3, 0, [legacy(*(fields(x_edge_response_result_type="Hit" * n, x_edge_detailed_result_type="Miss" * n) for n in
        (85, 86, 100_000)))]
    ),
    "as early and as late as may be": at(
        HOUR, 4, 2,
        "2025-11-22 12:59:59", "2025-11-22 13:00:00", "2025-11-22 14:00:00",
        "2025-11-22 15:00:00", "2025-11-22 15:59:59", "2025-11-22 16:00:00",
    ),
    "both sides of a window": at(HOUR, 3, 0, "2025-11-22 14:04:59", "2025-11-22 14:05:00", "2025-11-22 14:09:59"),
    "the end of a day": at("2025-11-22-23", 2, 0, "2025-11-22 23:59:59", "2025-11-23 00:00:00"),
    "the end of a month": at("2025-11-30-23", 2, 0, "2025-11-30 23:59:59", "2025-12-01 00:00:00"),
    "the end of a year": at("2025-12-31-23", 2, 1, "2025-12-31 23:59:59", "2026-01-01 00:00:00", "2024-12-31 23:59:59"),
    "the first hour of a year": at("2026-01-01-00", 2, 0, "2025-12-31 23:59:59", "2026-01-01 00:00:00"),
    "a leap day": at("2024-02-29-23", 2, 0, "2024-02-29 23:55:00", "2024-03-01 00:01:00"),
}  # fmt: skip

REALTIME_LINES: Mapping[str, Case] = {
    "realtime: an ordinary line": realtime(1, 0, {}),
    "realtime: the distribution's own name in either field": realtime(
        2, 0, {}, {"cs_host": "www.example.com", "x_host_header": "d111111abcdef8.cloudfront.net"}
    ),
    "realtime: the distribution's own name with a port, in either field": realtime(
        3,
        0,
        {"cs_host": "D111111abcdef8.cloudfront.net:443"},
        {"cs_host": "www.example.com:443", "x_host_header": "D111111abcdef8.cloudfront.net:443"},
        {"cs_host": "www.example.com", "x_host_header": "d111111abcdef8.cloudfront.cn:8443"},
    ),
    "realtime: names that look like a distribution's own": realtime(
        4,
        0,
        *(
            {"x_host_header": name}
            for name in (
                "my.cloudfront.example.com",
                "a.cloudfront.net.example.com",
                "d1.cloudfront.network",
                "cloudfront.net",
            )
        ),
    ),
    "realtime: a network of many characters": realtime(3, 0, *({"asn": "6" * n} for n in (255, 256, 100_000))),
    "realtime: a path with its query": realtime(2, 0, {"cs_uri_stem": "/a?b=/c?d"}, {"cs_uri_stem": "/a"}),
    "realtime: a timestamp without milliseconds": realtime(1, 0, {"timestamp": str(BEGINS)}),
    "realtime: a timestamp that is none": realtime(1, 1, {}, {"timestamp": "-"}),
    "realtime: a timestamp in milliseconds": realtime(1, 1, {}, {"timestamp": f"{BEGINS}000"}),
    "realtime: a line of an hour before": realtime(1, 1, {}, {"timestamp": f"{BEGINS - 3601}.999"}),
    "realtime: no country and no network": realtime(1, 0, {"c_country": "-", "asn": "-"}),
    "realtime: a country that is none": realtime(
        3, 0, {"c_country": "Germany"}, {"c_country": ""}, {"c_country": "de"}
    ),
    "realtime: one field too many": realtime(1, 1, {}, {"asn": "3320\tmore"}),
    "realtime: answers that are no downloads": realtime(
        3, 0, {"x_edge_response_result_type": "Error"}, {"x_edge_response_result_type": "Redirect"}, {}
    ),
    "realtime: speeds at the edges of classes": realtime(
        4, 0, *({"sc_bytes": sent, "time_taken": "1.000"} for sent in ("255999", "256000", "4194303", "4194304"))
    ),
    "realtime: an answer in no time": realtime(1, 0, {"time_taken": "0.000", "sc_bytes": "0"}),
    "realtime: speed without bytes or time": realtime(2, 0, {"sc_bytes": "-"}, {"time_taken": "-"}),
}

CORPUS = FILES | LINES | REALTIME_LINES

UNREADABLE: Mapping[str, bytes] = {
    "gzip cut in its middle": legacy(*[fields()] * 100)[:-30],
    "no gzip at all": b"\x1f\x8b is what gzip begins with, and this is none",
    "gzip with a broken middle": (lambda data: data[:60] + b"\x00" * 30 + data[90:])(legacy(*[fields()] * 100)),
}
"""Files that no query can read: it fails, and names the file, so that it can be set aside."""
