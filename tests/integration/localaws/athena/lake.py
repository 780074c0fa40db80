"""A lake for the contract tests of Athena: a bucket of logs, a bucket for results, a database, tables and views."""

from __future__ import annotations

import gzip
import itertools
import json
from dataclasses import dataclass
from typing import Any

from localaws.server.athena import tables
from tests.integration.localaws import edge
from tests.integration.localaws.workbench import Json, Workbench

_numbers = itertools.count()
LINES = ("one\t1\n", 'two "quoted\t2\n', "three\t3\textra\n", "four\n")


def text_table(location: str, *, name: str = "lines", **parameters: str) -> Json:
    """Two columns of text and number in gzipped TSV with two header lines, one folder an hour."""
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": "hour", "Type": "string"}],
        "Parameters": {
            "skip.header.line.count": "2",
            "projection.enabled": "true",
            "projection.hour.type": "date",
            "projection.hour.range": "2020-01-01-00,2030-01-01-00",
            "projection.hour.format": "yyyy-MM-dd-HH",
            "projection.hour.interval": "1",
            "projection.hour.interval.unit": "HOURS",
            "storage.location.template": f"{location}hour=${{hour}}/",
            **parameters,
        },
        "StorageDescriptor": {
            "Location": location,
            "Columns": [{"Name": "word", "Type": "string"}, {"Name": "number", "Type": "bigint"}],
            "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
            "SerdeInfo": {
                "SerializationLibrary": tables.LAZY_SIMPLE,
                "Parameters": {"field.delim": "\t", "serialization.format": "\t"},
            },
        },
    }


def view(name: str, sql: str, database: str, **columns: str) -> Json:
    """A view as CloudFormation has it."""
    return {
        "Name": name,
        "TableType": "VIRTUAL_VIEW",
        "Parameters": {"presto_view": "true"},
        "ViewOriginalText": tables.view_text(sql, list(columns.items()), database),
        "ViewExpandedText": "/* Presto View */",
    }


def packed(*lines: str, header: str = "#Version: 1.0\n#Fields: word number\n") -> bytes:
    return gzip.compress((header + "".join(lines)).encode())


@dataclass
class Lake:
    bench: Workbench
    logs: str
    results: str
    database: str
    group: str

    def put(self, key: str, body: bytes) -> int:
        """Store an object of the logs; returns its size."""
        self.bench.client("s3").put_object(Bucket=self.logs, Key=key, Body=body)
        return len(body)

    def table(self, table_input: Json) -> None:
        self.bench.client("glue").create_table(DatabaseName=self.database, TableInput=table_input)

    def start(self, statement: str, *, client: Any = None, **more: Any) -> str:
        asked = {"QueryExecutionContext": {"Database": self.database}, "WorkGroup": self.group, **more}
        athena = client or self.bench.client("athena")
        return str(athena.start_query_execution(QueryString=statement, **asked)["QueryExecutionId"])

    def described(self, query_id: str) -> Json:
        found: Json = self.bench.client("athena").get_query_execution(QueryExecutionId=query_id)["QueryExecution"]
        return found

    def ended(self, query_id: str) -> Json:
        def over() -> Json | None:
            found = self.described(query_id)
            return found if found["Status"]["State"] in ("SUCCEEDED", "FAILED", "CANCELLED") else None

        found = edge.eventually(over, 20)
        assert found is not None
        return found

    def asked(self, statement: str, **more: Any) -> Json:
        return self.ended(self.start(statement, **more))

    def failure(self, statement: str, **more: Any) -> str:
        """Why a query fails."""
        found = self.asked(statement, **more)
        assert found["Status"]["State"] == "FAILED", found["Status"]
        assert found["Status"]["AthenaError"]["ErrorMessage"] == found["Status"]["StateChangeReason"]
        return str(found["Status"]["StateChangeReason"])

    def csv(self, execution: Json) -> str:
        """The result's object."""
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        bucket, _, key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
        return str(self.bench.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read().decode())

    def task(self, statement: str, **fields: Any) -> Json:
        """A task of a state machine that runs a statement and waits for it."""
        parameters = {
            "QueryString": statement,
            "QueryExecutionContext": {"Database": self.database},
            "WorkGroup": self.group,
        }
        resource = "arn:aws:states:::athena:startQueryExecution.sync"
        return {"Query": {"Type": "Task", "Resource": resource, "Parameters": parameters, "End": True, **fields}}


def made(bench: Workbench, **configuration: Any) -> Lake:
    """A lake with the table `lines`: three hours, of which 01 and 02 have LINES, and the view `words` over it."""
    number = next(_numbers)
    lake = Lake(bench, f"logs-{number}", f"results-{number}", f"logs_{number}", f"group-{number}")
    s3, athena, glue = bench.client("s3"), bench.client("athena"), bench.client("glue")
    for bucket in (lake.logs, lake.results):
        s3.create_bucket(Bucket=bucket)
    output = {"ResultConfiguration": {"OutputLocation": f"s3://{lake.results}/queries/"}, **configuration}
    athena.create_work_group(Name=lake.group, Configuration=output)
    glue.create_database(DatabaseInput={"Name": lake.database})
    lake.table(text_table(f"s3://{lake.logs}/lines/"))
    sql = "SELECT lower(word) AS word, number, hour FROM lines"
    lake.table(view("words", sql, lake.database, word="varchar", number="bigint", hour="varchar"))
    for hour in ("01", "02"):
        lake.put(f"lines/hour=2026-11-22-{hour}/a.gz", packed(*LINES))
    return lake


def statements_of_reading(lake: Lake) -> list[Json]:
    """What a role needs to ask a lake."""
    glue = "arn:aws:glue:us-east-1:000000000000"
    group = f"arn:aws:athena:us-east-1:000000000000:workgroup/{lake.group}"
    catalog = [f"{glue}:catalog", f"{glue}:database/{lake.database}", f"{glue}:table/{lake.database}/*"]
    return [
        {"Effect": "Allow", "Action": actions, "Resource": resources}
        for actions, resources in (
            (["athena:StartQueryExecution", "athena:GetQueryExecution", "athena:StopQueryExecution"], group),
            (["glue:GetDatabase", "glue:GetTable"], catalog),
            (["s3:GetObject"], f"arn:aws:s3:::{lake.logs}/lines/*"),
            (["s3:ListBucket"], f"arn:aws:s3:::{lake.logs}"),
            (["s3:GetBucketLocation"], f"arn:aws:s3:::{lake.results}"),
            (["s3:PutObject"], f"arn:aws:s3:::{lake.results}/queries/*"),
        )
    ]


def decoded(cause: str) -> Json:
    content: Json = json.loads(cause)
    return content
