"""Every file that is made from the routes and the operations, with its text."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from api import tables
from api.contract import contract
from api.gateway import MACHINES, PEOPLE, gateway_document
from api.lax import weakened
from api.routes import PROJECT

MADE = "# Made by `python -m api`; what is written here by hand is lost.\n"


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - PyYAML's own signature
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


_Dumper.add_representer(str, _text)


def files() -> dict[Path, str]:
    document = contract()
    guide = PROJECT / "docs" / "api.md"
    return {
        PROJECT / "api" / "openapi.yaml": _yaml(document),
        PROJECT / "api" / "people.yaml": _yaml(gateway_document(document, PEOPLE)),
        PROJECT / "api" / "machines.yaml": _yaml(gateway_document(document, MACHINES)),
        PROJECT / "api" / "weakened.txt": _weakened(document),
        guide: tables.filled_in(guide.read_text()),
    }


def _weakened(document: dict[str, Any]) -> str:
    """What the function alone checks: where, and by which keyword, the gateway's models let more pass than the contract."""
    schemas = document["components"]["schemas"]
    bodies = gateway_document(document, MACHINES)["components"]["schemas"]
    lines = [line for name in bodies for line in weakened(schemas[name], schemas, name)]
    return MADE + "".join(f"{line}\n" for line in lines)


def _yaml(document: Any) -> str:
    return MADE + yaml.dump(document, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=120)
