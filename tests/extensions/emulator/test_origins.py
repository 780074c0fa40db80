"""Which origin is asked: by the helpers of CloudFront Functions, by Lambda@Edge, and on failover."""

from __future__ import annotations

import socket
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from extensions.harness.emulator.behaviors import AttachedFunction, Behavior, Distribution
from extensions.harness.emulator.origins import ECHO, origin_at
from tests.extensions.emulator.client import served
from tests.extensions.emulator.functions import javascript, leaves_a_mark, python
from tests.extensions.emulator.local_origin import LocalOrigin

GROUP = "cf.createRequestOriginGroup({originIds: ['a', {originId: 'b'}], failoverCriteria: {statusCodes: [500, 503]}});"


def between(origin: LocalOrigin, other: LocalOrigin, **functions: AttachedFunction) -> Distribution:
    named = {event.replace("_", "-"): function for event, function in functions.items()}
    return Distribution(
        {"a": origin_at("a", origin.url), "b": origin_at("b", other.url)}, [Behavior("a", functions=named)]
    )


def test_an_origin_is_selected_by_its_id(origin: LocalOrigin, other_origin: LocalOrigin) -> None:
    selects = javascript("cf.selectRequestOriginById('b'); return request;")
    with served(between(origin, other_origin, viewer_request=selects)) as edge:
        edge.get("/")

    assert (len(origin.asked), len(other_origin.asked)) == (0, 1)


def test_an_origin_is_updated_where_it_differs(origin: LocalOrigin, other_origin: LocalOrigin) -> None:
    updates = javascript(f"""
        cf.updateRequestOrigin({{
            domainName: 'localhost', originPath: '/v2', hostHeader: 'api.example.com',
            customHeaders: {{'x-key': '1'}},
            customOriginConfig: {{port: {other_origin.port}, protocol: 'http'}},
            timeouts: {{readTimeout: 5}}
        }});
        return request;
    """)
    with served(between(origin, other_origin, viewer_request=updates)) as edge:
        assert edge.get("/page?a=1").body == "/v2/page?a=1"

    seen = other_origin.asked[0].headers
    assert (seen["host"], seen["x-key"]) == ("api.example.com", "1")


@pytest.mark.parametrize(("status", "asked"), [(500, 1), (404, 0), (200, 0)])
def test_a_group_fails_over_by_status(origin: LocalOrigin, other_origin: LocalOrigin, status: int, asked: int) -> None:
    origin.answers["/"] = (status, {}, b"first")
    groups = javascript(f"{GROUP} return request;")
    functions = {"viewer_request": groups, "origin_request": leaves_a_mark("origin-request")}
    with served(between(origin, other_origin, **functions)) as edge:
        got = edge.get("/")

    assert len(other_origin.asked) == asked
    assert got.body == ("/" if asked else "first")
    assert edge.phases.count("origin-request") == 1 + asked


def test_a_group_does_not_fail_over_for_a_post(origin: LocalOrigin, other_origin: LocalOrigin) -> None:
    origin.answers["/"] = (500, {}, b"first")
    with served(between(origin, other_origin, viewer_request=javascript(f"{GROUP} return request;"))) as edge:
        assert edge.get("/", method="POST", body=b"x").status == 500

    assert other_origin.asked == []


def test_a_group_fails_over_where_an_origin_can_t_be_reached(other_origin: LocalOrigin) -> None:
    distribution = Distribution(
        {"a": origin_at("a", f"http://localhost:{_unused_port()}"), "b": origin_at("b", other_origin.url)},
        [Behavior("a", functions={"viewer-request": javascript(f"{GROUP} return request;")})],
    )
    with served(distribution) as edge:
        assert edge.get("/page").body == "/page"

    assert "the next origin is asked" in edge.notes


def test_an_origin_that_can_t_be_reached_is_a_502() -> None:
    distribution = Distribution({"a": origin_at("a", f"http://localhost:{_unused_port()}")}, [Behavior("a")])
    with served(distribution) as edge:
        got = edge.get("/")

    assert (got.status, got.cache) == (502, "Error")
    assert "origin a, http://localhost:" in edge.notes


def test_lambda_chooses_the_origin_and_the_host(origin: LocalOrigin, other_origin: LocalOrigin) -> None:
    chooses = python(
        f"request['origin']['custom'].update(port={other_origin.port}, path='/v2')",
        "request['headers']['host'] = [{'key': 'Host', 'value': 'api.example.com'}]",
        "return request",
    )
    with served(between(origin, other_origin, origin_request=chooses)) as edge:
        got = edge.get("/page")

    assert (got.status, got.body) == (200, "/v2/page")
    assert other_origin.asked[0].headers["host"] == "api.example.com"


def test_lambda_chooses_a_bucket_for_which_a_folder_stands(origin: LocalOrigin, tmp_path: Path) -> None:
    (tmp_path / "page.txt").write_text("from the bucket")
    chooses = python(
        "request['origin'] = {'s3': {'domainName': 'b.s3.us-east-1.amazonaws.com', 'path': '', 'authMethod': 'none',",
        "    'region': '', 'customHeaders': {}}}",
        "return request",
    )
    distribution = Distribution(
        {"a": origin_at("a", origin.url), "b": origin_at("b", str(tmp_path))},
        [Behavior("a", functions={"origin-request": chooses})],
    )
    with served(distribution) as edge:
        assert edge.get("/page.txt").body == "from the bucket"


def test_an_origin_that_takes_too_long_is_a_504() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        slow = replace(origin_at("a", f"http://localhost:{silent.getsockname()[1]}"), read_timeout=1)
        with served(Distribution({"a": slow}, [Behavior("a")])) as edge:
            assert edge.get("/").status == 504

    assert "did not answer within 1 s" in edge.notes


def test_an_origin_that_breaks_off_is_a_502() -> None:
    def hang_up(server: socket.socket) -> None:
        connection, _ = server.accept()
        connection.close()

    with socket.create_server(("127.0.0.1", 0)) as rude:
        thread = threading.Thread(target=hang_up, args=(rude,))
        thread.start()
        distribution = Distribution({"a": origin_at("a", f"http://localhost:{rude.getsockname()[1]}")}, [Behavior("a")])
        with served(distribution) as edge:
            assert edge.get("/").status == 502
        thread.join()

    assert "broke off" in edge.notes


def test_failover_is_decided_by_what_the_origin_said(origin: LocalOrigin, other_origin: LocalOrigin) -> None:
    origin.answers["/"] = (500, {}, b"first")
    functions = {
        "viewer_request": javascript(f"{GROUP} return request;"),
        "origin_response": python("response['status'] = '200'", "return response"),
    }
    with served(between(origin, other_origin, **functions)) as edge:
        assert edge.get("/").body == "/"


def test_what_is_chosen_in_place_of_an_echo_is_an_echo() -> None:
    chooses = python("request['origin']['custom']['path'] = '/v2'", "return request")
    with served(Distribution({ECHO.id: ECHO}, [Behavior(ECHO.id, functions={"origin-request": chooses})])) as edge:
        assert edge.get("/page").body.startswith("GET /v2/page\n")


def _unused_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port
