"""The AWS Serverless Application Repository, which MiniStack lacks: applications with versions, deployed by change sets.

An application is what somebody in the account has published with a template; nothing comes from the public repository.
Templates to deploy lie in a bucket of S3, where CloudFormation reads them. Sharing, other accounts, nested applications,
licenses and readmes that are read from S3 go without: an operation that is not here is refused.
"""

from __future__ import annotations

import json
import re
import sys
import uuid
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from localaws.server.aws_json import ServiceError
from localaws.server.settings import Settings

SERVICE = "serverlessrepo"
BUCKET = "awsserverlessrepo-changesets-embedded"
STACK_PREFIX = "serverlessrepo-"
"""Put before the names of stacks, as its guide says."""
SEMANTIC_VERSION = re.compile(r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)(-[\w.-]+)?(\+[\w.-]+)?")
NAME = re.compile(r"[a-zA-Z0-9-]{1,140}")
TEMPLATE_LIVES = timedelta(hours=6)
APPLICATION = r"/applications/(arn:aws:serverlessrepo:[^/]+/[^/]+)"

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]


@dataclass(slots=True)
class Application:
    arn: str
    told: Json
    """What GetApplication tells besides the version."""
    versions: dict[str, Json] = field(default_factory=dict)
    templates: dict[str, Json] = field(default_factory=dict)


_applications: dict[str, Application] = {}


def install(settings: Settings) -> None:
    from ministack import app
    from ministack.core import iam_actions, router

    router.SERVICE_PATTERNS[SERVICE] = {"credential_scope": SERVICE}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[SERVICE] = SERVICE
    iam_actions._BOTOCORE_SERVICE_MAP[SERVICE] = [SERVICE]
    app.SERVICE_REGISTRY[SERVICE] = {"module": SERVICE}
    app._loaded_modules[SERVICE] = sys.modules[__name__]
    app.SERVICE_HANDLERS[SERVICE] = app._lazy_handler(SERVICE)


def reset() -> None:
    _applications.clear()


def get_state() -> None:
    """Nothing is kept across restarts; MiniStack asks every service."""


async def handle_request(
    method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]
) -> Answer:
    try:
        for operation_method, pattern, operation in OPERATIONS:
            if operation_method == method and (found := re.fullmatch(pattern, path)):
                query = {name: value[-1] if isinstance(value, list) else value for name, value in query_params.items()}
                request = json.loads(body or b"{}") | query
                return _answer(200 if method == "GET" else 201, operation(request, *found.groups()))
        raise ServiceError("BadRequestException", f"{method} {path} is not implemented by this embedded AWS")
    except ServiceError as error:
        told = {"errorCode": error.code, "message": error.message}
        status, answer_headers, content = _answer(error.status, told)
        return status, answer_headers | {"x-amzn-errortype": error.code}, content


def create(request: Json) -> Json:
    from ministack.core.responses import get_account_id, get_region

    name = str(request["name"])
    if not NAME.fullmatch(name):
        raise ServiceError("BadRequestException", f"The name of an application can't be {name!r}")
    arn = f"arn:aws:serverlessrepo:{get_region()}:{get_account_id()}:applications/{name}"
    if arn in _applications:
        raise ServiceError("ConflictException", f"Application with id {arn} already exists", 409)
    copied = ("author", "description", "homePageUrl", "labels", "name", "spdxLicenseId")
    told = {member: request[member] for member in copied if member in request}
    application = Application(arn, {"applicationId": arn, "creationTime": _time(), "isVerifiedAuthor": False} | told)
    version = request.get("semanticVersion")
    if version:
        application.versions[version] = _version(arn, version, request)
    _applications[arn] = application
    return _told(application, version)


def create_version(request: Json, arn: str, version: str) -> Json:
    application = _existing(arn)
    if version in application.versions:
        raise ServiceError("ConflictException", f"{arn} has a version {version} already", 409)
    application.versions[version] = _version(arn, version, request)
    return _shown(application.versions[version])


def get(request: Json, arn: str) -> Json:
    application = _existing(arn)
    return _told(application, _chosen(application, request.get("semanticVersion")))


def create_template(request: Json, arn: str) -> Json:
    application = _existing(arn)
    version, template = _chosen(application, request.get("semanticVersion")), str(uuid.uuid4())
    if version is None:
        raise ServiceError("NotFoundException", f"{arn} has no version", 404)
    made: Json = {"applicationId": arn, "semanticVersion": version, "templateId": template, "status": "ACTIVE"}
    made |= {"creationTime": _time(), "expirationTime": _time(TEMPLATE_LIVES)}
    made["templateUrl"] = _stored(template, application.versions[version]["_template"])
    application.templates[template] = made
    return made


def get_template(_request: Json, arn: str, template: str) -> Json:
    found = _existing(arn).templates.get(template)
    if found is None:
        raise ServiceError("NotFoundException", f"{arn} has no template {template}", 404)
    return found


