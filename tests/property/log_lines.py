"""Lines of logs drawn by chance: few names, so that they meet, and figures at the edges of all classes."""

from __future__ import annotations

from hypothesis import strategies as st

from tests.unit.metrics.lines import HOUR, Line

edge_domains = st.sampled_from(
    ["d1.cloudfront.net", "d2.cloudfront.net", "d3.cloudfront.net", "unknown.cloudfront.net"]
)
hosts = st.sampled_from(
    [
        "shop.example.com",
        "a.shop.example.com",
        "a.b.shop.example.com",
        "example.com",
        "b.example.com",
        "d1.cloudfront.net",
        "xn--bcher-kva.example.com",
        "elsewhere.test",
        "-",
    ]
)
results = st.sampled_from(
    [
        ("Hit", "Hit"),
        ("Hit", "OriginShieldHit"),
        ("RefreshHit", "RefreshHit"),
        ("Miss", "Miss"),
        ("Miss", "MissGeneratedResponse"),
        ("Error", "OriginConnectError"),
        ("Error", "ClientCommError"),
        ("Error", "Error"),
        ("Redirect", "Redirect"),
        ("LimitExceeded", "LimitExceeded"),
        ("CapacityExceeded", "CapacityExceeded"),
    ]
)
taken = st.one_of(st.integers(0, 3000), st.sampled_from([0, 299, 300, 599, 600, 999, 1000]))
sent = st.one_of(st.integers(0, 10_000_000), st.sampled_from([0, 1, 299, 300]))


@st.composite
def line(draw: st.DrawFn) -> Line:
    result, detailed = draw(results)
    return Line(
        second=HOUR + draw(st.integers(0, 3 * 3600 - 1)),
        edge_domain=draw(edge_domains),
        host=draw(hosts),
        country=draw(st.sampled_from(["DE", "FR", "US", "-"])),
        status=draw(st.sampled_from(["200", "304", "404", "503", "000"])),
        result=result,
        detailed=detailed,
        sent_bytes=draw(sent),
        taken_ms=draw(taken),
        path=draw(st.sampled_from(["/", "/a", "/b", "/%2520", "/\\xE4"])),
        network=draw(st.sampled_from(["3320", "64496", "-"])),
    )


lines = st.lists(line(), max_size=30)
