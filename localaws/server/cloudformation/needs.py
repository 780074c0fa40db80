"""Which permissions CloudFormation needs for the resources of a stack, by type and step.

After the handlers in the registry's schemas of the types, and the Service Authorization Reference for what each action is
about. Where a step needs an action only for some property, it is asked for with that property alone. Types that are not
here are refused to a role (`roles`); of those that are, conditions of policies on tags are not looked at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

CREATE, UPDATE, DELETE = "create", "update", "delete"
DRAWN = "XXXXXXXXXXXX"
"""Stands for what CloudFormation draws at the end of a name that the template does not give."""
NEEDING_NOTHING = ("AWS::CloudFormation::WaitConditionHandle", "AWS::CloudFormation::WaitCondition")

Properties = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a resource is in its stack; `physical_id` is empty before it is made."""

    stack: str
    logical_id: str
    physical_id: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    action: str
    resource: str
    context: Mapping[str, str] = field(default_factory=dict)
    """What conditions of policies may ask for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A step with a resource, and the account and Region that it is in."""

    step: str
    place: Place
    properties: Properties
    account: str
    region: str

    def name(self, member: str) -> str:
        """The resource's name, as the template gives it or as CloudFormation will draw it."""
        drawn = f"{self.place.stack}-{self.place.logical_id}-{DRAWN}"
        return self.place.physical_id or str(self.properties.get(member) or drawn)

    def has(self, *members: str) -> bool:
        return any(self.properties.get(member) for member in members)

    def by_step(self, resource: str, service: str, steps: Mapping[str, str]) -> Iterator[Need]:
        """The actions of this step, which are written with spaces between them, on one resource."""
        for action in steps[self.step].split():
            yield Need(f"{service}:{action}", resource)


def of(
    resource_type: str, step: str, place: Place, properties: Properties, account: str, region: str
) -> list[Need] | None:
    """None for a type of which it is not known."""
    if resource_type in NEEDING_NOTHING:
        return []
    known = KNOWN.get(resource_type)
    return list(known(Asked(step, place, properties, account, region))) if known else None


def _cloudfront_function(asked: Asked) -> Iterator[Need]:
    name = asked.name("Name").rpartition("/")[2]
    steps = {CREATE: "CreateFunction DescribeFunction", UPDATE: "UpdateFunction DescribeFunction"}
    steps[DELETE] = "DeleteFunction DescribeFunction"
    arn = f"arn:aws:cloudfront::{asked.account}:function/{name}"
    yield from asked.by_step(arn, "cloudfront", steps)
    if asked.step != DELETE and str(asked.properties.get("AutoPublish", "")).lower() == "true":
        yield Need("cloudfront:PublishFunction", arn)


def _key_value_store(asked: Asked) -> Iterator[Need]:
    steps = {
        CREATE: "CreateKeyValueStore DescribeKeyValueStore",
        UPDATE: "UpdateKeyValueStore DescribeKeyValueStore",
        DELETE: "DeleteKeyValueStore DescribeKeyValueStore",
    }
    yield from asked.by_step(f"arn:aws:cloudfront::{asked.account}:key-value-store/*", "cloudfront", steps)


def _function(asked: Asked) -> Iterator[Need]:
    arn = f"arn:aws:lambda:{asked.region}:{asked.account}:function:{asked.name('FunctionName')}"
    steps = {
        CREATE: "CreateFunction GetFunction",
        UPDATE: "UpdateFunctionCode UpdateFunctionConfiguration GetFunction",
        DELETE: "DeleteFunction GetFunction",
    }
    yield from asked.by_step(arn, "lambda", steps)
    if asked.step == DELETE:
        return
    yield Need("iam:PassRole", asked.properties.get("Role", ""), {"iam:PassedToService": "lambda.amazonaws.com"})
    if asked.has("Tags"):
        yield Need("lambda:TagResource", arn)
    code = asked.properties.get("Code", {})
    if code.get("S3Bucket"):
        yield Need("s3:GetObject", f"arn:aws:s3:::{code['S3Bucket']}/{code.get('S3Key', '')}")


