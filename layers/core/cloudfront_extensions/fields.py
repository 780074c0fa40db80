"""Reading the fields of a workflow's input: each error names the field, what it is, and what to give instead."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import Any

from cloudfront_extensions.certificates.names import normalise, shown
from cloudfront_extensions.errors import InvalidDomainName, InvalidInput, with_next_action

_IDENTIFIER = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,47}")
_DISTRIBUTION_ID = re.compile(r"[A-Z0-9]{1,32}")
_TOPIC_ARN = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:[0-9]{12}:[A-Za-z0-9_-]{1,256}")
_LINK_TO_PARENT = "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID"
"""Step Functions shows an execution below its parent by this field of the input."""
_JSON_WORDS = {list: "a list", dict: "an object", int: "a number", float: "a number", bool: "true or false"}


def refuse_unknown(document: Mapping[str, Any], known: Iterable[str], place: str = "") -> None:
    """Raises InvalidInput where there are other fields. `place` is what stands before a field's name, as in `source.`."""
    fields = sorted(known)
    if unknown := sorted(document.keys() - fields - {_LINK_TO_PARENT}):
        raise InvalidInput(f"{place}{unknown[0]}: there is no such field; the fields are {', '.join(fields)}")


def parent_execution(document: Mapping[str, Any]) -> str | None:
    """ARN of the execution that started this one as a part of its own work."""
    value = document.get(_LINK_TO_PARENT)
    return value if isinstance(value, str) else None


def identifier(document: Mapping[str, Any], name: str) -> str:
    """A request token, job id or item id: it stands in tags, object keys and names of executions."""
    value = document.get(name)
    if isinstance(value, str) and _IDENTIFIER.fullmatch(value):
        return value
    raise InvalidInput(
        f"{name}: {described(value)}; give 1 to 48 letters, digits, hyphens and underscores, a letter or digit first"
    )


def flag(document: Mapping[str, Any], name: str, *, default: bool, place: str = "") -> bool:
    value = document.get(name, default)
    if isinstance(value, bool):
        return value
    raise InvalidInput(f"{place}{name}: {described(value)}; give true or false")


def distribution_id(value: object, field: str) -> str:
    if isinstance(value, str) and _DISTRIBUTION_ID.fullmatch(value):
        return value
    raise InvalidInput(f"{field}: {described(value)}; give a distribution's id, such as E2QWRUHAPOMQZL")


def notification_topic(document: Mapping[str, Any]) -> str | None:
    value = document.get("notificationTopic")
    if value is None:
        return None
    if isinstance(value, str) and _TOPIC_ARN.fullmatch(value):
        return value
    raise InvalidInput(f"notificationTopic: {described(value)}; give the ARN of an SNS topic")


def host_name(value: object, field: str) -> str:
    """A host name or wildcard, normalised. Raises InvalidDomainName for a text that is none."""
    if not isinstance(value, str):
        raise InvalidInput(f"{field}: {described(value)}; give a host name such as shop.example.com")
    try:
        return normalise(value)
    except InvalidDomainName as error:
        raise InvalidDomainName(with_next_action(f"{field}: {error}", InvalidInput.next_action)) from error


def is_well_formed(text: str) -> bool:
    """Whether a text can be written down as UTF-8; half of a surrogate pair, which JSON lets through, can't."""
    return not any("\ud800" <= sign <= "\udfff" for sign in text)


def described(value: object) -> str:
    """A wrong value as a message names it."""
    if value is None:
        return "it is missing"
    return shown(value) if isinstance(value, str) else f"it is {_JSON_WORDS.get(type(value), 'something else')}"
