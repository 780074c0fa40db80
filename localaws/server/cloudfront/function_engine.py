"""Runs the code of a CloudFront Function: by njs, from which AWS's runtime descends, or by Node where there is no njs.

njs refuses what AWS's runtime refuses; Node takes more. Each run is a process of its own, in a folder of its own, with the
keys of the function's store in a module named `cloudfront`. The helpers that choose an origin exist and do nothing.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import tempfile
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[3]
NJS_OF_THE_PROJECT = PROJECT / ".njs" / "usr" / "bin" / "njs"
SECONDS = 5
"""Only ends what would never end."""
LOG_BYTES = 10_000
"""CloudFront keeps so much of a function's log (its quotas page says 10 KB)."""
CLOUDFRONT_MODULE = """
const entries = %s;
function value(key, options) {
    if (!Object.prototype.hasOwnProperty.call(entries, key)) { throw new Error('Key not found'); }
    return options && options.format === 'json' ? JSON.parse(entries[key]) : entries[key];
}
function kvs() {
    return {
        get: async function (key, options) { return value(key, options); },
        exists: async function (key) { return Object.prototype.hasOwnProperty.call(entries, key); },
        meta: async function () { return { keyCount: Object.keys(entries).length }; },
        count: async function () { return Object.keys(entries).length; }
    };
}
function nothing() {}
export default {
    kvs: kvs, updateRequestOrigin: nothing, selectRequestOriginById: nothing, createRequestOriginGroup: nothing
};
"""
CALL = """
;(function () {
    const said = function (answer) { console.log('%(mark)s' + JSON.stringify(answer)); };
    const start = Date.now();
    const failed = function (error) { said({ error: String(error && error.stack || error), milliseconds: 0 }); };
    const done = function (value) { said({ value: value, milliseconds: Date.now() - start }); };
    try {
        Promise.resolve(handler(%(event)s)).then(done, failed);
    } catch (error) {
        failed(error);
    }
})();
"""
NODE_PRELUDE = "import { createRequire as required } from 'node:module'; const require = required(import.meta.url);"


@dataclass(frozen=True, slots=True)
class Outcome:
    value: Any
    error: str
    """Empty where the function answered."""
    logs: tuple[str, ...]
    milliseconds: float


def run(code: str, event: Mapping[str, Any], keys: Mapping[str, str]) -> Outcome:
    """One event. What is wrong with the code is an outcome too."""
    mark = f"answer {uuid.uuid4()} "
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        call = CALL % {"mark": mark, "event": json.dumps(event)}
        module = CLOUDFRONT_MODULE % json.dumps(keys)
        try:
            process = subprocess.run(
                _command(folder, code + call, module),
                cwd=folder,
                env={"PATH": os.environ.get("PATH", "")},
                capture_output=True,
                timeout=SECONDS,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return Outcome(None, "The function exceeded the time that it may take", (), SECONDS * 1000.0)
    return _outcome(process.stdout.decode(errors="replace"), process.stderr.decode(errors="replace"), mark)


def njs() -> str | None:
    """The engine's program, on PATH or as the project's set-up leaves it."""
    own = str(NJS_OF_THE_PROJECT) if NJS_OF_THE_PROJECT.exists() else None
    return shutil.which("njs") or own


def _command(folder: Path, program: str, module: str) -> list[str]:
    engine = njs()
    if engine:
        (folder / "cloudfront").write_text(module, encoding="utf-8")
        (folder / "function.js").write_text(program, encoding="utf-8")
        return [engine, "-s", "-u", "-p", str(folder), "function.js"]
    package = folder / "node_modules" / "cloudfront"
    package.mkdir(parents=True)
    (package / "package.json").write_text('{"type": "module", "main": "index.js"}', encoding="utf-8")
    (package / "index.js").write_text(module, encoding="utf-8")
    (folder / "function.mjs").write_text(NODE_PRELUDE + program, encoding="utf-8")
    return ["node", "function.mjs"]


def _outcome(output: str, complaints: str, mark: str) -> Outcome:
    said, _, answer = output.partition(mark)
    logs = tuple(said.encode()[:LOG_BYTES].decode(errors="ignore").splitlines())
    if not answer:
        wrong = complaints.strip() or said.strip().removeprefix("Thrown:\n") or "The function did not answer"
        return Outcome(None, wrong, () if not complaints.strip() else logs, 0.0)
    found = json.loads(answer.splitlines()[0])
    return Outcome(found.get("value"), found.get("error", ""), logs, float(found["milliseconds"]))
