"""Users and their groups as resources of a stack, and invitations by the medium that was asked for.

MiniStack refuses both types, and mails an invitation that AWS would send as a text message: a mail has to be asked for.
Source: the template reference of AWS::Cognito::UserPoolUser and AWS::Cognito::UserPoolUserToGroupAttachment, whose every
property needs a replacement; AdminCreateUser in the API reference.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import cognito

from localaws.server.cognito.answers import Answer, Operation, content_of
from localaws.server.seams import provide_type, wrap

USER = "AWS::Cognito::UserPoolUser"
ATTACHMENT = "AWS::Cognito::UserPoolUserToGroupAttachment"
GONE = ("ResourceNotFoundException", "UserNotFoundException")

Properties = Mapping[str, Any]
Created = tuple[str, dict[str, Any]]


def install() -> None:
    wrap(cognito, "_admin_create_user", by_text_message_unless_told)
    provide_type(USER, {"create": create_user, "delete": delete_user})
    provide_type(ATTACHMENT, {"create": attach, "delete": detach})


def by_text_message_unless_told(stock: Operation) -> Operation:
    """No text message is ever sent here."""
    return lambda request: stock(
        {**request, "DesiredDeliveryMediums": request.get("DesiredDeliveryMediums") or ["SMS"]}
    )


def create_user(_logical_id: str, properties: Properties, _stack: str) -> Created:
    created = content_of(_done(USER, cognito._admin_create_user(dict(properties))))
    return created["User"]["Username"], {}


def delete_user(username: str, properties: Properties) -> None:
    answer = cognito._admin_delete_user({"UserPoolId": properties.get("UserPoolId"), "Username": username})
    _done(USER, answer, unless=GONE)


def attach(_logical_id: str, properties: Properties, _stack: str) -> Created:
    _done(ATTACHMENT, cognito._admin_add_user_to_group(dict(properties)))
    return "|".join(str(properties[name]) for name in ("UserPoolId", "GroupName", "Username")), {}


def detach(_attachment: str, properties: Properties) -> None:
    _done(ATTACHMENT, cognito._admin_remove_user_from_group(dict(properties)), unless=GONE)


def _done(resource_type: str, answer: Answer, unless: tuple[str, ...] = ()) -> Answer:
    """Raises ValueError, by which CloudFormation fails the resource."""
    if answer[0] < 400:
        return answer
    error = content_of(answer)
    code = str(error["__type"])
    if code not in unless:
        raise ValueError(f"{resource_type}: {code}: {error['message']}")
    return answer
