"""The files that the catalogue is: a template with its code for each extension, and `catalog.json`."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path

import yaml

from extensions.catalog import code_refusals, parameter_refusals, resource_refusals, template_refusals
from extensions.catalog.entries import entry
from extensions.catalog.folders import Extension, extension_folders, read_extension
from extensions.catalog.packaging import packaged
from extensions.catalog.refusal import Refusal

CATALOG = "catalog.json"


class Refused(Exception):
    """Some extensions can't be in the catalogue; nothing is written."""

    def __init__(self, refusals: Sequence[Refusal]) -> None:
        super().__init__(f"{len(refusals)} refusals")
        self.refusals = refusals


def files(root: Path) -> dict[Path, str]:
    """What should lie below the folder of the extensions, by path. Raises Refused."""
    folders = extension_folders(root)
    if refusals := sorted({refusal for folder in folders for refusal in refusals_of(folder)}):
        raise Refused(refusals)
    written: dict[Path, str] = {}
    entries = []
    for extension in map(read_extension, folders):
        text = written[extension.template.path] = packaged_text(extension)
        entries.append(entry(extension, text))
    document = {"$schema": "./catalog.schema.json", "extensions": entries}
    written[root / CATALOG] = json.dumps(document, indent=2, ensure_ascii=False) + "\n"
    return written


def refusals_of(folder: Path) -> Iterator[Refusal]:
    """Everything that keeps an extension out of the catalogue."""
    try:
        extension = read_extension(folder)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        yield Refusal(folder / "template.yaml", mark.line + 1 if mark else 1, f"this is no YAML: {error}")
        return
    found = [
        *code_refusals.refusals(extension),
        *template_refusals.refusals(extension),
        *parameter_refusals.refusals(extension),
        *resource_refusals.refusals(extension),
    ]
    yield from found or template_refusals.of_packaged(extension, packaged_text(extension))


def packaged_text(extension: Extension) -> str:
    """The template as it is deployed; that of an extension with dependencies as it was written by hand."""
    return extension.template.text if extension.is_zip else packaged(extension.template, extension.sources)
