"""Answers with the origin's text after replacing words or patterns in it."""

import base64
import http.client
import json
import re
import time
import urllib.request
import zlib
from email.message import Message


def parameter(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


REPLACEMENTS = json.loads(parameter("${Replacements}"))
CONTENT_TYPES = [name.strip().lower() for name in parameter("${ContentTypes}").split(",")]
MOST_BYTES = int(parameter("${MaxBytes}"))
MOST_SECONDS = int(parameter("${MaxSeconds}"))

# Of the origin's answer: what tells of the body that was, and what CloudFront alone may set.
NOT_PASSED_ON = re.compile(
    "accept-ranges|connection|content-(encoding|length|md5|range)|digest|etag|expect|keep-alive|last-modified|te|trailer"
    "|transfer-encoding|upgrade|via|x-cache|x-forwarded-proto|x-real-ip|(proxy|x-accel|x-amz-cf|x-amzn|x-edge)-.*"
)
# Of the viewer's request: what would make the answer partial, empty or compressed in another way.
NOT_ASKED_WITH = re.compile("accept-encoding|connection|content-length|if-.*|range|te|transfer-encoding|upgrade")
UTF_8 = ("utf-8", "utf8", "us-ascii")


class NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect is the viewer's to follow."""

    def redirect_request(self, *_: object) -> None:
        return None


urllib.request.install_opener(urllib.request.build_opener(NoRedirects))


def substitution(replacement: dict) -> tuple[re.Pattern, str] | None:
    """What is looked for and what takes its place; None for what is no regular expression."""
    if "text" in replacement:
        return re.compile(re.escape(replacement["text"])), replacement["with"].replace("\\", r"\\")
    try:
        pattern = re.compile(replacement["pattern"])
        pattern.sub(replacement["with"], "")
    except (re.error, IndexError, OverflowError, RecursionError):
        return None
    return pattern, replacement["with"]


SUBSTITUTIONS = [found for replacement in REPLACEMENTS if (found := substitution(replacement))]


def question_of(request: dict, origin: dict) -> urllib.request.Request:
    """What CloudFront would ask the origin, and always for the whole."""
    usual_port = {"http": 80, "https": 443}[origin["protocol"]]
    port = "" if origin["port"] == usual_port else f":{origin['port']}"
    query = f"?{request['querystring']}" if request["querystring"] else ""
    url = f"{origin['protocol']}://{origin['domainName']}{port}{origin['path']}{request['uri']}{query}"
    headers = {
        name: ("; " if name == "cookie" else ", ").join(one["value"] for one in values)
        for name, values in {**request["headers"], **origin.get("customHeaders", {})}.items()
        if not NOT_ASKED_WITH.fullmatch(name)
    }
    return urllib.request.Request(url, headers={**headers, "accept-encoding": "gzip"})  # noqa: S310 (the distribution's origin)


def body_of(answer: http.client.HTTPResponse, deadline: float) -> bytes:
    """Raises ValueError for what is too long or takes too long."""
    body = b""
    while part := answer.read1(65_536):
        body += part
        if len(body) > MOST_BYTES or time.monotonic() > deadline:
            raise ValueError
    return body


def unpacked(body: bytes, encoding: str) -> bytes:
    """Raises ValueError for an encoding that was not asked for, and for what is too long or cut off."""
    if encoding == "identity":
        return body
    decompressor = zlib.decompressobj(zlib.MAX_WBITS | 16)
    plain = decompressor.decompress(body, MOST_BYTES + 1)
    if encoding != "gzip" or len(plain) > MOST_BYTES or not decompressor.eof or decompressor.unused_data:
        raise ValueError
    return plain


def is_text_to_rewrite(headers: Message) -> bool:
    content_type = Message()
    content_type["content-type"] = headers.get("content-type", "application/octet-stream")
    return content_type.get_content_type() in CONTENT_TYPES and content_type.get_content_charset("utf-8") in UTF_8


def rewritten(text: str) -> str:
    for pattern, replacement in SUBSTITUTIONS:
        text = pattern.sub(replacement, text)
    return text


def answer_for(question: urllib.request.Request) -> dict | None:
    """The origin's answer with its text rewritten; None if it is no text that can be."""
    deadline = time.monotonic() + MOST_SECONDS
    with urllib.request.urlopen(question, timeout=MOST_SECONDS) as answer:  # noqa: S310 (the distribution's origin)
        if answer.status != 200 or not is_text_to_rewrite(answer.headers):
            return None
        encoding = answer.headers.get("content-encoding", "identity").strip().lower()
        text = rewritten(unpacked(body_of(answer, deadline), encoding).decode())
    if len(text.encode()) > MOST_BYTES:
        return None
    headers: dict[str, list] = {}
    for name, value in answer.headers.items():
        if not NOT_PASSED_ON.fullmatch(name.lower()):
            headers.setdefault(name.lower(), []).append({"key": name, "value": value})
    return {"status": "200", "statusDescription": "OK", "headers": headers, "body": text, "bodyEncoding": "text"}


def handler(event: dict, context: object) -> dict:
    request = event["Records"][0]["cf"]["request"]
    origin = request.get("origin", {}).get("custom")
    if request["method"] != "GET" or not origin or "range" in request["headers"]:
        return request
    try:
        return answer_for(question_of(request, origin)) or request
    except (OSError, http.client.HTTPException, ValueError, zlib.error):
        return request
