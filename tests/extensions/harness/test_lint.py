"""Each thing that runtime 2.0 refuses is found, and what it takes is left alone."""

from __future__ import annotations

import pytest

from extensions.harness.engines.calls import Call, Engine
from extensions.harness.lint import complaints, warnings

HANDLER = "function handler(event) { return event.request; }\n"
REFUSED = {
    "const a = ;": "syntax",
    "class A {}": "class",
    "const a = [...b];": "spread",
    "const {a} = b;": "destructuring",
    "const [a] = b;": "destructuring",
    "function f({a}) {}": "destructuring",
    "function f(a = 1) {}": "default parameter",
    "function* f() {}": "generator",
    "for (const a of b) {}": "for-of",
    "const a = b?.c;": "optional chaining",
    "let a; a ||= 1;": "logical assignment",
    "try { f(); } catch { g(); }": "optional catch binding",
    "export default {};": "export",
    "with (a) {}": "with",
    "debugger;": "debugger",
    "async function f() { g(await h()); }": "await in arguments",
    "function f() { return async () => 1; }": "async closure",
    "eval('1');": "global",
    "setTimeout(f, 1);": "global",
    "fetch('/');": "global",
    "new XMLHttpRequest();": "global",
    "new WebSocket('');": "global",
    "process.env;": "global",
    "new Map();": "global",
    "new Set();": "global",
    "new WeakMap();": "global",
    "new Proxy({}, {});": "global",
    "Reflect.ownKeys({});": "global",
    "BigInt(1);": "global",
    "const a = 10n;": "global",
    "new URL('/');": "global",
    "new URLSearchParams('');": "global",
    "Intl.Collator;": "global",
    "structuredClone({});": "global",
    "new Function('1');": "global",
    "console.log('a', 'b');": "console",
    "console.error('a');": "console",
    "import fs from 'fs';": "import",
    "import {kvs} from 'cloudfront';": "import",
    "const fs = require('fs');": "import",
    "String.bytesFrom('a', 'base64');": "bytesFrom",
    "const a = `${b}`;": "substitution",
}
ALLOWED = (
    "import cf from 'cloudfront';",
    "const crypto = require('crypto');",
    "const querystring = require('querystring');",
    "const f = (a) => ({ a: a });",
    "function f(first) { return Array.prototype.slice.call(arguments); }",
    "function f(...rest) { return rest; }",
    "const a = 'x';\nconst b = { a };",
    "const a = `x\ny`;",
    "const a = 2 ** 3;",
    "const a = null ?? 1;",
    "let i = 0;\nfor (const key in {a: 1}) { i += 1; }",
    "try { f(); } catch (error) { console.log(String(error)); }",
    "const pattern = /(?<year>[0-9]{4})/;",
    "async function f() { const a = await g();\nreturn a; }\nasync function g() { return 1; }",
    "function f(process) { return process; }",
    "const Set = 1;",
    "const a = { process: 1, fetch: 2 }.process;",
    "switch (1) { case 1: break; default: }",
    "outer: while (true) { break outer; }",
    "const a = 'a'.padStart(2).trimEnd().includes('a') && [1].flatMap;",
    "const a = Buffer.from('aGk=', 'base64').toString();",
)


@pytest.mark.parametrize("code", REFUSED)
def test_what_runtime_2_has_not_is_refused(code: str) -> None:
    found = complaints(f"{HANDLER}{code}")

    assert (REFUSED[code], 2) in {(complaint.rule, complaint.line) for complaint in found}


@pytest.mark.parametrize("code", ALLOWED)
def test_what_runtime_2_has_is_accepted(code: str) -> None:
    assert complaints(f"{code}\n{HANDLER}") == []


@pytest.mark.parametrize("code", ALLOWED)
def test_engines_take_what_is_accepted(engines: list[Engine], code: str) -> None:
    for engine in engines:
        (found,) = engine.run(f"{code}\n{HANDLER}", [Call({"request": {}})])
        assert found.error is None, engine.name


def test_a_parameter_may_stand_in_quotes_and_nothing_else_may_begin_like_one() -> None:
    assert complaints(f"const a = '${{Name}}';\n{HANDLER}") == []
    assert [one.rule for one in complaints(f"const a = '${{Name}} ${{b}}';\n{HANDLER}")] == ["substitution"]
    assert complaints(f"const a = `${{handler}}`;\n{HANDLER}", in_template=False) == []


@pytest.mark.parametrize("code", ["const handler = (event) => event;", "function other() { function handler() {} }"])
def test_a_handler_stands_at_the_top_level(code: str) -> None:
    assert [complaint.rule for complaint in complaints(code)] == ["handler"]


def test_code_has_at_most_ten_kilobytes() -> None:
    room = 10_240 - len(HANDLER) - len("//\n")

    assert complaints(f"//{'x' * room}\n{HANDLER}") == []
    assert [complaint.rule for complaint in complaints(f"//{'x' * room}x\n{HANDLER}")] == ["size"]


def test_promise_combinators_are_warned_of() -> None:
    code = f"{HANDLER}async function f() {{ await Promise.all([]); }}"

    assert [(warning.line, warning.rule) for warning in warnings(code)] == [(2, "promise combinator")]
    assert complaints(code) == []


def test_a_complaint_tells_line_rule_and_what_to_do() -> None:
    (complaint,) = complaints(f"{HANDLER}const a = b?.c;")

    assert str(complaint) == "line 2: optional chaining: write a && a.b"
