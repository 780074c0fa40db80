"""Several extensions as one function do what they would do one after the other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extensions.catalog.__main__ import main
from extensions.catalog.composition import Composition, NotComposable, compose
from extensions.catalog.files import refusals_of
from extensions.catalog.folders import ROOT, extension_folders, read_extension
from extensions.catalog.names_in_code import read_code, renamed, without_modules
from extensions.harness import lint
from extensions.harness.cases import load_cases
from extensions.harness.engines.calls import Call
from extensions.harness.engines.present import engines_for
from extensions.harness.folders import code_with
from extensions.harness.folders import read_extension as runnable
from extensions.harness.running import run_cases

ENGINE = engines_for("javascript")[0]


def _composable(event: str) -> list[str]:
    return [folder.name for folder in extension_folders() if (folder / f"{event}.js").is_file()]


AT_REQUEST, AT_RESPONSE = _composable("viewer-request"), _composable("viewer-response")


def _rings(names: list[str], size: int) -> list[tuple[str, ...]]:
    """Each name with those that follow, and the last ones with the first."""
    return [tuple((names * 2)[start : start + size]) for start in range(len(names))]


COMPOSED = [
    *(("viewer-request", names) for size in (2, 3) for names in _rings(AT_REQUEST, size)),
    *(("viewer-request", names[::-1]) for names in _rings(AT_REQUEST, 2)),
    *(("viewer-response", names) for names in _rings(AT_RESPONSE, 2)),
]


def _composition(event: str, names: tuple[str, ...]) -> Composition:
    """Of extensions whose parameters are those of their first case for the event, so that none is missing."""
    values = {
        (name, parameter): value
        for name in names
        for parameter, value in _first_case(name, event).parameters.items()
        if parameter in read_extension(ROOT / name).template.section("Parameters")
    }
    extensions = [read_extension(ROOT / name) for name in names]
    in_code = {(part, name) for part, name in values if f"${{{name}}}" in (ROOT / part / f"{event}.js").read_text()}
    return compose(extensions, event, {key: values[key] for key in in_code})


def _first_case(name: str, event: str) -> Any:
    return next(case for case in load_cases(ROOT / name) if case.event == event)


def _store(name: str, event: str) -> Mapping[str, str]:
    return next(
        (case.key_value_store for case in load_cases(ROOT / name) if case.event == event and case.key_value_store), {}
    )


def _calls(names: tuple[str, ...], event: str) -> list[Call]:
    return [
        replace(case.calls("javascript")[0], network=())
        for name in names
        for case in load_cases(ROOT / name)
        if case.event == event
    ]


def _one_after_the_other(names: tuple[str, ...], event: str, calls: list[Call]) -> list[tuple[Any, tuple[Any, ...]]]:
    """What comes out of each call, and the calls of origin helpers, when every part runs by itself."""
    subject = event.removeprefix("viewer-")
    results: list[Any] = [call.event[subject] for call in calls]
    helpers: list[tuple[Any, ...]] = [()] * len(calls)
    ended = [False] * len(calls)
    for name in names:
        function = runnable(ROOT / name).function_at(event)
        code = code_with(function, _first_case(name, event).parameters)
        turns = [number for number in range(len(calls)) if not ended[number]]
        given = [
            replace(
                calls[number],
                event={**calls[number].event, subject: results[number]},
                key_value_store=_store(name, event),
            )
            for number in turns
        ]
        for number, outcome in zip(turns, ENGINE.run(code, given), strict=True):
            assert outcome.error is None, f"{name}: {outcome.error}"
            results[number] = outcome.value
            helpers[number] += tuple(outcome.origin_calls)
            ended[number] = subject == "request" and "statusCode" in outcome.value
    return list(zip(results, helpers, strict=True))


def _too_large(event: str, names: tuple[str, ...]) -> bool:
    return sum((ROOT / name / f"{event}.js").stat().st_size for name in names) > 9_000


@pytest.mark.parametrize(
    ("event", "names"),
    [(event, names) for event, names in COMPOSED if not _too_large(event, names)],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_together_they_do_what_they_do_one_after_the_other(event: str, names: tuple[str, ...]) -> None:
    composition = _composition(event, names)
    source = composition.source(ROOT / "composed")
    store = {composition.key(name, key): value for name in names for key, value in _store(name, event).items()}
    calls = _calls(names, event)

    outcomes = ENGINE.run(
        source.text_with(composition.defaults), [replace(call, key_value_store=store) for call in calls]
    )

    assert lint.complaints(source.text) == []
    assert [outcome.error for outcome in outcomes] == [None] * len(calls)
    assert [(outcome.value, tuple(outcome.origin_calls)) for outcome in outcomes] == _one_after_the_other(
        names, event, calls
    )


@pytest.mark.parametrize(
    ("event", "names", "parameters"),
    [
        ("viewer-request", ("directory-index", "true-client-ip"), ()),
        ("viewer-request", ("basic-auth", "redirect-map"), ()),
        ("viewer-request", ("ip-allow", "true-client-ip", "directory-index"), ("ip-allow:Networks=0.0.0.0/0,::/0",)),
    ],
    ids=lambda value: "+".join(value) if isinstance(value, tuple) else "",
)
def test_a_composition_is_an_extension_whose_cases_hold(
    event: str, names: tuple[str, ...], parameters: tuple[str, ...], tmp_path: Path
) -> None:
    folder = tmp_path / "composed"
    given = [word for parameter in parameters for word in ("--parameter", parameter)]

    assert main(["compose", *names, "--event", event, "--to", str(folder), *given]) == 0
    assert list(refusals_of(folder)) == []
    verdicts = list(run_cases(runnable(folder), load_cases(folder)))
    assert verdicts
    assert [verdict for verdict in verdicts if verdict.differences] == []


def test_keys_of_several_parts_begin_with_their_names() -> None:
    both, alone = (
        _composition("viewer-request", ("basic-auth", "redirect-map")),
        _composition("viewer-request", ("redirect-map", "true-client-ip")),
    )

    assert both.key("redirect-map", "/old") == "redirect-map:/old"
    assert both.code.count("cf.kvs()") == 1
    assert alone.key("redirect-map", "/old") == "/old"


def test_parameters_of_the_same_name_are_told_apart() -> None:
    names = _composition("viewer-request", ("device-path", "directory-index")).parameter_names

    assert names["device-path", "Mode"] == "DevicePathMode"
    assert names["directory-index", "Mode"] == "DirectoryIndexMode"
    assert names["directory-index", "IndexDocument"] == "IndexDocument"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["directory-index"], "name at least two extensions, and none twice"),
        (["cors", "cors"], "name at least two extensions, and none twice"),
        (["cors", "nothing"], "there is no extension nothing"),
        (["cors", "cache-control"], "cache-control is no CloudFront Function; compose those alone"),
        (
            ["cors", "security-headers"],
            "security-headers has no function for viewer-request; it has one for viewer-response",
        ),
        (["cors", "directory-index", "--parameter", "Mode=x"], "write NAME:PARAMETER=VALUE"),
        (["cors", "directory-index", "--parameter", "cors:Mode=x"], "cors:Mode: cors has no such parameter"),
        ([*AT_REQUEST], "together they have"),
    ],
)
def test_what_cannot_be_composed_is_told(
    arguments: list[str], told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compose", *arguments, "--event", "viewer-request", "--to", str(tmp_path / "composed")]) == 1
    assert told in capsys.readouterr().err
    assert not (tmp_path / "composed").exists()


def test_a_folder_with_something_in_it_is_left_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "mine").write_text("")

    assert main(["compose", "cors", "directory-index", "--event", "viewer-request", "--to", str(tmp_path)]) == 1
    assert "there is something in it" in capsys.readouterr().err


CODE = """\
import cf from 'cloudfront';
const crypto = require('crypto');
const limit = 3;
const read = (limit) => limit + crypto.x;
function handler(event) {
    const box = { limit, other: limit, limit: event.limit };
    try { read(limit); } catch (limit) { read(limit); }
    for (let limit = 0; limit < 3; limit++) { box.limit = limit; }
    { const limit = 1; read(limit); }
    return [limit].map(function named(limit) { return limit; });
}
"""


def test_a_name_is_changed_where_it_stands_for_what_the_top_level_declares() -> None:
    assert renamed(CODE, {"limit": "bound"}) == (
        CODE.replace("const limit = 3", "const bound = 3")
        .replace("{ limit, other: limit,", "{ limit: bound, other: bound,")
        .replace("try { read(limit)", "try { read(bound)")
        .replace("return [limit]", "return [bound]")
    )


def test_modules_are_taken_out_and_are_no_names_of_the_code() -> None:
    code = read_code(CODE)

    assert code.modules == ("import cf from 'cloudfront';", "const crypto = require('crypto');")
    assert code.declared == {"limit", "read", "handler"}
    assert without_modules(CODE).startswith("const limit = 3;")


def test_compositions_of_fewer_than_two_are_none() -> None:
    with pytest.raises(NotComposable):
        compose([], "viewer-request")
