"""Distributed Map: the parts of it that MiniStack leaves out.

Adds MaxConcurrencyPath, ToleratedFailureCountPath and ToleratedFailurePercentagePath, ItemBatcher and ResultWriter;
each child has a context of its own; a Map Run that has failed stops its children and starts no more. JSONPath only.
"""

from __future__ import annotations

import contextvars
import copy
import json
import threading
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

from ministack.core.responses import new_uuid, now_iso
from ministack.services import stepfunctions

from localaws.server.settings import Settings
from localaws.server.step_functions import execution_status, map_results
from localaws.server.step_functions.payload_limit import json_bytes

Json = dict[str, Any]

CHILDREN_AT_ONCE = 64
"""Where the state sets no MaxConcurrency. AWS runs up to 10,000; threads that wait are cheap, but not that cheap."""
MOST_BATCH_BYTES = 262_144
COUNTS = (
    "pending",
    "running",
    "succeeded",
    "failed",
    "timedOut",
    "aborted",
    "total",
    "resultsWritten",
    "failuresNotRedrivable",
    "pendingRedrive",
)


def install(settings: Settings) -> None:
    stepfunctions._run_distributed_map = run_distributed_map


def run_distributed_map(
    state: Json, state_input: Any, effective: Any, processor: Json, execution: Json, context: Json
) -> tuple[Any, str | None]:
    """Run the state: returns its output and the name of the next state. Raises its errors as MiniStack's."""
    if stepfunctions._state_query_language(state, context) != "JSONPath":
        raise stepfunctions._ExecutionError("States.Runtime", "the embedded AWS has no Distributed Map in JSONata")
    writer = map_results.destination(state, effective, context)
    inputs = batches(state, child_inputs(state, effective, context), effective, context)
    run = MapRun(state, processor, execution, context, Limits.of(state, effective, context), len(inputs))
    stepfunctions._map_runs[run.arn] = run.record
    stepfunctions._add_event(execution, "MapRunStarted", {"mapRunStartedEventDetails": {"mapRunArn": run.arn}})
    run.run(inputs)
    exceeded = run.record["status"] == "FAILED"
    stepfunctions._add_event(execution, "MapRunFailed" if exceeded else "MapRunSucceeded")
    result: Any = [json.loads(child["output"]) if child["status"] == "SUCCEEDED" else None for child in run.children]
    if writer is not None:
        result = map_results.write(writer, run.arn, run.children)
    if exceeded:
        cause = "The specified tolerated failure threshold was exceeded"
        raise stepfunctions._ExecutionError("States.ExceedToleratedFailureThreshold", cause)
    result = stepfunctions._apply_result_selector(state, result)
    output = stepfunctions._apply_result_path(state, state_input, result)
    return stepfunctions._apply_output_path(state, output, context), stepfunctions._next_or_end(state)


def child_inputs(state: Json, effective: Any, context: Json) -> list[Any]:
    """The items, read and selected."""
    if "ItemReader" in state:
        items = stepfunctions._read_map_items(state["ItemReader"], effective, context)
    else:
        items = stepfunctions._resolve_path_or_ctx(state.get("ItemsPath", "$"), effective, context)
    if not isinstance(items, list):
        raise stepfunctions._ExecutionError("States.Runtime", "The items of a Map state must be an array")
    selector = state.get("ItemSelector") or state.get("Parameters")
    if selector is None:
        return items
    selected = []
    for index, item in enumerate(items):
        item_context = {**context, "Map": {"Item": {"Index": index, "Value": item}}}
        selected.append(stepfunctions._resolve_params_obj(selector, effective, item_context))
    return selected


def batches(state: Json, items: list[Any], effective: Any, context: Json) -> list[Any]:
    """Items in groups of `{"Items": [...], "BatchInput": ...}` as the ItemBatcher says; without one, the items."""
    batcher = state.get("ItemBatcher")
    if batcher is None:
        return items
    most_items = looked_up(batcher, "MaxItemsPerBatch", effective, context, default=len(items))
    most_bytes = looked_up(batcher, "MaxInputBytesPerBatch", effective, context, default=MOST_BATCH_BYTES)
    shared = {}
    if "BatchInput" in batcher:
        shared = {"BatchInput": stepfunctions._resolve_params_obj(batcher["BatchInput"], effective, context)}
    groups: list[Json] = []
    for item in items:
        last = groups[-1] if groups else None
        larger = {**shared, "Items": [*last["Items"], item]} if last else {}
        if last and len(last["Items"]) < most_items and json_bytes(larger) <= most_bytes:
            groups[-1] = larger
        else:
            groups.append({**shared, "Items": [item]})
    return list(groups)


def looked_up(definition: Mapping[str, Any], name: str, effective: Any, context: Json, default: int | None) -> Any:
    """A number of a state that may be written as such or as a path (`<name>Path`) to it."""
    if path := definition.get(f"{name}Path"):
        return stepfunctions._resolve_path_or_ctx(path, effective, context)
    return definition.get(name, default)


