"""Which functions run, in which order, what they see and what becomes of their results."""

from __future__ import annotations

import pytest

from extensions.harness.emulator.behaviors import AttachedFunction, Behavior, Distribution
from extensions.harness.emulator.origins import origin_at
from extensions.harness.emulator.policies import CachePolicy, OriginRequestPolicy, Selection
from tests.extensions.emulator.client import served
from tests.extensions.emulator.functions import javascript, leaves_a_mark, python
from tests.extensions.emulator.local_origin import LocalOrigin

EVENTS = ("viewer-request", "origin-request", "origin-response", "viewer-response")
GENERATES = "return {'status': '302', 'headers': {'location': [{'key': 'Location', 'value': '/login'}]}}"


def behind(origin: LocalOrigin, functions: dict[str, AttachedFunction], **more: object) -> Distribution:
    behavior = Behavior("a", functions=functions, **more)  # type: ignore[arg-type]
    return Distribution({"a": origin_at("a", origin.url)}, [behavior])


def test_a_miss_runs_all_four_and_a_hit_the_viewer_s_two(origin: LocalOrigin) -> None:
    with served(behind(origin, {event: leaves_a_mark(event) for event in EVENTS})) as edge:
        miss = edge.get("/page")
        ran_on_miss = edge.phases
        hit = edge.get("/page")
        ran_on_hit = edge.phases

    assert ran_on_miss == ["viewer-request", "origin-request", "origin", "origin-response", "viewer-response"]
    assert ran_on_hit == ["viewer-request", "viewer-response"]
    assert origin.asked[0].headers["x-ran"].strip() == "viewer-request origin-request"
    assert miss.headers["x-ran"] == hit.headers["x-ran"]
    assert hit.headers["x-ran"].split() == ["origin-response", "viewer-response"]


def test_a_viewer_response_function_changes_nothing_that_is_cached(origin: LocalOrigin) -> None:
    counts = javascript("response.headers['x-uri'] = {value: request.headers['x-who'].value}; return response;")
    with served(behind(origin, {"viewer-response": counts})) as edge:
        assert edge.get("/", x_who="first").headers["x-uri"] == "first"
        second = edge.get("/", x_who="second")

    assert (second.cache, second.headers["x-uri"]) == ("Hit", "second")


@pytest.mark.parametrize(
    ("function", "maker"),
    [
        (javascript("return {statusCode: 302, headers: {location: {value: '/login'}}};"), "FunctionGeneratedResponse"),
        (python(GENERATES), "LambdaGeneratedResponse"),
    ],
)
def test_a_response_of_viewer_request_ends_the_phases(
    origin: LocalOrigin, function: AttachedFunction, maker: str
) -> None:
    others = {"viewer-response": AttachedFunction("other", function.language, "broken(")}
    with served(behind(origin, {"viewer-request": function, **others})) as edge:
        got = edge.get("/")

    assert (got.status, got.headers["location"], got.cache) == (302, "/login", maker)
    assert edge.phases == ["viewer-request"]
    assert origin.asked == []


def test_a_response_of_origin_request_is_cached_and_ends_the_origin_side(origin: LocalOrigin) -> None:
    functions = {"origin-request": python(GENERATES)} | {event: leaves_a_mark(event) for event in EVENTS[2:]}
    with served(behind(origin, functions)) as edge:
        first = edge.get("/")
        ran = edge.phases
        second = edge.get("/")

    assert (first.status, first.cache, second.status, second.cache) == (302, "LambdaGeneratedResponse", 302, "Hit")
    assert ran == ["origin-request", "viewer-response"]
    assert origin.asked == []


def test_an_error_of_the_origin_passes_origin_response_but_not_viewer_response(origin: LocalOrigin) -> None:
    origin.answers["/page"] = (404, {}, b"none")
    with served(behind(origin, {event: leaves_a_mark(event) for event in EVENTS})) as edge:
        got = edge.get("/page")
        ran = edge.phases
        edge.get("/page")

    assert (got.status, got.body, got.cache) == (404, "none", "Error")
    assert ran == ["viewer-request", "origin-request", "origin", "origin-response"]
    assert edge.phases == ["viewer-request"]


def test_a_body_that_origin_response_gives_replaces_the_origin_s(origin: LocalOrigin) -> None:
    origin.answers["/page"] = (404, {}, b"none")
    replaces = python("response.update(status='200', body='aGVsbG8=', bodyEncoding='base64')", "return response")
    with served(behind(origin, {"origin-response": replaces})) as edge:
        first, second = edge.get("/page"), edge.get("/page")

    assert (first.status, first.body, first.headers["content-length"]) == (200, "hello", "5")
    assert (second.body, second.cache) == ("hello", "Hit")


