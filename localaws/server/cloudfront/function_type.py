"""AWS::CloudFront::Function: the same checks as the API's, and published only where the template says so.

Its physical id is its ARN, as on AWS. Another name is another function: CloudFormation makes it and then deletes the first.
"""

from __future__ import annotations

import base64
from typing import Any
from xml.etree.ElementTree import tostring

from localaws.server.cloudfront import answers, configuration, functions
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config
from localaws.server.cloudfront.functions import DEVELOPMENT, LIVE

NAME = "AWS::CloudFront::Function"

Created = tuple[str, dict[str, Any]]


def handlers() -> dict[str, Any]:
    return {"create": create, "update": update, "update_with_logical_id": True, "delete": delete}


def create(_logical_id: str, properties: dict[str, Any], _stack: str) -> Created:
    from ministack.services import cloudfront

    try:
        wanted = _wanted(properties)
        body = tostring(configuration.write(wanted, "CreateFunctionRequest"))
        functions.check_new(wanted)
        answers.check(cloudfront._cf_create_function({}, body))
        return _created(properties)
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal


def update(arn: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None) -> Created:
    from ministack.services import cloudfront

    function = functions.mine().get(new["Name"])
    if function is None or function["arn"] != arn or old["Name"] != new["Name"]:
        return create(logical_id or arn, new, stack)
    try:
        wanted = _wanted(new)
        functions.check(wanted, new["Name"])
        body = tostring(configuration.write(wanted, "UpdateFunctionRequest"))
        answers.check(cloudfront._cf_update_function(new["Name"], {"if-match": function["dev_etag"]}, body))
        return _created(new)
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal


def delete(arn: str, _properties: dict[str, Any]) -> None:
    from ministack.services import cloudfront

    function = next((found for found in functions.mine().values() if found["arn"] == arn), None)
    if function is None:
        return
    try:
        answers.check(cloudfront._cf_delete_function(function["name"], {"if-match": function["dev_etag"]}))
    except RefusedError as refusal:
        raise ValueError(f"{NAME}: {refusal}") from refusal


def _wanted(properties: dict[str, Any]) -> Config:
    """By the names of the API. Raises RefusedError for what its model does not allow."""
    config = dict(properties["FunctionConfig"])
    stores = config.pop("KeyValueStoreAssociations", None) or []
    if stores:
        config["KeyValueStoreAssociations"] = {"Quantity": len(stores), "Items": stores}
    code = base64.b64encode(str(properties.get("FunctionCode", "")).encode()).decode()
    wanted = {"Name": properties["Name"], "FunctionConfig": config, "FunctionCode": code}
    return configuration.read(configuration.write(wanted, "CreateFunctionRequest"), "CreateFunctionRequest")


def _created(properties: dict[str, Any]) -> Created:
    from ministack.services import cloudfront

    function = functions.existing(properties["Name"])
    is_live = str(properties.get("AutoPublish", "false")).lower() == "true"
    if is_live:
        answers.check(cloudfront._cf_publish_function(function["name"], {"if-match": function["dev_etag"]}))
    cloudfront._tags[function["arn"]] = list(properties.get("Tags", []))
    attributes = {
        "FunctionARN": function["arn"],
        "FunctionMetadata.FunctionARN": function["arn"],
        "Stage": LIVE if is_live else DEVELOPMENT,
    }
    return function["arn"], attributes
