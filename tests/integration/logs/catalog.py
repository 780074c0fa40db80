"""The tables and views of stacks/log_tables, over folders of this machine, by the code of the embedded Athena."""

from __future__ import annotations

import base64
from collections.abc import Collection
from pathlib import Path
from typing import Any

from cloudfront_extensions.metrics.result_rows import read_rows
from cloudfront_extensions.metrics.rows import Row
from cloudfront_extensions.metrics.sources import Folder
from cloudfront_extensions.metrics.statement import statement
from localaws.server.athena.local import LocalLake
from localaws.server.athena.values import csv_line, texts
from tests.templates import PROJECT, resources

TEMPLATE = PROJECT / "stacks" / "log_tables" / "template.yaml"
DATABASE = "cloudfront_logs_1a2b3c4d"
BUCKET = "logs-bucket"


def definitions() -> list[tuple[str, dict[str, Any]]]:
    """What CloudFormation would give to Glue."""
    return [
        (DATABASE, _resolved(resource["Properties"]["TableInput"]))
        for resource in resources(TEMPLATE).values()
        if resource["Type"] == "AWS::Glue::Table"
    ]


def counted(root: Path, folders: Collection[Folder]) -> list[Row]:
    """The rows that the statement answers for these folders, by way of the text that Athena would write."""
    with LocalLake(definitions(), {BUCKET: root}, as_athena=True) as lake:
        rows, _ = lake.run(statement(folders, DATABASE), DATABASE)
    lines = [csv_line(list(rows[0]))] if rows else []
    return list(read_rows([*lines, *(csv_line(texts(row.values())) for row in rows)])) if rows else []


def _resolved(value: Any) -> Any:
    match value:
        case {"Fn::Sub": str(text)}:
            return text.replace("${Database}", DATABASE).replace("${LogsBucket}", BUCKET)
        case {"Fn::Join": [str(between), list(parts)]}:
            return between.join(map(_resolved, parts))
        case {"Fn::Base64": inner}:
            return base64.b64encode(_resolved(inner).encode()).decode()
        case dict():
            return {key: _resolved(inner) for key, inner in value.items()}
        case list():
            return [_resolved(inner) for inner in value]
    return value