@dataclass(frozen=True, slots=True)
class Limits:
    """How many children run at once (0: no limit), and how many may fail: a count, a percentage, or none."""

    concurrency: int
    tolerated_count: int | None
    tolerated_percentage: float | None

    @classmethod
    def of(cls, state: Json, effective: Any, context: Json) -> Limits:
        return cls(
            concurrency=looked_up(state, "MaxConcurrency", effective, context, default=0),
            tolerated_count=looked_up(state, "ToleratedFailureCount", effective, context, default=None),
            tolerated_percentage=looked_up(state, "ToleratedFailurePercentage", effective, context, default=None),
        )

    def exceeded(self, failed: int, total: int) -> bool:
        if self.tolerated_count is None and self.tolerated_percentage is None:
            return failed > 0
        too_many = self.tolerated_count is not None and failed > self.tolerated_count
        too_large = self.tolerated_percentage is not None and failed * 100 > self.tolerated_percentage * total
        return too_many or too_large


@dataclass(slots=True)
class MapRun:
    """One run of the state: its children and what DescribeMapRun tells of it."""

    state: Json
    processor: Json
    execution: Json
    context: Json
    limits: Limits
    total: int
    children: list[Json] = field(default_factory=list)
    record: Json = field(default_factory=dict)
    _counting: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        label = self.state.get("Label") or new_uuid()
        arn = self.execution["stateMachineArn"]
        counts = dict.fromkeys(COUNTS, 0) | {"total": self.total, "pending": self.total}
        self.record.update(
            mapRunArn=f"{arn.replace(':stateMachine:', ':mapRun:')}/{label}:{new_uuid()}",
            executionArn=self.execution["executionArn"],
            status="RUNNING",
            startDate=now_iso(),
            maxConcurrency=self.limits.concurrency,
            toleratedFailurePercentage=self.limits.tolerated_percentage or 0,
            toleratedFailureCount=self.limits.tolerated_count or 0,
            itemCounts=counts,
            executionCounts=dict(counts),
            redriveCount=0,
            _stateMachineArn=f"{arn}/{label}",
        )

    @property
    def arn(self) -> str:
        return str(self.record["mapRunArn"])

    def run(self, inputs: Sequence[Any]) -> None:
        """Run one child an input, and set the run's status."""
        self.children = [self._child(child_input) for child_input in inputs]
        at_once = self.limits.concurrency or min(self.total, CHILDREN_AT_ONCE) or 1
        with ThreadPoolExecutor(max_workers=at_once) as pool:
            for child in self.children:
                pool.submit(contextvars.copy_context().run, self._run_child, child)
        failed = self.limits.exceeded(self.record["itemCounts"]["failed"], self.total)
        self.record.update(status="FAILED" if failed else "SUCCEEDED", stopDate=now_iso())

    def _child(self, child_input: Any) -> Json:
        state_machine_arn, name = self.record["_stateMachineArn"], new_uuid()
        return {
            "executionArn": f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:{name}",
            "stateMachineArn": state_machine_arn,
            "name": name,
            "status": "PENDING",
            "startDate": None,
            "stopDate": None,
            "input": json.dumps(child_input),
            "output": None,
            "mapRunArn": self.arn,
            "events": [],
        }

    def _run_child(self, child: Json) -> None:
        if self.execution["status"] != "RUNNING" or self._is_over():
            self._count("pending", "aborted")
            return
        child.update(status="RUNNING", startDate=now_iso())
        stepfunctions._executions[child["executionArn"]] = child
        execution_status.adopt(self.execution, child)
        self._count("pending", "running")
        try:
            started = {"input": child["input"], "roleArn": self.context["Execution"].get("RoleArn")}
            stepfunctions._add_event(child, "ExecutionStarted", {"executionStartedEventDetails": started})
            output = stepfunctions._run_sub_machine(
                self.processor["States"],
                self.processor["StartAt"],
                json.loads(child["input"]),
                child,
                self._context_of(child),
            )
            self._end(child, "SUCCEEDED", output=json.dumps(output))
        except stepfunctions._ExecutionError as error:
            self._end(child, "FAILED", error=error.error, cause=error.cause)
        except Exception as error:  # noqa: BLE001 - the end of a child's thread: what went wrong becomes its status
            self._end(child, "FAILED", error="States.Runtime", cause=repr(error))

    def _context_of(self, child: Json) -> Json:
        inherited = {name: value for name, value in self.context.items() if name not in ("Map", "State", "Task")}
        own = {"Id": child["executionArn"], "Name": child["name"], "StartTime": child["startDate"]}
        return {
            **copy.deepcopy(inherited),
            "Execution": {**self.context["Execution"], **own, "Input": json.loads(child["input"])},
        }

    def _end(self, child: Json, status: str, **outcome: str) -> None:
        """Record how a child ended, unless it was stopped meanwhile; and stop the others when too many have failed."""
        if child["status"] == "RUNNING":
            child.update(outcome, status=status, stopDate=now_iso())
            stepfunctions._add_event(child, f"Execution{status.capitalize()}")
            execution_status.ended(child)
        self._count("running", child["status"].lower())
        if child["status"] == "FAILED" and self._is_over():
            for other in self.children:
                if other["status"] == "RUNNING":
                    stepfunctions._stop_execution({"executionArn": other["executionArn"]})

    def _is_over(self) -> bool:
        return self.limits.exceeded(self.record["itemCounts"]["failed"], self.total)

    def _count(self, before: str, after: str) -> None:
        with self._counting:
            for counts in (self.record["itemCounts"], self.record["executionCounts"]):
                counts[before] -= 1
                counts[after] += 1
