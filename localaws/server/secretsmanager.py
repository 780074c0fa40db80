"""Secrets Manager, where it is about a secret that has no value yet, is gone already, or is to be kept from others.

MiniStack gives a secret without a value an empty version, lets a token write two values, knows no deletion of what is not
there, and takes every text for a policy. Source: the API reference of Secrets Manager.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.core.responses import error_response_json, json_response
from ministack.services import secretsmanager

from localaws.server.seams import wrap
from localaws.server.settings import Settings

Json = dict[str, Any]
Answer = tuple[int, dict[str, str], bytes]
Operation = Callable[[Json], Answer]
VALUES = ("SecretString", "SecretBinary")


def install(settings: Settings) -> None:
    wrap(secretsmanager, "_create_secret", without_a_version_if_without_a_value)
    wrap(secretsmanager, "_put_secret_value", once_for_each_token)
    wrap(secretsmanager, "_delete_secret", also_of_what_is_gone)
    wrap(secretsmanager, "_put_resource_policy", if_it_is_a_policy)


def without_a_version_if_without_a_value(stock: Operation) -> Operation:
    def create_secret(request: Json) -> Answer:
        status, headers, body = stock(request)
        if status != 200 or any(name in request for name in VALUES):
            return status, headers, body
        _secret(request["Name"])["Versions"].clear()
        created = json.loads(body)
        del created["VersionId"]
        return json_answer(created)

    return create_secret


def once_for_each_token(stock: Operation) -> Operation:
    """A token names a version: with the same value it is written already, with another one it is refused."""

    def put_secret_value(request: Json) -> Answer:
        secret = _secret(request.get("SecretId"))
        written = secret.get("Versions", {}).get(request.get("ClientRequestToken"))
        if written is None:
            return stock(request)
        if any(written.get(name) != request.get(name) for name in VALUES):
            message = "You can't use ClientRequestToken again for another value of the secret."
            return refusal("ResourceExistsException", message)
        named = {"ARN": secret["ARN"], "Name": secret["Name"], "VersionId": request["ClientRequestToken"]}
        return json_answer({**named, "VersionStages": list(written["Stages"])})

    return put_secret_value


def also_of_what_is_gone(stock: Operation) -> Operation:
    """To delete by force what is not there is no error: a caller may try again."""

    def delete_secret(request: Json) -> Answer:
        if request.get("ForceDeleteWithoutRecovery") and not _secret(request.get("SecretId")):
            return json_answer({"Name": request["SecretId"], "DeletionDate": int(time.time())})
        return stock(request)

    return delete_secret


def if_it_is_a_policy(stock: Operation) -> Operation:
    def put_resource_policy(request: Json) -> Answer:
        try:
            statements = json.loads(request["ResourcePolicy"])["Statement"]
            statements = statements if isinstance(statements, list) else [statements]
            opened = [one for one in statements if _lets_everybody_in(one)]
        except (ValueError, KeyError, TypeError):
            return refusal("MalformedPolicyDocumentException", "The resource policy is no policy.")
        if opened and request.get("BlockPublicPolicy"):
            return refusal("PublicPolicyException", "The resource policy grants broad access to the secret.")
        return stock(request)

    return put_resource_policy


def _lets_everybody_in(statement: Json) -> bool:
    principal = statement["Principal"]
    named = principal.get("AWS", []) if isinstance(principal, dict) else principal
    return statement["Effect"] == "Allow" and "*" in named and "Condition" not in statement


def _secret(secret_id: str | None) -> Json:
    """As MiniStack keeps it; empty when there is none."""
    _, secret = secretsmanager._resolve(secret_id)
    return secret or {}


def json_answer(body: Json) -> Answer:
    answer: Answer = json_response(body)
    return answer


def refusal(code: str, message: str) -> Answer:
    answer: Answer = error_response_json(code, message, 400)
    return answer
