"""Queries run as they are, over what they select, and their results are objects as Athena writes them."""

from __future__ import annotations

import gzip
from pathlib import Path

import duckdb
import pytest

from localaws.server.athena import tables
from tests.integration.localaws import edge
from tests.integration.localaws.athena.lake import LINES, Lake, made, packed, text_table, view
from tests.integration.localaws.workbench import Json, Workbench


def test_a_statement_over_a_view_of_gzipped_text_becomes_an_object(lake: Lake) -> None:
    ended = lake.asked("SELECT word, number FROM words WHERE hour = '2026-11-22-01' ORDER BY number, word")
    assert lake.csv(ended) == '"word","number"\n"one","1"\n"two ""quoted","2"\n"three","3"\n"four",\n'
    assert (
        ended["ResultConfiguration"]["OutputLocation"] == f"s3://{lake.results}/queries/{ended['QueryExecutionId']}.csv"
    )


def test_only_the_objects_of_the_selected_partitions_are_scanned(lake: Lake) -> None:
    size = len(packed(*LINES))
    for condition, hours in (
        ("hour = '2026-11-22-01'", 1),
        ("hour IN ('2026-11-22-01', '2026-11-22-02')", 2),
        ("hour >= '2026-11-22-02' AND number > 1", 1),
        ("hour = '2026-11-22-01' AND number = 1 OR hour = '2026-11-22-02' AND word = 'x'", 2),
        ("hour = '2026-11-22-09'", 0),
        ("number = 1", 2),
    ):
        ended = lake.asked(f"SELECT count(*) AS lines FROM words WHERE {condition}")  # noqa: S608
        assert ended["Statistics"]["DataScannedInBytes"] == size * hours, condition


def test_a_described_query_says_what_was_asked_and_how_long_it_took(lake: Lake) -> None:
    ended = lake.asked("SELECT 1 AS one")
    assert ended["Query"] == "SELECT 1 AS one"
    assert ended["WorkGroup"] == lake.group
    assert ended["QueryExecutionContext"] == {"Database": lake.database, "Catalog": "awsdatacatalog"}
    assert ended["StatementType"] == "DML"
    assert ended["Status"]["SubmissionDateTime"] <= ended["Status"]["CompletionDateTime"]
    assert ended["Statistics"]["TotalExecutionTimeInMillis"] >= ended["Statistics"]["EngineExecutionTimeInMillis"]
    client = lake.bench.client("athena")
    batch = client.batch_get_query_execution(QueryExecutionIds=[ended["QueryExecutionId"], "missing"])
    assert [one["Query"] for one in batch["QueryExecutions"]] == ["SELECT 1 AS one"]
    assert [one["QueryExecutionId"] for one in batch["UnprocessedQueryExecutionIds"]] == ["missing"]


def test_results_come_in_pages_of_a_thousand_rows_with_the_names_first(lake: Lake) -> None:
    ended = lake.asked(
        "SELECT i AS number, CASE WHEN i = 2 THEN NULL ELSE '' END AS text FROM range(2500) AS t(i) ORDER BY i"
    )
    client, query = lake.bench.client("athena"), ended["QueryExecutionId"]
    pages, token = [], {}
    while True:
        page = client.get_query_results(QueryExecutionId=query, **token)
        pages.append(page["ResultSet"]["Rows"])
        if "NextToken" not in page:
            break
        token = {"NextToken": page["NextToken"]}
    assert [len(page) for page in pages] == [1000, 1000, 501]
    assert pages[0][0] == {"Data": [{"VarCharValue": "number"}, {"VarCharValue": "text"}]}
    assert pages[0][3] == {"Data": [{"VarCharValue": "2"}, {}]}
    assert pages[0][4] == {"Data": [{"VarCharValue": "3"}, {"VarCharValue": ""}]}
    assert [row["Data"][0]["VarCharValue"] for page in pages for row in page][1:] == [str(i) for i in range(2500)]
    types = [(one["Name"], one["Type"]) for one in page["ResultSet"]["ResultSetMetadata"]["ColumnInfo"]]
    assert types == [("number", "bigint"), ("text", "varchar")]
    assert len(lake.csv(ended).splitlines()) == 2501


def test_a_hundred_thousand_rows_are_one_object(lake: Lake) -> None:
    ended = lake.asked("SELECT i AS number, 'row ' || i AS text FROM range(100000) AS t(i) ORDER BY i")
    lines = lake.csv(ended).splitlines()
    assert (len(lines), lines[-1]) == (100_001, '"99999","row 99999"')


