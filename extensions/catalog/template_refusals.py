"""What is refused of the template of an extension, and of what must lie beside it."""

from __future__ import annotations

import json
from collections.abc import Iterator

from extensions.catalog.folders import Extension
from extensions.catalog.refusal import Refusal
from extensions.catalog.sources import EVENTS, Source

MAXIMUM_TEMPLATE_BYTES = 51_200
"""Of a template that is not taken from S3."""
AUTO_PUBLISH = "AutoPublish"

_METADATA = "AWS::ServerlessRepo::Application"
_METADATA_FIELDS = (
    "Name",
    "Description",
    "Author",
    "SpdxLicenseId",
    "LicenseUrl",
    "ReadmeUrl",
    "Labels",
    "SemanticVersion",
)


def refusals(extension: Extension) -> Iterator[Refusal]:
    yield from _of_metadata(extension)
    yield from _of_region(extension)
    yield from _of_unused_parameters(extension)
    yield from _of_outputs(extension)
    yield from _of_what_lies_beside(extension)


def of_packaged(extension: Extension, text: str) -> Iterator[Refusal]:
    if (size := len(text.encode())) > MAXIMUM_TEMPLATE_BYTES:
        yield Refusal(extension.template.path, 1, f"{size:,} bytes; CloudFormation takes {MAXIMUM_TEMPLATE_BYTES:,}")


def _of_metadata(extension: Extension) -> Iterator[Refusal]:
    template = extension.template
    metadata = template.section("Metadata", _METADATA)
    line = template.line("Metadata", _METADATA)
    if missing := [field for field in _METADATA_FIELDS if not metadata.get(field)]:
        yield Refusal(template.path, line, f"{_METADATA} says nothing of {', '.join(missing)}")
    elif metadata["Name"] != f"cloudfront-extensions-{extension.name}":
        yield Refusal(template.path, line, f"its Name must be cloudfront-extensions-{extension.name}")
    if " - " not in str(template.data.get("Description", "")):
        yield Refusal(template.path, template.line("Description"), "a Description is a title, ' - ', and a sentence")


def _of_region(extension: Extension) -> Iterator[Refusal]:
    template = extension.template
    wanted = {"Fn::Equals": [{"Ref": "AWS::Region"}, "us-east-1"]}
    assertions = [
        assertion.get("Assert")
        for rule in template.section("Rules").values()
        for assertion in rule.get("Assertions", ())
        if "RuleCondition" not in rule
    ]
    if wanted not in assertions:
        yield Refusal(template.path, template.line("Rules"), "no rule says that it is deployed in us-east-1")


def _of_unused_parameters(extension: Extension) -> Iterator[Refusal]:
    """A parameter stands in the code, or the rest of the template takes it, as the memory of a function."""
    template = extension.template
    in_code = {name for source in extension.sources for name in source.placeholders}
    rest = json.dumps({key: _without_code(extension, key) for key in ("Conditions", "Resources", "Outputs")})
    for name in template.section("Parameters").keys() - in_code:
        if f'"Ref": "{name}"' not in rest and f"${{{name}}}" not in rest:
            yield Refusal(template.path, template.line("Parameters", name), f"nothing uses the parameter {name}")


def _without_code(extension: Extension, section: str) -> object:
    """A section of the template, less the code that was written into it earlier."""
    found = extension.template.section(section)
    return {
        name: {
            **entry,
            "Properties": {
                key: value
                for key, value in entry["Properties"].items()
                if key != "FunctionCode" and (key != "InlineCode" or not _is_of_source(extension, name))
            },
        }
        if isinstance(entry, dict) and isinstance(entry.get("Properties"), dict)
        else entry
        for name, entry in found.items()
    }


def _is_of_source(extension: Extension, logical_id: str) -> bool:
    return any(source.logical_id == logical_id for source in extension.sources)


def _of_outputs(extension: Extension) -> Iterator[Refusal]:
    template = extension.template
    outputs = template.section("Outputs")
    for source in extension.sources:
        if f"{source.logical_id}Arn" not in outputs:
            line = template.line("Outputs")
            yield Refusal(template.path, line, f"there is no output {source.logical_id}Arn, by which it is attached")
    if extension.keeps_keys and "KeyValueStoreArn" not in outputs:
        yield Refusal(
            template.path, template.line("Outputs"), "there is no output KeyValueStoreArn, to put keys into it"
        )
    is_published = any(source.kind == "cloudfront-function" for source in extension.sources)
    if is_published and AUTO_PUBLISH not in template.section("Parameters"):
        yield Refusal(template.path, template.line("Parameters"), f"there is no parameter {AUTO_PUBLISH}")


def _of_what_lies_beside(extension: Extension) -> Iterator[Refusal]:
    template = extension.template
    if not (extension.folder / "README.md").is_file():
        yield Refusal(template.path, 1, "there is no README.md beside it")
    if extension.sources and not any(extension.folder.glob("cases/*.json")):
        yield Refusal(template.path, 1, "there are no cases beside it, cases/<what-it-shows>.json")
    for event in EVENTS:
        logical_id = Source(extension.folder / f"{event}.js", "").logical_id
        if logical_id in template.section("Resources") and not any(
            source.event == event for source in extension.sources
        ):
            line = template.line("Resources", logical_id)
            yield Refusal(template.path, line, f"there is no source {event}.js or {event}.py beside it")
