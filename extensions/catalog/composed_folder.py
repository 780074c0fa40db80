"""A composition as a folder of an extension: template, code, cases and README, on which the harness runs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from extensions.catalog.composition import Composition
from extensions.catalog.packaging import packaged
from extensions.catalog.template_refusals import AUTO_PUBLISH
from extensions.catalog.templates import parse_template

_VERSION = "1.0.0"
_COMMENT_CHARACTERS = 128
"""CloudFront takes no longer comment of a function."""


def files(composition: Composition, folder: Path) -> dict[Path, str]:
    """What lies in the folder, by path."""
    source = composition.source(folder)
    template = parse_template(folder / "template.yaml", _template(composition, folder.name, source.logical_id))
    return {
        source.path: source.text,
        template.path: packaged(template, [source]),
        folder / "README.md": _readme(composition, folder.name),
        **{
            folder / "cases" / f"{name}.json": json.dumps(case, indent=2, ensure_ascii=False) + "\n"
            for name, case in _cases(composition).items()
        },
    }


def _cases(composition: Composition) -> dict[str, dict[str, Any]]:
    """The cases of every part as they would be here; those in which another part interferes don't hold."""
    found = {}
    for part in composition.parts:
        for path in sorted(part.extension.folder.glob("cases/*.json")):
            case = json.loads(path.read_text(encoding="utf-8"))
            if case["event"] == composition.event:
                found[f"{part.name}-{path.stem}"] = _case(composition, part.name, case)
    return found


def _case(composition: Composition, part: str, case: Mapping[str, Any]) -> dict[str, Any]:
    here = {**case, "what": f"{part}: {case['what']}"}
    if "parameters" in case:
        here["parameters"] = {
            composition.parameter_names[part, name]: value
            for name, value in case["parameters"].items()
            if (part, name) in composition.parameter_names
        }
    if case.get("keyValueStore"):
        here["keyValueStore"] = {composition.key(part, key): value for key, value in case["keyValueStore"].items()}
    return here


def _template(composition: Composition, name: str, logical_id: str) -> str:
    parts = [part.name for part in composition.parts]
    title, sentence = name.replace("-", " ").capitalize(), f"{', then '.join(parts)}, as one function."
    function = {
        "Type": "AWS::CloudFront::Function",
        "Properties": {
            "Name": {"Fn::Sub": f"${{AWS::StackName}}-{composition.event}"},
            "AutoPublish": {"Ref": AUTO_PUBLISH},
            "FunctionConfig": {
                "Comment": sentence[:_COMMENT_CHARACTERS],
                "Runtime": "cloudfront-js-2.0",
                **(
                    {"KeyValueStoreAssociations": [_arn_of_store("KeyValueStoreARN")]} if composition.uses_store else {}
                ),
            },
            "FunctionCode": "",
        },
    }
    store = {"Store": {"Type": "AWS::CloudFront::KeyValueStore", "Properties": {"Name": {"Ref": "AWS::StackName"}}}}
    outputs = {
        f"{logical_id}Arn": {
            "Description": f"The function for {composition.event}.",
            "Value": {"Fn::GetAtt": [logical_id, "FunctionARN"]},
        }
    }
    store_output = {"KeyValueStoreArn": {"Description": "The store of the keys.", **_arn_of_store("Value")}}
    template = {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Transform": "AWS::Serverless-2016-10-31",
        "Description": f"{title} - {sentence}",
        "Metadata": _metadata(composition, name, sentence),
        "Parameters": _parameters(composition),
        "Rules": composition.parts[0].extension.template.section("Rules"),
        "Resources": {**(store if composition.uses_store else {}), logical_id: function},
        "Outputs": {**outputs, **(store_output if composition.uses_store else {})},
    }
    return yaml.dump(template, Dumper=_Written, sort_keys=False, width=120, allow_unicode=True)


def _metadata(composition: Composition, name: str, sentence: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "AWS::ServerlessRepo::Application": {
            "Name": f"cloudfront-extensions-{name}",
            "Description": sentence,
            "Author": "CloudFront Extensions",
            "SpdxLicenseId": "Apache-2.0",
            "LicenseUrl": "../../LICENSE",
            "ReadmeUrl": "README.md",
            "Labels": ["cloudfront", "edge", "cloudfront-functions"],
            "SemanticVersion": _VERSION,
        }
    }
    for section in ("Formats", "Schemas"):
        for (part, parameter), here in composition.parameter_names.items():
            extension = next(each.extension for each in composition.parts if each.name == part)
            of_part = extension.template.section("Metadata", "CloudFrontExtensions", section)
            if parameter in of_part:
                found.setdefault("CloudFrontExtensions", {}).setdefault(section, {})[here] = of_part[parameter]
    return found


def _parameters(composition: Composition) -> dict[str, Any]:
    found = {}
    for part in composition.parts:
        for name in part.parameters:
            here = composition.parameter_names[part.name, name]
            default = {"Default": composition.defaults[here]} if here in composition.defaults else {}
            found[here] = {**part.extension.template.section("Parameters", name), **default}
    return {**found, AUTO_PUBLISH: composition.parts[0].extension.template.section("Parameters", AUTO_PUBLISH)}


def _arn_of_store(key: str) -> dict[str, Any]:
    return {key: {"Fn::GetAtt": ["Store", "Arn"]}}


def _readme(composition: Composition, name: str) -> str:
    title = name.replace("-", " ").capitalize()
    lines = [
        f"# {title}",
        "",
        f"{len(composition.parts)} extensions of the catalogue as one function for {composition.event}, in this order:",
        "",
        *(
            f"{number}. **{part.name}**: {part.extension.template.section('Metadata', _METADATA)['Description']}"
            for number, part in enumerate(composition.parts, start=1)
        ),
        "",
        "Each sees what the one before it made of the "
        + (
            "request; a response that one generates ends the chain."
            if composition.event == "viewer-request"
            else "response."
        ),
        "The code was made by `python -m extensions.catalog compose`: change the extensions and compose anew.",
        "",
        "## Parameters",
        "",
        "| name | of | name there | default |",
        "|---|---|---|---|",
        *(
            f"| `{here}` | {part} | `{there}` | {_shown(composition.defaults.get(here))} |"
            for (part, there), here in composition.parameter_names.items()
        ),
    ]
    if composition.uses_store:
        keys = (
            "The parts share one store, and each part's keys begin with its name: "
            + ", ".join(f"`{part.name}:<key>`" for part in composition.parts if part.uses_store)
            if composition.keys_have_prefixes
            else "One part has a store; its keys are as its README says"
        )
        lines += ["", "## KeyValueStore", "", f"{keys}."]
    return "\n".join(lines) + "\n"


def _shown(default: str | None) -> str:
    if default is None:
        return "must be given"
    return f"`{default}`" if default else "empty"


_METADATA = "AWS::ServerlessRepo::Application"


class _Written(yaml.SafeDumper):
    """CloudFormation knows no aliases: what is said twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - by the class that this one is of
        return True
