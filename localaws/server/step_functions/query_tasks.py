"""A task that starts a query of Athena and waits for it (`athena:startQueryExecution.sync`).

MiniStack has no such task. The query's description is the task's result, and, when the query does not succeed, the cause of
States.TaskFailed. A query that is told to stay in the queue stays there for AWS's time, and the task's TimeoutSeconds pass
with it, at the instance's speed. An execution that ends without success stops the queries that it waits for.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from ministack.services import stepfunctions

from localaws.server.athena import operations
from localaws.server.athena.queries import Query
from localaws.server.permissions import tasks
from localaws.server.permissions.required import Permission
from localaws.server.seams import wrap
from localaws.server.settings import Settings
from localaws.server.step_functions import execution_status, service_tasks, state_visits
from localaws.server.step_functions.state_visits import Visit
from localaws.server.step_functions.task_timeouts import timeouts_of

RESOURCE = "arn:aws:states:::athena:startQueryExecution.sync"
QUERIES = "queryExecutions"
"""Key in MiniStack's record of an execution: the queries that it waits for."""

Json = dict[str, Any]


def install(settings: Settings) -> None:
    def with_queries(stock: Callable[[str, Any], Any]) -> Callable[[str, Any], Any]:
        def invoke(resource: str, task_input: Any) -> Any:
            visit = state_visits.current()
            if resource != RESOURCE or visit is None:
                return stock(resource, task_input)
            return start_and_wait(task_input, visit, settings)

        return invoke

    wrap(stepfunctions, "_invoke_resource", with_queries)
    execution_status.at_end.append(stop_queries)


def start_and_wait(task_input: Any, visit: Visit, settings: Settings) -> Json:
    """The query's description once it has succeeded. Raises States.TaskFailed caused by it, and States.Timeout."""
    query_id = service_tasks.called("athena", "startQueryExecution", task_input)["QueryExecutionId"]
    query: Query = operations.queries[query_id]
    visit.execution.setdefault(QUERIES, []).append(query)
    try:
        if not query.ended.wait(_seconds_to_wait(query, visit, settings)):
            _stop(query, visit.execution)
            raise stepfunctions._ExecutionError("States.Timeout", "")
    finally:
        visit.execution[QUERIES].remove(query)
    tasks.needs(Permission("athena:GetQueryExecution", work_group_of(query, visit.execution)), visit.execution)
    described = in_milliseconds(query.described())
    if query.state != "SUCCEEDED":
        raise stepfunctions._ExecutionError("States.TaskFailed", json.dumps(described))
    return {"QueryExecution": described}


def stop_queries(execution: Json) -> None:
    if execution["status"] != "SUCCEEDED":
        for query in list(execution.get(QUERIES, [])):
            _stop(query, execution)


def work_group_of(query: Query, execution: Json) -> str:
    region, account = execution["stateMachineArn"].split(":")[3:5]
    return f"arn:aws:athena:{region}:{account}:workgroup/{query.workgroup}"


def in_milliseconds(described: Json) -> Json:
    """Times as a task has them."""
    status = {
        name: round(value * 1000) if name.endswith("DateTime") else value for name, value in described["Status"].items()
    }
    return {**described, "Status": status}


def _seconds_to_wait(query: Query, visit: Visit, settings: Settings) -> float | None:
    """Seconds of this machine until the task has timed out; None: it waits for ever."""
    timeout = timeouts_of(visit.definition, visit.input, visit.context).get("TimeoutSeconds")
    if timeout is None:
        return None
    queued = query.outcome.queued_seconds if query.outcome else 0
    if queued >= timeout:
        return settings.wall_seconds(timeout)
    return settings.wall_seconds(queued) + timeout - (time.time() - query.submitted)


def _stop(query: Query, execution: Json) -> None:
    if tasks.is_allowed(Permission("athena:StopQueryExecution", work_group_of(query, execution)), execution):
        query.stop()
