"""The APIs under many clients at once: how long they wait, how much of that is the function, and what a request costs.

Clients, the embedded AWS and the functions share one machine, where requests queue for a few processes: the clients' times say
how the whole behaves under load, the function's, from its invocation to its answer, what the application has to do with it.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from statistics import quantiles
from urllib.parse import urlsplit

from benchmarks.job import lines_after
from localaws.instance import Instance
from tests.apis.graphql import told, whole
from tests.apis.many_rows import Read, fill
from tests.apis.world import World
from tests.workflows.application import Application

CLIENTS = 50
PARAMETERS = {"ApiThrottleRate": "10000", "ApiThrottleBurst": "5000", "GraphqlNews": "DISABLED"}
"""AWS's rates for an account, for how the stages throttle is not measured. News would queue with the clients' requests."""
FUNCTIONS_STAY_WARM = 120
WARMING = 10
"""How many requests go before those that are counted: more than there are processes of a function."""
SECONDS = 120
QUIET_SECONDS = 2
START_NAME = "start of a job"
START = f"mutation($job: JobInput!) {{ startJob(job: $job) {whole('Job')} }}"

MakeRequest = Callable[[int], tuple[str, str, bytes | None]]
"""Method, URL and body of the request with a number."""


@dataclass(frozen=True, slots=True)
class Load:
    api: str
    request: str
    requests: int
    failed: int
    requests_per_second: float
    p50: float
    p99: float
    function_p50: float
    function_p99: float


@dataclass(frozen=True, slots=True)
class Apis:
    clients: int
    loads: list[Load]
    calls: dict[str, dict[str, int]]
    """To AWS, by request and API."""

    @property
    def ended_well(self) -> bool:
        return not any(each.failed for each in self.loads)


def run(instance: Instance, outputs: dict[str, str], requests: int) -> Apis:
    """So many requests of each kind, by CLIENTS at a time."""
    world = World(Application(instance, outputs))
    reads = fill(world)
    _wait_until_quiet(instance)
    calls = {name: _calls_of_read(world, read) for name, read in reads.items()}
    loads = []
    for name, operation, field in (
        ("list of jobs", "GET /jobs", "Query.jobs"),
        ("job", "GET /jobs/{jobId}", "Query.job"),
    ):
        read = reads[name]
        loads.append(load(world, "REST", name, operation, requests, _rest(world, read)))
        loads.append(load(world, "GraphQL", name, field, requests, _graphql(world, read)))
    calls[START_NAME] = _calls_of_start(world)
    for api, operation, make in (
        ("REST", "POST /jobs", _rest_start(world)),
        ("GraphQL", "Mutation.startJob", _graphql_start(world)),
    ):
        _stop_jobs(world)
        _wait_until_quiet(instance)
        loads.append(load(world, api, START_NAME, operation, requests, make))
    return Apis(CLIENTS, loads, calls)


def _rest(world: World, read: Read) -> MakeRequest:
    return lambda _: ("GET", world.people_url + read.path, None)


def _graphql(world: World, read: Read) -> MakeRequest:
    body = json.dumps({"query": read.query}).encode()
    return lambda _: ("POST", world.application.outputs["GraphqlUrl"], body)


def _rest_start(world: World) -> MakeRequest:
    return lambda number: ("POST", f"{world.people_url}/jobs", json.dumps(_job(f"rest-{number}")).encode())


def _graphql_start(world: World) -> MakeRequest:
    def make(number: int) -> tuple[str, str, bytes]:
        document = {"query": START, "variables": {"job": _job(f"graphql-{number}")}}
        return "POST", world.application.outputs["GraphqlUrl"], json.dumps(document).encode()

    return make


def _job(token: str) -> dict[str, object]:
    domains = [{"domainName": f"{token}.example.com"}]
    return {"requestToken": token, "domains": domains, "distribution": None, "validation": {"mode": "manual"}}


def load(
    world: World, api: str, name: str, operation: str, requests: int, make: MakeRequest, *, clients: int = CLIENTS
) -> Load:
    """So many clients at once. The first requests are not counted: functions start cold."""
    token = world.caller("operator").token or ""
    with ThreadPoolExecutor(clients) as pool:
        connections = [_Client(token) for _ in range(clients)]
        list(pool.map(lambda client, number: client.milliseconds(*make(number)), connections[:WARMING], range(WARMING)))
        mark, began = world.instance.calls.stat().st_size, time.monotonic()
        shares = [range(WARMING + place, WARMING + requests, clients) for place in range(clients)]
        answered = list(
            pool.map(lambda client, share: [client.milliseconds(*make(one)) for one in share], connections, shares)
        )
        seconds = time.monotonic() - began
    times = [milliseconds for each in answered for milliseconds in each]
    functions = [
        call["functionMilliseconds"]
        for call in lines_after(world.instance.calls, mark)
        if "functionMilliseconds" in call and operation in (call["operation"], *call.get("fields", ()))
    ]
    p50, p99 = _percentiles(times)
    function_p50, function_p99 = _percentiles(functions)
    failed = sum(client.failed for client in connections)
    return Load(api, name, requests, failed, round(requests / seconds, 1), p50, p99, function_p50, function_p99)


class _Client:
    """One who asks for one thing after another on one connection."""

    def __init__(self, token: str) -> None:
        self._headers = {"Authorization": token, "Content-Type": "application/json"}
        self._connection: HTTPConnection | None = None
        self.failed = 0

    def milliseconds(self, method: str, url: str, body: bytes | None) -> float:
        """How long the answer took."""
        parts = urlsplit(url)
        if self._connection is None:
            self._connection = HTTPConnection(parts.hostname or "", parts.port, timeout=SECONDS)
        began = time.monotonic()
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        self._connection.request(method, path, body=body, headers=self._headers)
        answer = self._connection.getresponse()
        document = json.loads(answer.read())
        self.failed += answer.status >= 400 or bool(document.get("errors"))
        return (time.monotonic() - began) * 1000


def _percentiles(times: list[float]) -> tuple[float, float]:
    cuts = quantiles(times, n=100, method="inclusive")
    return round(cuts[49], 1), round(cuts[98], 1)


def _calls_of_read(world: World, read: Read) -> dict[str, int]:
    return {
        "REST": _counted(world, "RestApi", lambda: world.rest("viewer", "GET", read.path)),
        "GraphQL": _counted(world, "GraphqlApi", lambda: told(world, "viewer", read.query)),
    }


def _calls_of_start(world: World) -> dict[str, int]:
    return {
        "REST": _counted(world, "RestApi", lambda: world.rest("operator", "POST", "/jobs", _job("counted-rest"))),
        "GraphQL": _counted(world, "GraphqlApi", lambda: told(world, "operator", START, job=_job("counted-graphql"))),
    }


def _counted(world: World, function: str, ask: Callable[[], object]) -> int:
    """The calls to AWS that a function makes for one request."""
    name, mark = world.application.function(function), world.instance.calls.stat().st_size
    ask()
    return sum(call["caller"].endswith(f"/{name}") for call in lines_after(world.instance.calls, mark))


def _stop_jobs(world: World) -> None:
    """What was started must not take the machine from what is measured next."""
    step_functions = world.application.client("stepfunctions")
    machine = world.application.state_machine("domain_onboarding")
    pages = step_functions.get_paginator("list_executions").paginate(stateMachineArn=machine, statusFilter="RUNNING")
    for execution in [one for page in pages for one in page["executions"]]:
        world.application.stop(execution["executionArn"])


def _wait_until_quiet(instance: Instance) -> None:
    """Until nobody has called AWS for a while: captures and jobs go on behind the requests' backs."""
    deadline, size = time.monotonic() + SECONDS, -1
    while size != (size := instance.calls.stat().st_size):
        if time.monotonic() > deadline:
            raise TimeoutError(f"the instance was still at work after {SECONDS} s")
        time.sleep(QUIET_SECONDS)
