"""Small functions in both languages for distributions of tests."""

from __future__ import annotations

from collections.abc import Mapping
from textwrap import dedent

from extensions.harness.emulator.behaviors import AttachedFunction


def javascript(body: str, key_value_store: Mapping[str, str] | None = None) -> AttachedFunction:
    """A CloudFront Function whose handler has this body; `request` and `response` are the event's."""
    head = "import cf from 'cloudfront';\nasync function handler(event) {\nconst request = event.request;\n"
    code = f"{head}const response = event.response;\n{dedent(body)}\n}}\n"
    return AttachedFunction("test/function.js", "javascript", code, key_value_store or {})


def python(*lines: str) -> AttachedFunction:
    """A Lambda@Edge function whose handler has these lines; `request` and `response` are the event's."""
    head = ["cf = event['Records'][0]['cf']", "request, response = cf['request'], cf.get('response')"]
    body = "\n".join(f"    {line}" for line in (*head, *lines))
    return AttachedFunction("test/function.py", "python", f"def handler(event, context):\n{body}\n")


def leaves_a_mark(event: str) -> AttachedFunction:
    """A Lambda@Edge function that adds its event to the header x-ran."""
    subject = event.partition("-")[2]
    return python(
        f"header = {subject}['headers'].setdefault('x-ran', [{{'key': 'X-Ran', 'value': ''}}])[0]",
        f"header['value'] += '{event} '",
        f"return {subject}",
    )
