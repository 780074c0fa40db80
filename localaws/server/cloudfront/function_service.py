"""The operations on CloudFront Functions that are ours; publishing and deleting stay MiniStack's (`in_use` guards one)."""

from __future__ import annotations

import asyncio
import re

from localaws.server.cloudfront import configuration, function_tests, functions
from localaws.server.cloudfront.answers import Answer, RefusedError, query_value, xml
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.deployment_policy_service import Operation
from localaws.server.cloudfront.request import Request, check_if_match, parsed

PATH = "/2020-05-31/function"
ALL = re.compile(rf"{PATH}/?")
ONE = re.compile(rf"{PATH}/([^/]+)/?")
DESCRIPTION = re.compile(rf"{PATH}/([^/]+)/describe/?")
MISSPELT_ETAG = "ETtag"
"""The header in which the model of UpdateFunction looks for the ETag."""
TEST = re.compile(rf"{PATH}/([^/]+)/test/?")


def operations() -> tuple[Operation, ...]:
    return (
        ("GET", ALL, _list),
        ("POST", ALL, _create),
        ("PUT", ONE, _update),
        ("GET", ONE, _get),
        ("GET", DESCRIPTION, _describe),
        ("POST", TEST, _test),
    )


async def _list(request: Request) -> Answer:
    return xml(functions.listed(request.query, query_value(request.query, "Stage")))


async def _create(request: Request) -> Answer:
    from ministack.services import cloudfront

    functions.check_new(configuration.read(parsed(request.body), "CreateFunctionRequest"))
    answer: Answer = cloudfront._cf_create_function(request.headers, request.body)
    return answer


async def _update(request: Request, name: str) -> Answer:
    from ministack.services import cloudfront

    check_if_match(request, functions.existing(name)["dev_etag"])
    functions.check(_asked(request, "UpdateFunctionRequest", name), name)
    status, headers, body = cloudfront._cf_update_function(name, request.headers, request.body)
    return status, headers | {MISSPELT_ETAG: headers["ETag"]}, body


async def _get(request: Request, name: str) -> Answer:
    """AWS's own examples leave the stage out; MiniStack refuses that."""
    from ministack.services import cloudfront

    answer: Answer = cloudfront._cf_get_function(name, _stage(request))
    return answer


async def _describe(request: Request, name: str) -> Answer:
    from ministack.services import cloudfront

    answer: Answer = cloudfront._cf_describe_function(name, _stage(request))
    return answer


async def _test(request: Request, name: str) -> Answer:
    """The function runs beside the event loop: others are answered meanwhile. A stale ETag has another code than
    elsewhere: this operation's model has no PreconditionFailed."""
    wanted = _asked(request, "TestFunctionRequest", name)
    stage = wanted.get("Stage", functions.DEVELOPMENT)
    function = functions.existing(name, stage)
    if request.headers.get("if-match") != functions.etag_of(function, stage):
        raise RefusedError("InvalidIfMatchVersion", "The If-Match version is missing or not valid for the resource.")
    return xml(await asyncio.to_thread(function_tests.tested, function, stage, wanted["EventObject"]))


def _asked(request: Request, kind: str, name: str) -> Config:
    return configuration.read(
        parsed(request.body), kind, **{"Name": name, "If-Match": request.headers.get("if-match", "")}
    )


def _stage(request: Request) -> str:
    return query_value(request.query, "Stage") or functions.DEVELOPMENT
