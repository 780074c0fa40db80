"""Functions of CloudFront, and rollbacks that attach them and take them away."""

from __future__ import annotations

from typing import Any

from tests.integration.localaws.edge import behavior, block
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.rollbacks import Shop

CODE = b"function handler(event) {\n  return event.request;\n}\n"


def published(application: Application, name: str) -> str:
    """The ARN of a function that is live."""
    cloudfront, settings = application.client("cloudfront"), {"Comment": "", "Runtime": "cloudfront-js-2.0"}
    made = cloudfront.create_function(Name=name, FunctionConfig=settings, FunctionCode=CODE)
    cloudfront.publish_function(Name=name, IfMatch=made["ETag"])
    return str(made["FunctionSummary"]["FunctionMetadata"]["FunctionARN"])


def with_function(arn: str) -> Json:
    """Members of a configuration whose default behavior has a function."""
    return {
        "DefaultCacheBehavior": behavior(
            FunctionAssociations=block({"EventType": "viewer-request", "FunctionARN": arn})
        )
    }


def wanted(shop: Shop, arn: str | None, *replaces: str, at: str = "viewer-request", path: str = "*") -> Json:
    return {
        "distributionId": shop.id,
        "pathPattern": path,
        "eventType": at,
        "functionArn": arn,
        "replaces": list(replaces),
    }


def source(*functions: Json) -> Json:
    """What tells a request of `rollbacks` that it is about functions."""
    return {"source": {"functionAssociations": list(functions)}, "keep": None}


def attach(application: Application, case: Case, *functions: Json, **more: Any) -> Json:
    """A rollback that has ended."""
    return application.run("config_rollback", {"requestToken": case.job_id, **source(*functions), **more})


def attached(behavior: Json) -> dict[str, str]:
    """Event → the function that stands there, of a behavior."""
    return {
        one["EventType"]: one[arn]
        for block, arn in (("FunctionAssociations", "FunctionARN"), ("LambdaFunctionAssociations", "LambdaFunctionARN"))
        for one in behavior[block].get("Items", [])
    }
