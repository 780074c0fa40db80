"""CloudFront Functions on njs 0.7.9, whose dialect of JavaScript is the edge's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from extensions.harness.engines.calls import TIME_LIMIT, Call, Outcome
from extensions.harness.engines.processes import LineProcess, call_document, converse, in_turn

SET_UP = Path(__file__).parents[3] / ".njs/usr/bin/njs"
"""Where `make setup` puts it."""
HERE = Path(__file__).parent
WORKER = "".join((HERE / name).read_text(encoding="utf-8") for name in ("runtime.js", "njs_worker.js"))
CLOUDFRONT = "import edge from 'edge'; export default edge.cf;"
"""The module cloudfront."""
BEFORE = "import __edge from 'edge'; "
AFTER = "\n__edge.run(handler);\n"


@dataclass(frozen=True, slots=True)
class Njs:
    binary: str
    time_limit: float = TIME_LIMIT
    name: str = "njs"

    def run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        return in_turn(calls, lambda remaining: self._run(code, remaining))

    def _run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        with TemporaryDirectory() as temporary:
            folder = Path(temporary)
            given = json.dumps(json.dumps([call_document(call) for call in calls]))
            (folder / "calls").write_text(f"export default JSON.parse({given});")
            (folder / "cloudfront").write_text(CLOUDFRONT)
            (folder / "edge").write_text(WORKER, encoding="utf-8")
            (folder / "function.js").write_text(BEFORE + code + AFTER, encoding="utf-8")
            with LineProcess([self.binary, "-s", "-u", "-p", ".", "function.js"], folder) as process:
                return converse(process, calls, self.time_limit)


def find_njs(time_limit: float = TIME_LIMIT) -> Njs | None:
    """On PATH, or where the project has it."""
    binary = shutil.which("njs") or (str(SET_UP) if SET_UP.is_file() else None)
    return Njs(binary, time_limit) if binary else None