@pytest.mark.parametrize(
    ("expression", "text"),
    [
        ("true", '"true"'),
        ("1e0", '"1.0"'),
        ("1.5e10", '"1.5E10"'),
        ("25e-5", '"2.5E-4"'),
        ("1234567.5e0", '"1234567.5"'),
        ("CAST(1 AS DECIMAL(5, 2))", '"1.00"'),
        ("DATE '2026-11-22'", '"2026-11-22"'),
        ("TIMESTAMP '2026-11-22 01:02:03.4'", '"2026-11-22 01:02:03.400"'),
        ("CAST(NULL AS VARCHAR)", ""),
        ("'a\"b\nc'", '"a""b\nc"'),
        ("7 / 2", '"3"'),
        ("regexp_extract('abc', 'x(.)', 1)", ""),
        ("regexp_extract('abc', 'b(.)', 1)", '"c"'),
        ("split_part('a/b', '/', 2)", '"b"'),
        ("split_part('a/b', '/', 3)", ""),
        ("to_unixtime(TIMESTAMP '2026-11-22 00:00:00')", '"1.7953056E9"'),
        ("TRY_CAST('-' AS BIGINT)", ""),
    ],
)
def test_values_are_written_as_trino_has_them(lake: Lake, expression: str, text: str) -> None:
    assert lake.csv(lake.asked(f"SELECT {expression} AS value")) == f'"value"\n{text}\n'


def test_a_column_without_a_name_is_called_after_its_place(lake: Lake) -> None:
    assert lake.csv(lake.asked("SELECT 1 AS one, count(*), sum(number) FROM lines")).startswith(
        '"one","_col1","_col2"\n'
    )


def test_the_pseudo_column_path_names_the_object(lake: Lake) -> None:
    ended = lake.asked("""SELECT DISTINCT "$path" AS path FROM lines WHERE hour = '2026-11-22-01'""")
    assert lake.csv(ended) == f'"path"\n"s3://{lake.logs}/lines/hour=2026-11-22-01/a.gz"\n'


def test_bytes_that_are_no_utf_8_are_replaced(bench: Workbench) -> None:
    lake = made(bench)
    lake.put("lines/hour=2026-11-22-05/a.gz", gzip.compress(b"#\n#\nw\xffrd\t1\n"))
    assert lake.csv(lake.asked("SELECT word FROM lines WHERE hour = '2026-11-22-05'")) == '"word"\n"w\ufffdrd"\n'


def test_what_is_no_log_is_not_read(bench: Workbench) -> None:
    lake = made(bench)
    lake.put("lines/hour=2026-11-22-05/", b"")
    lake.put("lines/hour=2026-11-22-05/_SUCCESS", b"no gzip")
    lake.put("lines/hour=2026-11-22-05/empty.gz", b"")
    lake.put("lines/hour=2026-11-22-05/header.gz", packed())
    lake.put("lines/hour=no-hour/a.gz", packed(*LINES))
    lake.put("lines/hour=2040-01-01-00/out-of-range.gz", packed(*LINES))
    assert lake.csv(lake.asked("SELECT count(*) AS n FROM lines WHERE hour NOT LIKE '2026-11-22-0_'")) == '"n"\n"0"\n'
    assert lake.csv(lake.asked("SELECT count(*) AS n FROM lines WHERE hour = '2026-11-22-05'")) == '"n"\n"0"\n'


def parquet_table(location: str) -> Json:
    """Logs by year, month, day and hour, each an integer of the projection."""
    ranges = {"year": "2020,2030", "month": "1,12", "day": "1,31", "hour": "0,23"}
    parameters = {"projection.enabled": "true"}
    for key, limits in ranges.items():
        parameters |= {f"projection.{key}.type": "integer", f"projection.{key}.range": limits}
        parameters |= {} if key == "year" else {f"projection.{key}.digits": "2"}
    folders = "/".join(f"{key}=${{{key}}}" for key in ranges)
    columns = [{"Name": name, "Type": "string"} for name in ("word", "number", "missing")]
    return {
        "Name": "parquet",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in ranges],
        "Parameters": {**parameters, "storage.location.template": f"{location}{folders}"},
        "StorageDescriptor": {
            "Location": location,
            "Columns": columns,
            "SerdeInfo": {"SerializationLibrary": tables.PARQUET},
        },
    }


def test_of_parquet_the_columns_that_are_asked_for_are_scanned_by_name(bench: Workbench, tmp_path: Path) -> None:
    lake, file = made(bench), tmp_path / "a.parquet"
    content = "SELECT 'x' || i AS other, i::VARCHAR AS number, 'w' AS Word FROM range(1000) AS t(i)"
    duckdb.execute(f"COPY ({content}) TO '{file}' (FORMAT parquet)")
    chunks = dict(
        duckdb.execute(f"SELECT path_in_schema, total_compressed_size FROM parquet_metadata('{file}')").fetchall()  # noqa: S608
    )
    footer = int.from_bytes(file.read_bytes()[-8:-4], "little") + 8
    lake.table(parquet_table(f"s3://{lake.logs}/parquet/"))
    for hour in ("01", "02"):
        lake.put(f"parquet/year=2026/month=11/day=22/hour={hour}/a.parquet", file.read_bytes())
    in_hour = "year = '2026' AND month = '11' AND day = '22' AND hour = '01'"
    asked = "word, max(missing) AS missing, sum(TRY_CAST(number AS BIGINT)) AS sum"
    ended = lake.asked(f"SELECT {asked} FROM parquet WHERE {in_hour} GROUP BY word")  # noqa: S608
    assert lake.csv(ended) == '"word","missing","sum"\n"w",,"499500"\n'
    assert ended["Statistics"]["DataScannedInBytes"] == footer + chunks["Word"] + chunks["number"]
    ended = lake.asked("SELECT count(*) AS n FROM parquet WHERE year || month || day = '20261122'")
    assert lake.csv(ended) == '"n"\n"2000"\n'
    assert ended["Statistics"]["DataScannedInBytes"] == 2 * footer


