"""The catalogue is what the folders say, and what the layer reads."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from cloudfront_extensions.errors import CatalogDamaged, ExtensionNotFound
from cloudfront_extensions.extensions.catalogue import Catalogue, Kind, entry_of, parse_catalogue, template_of
from cloudfront_extensions.extensions.parameters import checked_parameters
from extensions.catalog.__main__ import main
from extensions.catalog.files import CATALOG
from extensions.catalog.folders import ROOT, extension_folders, read_extension
from extensions.catalog.sources import EVENTS

TEXT = (ROOT / CATALOG).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def catalogue() -> Catalogue:
    return parse_catalogue(TEXT)


@pytest.fixture
def in_layer(tmp_path: Path, catalogue: Catalogue) -> Path:
    """The folder as extensions/Makefile makes it."""
    (tmp_path / "templates").mkdir()
    for entry in catalogue.values():
        shutil.copy(ROOT / entry.template.file, tmp_path / "templates" / f"{entry.template.hash}.yaml")
    return tmp_path


def test_it_is_what_python_m_extensions_catalog_writes(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().err


def test_it_is_valid_by_its_schema() -> None:
    schema = json.loads((ROOT / "catalog.schema.json").read_text())
    Draft202012Validator.check_schema(schema)

    assert [error.message for error in Draft202012Validator(schema).iter_errors(json.loads(TEXT))] == []


def test_it_has_every_extension_in_order(catalogue: Catalogue) -> None:
    assert list(catalogue) == [folder.name for folder in extension_folders()]
    for entry in catalogue.values():
        assert entry.event_types == tuple(event for event in EVENTS if event in entry.code)
        assert (entry.kind is Kind.TEMPLATE) == (not entry.code)


def test_every_template_in_the_layer_is_found_by_its_hash(catalogue: Catalogue, in_layer: Path) -> None:
    for entry in catalogue.values():
        assert template_of(entry, in_layer) == (ROOT / entry.template.file).read_bytes().decode()


def test_a_template_that_was_changed_or_lost_is_refused(catalogue: Catalogue, in_layer: Path) -> None:
    changed, lost = list(catalogue.values())[:2]
    (in_layer / "templates" / f"{changed.template.hash}.yaml").write_text("Resources: {}")

    with pytest.raises(CatalogDamaged, match=r"is not what its name says"):
        template_of(changed, in_layer)
    with pytest.raises(CatalogDamaged, match=r"is not there"):
        template_of(replace(lost, template=replace(lost.template, hash="0" * 64)), in_layer)


@pytest.mark.parametrize("text", ["", "{}", '{"extensions": [{}]}', '{"extensions": [1]}', "[]"])
def test_a_catalogue_that_cannot_be_read_is_damaged(text: str) -> None:
    with pytest.raises(CatalogDamaged, match=r"catalog\.json: it can't be read"):
        parse_catalogue(text)


def test_an_unknown_name_is_answered_with_the_known_ones(catalogue: Catalogue) -> None:
    assert entry_of(catalogue, "directory-index").title == "Directory index"
    with pytest.raises(ExtensionNotFound, match=r"there is no 'index'; the catalogue has .*directory-index"):
        entry_of(catalogue, "index")


def test_the_layer_counts_the_bytes_of_code_as_they_are(catalogue: Catalogue) -> None:
    for folder in extension_folders():
        entry = catalogue[folder.name]
        values = {parameter.name: parameter.default or "ä" for parameter in entry.parameters}
        for source in read_extension(folder).sources:
            assert entry.code[source.event].bytes_with(values) == source.bytes_with(values)


def test_defaults_are_right_wherever_there_is_one_for_each_parameter(catalogue: Catalogue) -> None:
    for entry in catalogue.values():
        if all(parameter.default is not None for parameter in entry.parameters):
            assert checked_parameters(entry, {}) == {
                parameter.name: parameter.default for parameter in entry.parameters
            }
