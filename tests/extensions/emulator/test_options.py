"""What the options of `serve` make of a distribution, and what they say where they make none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extensions.harness.emulator.options import OptionsAreWrong, distribution_of
from extensions.harness.emulator.policies import ALL, NONE, Selection
from extensions.harness.folders import InvalidParameter, NoExtension
from tests.extensions.emulator.client import served
from tests.extensions.emulator.extension_folders import ASKS, GREETS, MARKS, options, write_extension
from tests.extensions.emulator.local_origin import LocalOrigin


@pytest.fixture
def greeter(tmp_path: Path) -> str:
    return str(write_extension(tmp_path / "greeter", viewer_request_js=GREETS))


@pytest.fixture
def marker(tmp_path: Path) -> str:
    return str(write_extension(tmp_path / "marker", origin_response_py=MARKS))


def test_a_function_has_its_parameters_and_its_store(greeter: str, tmp_path: Path) -> None:
    (tmp_path / "keys.json").write_text(json.dumps({"name": "file", "other": "x"}))
    store = ["--key-values", f"greeter:{tmp_path / 'keys.json'}", "--key-value", "greeter:name=world"]
    with served(distribution_of(options(greeter, "--parameter", "greeter:Greeting=good=day", *store))) as edge:
        assert edge.get("/").body == "good=day, world"


def test_functions_of_several_folders_serve_together(greeter: str, marker: str, origin: LocalOrigin) -> None:
    arguments = options(f"{greeter}@/hello/*", marker, "--origin", origin.url, "--key-value", "greeter:name=you")
    with served(distribution_of(arguments)) as edge:
        greeted, marked = edge.get("/hello/x"), edge.get("/x")

    assert greeted.body == "hello, you"
    assert marked.headers["x-mark"] == "seen"


def test_anyone_s_function_is_served_from_its_file(tmp_path: Path) -> None:
    (tmp_path / "viewer-response.js").write_text(
        "function handler(event) { event.response.statusCode = 418; return event.response; }"
    )
    with served(distribution_of(options(str(tmp_path / "viewer-response.js")))) as edge:
        assert edge.get("/").status == 418


def test_policies_and_origins(marker: str, origin: LocalOrigin, tmp_path: Path) -> None:
    given = ["--cache", "headers=Accept,Origin", "--cache", "query=none", "--cache", "default=60"]
    places = ["--origin", f"a={origin.url}", "--origin", str(tmp_path)]
    distribution = distribution_of(options(marker, *given, "--forward", "cookies=none", *places))

    (behavior,) = distribution.behaviors
    assert (behavior.cache.headers, behavior.cache.query) == (Selection(names=frozenset({"accept", "origin"})), NONE)
    assert (behavior.cache.default, behavior.origin_request.cookies, behavior.origin_request.query) == (60, NONE, ALL)
    assert (behavior.origin, distribution.origins["a"].port) == ("a", origin.port)
    assert distribution.origins["origin-2"].folder == tmp_path.resolve()


def test_without_an_origin_requests_are_echoed(marker: str) -> None:
    with served(distribution_of(options(marker))) as edge:
        assert edge.get("/page?a=1").body.startswith("GET /page?a=1\n")


@pytest.mark.parametrize(
    ("given", "message"),
    [
        (["--parameter", "greeter:Greeting"], "--parameter greeter:Greeting: write greeter:name=value"),
        (["--parameter", "Greeting=x"], "--parameter Greeting=x: begin it with one of greeter, and a colon"),
        (
            ["--key-value", f"greeter:key={'v' * 1025}"],
            "rule 17: key-value store, key 'key': the value has 1,025 bytes",
        ),
        (["--parameter", f"greeter:Greeting={'x' * 9000}"], "rule 17: code: has "),
        (["--cache", "days=1"], "--cache days=1: write one of query=all|none|a,b"),
        (["--forward", "default=1"], "--forward default=1: write one of "),
    ],
)
def test_an_option_that_is_wrong_is_told(greeter: str, given: list[str], message: str) -> None:
    with pytest.raises(OptionsAreWrong) as refused:
        distribution_of(options(greeter, *given))

    assert message in str(refused.value)


@pytest.mark.parametrize(
    ("option", "content", "message"),
    [
        ("--key-values", "name=world", "file.json: is no JSON"),
        ("--key-values", '{"name": 1}', "file.json: make it a JSON object whose values are strings"),
        ("--network", '{"request": "GET /"}', "file.json: make it a JSON list of answers"),
    ],
)
def test_a_file_that_is_not_what_it_should_be_is_told(
    greeter: str, tmp_path: Path, option: str, content: str, message: str
) -> None:
    (tmp_path / "file.json").write_text(content)

    with pytest.raises(OptionsAreWrong) as refused:
        distribution_of(options(greeter, option, f"greeter:{tmp_path / 'file.json'}"))

    assert message in str(refused.value)


def test_what_other_hosts_and_secrets_manager_answer_reaches_a_lambda_function(tmp_path: Path) -> None:
    (tmp_path / "network.json").write_text(
        json.dumps([{"request": "GET https://example.com/name", "status": 200, "body": "world"}])
    )
    folder = write_extension(tmp_path / "asker", viewer_request_py=ASKS)
    given = ["--network", f"asker:{tmp_path / 'network.json'}", "--secret", "asker:greeting=hello"]
    with served(distribution_of(options(str(folder), *given))) as edge:
        assert edge.get("/").body == "hello, world"


def test_two_functions_for_one_event_are_refused(greeter: str, tmp_path: Path) -> None:
    second = write_extension(tmp_path / "second", viewer_request_js=GREETS)

    with pytest.raises(OptionsAreWrong, match="has greeter/viewer-request"):
        distribution_of(options(greeter, str(second)))


def test_both_runtimes_at_viewer_events_are_refused(greeter: str, tmp_path: Path) -> None:
    late = write_extension(tmp_path / "late", viewer_response_py=MARKS)

    with pytest.raises(OptionsAreWrong, match=r"rule 18: behavior \*: mixes"):
        distribution_of(options(greeter, str(late)))


def test_what_folders_say_is_passed_on(greeter: str, tmp_path: Path) -> None:
    with pytest.raises(NoExtension):
        distribution_of(options(str(tmp_path)))
    with pytest.raises(InvalidParameter, match="there is no parameter Other"):
        distribution_of(options(greeter, "--parameter", "greeter:Other=x"))
