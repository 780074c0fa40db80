"""The tables and views of the template: as the columns say, with partitions where files lie, and views that Athena can read."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.metrics.columns import LINE_COLUMNS, columns, folder_columns, table, view
from cloudfront_extensions.metrics.sources import Folder, Source
from logs.tables import TEMPLATE, main, table_input, text, view_input
from logs.views import view_sql
from tests.templates import resources


def _view_definition(source: Source) -> dict[str, Any]:
    before, encoded, after = view_input(source)["ViewOriginalText"]["Fn::Join"][1]
    assert (before, after) == ("/* Presto View: ", " */")
    found: dict[str, Any] = json.loads(encoded["Fn::Base64"]["Fn::Sub"])
    return found


def test_the_template_is_what_the_columns_say() -> None:
    assert TEMPLATE.read_text() == text(), "run python -m logs.tables"
    assert main(["--check"]) == 0


def test_there_is_a_table_and_a_view_for_every_source() -> None:
    names = [one["Properties"]["TableInput"]["Name"] for one in resources(TEMPLATE).values() if "Table" in one["Type"]]
    assert names == [name for source in Source for name in (table(source), view(source))]


@pytest.mark.parametrize("source", Source)
def test_partitions_are_projected_where_the_files_of_a_folder_lie(source: Source) -> None:
    """By the names of Hive below the table's location, for there is no template of another."""
    given = table_input(source)
    values = dict(
        zip(
            folder_columns(source),
            ("2026", "01", "02", "03") if source is Source.STANDARD else ("2026-01-02-03",),
            strict=True,
        )
    )
    path = "".join(f"{key['Name']}={values[key['Name']]}/" for key in given["PartitionKeys"])
    location = given["StorageDescriptor"]["Location"]["Fn::Sub"]
    assert location + path == "s3://${LogsBucket}/" + Folder(source, "2026-01-02-03").prefix
    assert "storage.location.template" not in given["Parameters"]
    assert all(f"projection.{name}.type" in given["Parameters"] for name in folder_columns(source))


@pytest.mark.parametrize("source", [Source.LEGACY, Source.REALTIME])
def test_text_is_parted_by_tabs_and_quotes_mean_nothing(source: Source) -> None:
    serde = table_input(source)["StorageDescriptor"]["SerdeInfo"]
    assert serde["SerializationLibrary"].endswith("LazySimpleSerDe")
    assert serde["Parameters"]["field.delim"] == "\t"
    assert not {"quote.delim", "escape.delim"} & serde["Parameters"].keys()


@pytest.mark.parametrize("source", Source)
def test_no_header_line_is_skipped_by_its_number(source: Source) -> None:
    assert "skip.header.line.count" not in table_input(source)["Parameters"]


@pytest.mark.parametrize("source", Source)
def test_every_column_of_a_file_is_text(source: Source) -> None:
    assert table_input(source)["StorageDescriptor"]["Columns"] == [
        {"Name": n, "Type": "string"} for n in columns(source)
    ]


@pytest.mark.parametrize("source", Source)
def test_all_views_have_the_columns_of_the_one_table(source: Source) -> None:
    told = {one["name"]: one["type"] for one in _view_definition(source)["columns"]}
    assert told == LINE_COLUMNS | dict.fromkeys(folder_columns(source), "varchar")
    in_glue = {one["Name"]: one["Type"] for one in view_input(source)["StorageDescriptor"]["Columns"]}
    assert in_glue == {name: "string" if kind == "varchar" else kind for name, kind in told.items()}


@pytest.mark.parametrize("source", Source)
def test_a_view_is_in_the_form_of_athena(source: Source) -> None:
    given = view_input(source)
    assert given["TableType"] == "VIRTUAL_VIEW"
    assert given["Parameters"]["presto_view"] == "true"
    definition = _view_definition(source)
    assert definition.keys() == {"originalSql", "catalog", "schema", "columns"}
    assert definition["originalSql"] == view_sql(source)
    assert definition["schema"] == "${Database}"
    assert "${" not in definition["originalSql"], "CloudFormation would put something there"
