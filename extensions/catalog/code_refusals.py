"""What is refused of the code of an extension."""

from __future__ import annotations

from collections.abc import Iterator

from cloudfront_extensions.extensions.parameters import MAXIMUM_FUNCTION_BYTES
from extensions.catalog.folders import Extension
from extensions.catalog.packaging import CODE_PROPERTY
from extensions.catalog.refusal import Refusal
from extensions.catalog.sources import Source, placeholders
from extensions.harness.lint import complaints

_TYPES = {"cloudfront-function": "AWS::CloudFront::Function", "lambda-edge": "AWS::Serverless::Function"}


def refusals(extension: Extension) -> Iterator[Refusal]:
    for source in extension.sources:
        yield from _of_resource(extension, source)
        yield from _of_placeholders(extension, source)
        yield from _of_language(source)
        yield from _of_size(extension, source)
    if len(kinds := {source.kind for source in extension.sources}) > 1:
        path = extension.sources[0].path
        yield Refusal(path, 1, f"one extension of {' and '.join(sorted(kinds))} can't be attached; make two of it")


def _of_resource(extension: Extension, source: Source) -> Iterator[Refusal]:
    template = extension.template
    resource = template.section("Resources", source.logical_id)
    wanted = _TYPES[source.kind]
    if resource.get("Type") != wanted:
        line = template.line("Resources", source.logical_id)
        yield Refusal(
            template.path, line, f"there is no resource {source.logical_id} of type {wanted} for {source.path.name}"
        )
    elif not extension.is_zip and CODE_PROPERTY[wanted] not in resource.get("Properties", {}):
        line = template.line("Resources", source.logical_id, "Properties")
        yield Refusal(template.path, line, f'give {CODE_PROPERTY[wanted]}: "", which the code is written into')


def _of_placeholders(extension: Extension, source: Source) -> Iterator[Refusal]:
    parameters = extension.template.section("Parameters")
    for number, line in enumerate(source.text.splitlines(), start=1):
        if line.count("${") != len(placeholders(line)):
            yield Refusal(source.path, number, "${ stands for a parameter alone, as '${Name}' in quotes")
        for name in placeholders(line):
            if name not in parameters:
                yield Refusal(source.path, number, f"${{{name}}} is no parameter of template.yaml")


def _of_language(source: Source) -> Iterator[Refusal]:
    if not source.text.endswith("\n") or source.text.startswith((" ", "\n")) or "\r" in source.text:
        yield Refusal(source.path, 1, "begin in the first column, and end every line with a line feed")
    if source.kind == "cloudfront-function":
        for complaint in complaints(source.text):
            yield Refusal(source.path, complaint.line, f"{complaint.rule}: {complaint.message}")
        return
    try:
        compile(source.text, source.path.name, "exec")
    except SyntaxError as error:
        yield Refusal(source.path, error.lineno or 1, f"this is no Python: {error.msg}")


def _of_size(extension: Extension, source: Source) -> Iterator[Refusal]:
    parameters = extension.template.section("Parameters")
    defaults = {name: str(parameters[name].get("Default", "")) for name in source.placeholders if name in parameters}
    size = source.bytes_with(defaults)
    if source.kind == "cloudfront-function" and size > MAXIMUM_FUNCTION_BYTES:
        yield Refusal(
            source.path, 1, f"{size:,} bytes with the default parameters; CloudFront takes {MAXIMUM_FUNCTION_BYTES:,}"
        )
