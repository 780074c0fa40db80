"""CloudFront Functions do the same on every engine: what comes out, what is logged, and how they fail."""

from __future__ import annotations

import base64
import hmac
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from extensions.harness.engines.calls import Call, Engine, Outcome
from extensions.harness.engines.njs import find_njs
from extensions.harness.engines.node import find_node
from extensions.harness.engines.present import NoEngine, engines_for

REQUEST = {"request": {"method": "GET", "uri": "/", "querystring": {}, "headers": {}, "cookies": {}}}
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
STORE = {"greeting": "héllo", "list": "[1, 2]"}

VALUES: dict[str, Any] = {
    "'a-b-c'.replaceAll('-', '+')": "a+b+c",
    "'a.b'.replaceAll('.', '')": "ab",
    "'abc'.replaceAll(/b/g, 'x')": "axc",
    "Buffer.from('aMOp', 'base64').toString()": "hé",
    "atob('aGk=') + btoa('hi')": "hiaGk=",
    "require('crypto').createHash('sha256').update('x').digest('hex').slice(0, 8)": "2d711642",
    "require('crypto').createHmac('sha1', 'k').update('x').digest('base64')": base64.b64encode(
        hmac.digest(b"k", b"x", "sha1")
    ).decode(),
    "require('querystring').stringify({a: '1', b: 'x y'})": "a=1&b=x%20y",
    "require('buffer').Buffer.from('x').length": 1,
    "'😀é'.length > 0 && '😀é'": "😀é",
    "'y'.repeat(5000)": "y" * 5000,
    "event.request.rawQueryString()": "a&b=",
    "Object.keys(event.request).indexOf('rawQueryString')": -1,
    "cf.edgeLocation.name.length > 0": True,
    "new Date().toISOString()": "2026-01-01T00:00:00.000Z",
    "Date.now()": 1767225600000,
    "new Date(2020, 1).getMonth() + new Date('2020-03-01T00:00:00Z').getUTCMonth()": 3,
    "new Date(0) instanceof Date && Date.UTC(1970, 0, 2)": 86400000,
    "typeof process + typeof njs + typeof setImmediate + typeof setTimeout + typeof Map": "undefined" * 5,
    "[1, 2].includes(2) && Object.assign({}, {a: 1})": {"a": 1},
    "await store.get('greeting')": "héllo",
    "await store.get('list', {format: 'json'})": [1, 2],
    "(await store.get('greeting', {format: 'bytes'})).length": 6,
    "await store.exists('none')": False,
    "await store.count()": 2,
    "(await store.meta()).keyCount": 2,
    "null": None,
    "undefined": None,
}
ERRORS = {
    "null.uri": "TypeError",
    "unknown": "ReferenceError",
    "(() => { throw new Error('mine'); })()": "Error: mine",
    "(() => { throw 'text'; })()": "text",
    "await store.get('none')": "Error: KeyNotFound",
    "require('fs')": 'Error: Cannot find module "fs"',
    "require('crypto').createHash('sha512')": "TypeError",
    "JSON.parse('{')": "SyntaxError",
}


def code(expression: str) -> str:
    return f"""\
import cf from 'cloudfront';
const store = cf.kvs();
async function handler(event) {{
    const value = {expression};
    return value;
}}
"""


def call(**changes: Any) -> Call:
    return replace(Call(REQUEST, STORE, NEW_YEAR, raw_query="a&b="), **changes)


def outcome(engine: Engine, code: str, **changes: Any) -> Outcome:
    (found,) = engine.run(code, [call(**changes)])
    return found


@pytest.mark.parametrize("expression", VALUES)
def test_engines_agree_on_values(engines: list[Engine], expression: str) -> None:
    found = {engine.name: outcome(engine, code(expression)) for engine in engines}

    assert {name: (one.value, one.error) for name, one in found.items()} == dict.fromkeys(
        found, (VALUES[expression], None)
    )


