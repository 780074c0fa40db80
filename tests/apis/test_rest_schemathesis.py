"""Thousands of requests that schemathesis makes up from the contract, sound ones and broken ones, as an admin sends them.

It works on an embedded AWS of its own: what its jobs and rollbacks would do to an account stays out of the reports on a
run and out of other tests' lists. Two processes, not two threads: CPython 3.11 can't parse Python in several threads near
its depth limit, which Hypothesis does.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from cloudfront_extensions.operations.access import OPERATIONS
from localaws.deployment import build, deploy
from localaws.instance import Instance
from tests.apis.conftest import CONSOLE, FIRST_ADMIN
from tests.apis.contract import ROOT
from tests.apis.making import new_distribution, started
from tests.apis.world import World
from tests.workflows.application import Application
from tests.workflows.conftest import PARAMETERS, TIME_SCALE, WORLD

AT_LEAST = 5_000
EXAMPLES = 145
"""Made up at random for each operation; besides, each bound of the contract is tried once from either side."""
SECONDS = 900
"""Some five times what it takes on two free cores: other tests run beside it."""
TAGS = (("jobs", "certificates", "key-bundles"), ("distributions", "rollbacks", "metrics", "metric", "prewarms"))
"""What each process takes."""
CHECKS = (
    "not_a_server_error",
    "status_code_conformance",
    "content_type_conformance",
    "response_headers_conformance",
    "response_schema_conformance",
)
OPTIONS = (
    *("--phases", "examples,coverage,fuzzing"),
    *("--checks", ",".join(CHECKS)),
    *("--max-examples", str(EXAMPLES)),
    "--generation-deterministic",
    *("--continue-on-failure", "--no-shrink", "--no-color"),
    *("--warnings", "off"),
)
CONFIGURED = ("--config-file", "../schemathesis.toml")
TOKEN = "REST_API_TOKEN"
"""The environment variable that has it: an argument could be read by others on the machine."""


@pytest.fixture(scope="module")
def fuzzed(request: pytest.FixtureRequest) -> Iterator[World]:
    build()
    with Instance(f"apis-fuzzed-{os.getpid()}", time_scale=TIME_SCALE, **WORLD) as instance:
        parameters = {**PARAMETERS, "ConsoleOrigin": CONSOLE, "AdminEmail": FIRST_ADMIN}
        yield World(Application(instance, deploy(instance, parameters=parameters)))
    if not request.session.testsfailed:
        instance.remove()


def configuration(world: World, folder: Path) -> Path:
    """How schemathesis signs in, and ids that lead somewhere, which it takes for a third of its paths."""
    distribution = new_distribution(world)
    body = {"name": "kept", "note": "", "version": 1}
    assert world.rest("operator", "POST", f"/distributions/{distribution}/snapshots", body).status == 201
    source = {"distributionId": distribution, "version": 1}
    rollback = {"requestToken": "planned", "targets": [distribution], "source": source, "approval": "required"}
    assert world.rest("operator", "POST", "/rollbacks", rollback).status == 202
    there = {
        "jobId": [started(world), started(world, dry_run=True)],
        "distributionId": [distribution],
        "number": [1, 2],
        "name": ["kept", "latest"],
        "requestToken": ["planned"],
    }
    lines = [f'headers = {{ Authorization = "${{{TOKEN}}}" }}']
    lines += [f"[dictionaries.{name}]\nvalues = {json.dumps(values)}" for name, values in there.items()]
    lines += ["[parameters]"]
    lines += [f'"path.{name}" = {{ dictionary = "{name}", probability = 0.3 }}' for name in there]
    written = folder / "schemathesis.toml"
    written.write_text("\n".join(lines) + "\n")
    return written


def run(world: World, folder: Path, tags: tuple[str, ...]) -> subprocess.Popen[str]:
    folder.mkdir()
    schemathesis = Path(sys.executable).parent / "schemathesis"
    chosen = [argument for tag in tags for argument in ("--include-tag", tag)]
    contract = ROOT / "api" / "openapi.yaml"
    return subprocess.Popen(
        [schemathesis, *CONFIGURED, "run", contract, "--url", world.people_url, *chosen, *OPTIONS],
        cwd=folder,
        env=os.environ | {TOKEN: world.caller("admin").token or ""},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def requests(world: World) -> Counter[str]:
    """How many the gateway has got, by method and route."""
    lines = (line for line in world.instance.calls.read_text().splitlines() if '"execute-api"' in line)
    return Counter(json.loads(line)["operation"] for line in lines)


@pytest.mark.timeout(SECONDS + 120)
def test_whatever_is_sent_is_answered_as_the_contract_says(
    fuzzed: World, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    configuration(fuzzed, tmp_path)
    before = requests(fuzzed)
    runs = [run(fuzzed, tmp_path / tags[0], tags) for tags in TAGS]
    try:
        told = [process.communicate(timeout=SECONDS)[0] for process in runs]
    finally:
        for process in runs:
            process.kill()
    made = requests(fuzzed) - before
    assert [process.returncode for process in runs] == [0, 0], "\n".join(told)
    of_each = [made[f"{operation.method} {operation.path}"] for operation in OPERATIONS.values()]
    said = f"schemathesis: {made.total():,} requests, {min(of_each)} or more of each operation"
    request.config.pluginmanager.get_plugin("terminalreporter").write_line(said)
    assert min(of_each) > 0
    assert made.total() >= AT_LEAST
