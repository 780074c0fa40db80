"""CloudFront Functions on njs 0.7.9, whose dialect of JavaScript is the edge's."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from extensions.harness.engines.calls import TIME_LIMIT, Call, Outcome
from extensions.harness.engines.processes import LineProcess, call_document, converse

SET_UP = Path(__file__).parents[3] / ".njs/usr/bin/njs"
"""Where `make setup` puts it."""
RUNTIME = Path(__file__).with_name("runtime.js").read_text(encoding="utf-8")
MODULES = {
    "cloudfront": "import __edge from 'edge'; export default __edge.cf;",
    "edge": """\
import calls from 'calls';
const real = { console: console, global: globalThis, require: require, Buffer: Buffer };
const names = Object.getOwnPropertyNames(globalThis);
const runtime = edge({
    Buffer: real.Buffer,
    require: real.require,
    startMeasuring: () => real.console.time('time'),
    measured: () => real.console.timeEnd('time'),
});
runtime.begin(calls[0]);
runtime.surround(names, real.global);
runtime.run = async (handler) => {
    real.console.log('{"error":null}');
    for (let i = 0; i < calls.length; i++) {
        let line = await runtime.answer(handler, calls[i]);
        while (line.length > 500) {
            real.console.log('+' + line.slice(0, 500));
            line = line.slice(500);
        }
        real.console.log(line);
    }
};
export default runtime;
""",
}
BEFORE = "import __edge from 'edge'; "
AFTER = "\n__edge.run(handler);\n"


@dataclass(frozen=True, slots=True)
class Njs:
    binary: str
    time_limit: float = TIME_LIMIT
    name: str = "njs"

    def run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        outcomes: list[Outcome] = []
        while len(outcomes) < len(calls):
            outcomes += self._run(code, calls[len(outcomes) :])
        return outcomes

    def _run(self, code: str, calls: Sequence[Call]) -> list[Outcome]:
        with TemporaryDirectory() as temporary:
            folder = Path(temporary)
            given = json.dumps(json.dumps([call_document(call) for call in calls]))
            (folder / "calls").write_text(f"export default JSON.parse({given});")
            (folder / "cloudfront").write_text(MODULES["cloudfront"])
            (folder / "edge").write_text(RUNTIME + MODULES["edge"], encoding="utf-8")
            (folder / "function.js").write_text(BEFORE + code + AFTER, encoding="utf-8")
            with LineProcess([self.binary, "-s", "-u", "-p", ".", "function.js"], folder) as process:
                return converse(process, calls, self.time_limit)


def find_njs(time_limit: float = TIME_LIMIT) -> Njs | None:
    """On PATH, or where the project has it."""
    binary = shutil.which("njs") or (str(SET_UP) if SET_UP.is_file() else None)
    return Njs(binary, time_limit) if binary else None
