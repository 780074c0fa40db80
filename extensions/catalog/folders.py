"""The folders of the extensions."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from extensions.catalog.sources import Source, read_sources
from extensions.catalog.templates import Template, read_template

ROOT = Path(__file__).resolve().parents[1]
"""The folder `extensions`."""


@dataclass(frozen=True, slots=True)
class Extension:
    folder: Path
    template: Template
    sources: tuple[Source, ...]

    @property
    def name(self) -> str:
        return self.folder.name

    @property
    def is_zip(self) -> bool:
        """Whether the code has dependencies, and so does not stand in the template."""
        return self.template.section("Metadata", "CloudFrontExtensions").get("Packaging") == "zip"

    @property
    def keeps_keys(self) -> bool:
        """Whether the stack has a KeyValueStore."""
        resources = self.template.section("Resources").values()
        return any(resource.get("Type") == "AWS::CloudFront::KeyValueStore" for resource in resources)


def extension_folders(root: Path = ROOT) -> list[Path]:
    """Every folder with a template, by name."""
    return sorted(template.parent for template in root.glob("*/template.yaml"))


def read_extension(folder: Path) -> Extension:
    """Raises yaml.YAMLError, whose message has the place."""
    return Extension(folder, read_template(folder / "template.yaml"), read_sources(folder))
