"""`python -m cloudfront_extensions.versions`: two files compared on a terminal."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.versions.__main__ import DIFFERENT, SAME, UNREADABLE, main
from tests.json_patching import patched
from tests.unit.versions.shops import shop


def written(folder: Path, name: str, document: Any) -> str:
    path = folder / name
    path.write_text(document if isinstance(document, str) else json.dumps(document))
    return str(path)


@pytest.fixture
def before(tmp_path: Path) -> str:
    return written(tmp_path, "before.json", shop())


@pytest.fixture
def after(tmp_path: Path) -> str:
    """As the AWS CLI answers it."""
    return written(tmp_path, "after.json", {"ETag": "E2", "DistributionConfig": shop(Comment="Spring sale")})


def test_a_line_for_each_change_is_the_default(before: str, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([before, after]) == DIFFERENT
    (line,) = capsys.readouterr().out.splitlines()
    assert line.startswith("low    changed Comment: ")
    assert line.endswith("→ Spring sale")


def test_what_means_the_same_is_silent(before: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([before, before]) == SAME
    assert capsys.readouterr().out == ""


def test_programs_get_json(before: str, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([before, after, "--format", "json"])
    (change,) = json.loads(capsys.readouterr().out)
    assert (change["path"], change["risk"]) == ("Comment", "low")


def test_both_texts_can_be_seen(before: str, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([before, after, "--format", "unified"])
    assert any(line.startswith("+") and "Spring sale" in line for line in capsys.readouterr().out.splitlines())


def test_a_patch_can_be_had(before: str, after: str, capsys: pytest.CaptureFixture[str]) -> None:
    main([before, after, "--format", "patch"])
    assert patched(shop(), json.loads(capsys.readouterr().out))["Comment"] == "Spring sale"


@pytest.mark.parametrize(("document", "says"), [("{", "not JSON"), ([], "holds no configuration")])
def test_what_can_not_be_read_is_named(
    tmp_path: Path, before: str, capsys: pytest.CaptureFixture[str], document: Any, says: str
) -> None:
    other = written(tmp_path, "other.json", document)
    assert main([before, other]) == UNREADABLE
    assert main([before, str(tmp_path / "missing.json")]) == UNREADABLE
    first, second = capsys.readouterr().err.splitlines()
    assert f"{other}: " in first
    assert says in first
    assert "missing.json" in second
