"""The project's SAM templates, as data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parent.parent
TEMPLATES = [PROJECT / "template.yaml", *sorted(PROJECT.glob("stacks/*/template.yaml"))]


class CloudFormationLoader(yaml.SafeLoader):
    """Reads templates, whose short forms such as !Ref become {tag: value}."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    if isinstance(node, yaml.ScalarNode):
        return {suffix: loader.construct_scalar(node)}
    if isinstance(node, yaml.SequenceNode):
        return {suffix: loader.construct_sequence(node, deep=True)}
    assert isinstance(node, yaml.MappingNode)
    return {suffix: loader.construct_mapping(node, deep=True)}


CloudFormationLoader.add_multi_constructor("!", _short_form)


def resources(template: Path) -> dict[str, Any]:
    """The resources of a template by logical id."""
    document = yaml.load(template.read_text(), Loader=CloudFormationLoader)  # noqa: S506 - a SafeLoader
    found: dict[str, Any] = document["Resources"]
    return found
