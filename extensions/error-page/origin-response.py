"""Answers the origin's errors with a page of one's own, or sends the viewer to one."""

import base64
import json
from http import HTTPStatus

PAGES = json.loads(base64.b64decode("${Pages}"))
PHRASES = {status.value: status.phrase for status in HTTPStatus}
OF_REPLACED_BODY = ("accept-ranges", "content-encoding", "content-length", "content-type", "etag", "last-modified")


def page_for(status: int, path: str) -> dict | None:
    """The page of this status, or of its hundred; none that would send the viewer to where it failed."""
    page = PAGES.get(str(status)) or PAGES.get(f"{status // 100}xx")
    return None if page and page.get("location") == path else page


def replace(response: dict, page: dict, method: str) -> None:
    """Puts the page in place of the origin's answer, of which the other headers stay."""
    headers = {"cache-control": page.get("cacheControl", "max-age=10")}
    if "location" in page:
        status, body = 302, ""
        headers["location"] = page["location"]
    else:
        status, body = page.get("status", int(response["status"])), page["body"]
        headers["content-type"] = page.get("contentType", "text/html; charset=utf-8")
    for name in OF_REPLACED_BODY:
        response["headers"].pop(name, None)
    response["headers"].update({name: [{"key": name, "value": value}] for name, value in headers.items()})
    response["status"], response["statusDescription"] = str(status), PHRASES.get(status, "")
    response["body"], response["bodyEncoding"] = "" if method == "HEAD" else body, "text"


def handler(event: dict, context: object) -> dict:
    exchange = event["Records"][0]["cf"]
    request, response = exchange["request"], exchange["response"]
    status = int(response["status"])
    page = page_for(status, request["uri"]) if status >= 400 else None
    if page:
        replace(response, page, request["method"])
    return response
