"""Which behavior a path belongs to, and what CloudFront refuses before any function runs."""

from __future__ import annotations

from pathlib import Path

import pytest

from extensions.harness.emulator.behaviors import Behavior, Distribution
from extensions.harness.emulator.origins import origin_at
from extensions.harness.emulator.policies import ALL, NONE, OriginRequestPolicy, Selection
from tests.extensions.emulator.client import served
from tests.extensions.emulator.local_origin import LocalOrigin


@pytest.mark.parametrize(
    ("pattern", "path", "matches"),
    [
        ("*", "/anything/at/all", True),
        ("/images/*", "/images/a/b.png", True),
        ("images/*", "/images/a.png", True),
        ("/images/*", "/Images/a.png", False),
        ("/images/*", "/images", False),
        ("*.jpg", "/a/b.jpg", True),
        ("*.jpg", "/a/bxjpg", False),
        ("/a?.html", "/ab.html", True),
        ("/a?.html", "/a.html", False),
        ("/a[b].html", "/ab.html", False),
    ],
)
def test_a_path_pattern(pattern: str, path: str, matches: bool) -> None:
    assert Behavior("a", pattern).matches(path) is matches


def test_the_first_behavior_that_matches_has_the_request(origin: LocalOrigin, other_origin: LocalOrigin) -> None:
    origins = {"a": origin_at("a", f"{origin.url}/base"), "b": origin_at("b", other_origin.url)}
    behaviors = [Behavior("a", "/api/*"), Behavior("b", "/api/v2/*"), Behavior("b")]
    with served(Distribution(origins, behaviors)) as edge:
        bodies = [edge.get(path).body for path in ("/api/v2/x", "/else")]

    assert bodies == ["/base/api/v2/x", "/else"]
    assert (len(origin.asked), len(other_origin.asked)) == (1, 1)


def test_a_folder_is_served_as_a_bucket(tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "index.html").write_text("hello")
    (tmp_path.parent / "secret.txt").write_text("secret")
    with served(Distribution({"a": origin_at("a", str(tmp_path))}, [Behavior("a")])) as edge:
        page = edge.get("/docs/index.html")
        missing = [edge.get(path).status for path in ("/docs", "/docs/", "/", "/../secret.txt", "/%2e%2e/secret.txt")]
        post = edge.get("/docs/index.html", method="POST", body=b"x")

    assert (page.status, page.body, page.headers["content-type"]) == (200, "hello", "text/html")
    assert missing == [404] * 5
    assert post.status == 405


def test_a_place_that_is_no_origin_is_refused(tmp_path: Path) -> None:
    with pytest.raises(NotADirectoryError, match=r"neither a URL nor a folder"):
        origin_at("a", str(tmp_path / "missing"))


def behind(origin: LocalOrigin, policy: OriginRequestPolicy, **more: object) -> Distribution:
    return Distribution({"a": origin_at("a", origin.url)}, [Behavior("a", origin_request=policy, **more)])  # type: ignore[arg-type]


def test_the_origin_sees_cloudfront_and_not_the_viewer(origin: LocalOrigin) -> None:
    policy = OriginRequestPolicy(query=NONE, headers=NONE, cookies=NONE)
    with served(behind(origin, policy)) as edge:
        edge.get("/page?a=1", cookie="a=1", user_agent="me", x_forwarded_for="192.0.2.1", x_real_ip="192.0.2.1")

    (asked,) = origin.asked
    assert asked.target == "/page?a=1"  # the cache policy has the query
    assert asked.headers == {
        "user-agent": "Amazon CloudFront",
        "via": "1.1 d111111abcdef8.cloudfront.net (CloudFront)",
        "x-forwarded-for": "192.0.2.1, 127.0.0.1",
        "host": "localhost",
    }


def test_the_origin_sees_what_the_policy_forwards(origin: LocalOrigin) -> None:
    headers = Selection(names=frozenset({"host", "user-agent", "cloudfront-viewer-country"}))
    with served(behind(origin, OriginRequestPolicy(headers=headers, cookies=ALL))) as edge:
        edge.get("/", user_agent="me", cookie="a=1; b=2", accept="text/html", x_emulate_country="FR")

    seen = origin.asked[0].headers
    assert (seen["host"], seen["user-agent"], seen["cookie"]) == ("www.example.com", "me", "a=1; b=2")
    assert seen["cloudfront-viewer-country"] == "FR"
    assert "accept" not in seen


def test_what_a_viewer_says_of_itself_in_cloudfront_headers_is_replaced(origin: LocalOrigin) -> None:
    with served(behind(origin, OriginRequestPolicy())) as edge:
        edge.get("/", cloudfront_viewer_country="US", cloudfront_viewer_city="Paris", x_emulate_country="FR")

    seen = origin.asked[0].headers
    assert seen["cloudfront-viewer-country"] == "FR"
    assert "cloudfront-viewer-city" not in seen
    assert "x-emulate-country" not in seen


def test_a_body_reaches_the_origin(origin: LocalOrigin) -> None:
    with served(behind(origin, OriginRequestPolicy())) as edge:
        edge.get("/form", method="POST", body=b"a=1", content_type="application/x-www-form-urlencoded")

    assert origin.asked[0].body == b"a=1"
    assert origin.asked[0].headers["content-type"] == "application/x-www-form-urlencoded"


def test_what_cloudfront_refuses_reaches_neither_functions_nor_origin(origin: LocalOrigin) -> None:
    with served(behind(origin, OriginRequestPolicy(), methods=("GET", "HEAD"))) as edge:
        refused = [
            edge.get("/", method="POST", body=b"x"),
            edge.get("/", method="GET", body=b"x"),
            edge.get("/" + "a" * 8192),
            edge.get("/", x="a" * 20_480),
        ]

    assert [got.status for got in refused] == [403, 403, 413, 413]
    assert "rule 16: headers: " in edge.notes
    assert origin.asked == []
