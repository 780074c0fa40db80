"""Answers in CloudFront's XML, and the errors that its API models."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, fromstring, tostring

from localaws.server.models import service_model

NAMESPACE = "http://cloudfront.amazonaws.com/doc/2020-05-31/"
XML_DECLARATION = b'<?xml version="1.0" encoding="UTF-8"?>\n'
Answer = tuple[int, dict[str, str], bytes]

BEYOND_THE_MODEL = {"MalformedXML": 400}
"""Codes that CloudFront answers although its model does not list them."""


class RefusedError(Exception):
    """CloudFront refuses the request; `code` is one of its API's error codes."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(f"{code}: {message}")
        self.code, self.message = code, message

    def answer(self) -> Answer:
        from ministack.services import cloudfront

        answer: Answer = cloudfront._error(self.code, self.message, self._status())
        return answer

    def _status(self) -> int:
        if self.code in BEYOND_THE_MODEL:
            return BEYOND_THE_MODEL[self.code]
        status: int = service_model("cloudfront").shape_for(self.code).metadata["error"]["httpStatusCode"]
        return status


def xml(root: Element) -> Answer:
    """Status 200 with this element in CloudFront's namespace."""
    root.set("xmlns", NAMESPACE)
    return 200, {"Content-Type": "text/xml"}, XML_DECLARATION + tostring(root)


def check(answer: Answer) -> None:
    """Raises RefusedError where MiniStack refuses, by its code and in its words."""
    if answer[0] >= 400:
        error = {element.tag.rpartition("}")[2]: element.text or "" for element in fromstring(answer[2]).iter()}  # noqa: S314
        raise RefusedError(error["Code"], error["Message"])


def query_value(query: dict[str, Any], name: str) -> str | None:
    """The last value of a query parameter, however the server parsed it."""
    value = query.get(name)
    return value[-1] if isinstance(value, list) else value
