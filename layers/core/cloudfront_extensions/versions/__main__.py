"""`python -m cloudfront_extensions.versions before.json after.json`: what changes between two configurations, and the risk."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cloudfront_extensions.versions.diff import Change, diff
from cloudfront_extensions.versions.json_patch import json_patch
from cloudfront_extensions.versions.risk import as_json
from cloudfront_extensions.versions.text import lines, unified

SAME, DIFFERENT, UNREADABLE = 0, 1, 2
"""Exit codes, as those of `diff`."""

Config = Mapping[str, Any]
FORMATS: Mapping[str, Callable[[Config, Config, Sequence[Change]], str]] = {
    "lines": lambda _, __, changes: "\n".join(lines(changes)),
    "unified": lambda before, after, _: unified(before, after).rstrip("\n"),
    "json": lambda _, __, changes: json.dumps(as_json(changes), indent=2),
    "patch": lambda before, after, _: json.dumps(json_patch(before, after), indent=2),
}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m cloudfront_extensions.versions",
        description="What changes between two configurations of CloudFront distributions, and how much harm it can do.",
        epilog="Exit codes: 0 they mean the same, 1 they differ, 2 one of them can't be read. A JSON Patch holds the values of "
        "origin headers, which may be secrets; the other formats conceal them.",
    )
    parser.add_argument("before", help="a file with a DistributionConfig, or what get-distribution-config answers")
    parser.add_argument("after", help="another one; - is standard input")
    parser.add_argument("--format", choices=FORMATS, default="lines", help="(default: %(default)s)")
    options = parser.parse_args(arguments)
    try:
        before, after = _config(options.before), _config(options.after)
    except (OSError, ValueError) as error:
        sys.stderr.write(f"{parser.prog}: {error}\n")
        return UNREADABLE
    changes = diff(before, after)
    if text := FORMATS[options.format](before, after, changes):
        sys.stdout.write(f"{text}\n")
    return DIFFERENT if changes else SAME


def _config(path: str) -> Config:
    try:
        document = json.loads(sys.stdin.read() if path == "-" else Path(path).read_text())
    except ValueError as error:
        raise ValueError(f"{path}: not JSON: {error}") from None
    config = document.get("DistributionConfig", document) if isinstance(document, dict) else None
    if not isinstance(config, dict):
        raise ValueError(f"{path}: it holds no configuration; that is a JSON object")
    return config


if __name__ == "__main__":
    sys.exit(main())
