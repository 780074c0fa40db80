"""API Gateway's REST APIs: MiniStack keeps the APIs and routes requests; what a document says and what is checked is ours.

`documents`, `models`, `imported_methods`, `imports` and `overwriting` take an OpenAPI document in, `stages`, `accounts` and
`request_validators` what CloudFormation says besides; all others are about one request, which `exchanges` holds.
"""

from __future__ import annotations

from localaws.server.api_gateway import (
    access_logs,
    accounts,
    authorization,
    call_records,
    events,
    exchanges,
    faults,
    function_permission,
    gateway_responses,
    integrations,
    mocks,
    models,
    overwriting,
    request_validators,
    routing,
    signatures,
    sizes,
    stages,
    throttles,
    tokens,
    validation,
)
from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    """What wraps the same function of MiniStack is in order, the last one outermost."""
    for module in (models, overwriting, accounts, stages, request_validators):
        module.install()
    for module in (tokens, signatures, authorization, validation, events, mocks, routing, gateway_responses):
        module.install()
    for module in (integrations, sizes, faults, function_permission, exchanges, access_logs, call_records):
        module.install()
    throttles.install(settings)
