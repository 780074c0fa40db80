"""A small extension that is right, to be made wrong by tests."""

from __future__ import annotations

from pathlib import Path

TEMPLATE = """\
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Description: Greeting - says hello.

# A comment of its author's,
#   that stays as it is.
Metadata:
  AWS::ServerlessRepo::Application:
    Name: cloudfront-extensions-greeting
    Description: Says hello.
    Author: CloudFront Extensions
    SpdxLicenseId: Apache-2.0
    LicenseUrl: ../../LICENSE
    ReadmeUrl: README.md
    Labels: [cloudfront, edge]
    SemanticVersion: 1.0.0

Parameters:
  Word:
    Description: What is said.
    Type: String
    Default: hello   # as one does
    MaxLength: 100
  AutoPublish:
    Description: Whether a change is live at once.
    Type: String
    Default: "true"
    AllowedValues: ["true", "false"]

Rules:
  NorthVirginia:
    Assertions:
      - Assert: !Equals [!Ref AWS::Region, us-east-1]
        AssertDescription: Deploy in us-east-1. Edge functions live there.

Resources:
  ViewerRequest:
    Type: AWS::CloudFront::Function
    Properties:
      Name: !Sub "${AWS::StackName}-viewer-request"
      FunctionCode: ""

      # What it is called in the console.
      AutoPublish: !Ref AutoPublish
      FunctionConfig: {Comment: Says hello., Runtime: cloudfront-js-2.0}

Outputs:
  ViewerRequestArn: {Description: The function., Value: !GetAtt ViewerRequest.FunctionARN}
"""
CODE = """\
// Says hello.

const word = Buffer.from('${Word}', 'base64').toString();

function handler(event) {
    event.request.headers['x-greeting'] = { value: word };
    return event.request;
}
"""
CASE = """\
{"what": "It says hello", "event": "viewer-request", "request": {},
 "expect": {"request": {"headers": {"x-greeting": "hello"}}}}
"""


def write_greeting(root: Path, template: str = TEMPLATE, code: str = CODE) -> Path:
    """The folder of the extension, below `root`."""
    folder = root / "greeting"
    (folder / "cases").mkdir(parents=True)
    (folder / "template.yaml").write_text(template)
    (folder / "viewer-request.js").write_text(code)
    (folder / "README.md").write_text("# Greeting\n")
    (folder / "cases" / "hello.json").write_text(CASE)
    return folder