@pytest.mark.parametrize("expression", ERRORS)
def test_engines_agree_on_what_is_thrown(engines: list[Engine], expression: str) -> None:
    for engine in engines:
        error = outcome(engine, code(expression)).error or ""
        assert error.startswith(ERRORS[expression]), engine.name


def test_an_error_names_the_line(engines: list[Engine]) -> None:
    for engine in engines:
        assert (outcome(engine, code("null.uri")).error or "").endswith(" (line 4)"), engine.name


def test_a_plain_function_may_be_a_handler(engines: list[Engine]) -> None:
    for engine in engines:
        assert outcome(engine, "function handler(event) { return event.request.uri; }").value == "/"


def test_the_clock_stands_still_while_the_code_is_loaded_and_moves_between_calls(engines: list[Engine]) -> None:
    later = datetime(2027, 1, 1, tzinfo=UTC)
    for engine in engines:
        loaded = "const loaded = Date.now(); function handler(event) { return [loaded, Date.now()]; }"
        first, second = engine.run(loaded, [call(), call(now=later)])
        assert (first.value, second.value) == ([1767225600000] * 2, [1767225600000, 1798761600000])


def test_the_log_has_the_first_argument_of_each_call_of_console_log(engines: list[Engine]) -> None:
    logging = "function handler(event) { console.log('one', 'two'); console.log({a: 1}); console.log(3); return 1; }"
    for engine in engines:
        assert outcome(engine, logging).log == ("one", '{"a":1}', "3")


def test_calls_of_the_origin_helpers_are_recorded_in_order(engines: list[Engine]) -> None:
    choosing = """\
import cf from 'cloudfront';
function handler(event) {
    cf.selectRequestOriginById('b');
    cf.updateRequestOrigin({ domainName: 'a.example.com' });
    cf.createRequestOriginGroup({ originIds: ['a', 'b'], failoverCriteria: { statusCodes: [500] } });
    return event.request;
}
"""
    for engine in engines:
        assert outcome(engine, choosing).origin_calls == (
            {"selectRequestOriginById": "b"},
            {"updateRequestOrigin": {"domainName": "a.example.com"}},
            {"createRequestOriginGroup": {"originIds": ["a", "b"], "failoverCriteria": {"statusCodes": [500]}}},
        )


def test_a_store_that_is_not_to_be_had_throws(engines: list[Engine]) -> None:
    for engine in engines:
        found = outcome(engine, code("await store.exists('greeting')"), key_value_store=None)
        assert (found.error or "").startswith("Error: KeyValueStoreUnavailable")


def test_code_that_can_not_be_loaded_fails_for_every_call(engines: list[Engine]) -> None:
    for engine in engines:
        for broken, kind in (("const a = ;", "SyntaxError"), ("null.a; function handler() {}", "TypeError")):
            outcomes = engine.run(broken, [call(), call()])
            assert [kind in (one.error or "") for one in outcomes] == [True, True], engine.name


def test_a_function_without_end_is_ended_and_the_next_call_answered() -> None:
    hanging = "function handler(event) { while (event.hangs) {} return 'well'; }"
    for engine in impatient_engines():
        endless, next_one = engine.run(hanging, [call(event={"hangs": True}), call()])
        assert (endless.error, next_one.value) == ("timed out: no result after 1 s", "well"), engine.name


def test_a_promise_that_is_never_settled_is_an_error() -> None:
    waiting = "async function handler(event) { if (event.waits) { await new Promise(() => {}); } return 'well'; }"
    for engine in impatient_engines():
        endless, next_one = engine.run(waiting, [call(event={"waits": True}), call()])
        assert endless.error, engine.name
        assert next_one.value == "well", engine.name


def impatient_engines() -> list[Engine]:
    return [engine for engine in (find_njs(1), find_node(1)) if engine]


def test_an_engine_that_is_not_here_says_what_to_install() -> None:
    with pytest.raises(NoEngine, match="quickjs is not here; run `make setup`, or install njs"):
        engines_for("javascript", "quickjs")
