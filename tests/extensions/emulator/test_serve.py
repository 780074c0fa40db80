"""The command as a person runs it: a process that prints what to ask, and ends when it is told to."""

from __future__ import annotations

import re
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.extensions.emulator.client import get
from tests.extensions.emulator.extension_folders import GREETS, write_extension


def start(*given: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "extensions.harness", "serve", *given],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def port_of(line: str) -> int:
    """Of the URL that the command prints first."""
    found = re.fullmatch(r"curl -i http://127\.0\.0\.1:(\d+)/\n", line)
    assert found
    return int(found[1])


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_a_signal(tmp_path: Path, number: signal.Signals) -> None:
    folder = write_extension(tmp_path / "greeter", viewer_request_js=GREETS)
    with start(str(folder), "--key-value", "greeter:name=you") as command:
        assert command.stdout
        first = command.stdout.readline()
        attached = [command.stdout.readline() for _ in range(2)]
        body = get(port_of(first), "/page?a=1").body
        command.send_signal(number)
        printed, complaints = command.communicate(timeout=20)

    assert body == "hello, you"
    assert attached == [
        "  *  from origin echo, which echoes requests\n",
        "    viewer-request: greeter/viewer-request.js\n",
    ]
    assert re.fullmatch(r"GET /page\?a=1 200 FunctionGeneratedResponse \[viewer-request\] \d+ µs\n", printed)
    assert (command.returncode, complaints) == (0, "")


def test_a_violation_is_told_on_standard_error(tmp_path: Path) -> None:
    breaks = "def handler(event, context):\n    return {'status': '999'}\n"
    folder = write_extension(tmp_path / "breaker", viewer_request_py=breaks)
    with start(str(folder)) as command:
        assert command.stdout
        got = get(port_of(command.stdout.readline()))
        command.terminate()
        _, complaints = command.communicate(timeout=20)

    assert got.status == 502
    assert complaints == (
        "  breaker/viewer-request.py at viewer-request: rule 7: status: is '999'; make it a string of 200 to 599\n"
    )


def test_what_can_t_be_served_is_told(tmp_path: Path) -> None:
    with start(str(tmp_path / "missing")) as command:
        _, complaints = command.communicate(timeout=20)

    assert command.returncode == 2
    assert "there is no template.yaml" in complaints


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    folder = write_extension(tmp_path / "greeter", viewer_request_js=GREETS)
    with (
        socket.create_server(("127.0.0.1", 0)) as taken,
        start(str(folder), "--port", str(taken.getsockname()[1])) as command,
    ):
        _, complaints = command.communicate(timeout=20)

    assert command.returncode == 2
    assert "already in use" in complaints
