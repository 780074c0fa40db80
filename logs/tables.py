"""Write the Glue tables and views of the logs, stacks/log_tables/template.yaml: `python -m logs.tables`.

`--check` says whether the template is what this would write, and changes nothing.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from cloudfront_extensions.metrics.columns import LINE_COLUMNS, columns, folder_columns, table, view
from cloudfront_extensions.metrics.sources import Source
from logs.views import view_sql

TEMPLATE = Path(__file__).resolve().parents[1] / "stacks" / "log_tables" / "template.yaml"
HEADER = "# Written by python -m logs.tables, of what metrics/columns.py and logs/views.py say. Change them, not this file.\n"

DESCRIPTIONS = {
    Source.STANDARD: "Standard logging v2, Parquet. A field that is not selected is null.",
    Source.LEGACY: "Standard logging v1, gzipped TSV. Header lines are rows too; the view leaves them out.",
    Source.REALTIME: "Real-time logs, gzipped TSV, with the fields that metrics need.",
}
EARLIEST_YEAR = 2020
PROJECTED_HOUR = {
    "projection.hour.type": "date",
    "projection.hour.format": "yyyy-MM-dd-HH",
    "projection.hour.range": f"{EARLIEST_YEAR}-01-01-00,NOW+1DAYS",
    "projection.hour.interval": "1",
    "projection.hour.interval.unit": "HOURS",
}
PROJECTED_PARTS = {
    "projection.year.type": "integer",
    "projection.year.range": f"{EARLIEST_YEAR},2099",
    "projection.month.type": "integer",
    "projection.month.range": "1,12",
    "projection.month.digits": "2",
    "projection.day.type": "integer",
    "projection.day.range": "1,31",
    "projection.day.digits": "2",
    "projection.hour.type": "integer",
    "projection.hour.range": "0,23",
    "projection.hour.digits": "2",
}
PARQUET = {
    "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe"},
}
TEXT = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    # Without quotes and escapes: user agents have both, and they mean nothing.
    "SerdeInfo": {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": "\t", "serialization.format": "\t", "serialization.null.format": "\\N"},
    },
}


def template() -> Mapping[str, Any]:
    """The stack: a database, a table for each source, and a view for each table."""
    resources: dict[str, Any] = {
        "Database": {
            "Type": "AWS::Glue::Database",
            "Properties": {
                "CatalogId": {"Ref": "AWS::AccountId"},
                "DatabaseInput": {
                    "Name": _database(),
                    "Description": "Access logs of CloudFront, as they were delivered.",
                },
            },
        }
    }
    for source in Source:
        resources[f"{source.value.capitalize()}Table"] = _glue_table(table_input(source))
        resources[f"{source.value.capitalize()}Lines"] = _glue_table(view_input(source))
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        "Description": "Log tables - where Athena reads access logs. Partitions are projected, so that none is ever added.",
        "Parameters": {"LogsBucket": {"Type": "String", "Description": "The bucket in which all log files lie."}},
        "Resources": resources,
        "Outputs": {
            "LogsDatabase": {"Description": "The database of the tables and views.", "Value": {"Ref": "Database"}},
        },
    }


def table_input(source: Source) -> dict[str, Any]:
    """Glue's `TableInput` of a source's table."""
    is_parquet = source is Source.STANDARD
    return {
        "Name": table(source),
        "Description": DESCRIPTIONS[source],
        "TableType": "EXTERNAL_TABLE",
        "Parameters": {
            "EXTERNAL": "TRUE",
            "classification": "parquet" if is_parquet else "csv",
            "projection.enabled": "true",
            **(PROJECTED_PARTS if is_parquet else PROJECTED_HOUR),
        },
        "PartitionKeys": [_column(name) for name in folder_columns(source)],
        "StorageDescriptor": {
            "Location": {"Fn::Sub": f"s3://${{LogsBucket}}/{source}/"},
            "Columns": [_column(name) for name in columns(source)],
            **(PARQUET if is_parquet else TEXT),
        },
    }


def view_input(source: Source) -> dict[str, Any]:
    """Glue's `TableInput` of a source's view, in the form that Athena gives to its views."""
    types = {**LINE_COLUMNS, **dict.fromkeys(folder_columns(source), "varchar")}
    definition = {
        "originalSql": view_sql(source),
        "catalog": "awsdatacatalog",
        "schema": "${Database}",
        "columns": [{"name": name, "type": type_} for name, type_ in types.items()],
    }
    return {
        "Name": view(source),
        "Description": f"Lines of {source} logs, typed; what can't be read is null.",
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true", "comment": "Presto View"},
        "ViewOriginalText": {
            "Fn::Join": ["", ["/* Presto View: ", {"Fn::Base64": {"Fn::Sub": json.dumps(definition)}}, " */"]]
        },
        "ViewExpandedText": "/* Presto View */",
        "StorageDescriptor": {
            "Columns": [_column(name, "string" if type_ == "varchar" else type_) for name, type_ in types.items()],
            "SerdeInfo": {},
        },
    }


def text() -> str:
    """The template as it lies in its file."""
    return HEADER + yaml.dump(template(), Dumper=_Written, sort_keys=False, width=120)


class _Written(yaml.SafeDumper):
    """CloudFormation knows no aliases: what is said twice is written twice."""

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002 - by the class that this one is of
        return True


def _database() -> Mapping[str, Any]:
    """A name that no other stack has, and that needs no quotes in SQL: a stack's id ends with a UUID."""
    uuid = {"Fn::Select": [2, {"Fn::Split": ["/", {"Ref": "AWS::StackId"}]}]}
    return {"Fn::Join": ["_", ["cloudfront_logs", {"Fn::Select": [0, {"Fn::Split": ["-", uuid]}]}]]}


def _glue_table(table_input: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "Type": "AWS::Glue::Table",
        "Properties": {
            "CatalogId": {"Ref": "AWS::AccountId"},
            "DatabaseName": {"Ref": "Database"},
            "TableInput": table_input,
        },
    }


def _column(name: str, type_: str = "string") -> Mapping[str, str]:
    return {"Name": name, "Type": type_}


def main(arguments: list[str]) -> int:
    written = text()
    is_stale = not TEMPLATE.exists() or TEMPLATE.read_text() != written
    if "--check" in arguments:
        if is_stale:
            print(
                "stacks/log_tables/template.yaml is not what the columns say; run python -m logs.tables",
                file=sys.stderr,
            )
        return 1 if is_stale else 0
    if is_stale:
        TEMPLATE.parent.mkdir(parents=True, exist_ok=True)
        TEMPLATE.write_text(written)
        print("wrote stacks/log_tables/template.yaml")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
