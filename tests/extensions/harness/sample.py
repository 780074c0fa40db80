"""A small extension in a folder, with a case that holds."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

TEMPLATE = """\
Parameters:
  Prefix: {Type: String, Default: /en, AllowedPattern: "/[a-z]+", MaxLength: 5, ConstraintDescription: Give a path such as /en.}
  Mode: {Type: String, Default: add, AllowedValues: [add, none], Description: What is done.}
  Status: {Type: Number, Default: 302, MinValue: 300, MaxValue: 399}
  Host: {Type: String, MinLength: 1, Default: www.example.com}
Resources:
  ViewerRequest: {Type: AWS::CloudFront::Function, Properties: {Name: !Sub "${AWS::StackName}-viewer-request"}}
"""
CODE = """\
const prefix = Buffer.from('${Prefix}', 'base64').toString();

function handler(event) {
    event.request.uri = prefix + event.request.uri;
    console.log('done');
    return event.request;
}
"""
CASE = {
    "what": "The prefix comes first",
    "event": "viewer-request",
    "request": {"uri": "/docs"},
    "expect": {"request": {"uri": "/en/docs"}},
}


def write_extension(folder: Path, code: str = CODE, file: str = "viewer-request.js", **cases: Any) -> Path:
    (folder / "cases").mkdir(parents=True)
    (folder / "template.yaml").write_text(TEMPLATE)
    (folder / file).write_text(code)
    for name, case in (cases or {"prefix": CASE}).items():
        (folder / "cases" / f"{name}.json").write_text(json.dumps(case))
    return folder
