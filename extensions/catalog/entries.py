"""What `catalog.json` says of an extension."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import Any

from extensions.catalog.folders import Extension
from extensions.catalog.template_refusals import AUTO_PUBLISH

_CONSTRAINTS = {
    "AllowedPattern": ("allowedPattern", str),
    "MinLength": ("minLength", int),
    "MaxLength": ("maxLength", int),
    "MinValue": ("minValue", float),
    "MaxValue": ("maxValue", float),
    "ConstraintDescription": ("description", str),
}


def entry(extension: Extension, packaged: str) -> dict[str, Any]:
    """`packaged` is the template with the code in it."""
    template = extension.template
    metadata = template.section("Metadata", "AWS::ServerlessRepo::Application")
    content = packaged.encode()
    code = [source.text.encode() for source in extension.sources] if extension.is_zip else []
    return {
        "name": extension.name,
        "title": template.data["Description"].partition(" - ")[0],
        "description": metadata["Description"],
        "kind": extension.sources[0].kind if extension.sources else "template",
        "packaging": "zip" if extension.is_zip else "inline",
        "eventTypes": [source.event for source in extension.sources],
        "parameters": [
            parameter_document(extension, name) for name in template.section("Parameters") if name != AUTO_PUBLISH
        ],
        "keyValueStore": extension.keeps_keys,
        "version": metadata["SemanticVersion"],
        "contentHash": _hash(content + b"".join(code)),
        "template": _stored(extension, template.path, content),
        "code": {
            source.event: {
                **_stored(extension, source.path, source.text.encode()),
                "placeholders": list(source.placeholders),
            }
            for source in extension.sources
        },
        "docs": f"{extension.name}/README.md",
        "labels": metadata["Labels"],
    }


def parameter_document(extension: Extension, name: str) -> dict[str, Any]:
    document = extension.template.section("Parameters", name)
    default = {"default": as_text(document["Default"])} if "Default" in document else {}
    return {
        "name": name,
        "type": document["Type"],
        "description": document.get("Description", ""),
        **default,
        "constraints": _constraints(extension, name, document),
    }


def as_text(value: object) -> str:
    """A default as CloudFormation hands it on: a switch of YAML as JSON writes it."""
    return str(value).lower() if isinstance(value, bool) else str(value)


def _constraints(extension: Extension, name: str, document: Mapping[str, Any]) -> dict[str, Any]:
    of_extensions = extension.template.section("Metadata", "CloudFrontExtensions")
    found = {key: of(document[keyword]) for keyword, (key, of) in _CONSTRAINTS.items() if keyword in document}
    if "AllowedValues" in document:
        found["allowedValues"] = [as_text(value) for value in document["AllowedValues"]]
    for section, key in (("Formats", "format"), ("Schemas", "schema")):
        if name in of_extensions.get(section, {}):
            found[key] = of_extensions[section][name]
    return found


def _stored(extension: Extension, path: Path, content: bytes) -> dict[str, Any]:
    file = path.relative_to(extension.folder.parent).as_posix()
    return {"file": file, "hash": _hash(content), "bytes": len(content)}


def _hash(content: bytes) -> str:
    return sha256(content).hexdigest()