def test_the_cache_key_is_what_viewer_request_makes_of_it(origin: LocalOrigin) -> None:
    adds_index = javascript("request.uri = '/index.html'; request.querystring = {}; return request;")
    with served(behind(origin, {"viewer-request": adds_index})) as edge:
        first, second = edge.get("/a?x=1"), edge.get("/b?x=2")

    assert (first.body, second.body, second.cache) == ("/index.html", "/index.html", "Hit")


def test_cookies_go_there_and_back(origin: LocalOrigin) -> None:
    origin.answers["/"] = (200, {"set-cookie": "id=1; Path=/"}, b"")
    functions = {
        "viewer-request": javascript("request.cookies.seen = {value: 'yes'}; return request;"),
        "viewer-response": javascript("response.cookies.more = {value: '2', attributes: 'Secure'}; return response;"),
    }
    with served(behind(origin, functions)) as edge:
        got = edge.get("/", cookie="a=1")

    assert origin.asked[0].headers["cookie"] == "a=1; seen=yes"
    assert got.headers["set-cookie"] == "id=1; Path=/, more=2; Secure"


def test_lambda_sees_cloudfront_headers_at_origin_events_only(origin: LocalOrigin) -> None:
    tells = "request['headers']['{0}'] = [{{'key': '{0}', 'value': ' '.join(sorted(request['headers']))}}]"
    functions = {
        "viewer-request": python(tells.format("x-viewer"), "return request"),
        "origin-request": python(tells.format("x-origin"), "return request"),
    }
    with served(behind(origin, functions)) as edge:
        edge.get("/", x_emulate_country="FR")

    seen = origin.asked[0].headers
    assert "cloudfront-" not in seen["x-viewer"]
    assert {"cloudfront-viewer-country", "cloudfront-is-mobile-viewer"} <= set(seen["x-origin"].split())


@pytest.mark.parametrize(("named", "country"), [({"cloudfront-viewer-country"}, "FR"), (set(), "unknown")])
def test_cloudfront_functions_see_those_that_a_policy_names(origin: LocalOrigin, named: set[str], country: str) -> None:
    tells = javascript("""
        const country = request.headers['cloudfront-viewer-country'];
        return {statusCode: 200, body: country ? country.value : 'unknown'};
    """)
    headers = OriginRequestPolicy(headers=Selection(names=frozenset(named)))
    with served(behind(origin, {"viewer-request": tells}, origin_request=headers)) as edge:
        assert edge.get("/", x_emulate_country="FR").body == country


def test_headers_of_cloudfront_s_own_are_never_shown(origin: LocalOrigin) -> None:
    origin.answers["/"] = (200, {"x-cache": "HIT", "x-amz-cf-pop": "FRA", "x-own": "1"}, b"")
    tells = "{0}['headers']['x-seen'] = [{{'key': 'x-seen', 'value': ' '.join(sorted({0}['headers']))}}]"
    functions = {
        "viewer-request": python(tells.format("request"), "return request"),
        "viewer-response": python(tells.format("response"), "return response"),
    }
    with served(behind(origin, functions)) as edge:
        got = edge.get("/", x_real_ip="1", connection="keep-alive", x_edge_y="1", x_forwarded_proto="https")

    assert set(origin.asked[0].headers["x-seen"].split()) <= {"accept-encoding", "host"}
    assert set(got.headers["x-seen"].split()) == {"x-own", "server", "date", "content-length", "via"}


def test_a_store_s_keys_reach_the_function(origin: LocalOrigin) -> None:
    reads = javascript("const to = await cf.kvs().get('/old'); return {statusCode: 200, body: to};", {"/old": "/new"})
    with served(behind(origin, {"viewer-request": reads})) as edge:
        assert edge.get("/").body == "/new"


def test_a_lambda_function_replaces_the_body_of_a_request(origin: LocalOrigin) -> None:
    replaces = python("request['body'] = {'action': 'replace', 'encoding': 'text', 'data': 'b=2'}", "return request")
    keeps = python("return request")
    with served(behind(origin, {"viewer-request": replaces})) as edge:
        edge.get("/form", method="POST", body=b"a=1")
    with served(behind(origin, {"viewer-request": keeps})) as edge:
        edge.get("/form", method="POST", body=b"a=1")

    assert [asked.body for asked in origin.asked] == [b"b=2", b"a=1"]


def test_a_policy_without_caching_asks_each_time(origin: LocalOrigin) -> None:
    never = CachePolicy(minimum=0, default=0, maximum=0)
    with served(behind(origin, {"origin-response": leaves_a_mark("origin-response")}, cache=never)) as edge:
        assert [edge.get("/").cache for _ in range(2)] == ["Miss", "Miss"]
