"""Work groups, databases, tables and views of a stack are those that queries use."""

from __future__ import annotations

import json

from tests.integration.localaws import edge
from tests.integration.localaws.athena.lake import Lake, packed, text_table, view
from tests.integration.localaws.workbench import Workbench


def template(bucket: str, name: str) -> str:
    """Numbers and truths are parameters, so that they arrive as texts."""
    configuration = {
        "BytesScannedCutoffPerQuery": {"Ref": "Most"},
        "EnforceWorkGroupConfiguration": "true",
        "ResultConfiguration": {"OutputLocation": f"s3://{bucket}/queries/"},
    }
    group = {"Name": name, "WorkGroupConfiguration": configuration, "RecursiveDeleteOption": True}
    catalog = {"Ref": "AWS::AccountId"}
    sql = "SELECT lower(word) AS word FROM lines"
    inputs = {
        "Lines": text_table(f"s3://{bucket}/lines/"),
        "Words": view("words", sql, name.replace("-", "_"), word="varchar"),
    }
    resources = {
        "Group": {"Type": "AWS::Athena::WorkGroup", "Properties": group},
        "Database": {
            "Type": "AWS::Glue::Database",
            "Properties": {"CatalogId": catalog, "DatabaseInput": {"Name": name.replace("-", "_")}},
        },
    } | {
        logical: {
            "Type": "AWS::Glue::Table",
            "Properties": {"CatalogId": catalog, "DatabaseName": {"Ref": "Database"}, "TableInput": table_input},
        }
        for logical, table_input in inputs.items()
    }
    return json.dumps({"Parameters": {"Most": {"Type": "Number"}}, "Resources": resources})


def test_a_stack_makes_what_a_query_needs(bench: Workbench) -> None:
    bucket, name = bench.bucket(), edge.new_token()
    stack = bench.stack(template(bucket, name), Most="20000000")
    lake = Lake(bench, bucket, bucket, name, name)
    lake.put("lines/hour=2026-11-22-01/a.gz", packed("ONE\t1\n"))
    assert lake.csv(lake.asked("SELECT word FROM words")) == '"word"\n"one"\n'
    group = bench.client("athena").get_work_group(WorkGroup=name)["WorkGroup"]
    assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 20_000_000
    assert group["Configuration"]["EnforceWorkGroupConfiguration"] is True
    bench.update_stack(stack, template(bucket, name), Most="30000000")
    group = bench.client("athena").get_work_group(WorkGroup=name)["WorkGroup"]
    assert group["Configuration"]["BytesScannedCutoffPerQuery"] == 30_000_000
    bench.client("cloudformation").delete_stack(StackName=stack)
    with edge.refused("InvalidRequestException"):
        edge.eventually(lambda: not bench.client("athena").get_work_group(WorkGroup=name))
