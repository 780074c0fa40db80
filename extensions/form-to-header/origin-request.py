"""Copies fields of a form that a browser sends into headers for the origin; the form itself stays as it is."""

import base64
import json
from urllib.parse import parse_qsl, quote

FIELDS = json.loads(base64.b64decode("${Fields}"))
FORM = "application/x-www-form-urlencoded"
AS_IT_IS = " !\"#$&'()*+,/:;<=>?@[\\]^`{|}~"  # printable, and not the percent sign
LONGEST_VALUE = 1024  # of a request's 20,480 bytes
MOST_FIELDS = 1000


def form_of(request: dict) -> dict[str, str]:
    """The first value of each field; empty where there is no form that can be read whole."""
    body = request.get("body", {})
    content_type = request["headers"].get("content-type", [{"value": ""}])[0]["value"].partition(";")[0]
    if request["method"] != "POST" or content_type.strip().lower() != FORM or body.get("inputTruncated"):
        return {}
    try:
        data = body.get("data", "")
        text = base64.b64decode(data).decode() if body.get("encoding") == "base64" else data
        return dict(reversed(parse_qsl(text, max_num_fields=MOST_FIELDS)))
    except ValueError:
        return {}


def handler(event: dict, context: object) -> dict:
    request = event["Records"][0]["cf"]["request"]
    form = form_of(request)
    for field, header in FIELDS.items():
        request["headers"].pop(header, None)  # the viewer's own is not to be believed
        value = quote(form.get(field, "").strip(), safe=AS_IT_IS)
        if value and len(value) <= LONGEST_VALUE:
            request["headers"][header] = [{"key": header, "value": value}]
    return request
