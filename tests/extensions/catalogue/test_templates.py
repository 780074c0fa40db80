"""The templates of the extensions, with their code in them, pass the tools of AWS."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from samtranslator.translator.transform import transform

from extensions.catalog.folders import ROOT, extension_folders, read_extension
from extensions.catalog.templates import Template

FOLDERS = extension_folders()
HOSTILE = "'); import os; ('${AWS::AccountId}"
SECRET = re.compile(r"""AKIA[0-9A-Z]{16}|-----BEGIN|['"](?=\S*[A-Z])(?=\S*[a-z])(?=\S*[0-9])[\w+/-]{24,}={0,2}['"]""")
"""Keys of AWS, PEM, and long texts of capitals, small letters and digits."""


class _NoManagedPolicies:
    def load(self) -> dict[str, str]:
        return {}


def _transformed(template: Template) -> Any:
    """What SAM makes of a template whose parameters have a value that would like to be code."""
    values = {
        name: HOSTILE
        if parameter["Type"] == "String" and "AllowedValues" not in parameter
        else parameter.get("Default")
        for name, parameter in template.section("Parameters").items()
    }
    return transform({**template.data}, values, _NoManagedPolicies())


@pytest.fixture(autouse=True)
def in_north_virginia(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def test_cfn_lint_accepts_them() -> None:
    paths = [str(folder.relative_to(ROOT.parent) / "template.yaml") for folder in FOLDERS]
    lint = str(Path(sys.executable).with_name("cfn-lint"))
    done = subprocess.run([lint, *paths], cwd=ROOT.parent, capture_output=True, text=True, check=False)

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_sam_leaves_no_value_of_a_parameter_in_the_code(folder: Path) -> None:
    extension = read_extension(folder)
    if extension.is_zip:
        return
    resources = _transformed(extension.template)["Resources"]

    for source in extension.sources:
        properties = resources[source.logical_id]["Properties"]
        code = properties["FunctionCode"] if "FunctionCode" in properties else properties["Code"]["ZipFile"]
        text, values = code["Fn::Sub"] if isinstance(code, dict) else (code, {})
        assert HOSTILE not in text
        assert text.replace("Base64}", "}") == source.text
        assert all(list(value) == ["Fn::Base64"] for value in values.values())
        assert set(values) == {f"{name}Base64" for name in source.placeholders}


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda folder: folder.name)
def test_there_is_no_secret_in_the_code(folder: Path) -> None:
    for source in read_extension(folder).sources:
        assert SECRET.findall(source.text) == []
