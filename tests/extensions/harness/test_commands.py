"""The commands as a person meets them: what they print, and with which code they end."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extensions.harness.__main__ import main
from tests.extensions.harness.sample import CASE, write_extension

PYTHON = "def handler(event, context):\n    return event['Records'][0]['cf']['request']\n"


@pytest.fixture
def extension(tmp_path: Path) -> Path:
    return write_extension(tmp_path / "prefix")


def test_run_tells_what_goes_on_and_what_was_logged(extension: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["run", str(extension), "--request", "/docs?a=1", "--parameter", "Prefix=/de", "--cookie", "id=1"])
    lines = capsys.readouterr().out.splitlines()

    assert code == 0
    assert lines[0].startswith(f"viewer-request of {extension / 'viewer-request.js'} on ")
    assert lines[0].endswith("of 10,240 bytes")
    assert lines[2] == "The request goes on, changed:"
    message = json.loads("\n".join(lines[3 : lines.index("}") + 1]))
    assert (message["uri"], message["query"], message["cookies"]) == ("/de/docs", "a=1", {"id": "1"})
    assert [line for line in lines if line.startswith("time: ") and line.endswith(" µs a call")]
    assert lines[-1] == "log: done"


def test_run_tells_an_answer_and_the_origins_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "function.js"
    file.write_text("""\
