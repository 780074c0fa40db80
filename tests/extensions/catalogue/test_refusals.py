"""What keeps an extension out of the catalogue is told with file and line."""

from __future__ import annotations

from pathlib import Path

import pytest

from extensions.catalog.__main__ import main
from tests.extensions.catalogue.samples import CODE, TEMPLATE, write_greeting

FIRST_PARAMETER = "Parameters:\n"
ROLE = """\
  Role:
    Type: AWS::IAM::Role
    Properties:
      Policies:
        - PolicyName: !Ref AWS::StackName
          PolicyDocument: {Statement: [{Effect: Allow, Action: %s, Resource: %s}]}

Outputs:
"""


def _with_parameter(lines: str) -> str:
    return TEMPLATE.replace(FIRST_PARAMETER, FIRST_PARAMETER + lines, 1)


def _with_metadata(lines: str) -> str:
    return TEMPLATE.replace("\nParameters:", f"  CloudFrontExtensions:\n{lines}\nParameters:", 1)


TEMPLATES = {
    "no YAML": ("a: [", "template.yaml:1: this is no YAML"),
    "unused parameter": (
        _with_parameter("  Other:\n    Description: Unused.\n    Type: String\n"),
        "template.yaml:19: nothing uses the parameter Other",
    ),
    "no description of a parameter": (
        TEMPLATE.replace("    Description: What is said.\n", ""),
        "template.yaml:19: Word: it has no Description",
    ),
    "a type that parameters don't have": (
        TEMPLATE.replace("    Type: String\n    Default: hello", "    Type: CommaDelimitedList\n    Default: hello"),
        "template.yaml:19: Word: its Type is CommaDelimitedList; use String or Number",
    ),
    "a default that is not possible": (
        TEMPLATE.replace("MaxLength: 100", "MaxLength: 3"),
        "template.yaml:19: Word: its Default: it has 5 characters; give at most 3",
    ),
    "a pattern that is none": (
        TEMPLATE.replace("    MaxLength: 100", "    AllowedPattern: '('\n    ConstraintDescription: None."),
        "template.yaml:19: Word: its AllowedPattern is no regular expression",
    ),
    "a format that is none": (
        _with_metadata("    Formats:\n      Word: csv\n"),
        "Word: there is no format csv; use one of cidr-list",
    ),
    "a format of no parameter": (
        _with_metadata("    Formats:\n      Wort: json-array\n"),
        "template.yaml:19: Formats: there is no parameter Wort",
    ),
    "a schema of what is no JSON": (
        _with_metadata("    Schemas:\n      Word: {type: array}\n"),
        "Word: it has a schema; its format must be json-array or json-object",
    ),
    "a schema beyond the subset": (
        _with_metadata("    Formats:\n      Word: json-array\n    Schemas:\n      Word: {contains: {}}\n"),
        "Word: its schema.contains: this keyword is not read",
    ),
    "a secret": (
        TEMPLATE.replace("  Word:\n", "  SigningKey:\n").replace("{Ref: Word}", "{Ref: SigningKey}"),
        "template.yaml:19: SigningKey: a secret is no parameter",
    ),
    "hidden from the console": (
        TEMPLATE.replace("    MaxLength: 100", "    NoEcho: true"),
        "template.yaml:19: Word: a secret is no parameter",
    ),
    "no metadata": (
        TEMPLATE.replace("    SpdxLicenseId: Apache-2.0\n", ""),
        "template.yaml:8: AWS::ServerlessRepo::Application says nothing of SpdxLicenseId",
    ),
    "a foreign name": (
        TEMPLATE.replace("extensions-greeting", "extensions-hello"),
        "template.yaml:8: its Name must be cloudfront-extensions-greeting",
    ),
    "any Region": (
        TEMPLATE.replace("us-east-1]", "eu-west-1]"),
        "template.yaml:30: no rule says that it is deployed in us-east-1",
    ),
    "no output": (
        TEMPLATE.replace("  ViewerRequestArn:", "  Arn:"),
        "template.yaml:47: there is no output ViewerRequestArn, by which it is attached",
    ),
    "no property for the code": (
        TEMPLATE.replace('      FunctionCode: ""\n', ""),
        'template.yaml:39: give FunctionCode: "", which the code is written into',
    ),
    "a resource without code": (
        TEMPLATE.replace("\nOutputs:", "  ViewerResponse:\n    Type: AWS::CloudFront::Function\n\nOutputs:", 1),
        "template.yaml:46: there is no source viewer-response.js or viewer-response.py beside it",
    ),
    "another resource": (
        TEMPLATE.replace("AWS::CloudFront::Function\n", "AWS::Serverless::Function\n"),
        "there is no resource ViewerRequest of type AWS::CloudFront::Function for viewer-request.js",
    ),
    "a physical name": (
        TEMPLATE.replace('!Sub "${AWS::StackName}-viewer-request"', "greeting"),
        "template.yaml:37: ViewerRequest: Name can be there once in an account",
    ),
    "any action": (
        TEMPLATE.replace("Outputs:\n", ROLE % ("s3:*", "arn:aws:s3:::b/k"), 1),
        "template.yaml:47: Role: the action s3:* allows too much",
    ),
    "any resource": (
        TEMPLATE.replace("Outputs:\n", ROLE % ("s3:GetObject", "'*'"), 1),
        "template.yaml:47: Role: the resource * allows too much",
    ),
    "full access": (
        TEMPLATE.replace(
            "Outputs:\n",
            "  Role:\n    Type: AWS::IAM::Role\n    Properties:\n"
            "      ManagedPolicyArns: [arn:aws:iam::aws:policy/AmazonS3FullAccess]\n\nOutputs:\n",
            1,
        ),
        "Role: the policy arn:aws:iam::aws:policy/AmazonS3FullAccess allows too much",
    ),
    "larger than CloudFormation takes": (
        TEMPLATE.replace("#   that stays as it is.\n", "# a long comment\n" * 3200),
        "bytes; CloudFormation takes 51,200",
    ),
}
SOURCES = {
    "no such parameter": (
        CODE.replace("${Word}", "${Wort}"),
        "viewer-request.js:3: ${Wort} is no parameter of template.yaml",
    ),
    "a substitution in the code": (
        CODE.replace("value: word", "value: `${word}`"),
        "viewer-request.js:6: ${ stands for a parameter alone, as '${Name}' in quotes",
    ),
    "what the lint refuses": (
        CODE.replace("return event.request", "return {...event.request}"),
        "viewer-request.js:7: ",
    ),
    "more bytes than CloudFront takes": (
        CODE.replace("// Says hello.", "// " + "Says hello. " * 850),
        "viewer-request.js:1: 10,378 bytes with the default parameters; CloudFront takes 10,240",
    ),
    "line ends of another system": (CODE.replace("\n", "\r\n"), "viewer-request.js:1: begin in the first column"),
}