def _version(asked: Asked) -> Iterator[Need]:
    steps = {CREATE: "PublishVersion", UPDATE: "PublishVersion", DELETE: "DeleteFunction"}
    qualified = asked.place.physical_id if asked.step == DELETE else _function_arn(asked, "FunctionName")
    yield from asked.by_step(qualified, "lambda", steps)


def _alias(asked: Asked) -> Iterator[Need]:
    steps = {CREATE: "CreateAlias GetAlias", UPDATE: "UpdateAlias GetAlias", DELETE: "DeleteAlias"}
    yield from asked.by_step(_function_arn(asked, "FunctionName"), "lambda", steps)


def _permission(asked: Asked) -> Iterator[Need]:
    steps = {CREATE: "AddPermission", UPDATE: "AddPermission RemovePermission", DELETE: "RemovePermission"}
    yield from asked.by_step(_function_arn(asked, "FunctionName"), "lambda", steps)


def _function_arn(asked: Asked, member: str) -> str:
    """Of a function that is named, or whose ARN is given, with a qualifier or without."""
    given = str(asked.properties.get(member, ""))
    parts = given.split(":")
    name = parts[6] if given.startswith("arn:") and len(parts) > 6 else given
    return f"arn:aws:lambda:{asked.region}:{asked.account}:function:{name}"


def _role(asked: Asked) -> Iterator[Need]:
    path = asked.properties.get("Path") or "/"
    arn = f"arn:aws:iam::{asked.account}:role{path}{asked.name('RoleName')}"
    steps = {CREATE: "GetRole", UPDATE: "UpdateAssumeRolePolicy GetRole", DELETE: "DeleteRole GetRole"}
    yield from asked.by_step(arn, "iam", steps)
    boundary = asked.properties.get("PermissionsBoundary")
    if asked.step == CREATE:
        yield Need("iam:CreateRole", arn, {"iam:PermissionsBoundary": boundary} if boundary else {})
        if asked.has("Tags"):
            yield Need("iam:TagRole", arn)
    inline, attaching = ("DeleteRolePolicy", "Detach") if asked.step == DELETE else ("PutRolePolicy", "Attach")
    if asked.has("Policies"):
        yield Need(f"iam:{inline}", arn)
    for policy in asked.properties.get("ManagedPolicyArns") or ():
        yield Need(f"iam:{attaching}RolePolicy", arn, {"iam:PolicyARN": policy})


def _role_policy(asked: Asked) -> Iterator[Need]:
    steps = {CREATE: "PutRolePolicy", UPDATE: "PutRolePolicy", DELETE: "DeleteRolePolicy"}
    for role in asked.properties.get("Roles") or ():
        yield from asked.by_step(f"arn:aws:iam::{asked.account}:role/{role}", "iam", steps)


def _nested_stack(asked: Asked) -> Iterator[Need]:
    stack = f"stack/{asked.place.stack}-{asked.place.logical_id}-{DRAWN}/*"
    arn = asked.place.physical_id or f"arn:aws:cloudformation:{asked.region}:{asked.account}:{stack}"
    steps = {CREATE: "CreateStack DescribeStacks", UPDATE: "UpdateStack DescribeStacks"}
    yield from asked.by_step(arn, "cloudformation", steps | {DELETE: "DeleteStack DescribeStacks"})


BUCKET_SETTINGS = {
    "AccessControl": "PutBucketAcl",
    "BucketEncryption": "PutEncryptionConfiguration",
    "CorsConfiguration": "PutBucketCORS",
    "LifecycleConfiguration": "PutLifecycleConfiguration",
    "LoggingConfiguration": "PutBucketLogging",
    "NotificationConfiguration": "PutBucketNotification",
    "OwnershipControls": "PutBucketOwnershipControls",
    "PublicAccessBlockConfiguration": "PutBucketPublicAccessBlock",
    "Tags": "PutBucketTagging",
    "VersioningConfiguration": "PutBucketVersioning",
    "WebsiteConfiguration": "PutBucketWebsite",
}


