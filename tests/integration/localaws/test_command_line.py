"""`python -m localaws` as a person uses it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator

import pytest

from localaws.instance import PROJECT, Instance

NAME = f"command-line-{os.getpid()}"


def localaws(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "localaws", "--name", NAME, *arguments], cwd=PROJECT, capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def up() -> Iterator[str]:
    """What `up` printed."""
    yield localaws("up", "--time-scale", "0.001").stdout
    Instance(NAME).stop()
    Instance(NAME).remove()


def test_up_tells_how_to_reach_the_instance(up: str) -> None:
    endpoint = Instance(NAME).endpoint_url
    assert f"export AWS_ENDPOINT_URL={endpoint}\n" in up
    assert f"aws --endpoint-url {endpoint} " in up


def test_up_when_it_is_up_says_so(up: str) -> None:
    assert localaws("up").stdout.startswith("Already up")


def test_calls_are_counted(up: str) -> None:
    Instance(NAME).client("dynamodb").list_tables()
    Instance(NAME).client("dynamodb").list_tables()
    rows = localaws("calls", "--service", "dynamodb").stdout.splitlines()
    assert [row.split() for row in rows[1:]] == [["2", "dynamodb", "ListTables", "test"]]


def test_a_published_dns_record_is_listed_until_it_is_removed(up: str) -> None:
    record = ("_x.example.com", "CNAME", "_y.acm-validations.aws")
    assert localaws("dns", "publish", *record).returncode == 0
    assert "_x.example.com" in localaws("dns", "list").stdout
    assert localaws("dns", "remove", *record).returncode == 0
    assert "_x.example.com" not in localaws("dns", "list").stdout


def test_an_instance_that_is_not_up_is_an_error_with_advice() -> None:
    answer = subprocess.run(
        [sys.executable, "-m", "localaws", "--name", "never-started", "environment"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
    )
    assert (answer.returncode, answer.stdout) == (1, "")
    assert "start it with `python -m localaws up`" in answer.stderr
