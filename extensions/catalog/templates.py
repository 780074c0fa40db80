"""Templates of extensions as data that knows in which line everything stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml


class _Loader(yaml.SafeLoader):
    """Reads templates, whose short forms such as !Ref become {tag: value}."""


def _short_form(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    tag = suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}"
    if isinstance(node, yaml.SequenceNode):
        return {tag: loader.construct_sequence(node, deep=True)}
    if isinstance(node, yaml.MappingNode):
        return {tag: loader.construct_mapping(node, deep=True)}
    return {tag: loader.construct_scalar(node)}  # type: ignore[arg-type]


_Loader.add_multi_constructor("!", _short_form)


@dataclass(frozen=True, slots=True)
class Template:
    path: Path
    text: str
    data: Mapping[str, Any]
    root: yaml.Node

    def section(self, *keys: str) -> Mapping[str, Any]:
        """A mapping below the keys; an empty one where it is not there, or is something else."""
        found: Any = self.data
        for key in keys:
            found = found.get(key) if isinstance(found, Mapping) else None
        return found if isinstance(found, Mapping) else {}

    def line(self, *keys: str) -> int:
        """Of the deepest of the keys that is there; counted from 1."""
        node, line = self.root, 1
        for key in keys:
            found = next((pair for pair in _pairs(node) if pair[0].value == key), None)
            if found is None:
                break
            line, node = found[0].start_mark.line + 1, found[1]
        return line


def read_template(path: Path) -> Template:
    """Raises yaml.YAMLError, whose message has the place."""
    return parse_template(path, path.read_text(encoding="utf-8"))


def parse_template(path: Path, text: str) -> Template:
    """Raises yaml.YAMLError."""
    root = yaml.compose(text, Loader=_Loader)
    data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a SafeLoader
    if root is None or not isinstance(data, dict):
        raise yaml.YAMLError(f"{path}: it is empty; give a template")
    return Template(path, text, data, root)


def _pairs(node: yaml.Node) -> list[tuple[yaml.Node, yaml.Node]]:
    return node.value if isinstance(node, yaml.MappingNode) else []
