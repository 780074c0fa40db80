"""The process that processes of functions are forked from: it has imported what takes most of a cold start.

Standard library and the Lambda runtime's own packages only, and never imported by the server, which starts this text
with the functions' interpreter, with a socket's number. For each byte that comes on the socket there are four files: the
standard input, output and error of a new process, and a socket for news of it: its id, and how it ended, four bytes each.
The first line on its standard input says what it is to run.
"""

from __future__ import annotations

import gc
import importlib
import json
import os
import runpy
import signal
import socket
import sys
import time
from pathlib import Path

IMPORTED = ("botocore.session", "botocore.client", "botocore.httpsession", "botocore.signers", "json", "logging")

Files = tuple[int, int, int]


def main(requests: socket.socket) -> None:
    before = set(sys.modules)
    for name in IMPORTED:
        importlib.import_module(name)
    packages = packages_among(set(sys.modules) - before)
    gc.freeze()
    news: dict[int, socket.socket] = {}
    signal.signal(signal.SIGCHLD, lambda *_: tell_of_ends(news))
    while True:
        message, files, _, _ = socket.recv_fds(requests, 1, 4)
        if not message:
            return
        # An end must not be seen before there is somebody to tell.
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})
        listener = socket.socket(fileno=files[3])
        if (process := os.fork()) == 0:
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            for other in (requests, listener, *news.values()):
                other.close()
            signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
            become((files[0], files[1], files[2]), packages)
            return
        for file in files[:3]:
            os.close(file)
        news[process] = listener
        tell(listener, process)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})


def packages_among(modules: set[str]) -> set[str]:
    """The names of packages that are not Python's own."""
    return {name.partition(".")[0] for name in modules} - sys.stdlib_module_names


def tell_of_ends(news: dict[int, socket.socket]) -> None:
    while news:
        process, status = os.waitpid(-1, os.WNOHANG)
        if process == 0:
            return
        with news.pop(process) as listener:
            tell(listener, os.waitstatus_to_exitcode(status))


def tell(listener: socket.socket, number: int) -> None:
    try:
        listener.sendall(number.to_bytes(4, "big", signed=True))
    except OSError:
        return  # nobody wants to know any more


def become(files: Files, packages: set[str]) -> None:
    """Be the process that is asked for, as if its program had been started by itself."""
    for number, file in enumerate(files):
        os.dup2(file, number)
        os.close(file)
    sys.stdin = os.fdopen(0, "r", closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, errors="backslashreplace", closefd=False)
    wanted = json.loads(sys.stdin.readline())
    os.chdir(wanted["folder"])
    os.environ.clear()
    os.environ.update(wanted["environment"])
    time.tzset()
    forget_what_it_brings([wanted["folder"], *wanted["layers"]], packages)
    runpy.run_path(wanted["program"], run_name="__main__")


def forget_what_it_brings(folders: list[str], packages: set[str]) -> None:
    """A package that a function brings itself is imported from there; what others have imported of it stays theirs."""
    brought = {name for name in packages for folder in folders if has(folder, name)}
    for module in [module for module in sys.modules if module.partition(".")[0] in brought]:
        del sys.modules[module]


def has(folder: str, package: str) -> bool:
    return Path(folder, package).exists() or Path(folder, f"{package}.py").exists()


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
