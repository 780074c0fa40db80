"""The operations of Athena's API that are answered here; those on workgroups are MiniStack's."""

from __future__ import annotations

import itertools
import json
import uuid
from collections.abc import Callable
from typing import Any

from ministack.core.responses import AccountRegionScopedDict, get_region
from ministack.services import athena, s3, sts

from localaws.server import front_door
from localaws.server.athena import values
from localaws.server.athena.lake import Caller, lake_of
from localaws.server.athena.queries import Query, Runner
from localaws.server.aws_json import JsonService, Operation, ServiceError
from localaws.server.permissions import enforcement
from localaws.server.permissions.record import recorded
from localaws.server.permissions.required import Permission
from localaws.server.settings import Settings

Json = dict[str, Any]
INVALID = "InvalidRequestException"
LARGEST_PAGE = 1000
NO_OUTPUT = (
    "No output location provided. An output location is required either through the Workgroup result configuration "
    "setting or as an API input."
)

queries = AccountRegionScopedDict()
_tokens = AccountRegionScopedDict()
"""By the token of a request: the request, and the query that it started."""


def service(settings: Settings) -> JsonService:
    runner = Runner(settings)
    operations: dict[str, Operation] = {
        "StartQueryExecution": lambda request: start(request, settings, runner),
        "GetQueryExecution": lambda request: {"QueryExecution": found(request).described()},
        "BatchGetQueryExecution": _several,
        "ListQueryExecutions": _list,
        "GetQueryResults": results,
        "StopQueryExecution": _stop,
        "GetWorkGroup": _work_group,
    }
    stock: dict[str, Callable[[Json], Any]] = {
        "CreateWorkGroup": athena._create_workgroup,
        "UpdateWorkGroup": athena._update_workgroup,
        "DeleteWorkGroup": athena._delete_workgroup,
        "ListWorkGroups": athena._list_workgroups,
        "TagResource": athena._tag_resource,
        "UntagResource": athena._untag_resource,
        "ListTagsForResource": athena._list_tags_for_resource,
    }
    operations |= {name: _of_ministack(operation) for name, operation in stock.items()}
    return JsonService("athena", operations, refusal=INVALID)


def forget() -> None:
    for query in list(queries._data.values()):
        query.stop()
    queries._data.clear()
    _tokens._data.clear()


def start(request: Json, settings: Settings, runner: Runner) -> Json:
    token = request.get("ClientRequestToken")
    if token in _tokens:
        known, query_id = _tokens[token]
        if known != request:
            raise ServiceError(INVALID, "Idempotent parameters do not match")
        return {"QueryExecutionId": query_id}
    query = _query(request, settings)
    caller, endpoint, region = _caller(), f"http://127.0.0.1:{settings.port}", get_region()
    queries[query.id] = query
    if token:
        _tokens[token] = (request, query.id)
    runner.start(query, lambda: lake_of(endpoint, region, caller))
    return {"QueryExecutionId": query.id}


def _query(request: Json, settings: Settings) -> Query:
    name = request.get("WorkGroup", "primary")
    group = work_group(name)
    if group["State"] != "ENABLED":
        raise ServiceError(INVALID, f"WorkGroup {name} is disabled.")
    context = request.get("QueryExecutionContext", {})
    if context.get("Catalog", "AwsDataCatalog").lower() != "awsdatacatalog":
        raise ServiceError(INVALID, f"the embedded AWS has no catalog {context['Catalog']}")
    configuration = group["Configuration"]
    own, given = configuration.get("ResultConfiguration") or {}, request.get("ResultConfiguration") or {}
    is_enforced = _truth(configuration.get("EnforceWorkGroupConfiguration", True))
    used = own if is_enforced and own.get("OutputLocation") else {**own, **given}
    if not used.get("OutputLocation"):
        raise ServiceError(INVALID, NO_OUTPUT)
    _check_bucket(used["OutputLocation"])
    query_id = str(uuid.uuid4())
    cutoff = configuration.get("BytesScannedCutoffPerQuery")
    folder = settings.state_directory / "athena" / query_id
    folder.mkdir(parents=True)
    return Query(
        id=query_id,
        statement=request["QueryString"],
        database=context.get("Database", "default").lower(),
        workgroup=name,
        output=f"{used['OutputLocation'].rstrip('/')}/{query_id}.csv",
        encryption=used.get("EncryptionConfiguration") or {},
        most_bytes=None if cutoff is None else int(cutoff),
        folder=folder,
    )


