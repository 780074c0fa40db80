"""A function that starts cold is forked from a process that has imported the AWS SDK already.

On AWS a runtime is there in a moment; MiniStack starts an interpreter each time, which imports the SDK anew: half of what a
cold start costs this machine. The template is started with the first function, for the instance. Needs `runtime`.
"""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from ministack.core import lambda_runtime

from localaws.server.settings import Settings

BYTES_OF_NEWS = 4


class Template:
    """The process that is forked, once it is needed."""

    def __init__(self, interpreter: str) -> None:
        self._interpreter = interpreter
        self._requests: socket.socket | None = None
        self._lock = threading.Lock()

    def fork(self, files: Sequence[int]) -> None:
        with self._lock:
            if self._requests is None:
                self._requests = self._started()
            socket.send_fds(self._requests, [b"f"], files)

    def _started(self) -> socket.socket:
        """It ends when the server does, which closes the socket."""
        requests, its_own = socket.socketpair()
        program = Path(__file__).with_name("template.py").read_text()
        with its_own:
            command = [self._interpreter, "-c", program, str(its_own.fileno())]
            subprocess.Popen(command, stdin=subprocess.DEVNULL, pass_fds=[its_own.fileno()])
        return requests


class ForkedProcess:
    """What MiniStack wants of `subprocess.Popen`, for a process that is the template's child."""

    def __init__(self, template: Template, program: str, folder: str, environment: Mapping[str, str]) -> None:
        (stdin, self_stdin), (self_stdout, stdout), (self_stderr, stderr) = os.pipe(), os.pipe(), os.pipe()
        self._news, its_news = socket.socketpair()
        try:
            template.fork([stdin, stdout, stderr, its_news.fileno()])
        finally:
            for file in (stdin, stdout, stderr):
                os.close(file)
            its_news.close()
        self.stdin = os.fdopen(self_stdin, "w", buffering=1)
        self.stdout, self.stderr = os.fdopen(self_stdout), os.fdopen(self_stderr)
        self.pid = self._heard()
        self.returncode: int | None = None
        self._lock = threading.Lock()
        layers = environment.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep)
        wanted = {
            "program": program,
            "folder": folder,
            "environment": dict(environment),
            "layers": [f"{layer}/python" for layer in layers if layer],
        }
        self.stdin.write(json.dumps(wanted) + "\n")

    def poll(self) -> int | None:
        return self._ended(0)

    def wait(self, timeout: float | None = None) -> int:
        if (code := self._ended(timeout)) is None:
            raise subprocess.TimeoutExpired("a function", timeout or 0)
        return code

    def terminate(self) -> None:
        self._send(signal.SIGTERM)

    def kill(self) -> None:
        self._send(signal.SIGKILL)

    def _send(self, number: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)

    def _ended(self, timeout: float | None) -> int | None:
        with self._lock:
            if self.returncode is None:
                self._news.settimeout(timeout)
                with suppress(TimeoutError, BlockingIOError):
                    self.returncode = self._heard()
            return self.returncode

    def _heard(self) -> int:
        """The next number; of a template that is gone, that its processes were killed."""
        told = self._news.recv(BYTES_OF_NEWS, socket.MSG_WAITALL)
        return int.from_bytes(told, "big", signed=True) if len(told) == BYTES_OF_NEWS else -signal.SIGKILL


def install(settings: Settings) -> None:
    template = Template(settings.function_interpreter)
    own = {name: getattr(subprocess, name) for name in ("DEVNULL", "PIPE", "STDOUT", "TimeoutExpired")}
    lambda_runtime.subprocess = SimpleNamespace(**own, Popen=partial(started, template, settings.function_interpreter))


def started(template: Template, interpreter: str, command: list[str], **options: Any) -> Any:
    """A process of a function; one whose variables speak to the interpreter itself has one of its own."""
    speaks_to_python = any(name.startswith("PYTHON") for name in options["env"].keys() - os.environ.keys())
    if command[0] != interpreter or speaks_to_python:
        return subprocess.Popen(command, **options)
    return ForkedProcess(template, command[1], options["cwd"], options["env"])