def _bucket(asked: Asked) -> Iterator[Need]:
    arn = f"arn:aws:s3:::{asked.name('BucketName').lower()}"
    if asked.step == DELETE:
        yield Need("s3:DeleteBucket", arn)
        return
    if asked.step == CREATE:
        yield Need("s3:CreateBucket", arn)
    for member, action in BUCKET_SETTINGS.items():
        if asked.has(member):
            yield Need(f"s3:{action}", arn)


def _bucket_policy(asked: Asked) -> Iterator[Need]:
    steps = {CREATE: "PutBucketPolicy GetBucketPolicy", UPDATE: "PutBucketPolicy", DELETE: "DeleteBucketPolicy"}
    yield from asked.by_step(f"arn:aws:s3:::{asked.properties['Bucket']}", "s3", steps)


def _web_acl(asked: Asked) -> Iterator[Need]:
    is_global = asked.properties.get("Scope") == "CLOUDFRONT"
    name = asked.name("Name").partition("|")[0]
    arn = f"arn:aws:wafv2:{asked.region}:{asked.account}:{'global' if is_global else 'regional'}/webacl/{name}/*"
    steps = {CREATE: "CreateWebACL GetWebACL", UPDATE: "UpdateWebACL GetWebACL", DELETE: "DeleteWebACL GetWebACL"}
    yield from asked.by_step(arn, "wafv2", steps)
    if asked.step == CREATE and asked.has("Tags"):
        yield Need("wafv2:TagResource", arn)


def _cloudfront_policy(kind: str, path: str) -> Callable[[Asked], Iterator[Need]]:
    def needs(asked: Asked) -> Iterator[Need]:
        steps = {
            CREATE: f"Create{kind} Get{kind}",
            UPDATE: f"Update{kind} Get{kind}",
            DELETE: f"Delete{kind} Get{kind}",
        }
        arn = f"arn:aws:cloudfront::{asked.account}:{path}/{asked.place.physical_id or '*'}"
        yield from asked.by_step(arn, "cloudfront", steps)

    return needs


def _log_group(asked: Asked) -> Iterator[Need]:
    arn = f"arn:aws:logs:{asked.region}:{asked.account}:log-group:{asked.name('LogGroupName')}:*"
    steps = {CREATE: "CreateLogGroup", UPDATE: "", DELETE: "DeleteLogGroup"}
    yield from asked.by_step(arn, "logs", steps)
    if asked.step != DELETE and asked.has("RetentionInDays"):
        yield Need("logs:PutRetentionPolicy", arn)


KNOWN: dict[str, Callable[[Asked], Iterator[Need]]] = {
    "AWS::CloudFormation::Stack": _nested_stack,
    "AWS::CloudFront::CachePolicy": _cloudfront_policy("CachePolicy", "cache-policy"),
    "AWS::CloudFront::Function": _cloudfront_function,
    "AWS::CloudFront::KeyValueStore": _key_value_store,
    "AWS::CloudFront::OriginRequestPolicy": _cloudfront_policy("OriginRequestPolicy", "origin-request-policy"),
    "AWS::CloudFront::ResponseHeadersPolicy": _cloudfront_policy("ResponseHeadersPolicy", "response-headers-policy"),
    "AWS::IAM::Policy": _role_policy,
    "AWS::IAM::Role": _role,
    "AWS::Lambda::Alias": _alias,
    "AWS::Lambda::Function": _function,
    "AWS::Lambda::Permission": _permission,
    "AWS::Lambda::Version": _version,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::S3::Bucket": _bucket,
    "AWS::S3::BucketPolicy": _bucket_policy,
    "AWS::WAFv2::WebACL": _web_acl,
}
