"""No request makes an extension throw, or break a rule of the edge; and who must not pass, doesn't."""

from __future__ import annotations

import ipaddress
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from extensions.catalog.folders import ROOT, extension_folders
from extensions.harness.cases import Case, load_cases
from extensions.harness.engines.calls import Call
from extensions.harness.engines.present import engines_for
from extensions.harness.events import Surroundings, native_event
from extensions.harness.folders import EdgeFunction, code_with, read_extension
from extensions.harness.messages import Request
from extensions.harness.rules import violations
from tests.extensions.catalogue.odd_requests import OddCalls, odd_calls

FUNCTIONS = [
    pytest.param(folder, function, id=f"{folder.name}-{function.event}")
    for folder in extension_folders()
    for function in read_extension(folder).functions
]
FEW = settings(
    max_examples=2,
    deadline=None,
    derandomize=True,
    database=None,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)
"""Each is a process with many calls."""
CREDENTIALS = ["basic-auth", "cognito-jwt", "jwt-hs256", "url-auth"]
LETTERS = "abcdefghijklmnopqrstuvwxyz0123456789"


def _cases(folder: Path, event: str) -> list[Case]:
    return [case for case in load_cases(folder) if case.event == event]


def _outcomes(function: EdgeFunction, case: Case, calls: Sequence[Call]) -> Iterator[tuple[Call, Any]]:
    """What comes out of each call, none of which may throw."""
    engine = engines_for(function.language, None, function.timeout)[0]
    for call, outcome in zip(calls, engine.run(code_with(function, case.parameters), calls), strict=True):
        assert outcome.error is None, f"{outcome.error}: {call.event}"
        broken = violations(function.event, function.language, call.event, outcome.value, outcome.origin_calls)
        assert broken == [] or not _could_come(function, call), f"{broken}: {call.event}"
        yield call, outcome.value


def _could_come(function: EdgeFunction, call: Call) -> bool:
    """Whether CloudFront would let the event be, when nothing is changed of it."""
    event = call.event["Records"][0]["cf"] if function.language == "python" else call.event
    unchanged = event["request" if function.event.endswith("-request") else "response"]
    return violations(function.event, function.language, call.event, unchanged) == []


def _passes(value: Any) -> bool:
    return "statusCode" not in value and "status" not in value


@pytest.mark.parametrize(("folder", "function"), FUNCTIONS)
def test_no_request_makes_it_throw_or_break_a_rule(folder: Path, function: EdgeFunction) -> None:
    cases = _cases(folder, function.event)
    known = [step.request for case in cases for step in case.steps]

    @FEW
    @given(odd_calls(cases, function.language, known))
    def check(odd: OddCalls) -> None:
        assert len(list(_outcomes(function, odd.case, odd.calls))) == len(odd.calls)

    check()


def _changed_credentials(name: str, request: Request) -> Iterator[Request]:
    """The request with one sign of what it proves itself with changed: of the signed path, or of a token."""
    if name == "url-auth":
        yield from (replace(request, uri=changed) for changed in _changed(request.uri))
        return
    for header, values in request.headers.items():
        scheme, _, credential = values[0].partition(" ")
        if header == "authorization":
            for changed in _changed(credential):
                yield replace(request, headers={**request.headers, header: (f"{scheme} {changed}",)})


def _changed(text: str) -> Iterator[str]:
    """One sign here and there, but for the last ones of a part: in base64 they may have bits that mean nothing."""
    for place in range(0, len(text), 5):
        if text[place].isalnum() and text[place + 1 : place + 4].isalnum():
            yield _with_other_sign(text, place)


def _with_other_sign(text: str, place: int) -> str:
    other = LETTERS[(LETTERS.find(text[place].lower()) + 7) % len(LETTERS)]
    return text[:place] + other + text[place + 1 :]


@pytest.mark.parametrize("name", CREDENTIALS)
def test_a_credential_with_one_sign_changed_is_refused(name: str) -> None:
    function = read_extension(ROOT / name).function_at("viewer-request")
    tried = 0
    for case in _cases(ROOT / name, "viewer-request"):
        if len(case.steps) > 1 or "response" in case.steps[0].expect:
            continue
        first = case.calls(function.language)[0]
        calls = [
            replace(
                first,
                event=native_event(case.event, function.language, request, None, case.surroundings),
                raw_query=request.query,
            )
            for request in _changed_credentials(name, case.steps[0].request)
        ]
        for call, value in _outcomes(function, case, calls) if calls else ():
            tried += 1
            assert not _passes(value), f"{case.path}: {call.event}"
    assert tried > 10


@pytest.mark.parametrize("name", CREDENTIALS)
def test_what_somebody_makes_up_is_refused(name: str) -> None:
    function = read_extension(ROOT / name).function_at("viewer-request")

    @FEW
    @given(odd_calls(_cases(ROOT / name, "viewer-request"), function.language, [Request()]))
    def check(odd: OddCalls) -> None:
        for call, value in _outcomes(function, odd.case, odd.calls):
            assert not _passes(value) or _is_preflight(call.event), call.event

    check()


def _is_preflight(event: Any) -> bool:
    request = event["request"] if "request" in event else event["Records"][0]["cf"]["request"]
    return bool(request["method"] == "OPTIONS")


ADDRESSES = st.ip_addresses().map(str) | st.sampled_from(
    ["203.0.113.0", "203.0.113.255", "203.0.114.0", "2001:db8::", "2001:db9::", "::ffff:203.0.113.7", "198.51.100.1"]
)
NETWORKS = st.ip_addresses().flatmap(
    lambda address: st.integers(0, address.max_prefixlen).map(
        lambda bits: ipaddress.ip_network(f"{address}/{bits}", strict=False)
    )
)


def _is_within(address: str, networks: Sequence[Any]) -> bool:
    """As the extension means it: an IPv4 address is the same as its mapped one."""
    return any(_in_ipv6(ipaddress.ip_network(address)).subnet_of(_in_ipv6(network)) for network in networks)


def _in_ipv6(network: Any) -> ipaddress.IPv6Network:
    if network.version == 4:
        return ipaddress.IPv6Network(f"::ffff:{network.network_address}/{96 + network.prefixlen}")
    return ipaddress.IPv6Network(network)


@FEW
@given(st.lists(NETWORKS, max_size=4), st.lists(NETWORKS, max_size=4), st.lists(ADDRESSES, min_size=40, max_size=40))
def test_an_address_passes_ip_allow_when_python_says_it_is_in_a_network(
    fixed: list[Any], stored: list[Any], addresses: list[str]
) -> None:
    function = read_extension(ROOT / "ip-allow").function_at("viewer-request")
    inside = [str(network.network_address) for network in fixed + stored] + [
        str(network[-1]) for network in fixed + stored
    ]
    case = replace(
        _cases(ROOT / "ip-allow", "viewer-request")[0],
        parameters={"Networks": ",".join(map(str, fixed)), "StoreLists": "networks"},
        key_value_store={"networks": ",".join(map(str, stored))},
    )
    calls = [
        replace(
            case.calls(function.language)[0],
            event=native_event(case.event, function.language, Request(), None, Surroundings(viewer_ip=address)),
        )
        for address in addresses + inside
    ]

    passed = [_passes(value) for _, value in _outcomes(function, case, calls)]

    assert passed == [_is_within(address, fixed + stored) for address in addresses + inside]
