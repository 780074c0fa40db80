"""What the command `run` tells of a run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import TYPE_CHECKING

from extensions.harness.events import MalformedResult, read_result
from extensions.harness.messages import Request, Response
from extensions.harness.plain import written
from extensions.harness.rules import code_violations, log_violations, violations, warnings
from extensions.harness.rules.limits import LARGEST_CODE

if TYPE_CHECKING:
    from extensions.harness.run_command import Run


def told(run: Run) -> tuple[list[str], bool]:
    """Lines for a person, and whether CloudFront would take what came out."""
    result = _result(run)
    broken = list(_broken_rules(run))
    lines = [f"{run.function.event} of {run.function.path} on {run.engine}, {_size(run)}", ""]
    lines.append(result if isinstance(result, str) else _outcome(run, result))
    lines.append("")
    if run.microseconds:
        lines.append(f"time: {run.microseconds:.0f} µs a call")
    lines += [f"log: {line}" for line in run.outcome.log]
    lines += [f"origin: {json.dumps(call)}" for call in run.outcome.origin_calls]
    lines += [f"nobody answers: {request}" for request in run.outcome.unanswered]
    lines += [f"CloudFront refuses it, {violation}" for violation in broken]
    lines += [f"better not, {warning}" for warning in _warnings(run)]
    return lines, not isinstance(result, str) and not broken


def _result(run: Run) -> Request | Response | str:
    """What came out, or in words why there is nothing."""
    if run.outcome.error:
        return f"It fails: {run.outcome.error}"
    try:
        return read_result(run.function.event, run.function.language, run.outcome.value, run.request, run.response)
    except MalformedResult as error:
        return f"It fails: {error}"


def _outcome(run: Run, result: Request | Response) -> str:
    document = json.dumps(written(result), indent=2, ensure_ascii=False)
    if isinstance(result, Request):
        changed = "unchanged" if result == run.request else "changed"
        return f"The request goes on, {changed}:\n{document}"
    if run.response is None:
        return f"The function answers itself:\n{document}"
    return f"The response goes on, {'unchanged' if result == run.response else 'changed'}:\n{document}"


def _size(run: Run) -> str:
    size = f"{len(run.code.encode()):,}"
    return f"{size} of {LARGEST_CODE:,} bytes" if run.function.language == "javascript" else f"{size} bytes"


def _broken_rules(run: Run) -> Iterator[object]:
    if run.function.language == "javascript":
        yield from code_violations(run.code)
    if not run.outcome.error and run.outcome.value is not None:
        judged = (run.function.event, run.function.language, run.call.event, run.outcome.value)
        yield from violations(*judged, run.outcome.origin_calls)


def _warnings(run: Run) -> Iterator[object]:
    if not run.outcome.error and run.outcome.value is not None:
        yield from warnings(run.function.event, run.function.language, run.call.event, run.outcome.value)
    yield from log_violations(run.outcome.log)