def _check_bucket(location: str) -> None:
    bucket = location.removeprefix("s3://").partition("/")[0]
    permission = Permission("s3:GetBucketLocation", f"arn:aws:s3:::{bucket}")
    principal = enforcement.principal_of(_access_key())
    if principal is not None:
        decision = enforcement.decided(principal, permission)
        is_denied = decision.decision != "Allow"
        recorded(principal, permission, decision if is_denied else None)
        if is_denied:
            raise ServiceError(INVALID, f"Unable to verify/create output bucket {bucket}")
    if not location.startswith("s3://") or bucket not in s3._buckets:
        raise ServiceError(INVALID, f"Unable to verify/create output bucket {bucket}")


def work_group(name: str) -> Json:
    athena._ensure_default_workgroup()
    if name not in athena._workgroups:
        raise ServiceError(INVALID, f"WorkGroup {name} is not found.")
    group: Json = athena._workgroups[name]
    return group


def _work_group(request: Json) -> Json:
    group = work_group(request["WorkGroup"])
    configuration = {key: value for key, value in group["Configuration"].items() if value is not None}
    for key in ("EnforceWorkGroupConfiguration", "PublishCloudWatchMetricsEnabled", "RequesterPaysEnabled"):
        if key in configuration:
            configuration[key] = _truth(configuration[key])
    if "BytesScannedCutoffPerQuery" in configuration:
        configuration["BytesScannedCutoffPerQuery"] = int(configuration["BytesScannedCutoffPerQuery"])
    described = {key: group[key] for key in ("Name", "State", "Description", "CreationTime") if group.get(key)}
    return {"WorkGroup": {**described, "Configuration": configuration}}


def found(request: Json) -> Query:
    query_id = request["QueryExecutionId"]
    if query_id not in queries:
        raise ServiceError(INVALID, f"QueryExecution {query_id} was not found")
    query: Query = queries[query_id]
    return query


def _several(request: Json) -> Json:
    ids = request["QueryExecutionIds"]
    missing = [
        {"QueryExecutionId": one, "ErrorCode": "INVALID_INPUT", "ErrorMessage": f"QueryExecution {one} was not found"}
        for one in ids
        if one not in queries
    ]
    present = [queries[one].described() for one in ids if one in queries]
    return {"QueryExecutions": present, "UnprocessedQueryExecutionIds": missing}


def _list(request: Json) -> Json:
    name = request.get("WorkGroup", "primary")
    work_group(name)
    listed = sorted((one for one in queries.values() if one.workgroup == name), key=lambda one: -one.submitted)
    first, size = _place(request), request.get("MaxResults", 50)
    page = {"QueryExecutionIds": [one.id for one in listed[first : first + size]]}
    return page if len(listed) <= first + size else {**page, "NextToken": str(first + size)}


def results(request: Json) -> Json:
    """A page of at most 1,000 rows; the names of the columns are the first row of the first page."""
    query = found(request)
    if query.state == "FAILED":
        raise ServiceError(INVALID, f"Query did not finish successfully. Final query state: {query.state}")
    if query.state != "SUCCEEDED":
        raise ServiceError(INVALID, f"Query has not yet finished. Current state: {query.state}")
    first, size = _place(request), request.get("MaxResults", LARGEST_PAGE)
    header = [[name for name, _ in query.columns]] if first == 0 else []
    begin = max(0, first - 1)
    with query.rows_file.open(encoding="utf-8") as lines:
        rows = [json.loads(line) for line in itertools.islice(lines, begin, begin + size - len(header))]
    data = [{"Data": [{} if value is None else {"VarCharValue": value} for value in row]} for row in header + rows]
    columns = [values.column_info(*column) for column in query.columns]
    page: Json = {"UpdateCount": 0, "ResultSet": {"Rows": data, "ResultSetMetadata": {"ColumnInfo": columns}}}
    is_last = first + size >= query.row_count + 1
    return page if is_last else {**page, "NextToken": str(first + size)}


def _stop(request: Json) -> None:
    found(request).stop()


def _place(request: Json) -> int:
    token = request.get("NextToken", "0")
    if not token.isdigit():
        raise ServiceError(INVALID, "Invalid NextToken")
    return int(token)


def _caller() -> Caller:
    key = _access_key()
    session = sts._sessions.get(key) or {}
    return Caller(key, session.get("SecretAccessKey") or "test", session.get("SessionToken"))


def _access_key() -> str:
    call = front_door.current()
    return (call.request.access_key if call else None) or "test"


def _truth(value: object) -> bool:
    return str(value).lower() == "true"


def _of_ministack(operation: Callable[[Json], Any]) -> Operation:
    def perform(request: Json) -> Json:
        athena._ensure_default_workgroup()
        status, _, body = operation(request)
        answer: Json = json.loads(body or b"{}")
        if status >= 400:
            raise ServiceError(str(answer.get("__type", INVALID)), str(answer.get("message", "")), status)
        return answer

    return perform