def create_change_set(request: Json, arn: str) -> Json:
    """As the caller: CloudFormation is handed no role. The change set is for a new stack or for one that is there."""
    from ministack.services.cloudformation import changesets, handlers

    application = _existing(arn)
    template = application.templates.get(request.get("templateId", ""))
    version = template["semanticVersion"] if template else _chosen(application, request.get("semanticVersion"))
    if version is None:
        raise ServiceError("BadRequestException", f"{arn} has no version")
    stack = f"{STACK_PREFIX}{request['stackName']}"
    change_set = request.get("changeSetName") or f"a{uuid.uuid4()}"
    known = handlers._resolve_stack(stack)
    is_new = known is None or known["StackStatus"] in ("DELETE_COMPLETE", "REVIEW_IN_PROGRESS")
    form = {
        "StackName": stack,
        "ChangeSetName": change_set,
        "ChangeSetType": "CREATE" if is_new else "UPDATE",
        "TemplateBody": application.versions[version]["_template"],
        "ClientToken": request.get("clientToken", ""),
        "Description": request.get("description", ""),
        **dict(_members(request)),
    }
    status, _, answer = handlers._ACTION_HANDLERS["CreateChangeSet"]({name: [value] for name, value in form.items()})
    if status != 200:
        found = re.search(r"<Message>(.*?)</Message>", answer.decode(), re.DOTALL)
        raise ServiceError("BadRequestException", found[1] if found else "The change set was refused")
    _, made = changesets._find_change_set(change_set, stack)
    told = {"applicationId": arn, "semanticVersion": version}
    return told | {"changeSetId": made["ChangeSetId"], "stackId": made["StackId"]}


OPERATIONS: tuple[tuple[str, str, Callable[..., Json]], ...] = (
    ("POST", "/applications", create),
    ("GET", APPLICATION, get),
    ("PUT", rf"{APPLICATION}/versions/([^/]+)", create_version),
    ("POST", rf"{APPLICATION}/templates", create_template),
    ("GET", rf"{APPLICATION}/templates/([^/]+)", get_template),
    ("POST", rf"{APPLICATION}/changesets", create_change_set),
)


def _members(request: Json) -> Iterator[tuple[str, str]]:
    """Lists as CloudFormation's form has them."""
    for number, capability in enumerate(request.get("capabilities") or (), start=1):
        yield f"Capabilities.member.{number}", capability
    for number, parameter in enumerate(request.get("parameterOverrides") or (), start=1):
        yield f"Parameters.member.{number}.ParameterKey", parameter["name"]
        yield f"Parameters.member.{number}.ParameterValue", parameter["value"]
    for number, tag in enumerate(request.get("tags") or (), start=1):
        yield f"Tags.member.{number}.Key", tag["key"]
        yield f"Tags.member.{number}.Value", tag["value"]


def _existing(arn: str) -> Application:
    """Nothing is shared: the applications of other accounts are not there."""
    from ministack.core.responses import get_account_id

    if arn not in _applications or arn.split(":")[4] != get_account_id():
        raise ServiceError("NotFoundException", f"Application with id {arn} does not exist", 404)
    return _applications[arn]


def _chosen(application: Application, version: str | None) -> str | None:
    """The version that is asked for, or else the newest; None where there is none at all."""
    if version and version not in application.versions:
        raise ServiceError("NotFoundException", f"{application.arn} has no version {version}", 404)
    return version or max(application.versions, key=_order, default=None)


def _order(version: str) -> tuple[list[int], bool]:
    """A version before its release is older than that."""
    release, _, before = version.partition("+")[0].partition("-")
    return [int(part) for part in release.split(".")], not before


def _version(arn: str, version: str, request: Json) -> Json:
    from ministack.services.cloudformation import engine, handlers

    if not SEMANTIC_VERSION.fullmatch(version):
        raise ServiceError("BadRequestException", f"{version!r} is no semantic version")
    body = request.get("templateBody")
    if not body:
        raise ServiceError("BadRequestException", "This embedded AWS needs the template in templateBody")
    try:
        template = engine._parse_template(body)
        capabilities = handlers._required_capabilities(engine._apply_transforms(template), strict=True)[0]
    except ValueError as error:
        raise ServiceError("BadRequestException", f"The template can't be read: {error}") from error
    return {
        "applicationId": arn,
        "creationTime": _time(),
        "parameterDefinitions": [_parameter(name, settings, template) for name, settings in _parameters(template)],
        "requiredCapabilities": capabilities,
        "resourcesSupported": True,
        "semanticVersion": version,
        "templateUrl": _stored(f"{arn.rpartition('/')[2]}-{version}", body),
        "_template": body,
    }


def _parameters(template: Json) -> list[tuple[str, Json]]:
    return list((template.get("Parameters") or {}).items())


def _parameter(name: str, settings: Json, template: Json) -> Json:
    resources = (template.get("Resources") or {}).items()
    asking = re.compile(rf'"Ref": "{name}"|\$\{{{name}\}}')
    users = [resource for resource, body in resources if asking.search(json.dumps(body))]
    told: Json = {"name": name, "referencedByResources": users, "type": settings.get("Type", "String")}
    for member, of_template in (("defaultValue", "Default"), ("description", "Description")):
        if of_template in settings:
            told[member] = str(settings[of_template])
    for member in ("AllowedPattern", "AllowedValues", "ConstraintDescription"):
        if member in settings:
            told[member[:1].lower() + member[1:]] = settings[member]
    return told


def _told(application: Application, version: str | None) -> Json:
    return application.told | ({"version": _shown(application.versions[version])} if version else {})


def _shown(version: Json) -> Json:
    return {name: value for name, value in version.items() if not name.startswith("_")}


def _stored(key: str, template: str) -> str:
    """The URL of a template in S3, from which CloudFormation reads it."""
    from ministack.services import s3

    if BUCKET not in s3._buckets:
        s3._create_bucket(BUCKET, b"", {})
    s3._put_object(BUCKET, key, template.encode(), {})
    return f"https://s3.amazonaws.com/{BUCKET}/{key}"


def _time(later: timedelta = timedelta()) -> str:
    return (datetime.now(UTC) + later).strftime("%Y-%m-%dT%H:%M:%S.000Z")


def _answer(status: int, told: Json) -> Answer:
    return status, {"Content-Type": "application/json"}, json.dumps(told).encode()
