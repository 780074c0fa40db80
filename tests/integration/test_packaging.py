"""The templates and state machines pass the tools that a user's pipeline would run on them."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from localaws.deployment import build
from tests.reports.asl_coverage import STATE_MACHINES
from tests.templates import PROJECT, TEMPLATES

TOOLS = Path(sys.executable).parent
RELATIVE_TEMPLATES = [str(template.relative_to(PROJECT)) for template in TEMPLATES]


def run(*command: str) -> None:
    done = subprocess.run(command, cwd=PROJECT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("machine", sorted(STATE_MACHINES.glob("*.asl.json")), ids=lambda path: path.name)
def test_asl_validator_accepts_the_state_machine(machine: Path) -> None:
    run("node_modules/.bin/asl-validator", "--silent", "--json-path", str(machine))


def test_cfn_lint_accepts_the_templates() -> None:
    run(str(TOOLS / "cfn-lint"), *RELATIVE_TEMPLATES)


@pytest.mark.parametrize("template", RELATIVE_TEMPLATES)
def test_sam_validate_accepts_the_template(template: str) -> None:
    run(str(TOOLS / "sam"), "validate", "--lint", "--template", template, "--region", "us-east-1")


def test_cryptography_is_packaged_for_the_import_task_alone() -> None:
    built = build()
    packaged = {path.parent.name for path in built.rglob("cryptography") if path.is_dir()}
    assert packaged == {"ImportCertificate"}