import cf from 'cloudfront';
async function handler(event) {
    cf.selectRequestOriginById('b');
    const value = await cf.kvs().get('k');
    return { statusCode: 302, headers: { location: { value: value + Date.now() + event.viewer.ip } } };
}
""")

    code = main(["run", str(file), "--key-value", "k=v", "--now", "1970-01-01T00:00:00Z", "--ip", "203.0.113.7"])
    told = capsys.readouterr().out

    assert code == 0
    assert "The function answers itself:\n" in told
    assert '"location": "v0203.0.113.7"' in told
    assert 'origin: {"selectRequestOriginById": "b"}' in told


def test_run_tells_what_cloudfront_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "viewer-request.js"
    file.write_text("function handler(event) { event.request.headers.host = { value: 'x' }; return event.request; }")

    assert main(["run", str(file)]) == 1
    assert "CloudFront refuses it, rule 2: headers.host: host is read-only at viewer-request" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("null.x;", "It fails: TypeError"),
        ("return 1;", "It fails: it returned 1; return the request or a response"),
    ],
)
def test_run_tells_a_failure(tmp_path: Path, capsys: pytest.CaptureFixture[str], body: str, told: str) -> None:
    file = tmp_path / "function.js"
    file.write_text(f"function handler(event) {{ {body} }}")

    assert main(["run", str(file)]) == 1
    assert told in capsys.readouterr().out


def test_run_sends_a_response_through_a_function_of_a_response_event(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "viewer-response.js"
    file.write_text("function handler(event) { return event.response; }")

    assert main(["run", str(file), "--status", "206", "--response-header", "server: nginx"]) == 0
    assert 'The response goes on, unchanged:\n{\n  "status": 206,\n' in capsys.readouterr().out


def test_run_takes_anyones_function_in_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "function.py"
    file.write_text(PYTHON)

    assert main(["run", str(file), "--header", "x-a: 1", "--header", "x-a: 2", "--method", "POST", "--body", "b"]) == 0
    assert "The request goes on, unchanged:" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("options", "told"),
    [
        (["--request", "docs"], "--request: docs does not begin with a slash; give a path such as /docs?a=1"),
        (["--header", "host"], "--header: host has no colon; write 'name: value'"),
        (["--parameter", "Prefix"], "--parameter: Prefix has no equals sign; write name=value"),
        (["--now", "today"], "--now: today is no time; write it as 2026-01-01T00:00:00Z"),
        (["--parameter", "Mode=x"], "Mode is 'x', but AllowedValues are add, none: What is done."),
        (["--event", "origin-request"], "there is no function for origin-request; there is viewer-request.js"),
    ],
)
def test_run_says_which_option_is_wrong(
    extension: Path, capsys: pytest.CaptureFixture[str], options: list[str], told: str
) -> None:
    assert main(["run", str(extension), *options]) == 2
    assert capsys.readouterr().err.endswith(f"{told}\n")


def test_test_tells_a_line_an_extension(extension: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["test", str(extension)]) == 0
    assert capsys.readouterr().out.startswith("prefix: 1 case holds on ")


def test_test_tells_a_case_that_does_not_hold_with_its_file(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wrong = {**CASE, "expect": {"unchanged": True}}
    refused = {**CASE, "parameters": {"Mode": "x"}}
    folder = write_extension(tmp_path / "prefix", right=CASE, wrong=wrong, refused=refused)

    assert main(["test", str(folder), "--engine", "node"]) == 1
    told = capsys.readouterr()
    assert told.out.startswith("prefix: 2 of 3 cases do not hold on node")
    assert f"  {folder}/cases/wrong.json, on node: The prefix comes first\n" in told.err
    assert '    uri is "/en/docs"; expected "/docs"\n' in told.err
    assert "Mode is 'x', but AllowedValues are add, none" in told.err


def test_test_finds_what_cloudfront_refuses_though_a_case_expects_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = "function handler(event) { event.request.headers['x-cache'] = { value: '1' }; return event.request; }"
    case = {**CASE, "expect": {"request": {"headers": {"x-cache": "1"}}}}

    assert main(["test", str(write_extension(tmp_path / "prefix", code, case=case))]) == 1
    assert "rule 1: headers.x-cache" in capsys.readouterr().err


def test_test_runs_python_with_its_memory_kept_between_steps(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = (
        "seen = []\ndef handler(event, context):\n    seen.append(1)\n"
        "    return {'status': str(200 + len(seen)), 'headers': {}}\n"
    )
    steps = [{"expect": {"response": {"status": status}}} for status in (201, 202)]
    case = {"what": "It counts", "event": "viewer-request", "steps": steps}
    folder = write_extension(tmp_path / "count", code, "viewer-request.py", one=case, two=case)

    assert main(["test", str(folder)]) == 0
    assert capsys.readouterr().out.startswith("count: 2 cases hold on python")


def test_test_refuses_a_folder_without_cases(extension: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (extension / "cases/prefix.json").unlink()

    assert main(["test", str(extension)]) == 2
    assert "there is no case in" in capsys.readouterr().err


def test_lint_tells_file_line_and_rule(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "function.js"
    file.write_text("const a = b?.c;\nfunction handler(event) { return `${event}`; }\nPromise.all([]);\n")

    assert main(["lint", str(file)]) == 1
    told = capsys.readouterr()
    assert told.out == f"{file}:1: optional chaining: write a && a.b\n"
    assert told.err.startswith(f"{file}:3: warning: promise combinator: ")


def test_lint_has_nothing_to_complain_of(extension: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", str(extension)]) == 0
    assert capsys.readouterr().out == "1 function: nothing to complain of\n"


def test_lint_finds_code_that_grows_too_long_with_its_parameters(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    long = "function handler(event) { return '${Prefix}'; } //"
    folder = write_extension(tmp_path / "prefix", long + "x" * (10_240 - len(long) + 6))

    assert main(["lint", str(folder)]) == 1
    assert ": size: code: has 10,24" in capsys.readouterr().out


def test_lint_finds_what_is_no_python(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "function.py"
    file.write_text("def handler(:")

    assert main(["lint", str(file)]) == 1
    assert capsys.readouterr().out == f"{file}:1: syntax: this is no Python: invalid syntax\n"


def test_a_file_that_is_not_there_is_told_without_a_traceback(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["lint", str(tmp_path / "none.js")]) == 2
    assert capsys.readouterr().err == f"{tmp_path / 'none.js'}: there is no such folder or file\n"


@pytest.mark.parametrize("command", ["run", "test", "lint", "serve"])
def test_help_teaches_by_examples(capsys: pytest.CaptureFixture[str], command: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main([command, "--help"])

    assert ended.value.code == 0
    assert "examples:" in capsys.readouterr().out