def _told(root: Path, capsys: pytest.CaptureFixture[str]) -> str:
    assert main([], root) == 1
    assert not (root / "catalog.json").exists()
    return capsys.readouterr().err


def test_the_sample_itself_is_right(tmp_path: Path) -> None:
    write_greeting(tmp_path / "extensions")

    assert main([], tmp_path / "extensions") == 0


@pytest.mark.parametrize(("template", "told"), TEMPLATES.values(), ids=TEMPLATES)
def test_a_template_that_is_refused(
    template: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert template != TEMPLATE
    write_greeting(tmp_path / "extensions", template)

    assert told in _told(tmp_path / "extensions", capsys)


@pytest.mark.parametrize(("code", "told"), SOURCES.values(), ids=SOURCES)
def test_code_that_is_refused(code: str, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_greeting(tmp_path / "extensions")
    (folder / "viewer-request.js").write_bytes(code.encode())

    assert f"extensions/greeting/{told}" in _told(tmp_path / "extensions", capsys)


@pytest.mark.parametrize("missing", ["README.md", "cases/hello.json"])
def test_an_extension_without_readme_or_cases_is_refused(
    missing: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (write_greeting(tmp_path / "extensions") / missing).unlink()

    assert "extensions/greeting/template.yaml:1: there " in _told(tmp_path / "extensions", capsys)


def test_one_extension_of_both_runtimes_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder = write_greeting(tmp_path / "extensions")
    (folder / "origin-request.py").write_text("def handler(event, context):\n    return event\n")

    assert "one extension of cloudfront-function and lambda-edge can't be attached" in _told(
        tmp_path / "extensions", capsys
    )