def test_an_enumerated_and_an_injected_partition(bench: Workbench) -> None:
    lake = made(bench)
    location = f"s3://{lake.logs}/sites/"
    table = text_table(location, name="sites") | {
        "PartitionKeys": [{"Name": "site", "Type": "string"}, {"Name": "kind", "Type": "string"}],
        "Parameters": {
            "projection.enabled": "true",
            "projection.site.type": "injected",
            "projection.kind.type": "enum",
            "projection.kind.values": "web,api",
            "storage.location.template": f"{location}${{site}}/${{kind}}",
        },
    }
    lake.table(table)
    for key in ("shop/web/a.gz", "shop/other/a.gz", "blog/web/a.gz"):
        lake.put(f"sites/{key}", packed("one\t1\n", header=""))
    count = "SELECT count(*) AS n, min(site) AS site FROM sites"
    assert lake.csv(lake.asked(f"{count} WHERE site = 'shop'")) == '"n","site"\n"1","shop"\n'
    assert (
        lake.csv(lake.asked(f"{count} WHERE site IN ('shop', 'blog') AND kind = 'web'")) == '"n","site"\n"2","blog"\n'
    )
    assert "CONSTRAINT_VIOLATION" in lake.failure(count)
    assert "projected partition column site" in lake.failure(f"{count} WHERE site > 'a'")


def test_partitions_that_glue_knows_are_read_where_they_lie(bench: Workbench) -> None:
    lake = made(bench)
    table = text_table(f"s3://{lake.logs}/registered/", name="registered", **{"projection.enabled": "false"})
    lake.table(table)
    storage = {**table["StorageDescriptor"], "Location": f"s3://{lake.logs}/elsewhere"}
    lake.bench.client("glue").create_partition(
        DatabaseName=lake.database,
        TableName="registered",
        PartitionInput={"Values": ["first"], "StorageDescriptor": storage},
    )
    lake.put("elsewhere/a.gz", packed(*LINES))
    assert (
        lake.csv(lake.asked("SELECT hour, count(*) AS n FROM registered GROUP BY hour")) == '"hour","n"\n"first","4"\n'
    )


def test_a_view_reads_views_and_tables_of_other_databases(bench: Workbench) -> None:
    lake, other = made(bench), made(bench)
    sql = f"SELECT w.word, count(*) AS n FROM words w JOIN {other.database}.lines o ON o.word = w.word GROUP BY 1"  # noqa: S608
    lake.table(view("pairs", sql, lake.database, word="varchar", n="bigint"))
    statement = f'SELECT * FROM "{lake.database}"."pairs" ORDER BY word LIMIT 1'  # noqa: S608
    assert other.csv(other.asked(statement)) == '"word","n"\n"four","4"\n'


def test_a_request_with_the_same_token_is_the_same_query(lake: Lake) -> None:
    token = "t" * 32
    first = lake.start("SELECT 1 AS one", ClientRequestToken=token)
    assert lake.start("SELECT 1 AS one", ClientRequestToken=token) == first
    assert lake.start("SELECT 1 AS one") != first
    with edge.refused("InvalidRequestException"):
        lake.start("SELECT 2 AS two", ClientRequestToken=token)


def test_the_configuration_of_a_work_group_is_enforced(bench: Workbench) -> None:
    lake = made(bench)
    mine = {"OutputLocation": f"s3://{lake.results}/mine/"}
    ended = lake.asked("SELECT 1 AS one", ResultConfiguration=mine)
    assert ended["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{lake.results}/queries/")
    free = made(bench, EnforceWorkGroupConfiguration=False)
    ended = free.asked("SELECT 1 AS one", ResultConfiguration=mine)
    assert ended["ResultConfiguration"]["OutputLocation"].startswith(f"s3://{lake.results}/mine/")


def test_queries_of_a_work_group_are_listed_the_last_one_first(bench: Workbench) -> None:
    lake = made(bench)
    ids = [lake.asked(f"SELECT {number} AS n")["QueryExecutionId"] for number in (1, 2, 3)]
    client = lake.bench.client("athena")
    page = client.list_query_executions(WorkGroup=lake.group, MaxResults=2)
    assert page["QueryExecutionIds"] == [ids[2], ids[1]]
    rest = client.list_query_executions(WorkGroup=lake.group, MaxResults=2, NextToken=page["NextToken"])
    assert rest["QueryExecutionIds"] == [ids[0]]
