"""The statement of a refresh on log files, and the reading of its result, each in a process of its own that tells what it took.

python -m benchmarks.log_scan count <root> standard|legacy <hours> <result>
python -m benchmarks.log_scan read <result>
"""

from __future__ import annotations

import json
import sys
import time
from itertools import islice
from pathlib import Path
from typing import Any

from benchmarks.log_files import asked_domains, folders, known_domains
from benchmarks.log_items import Stored
from cloudfront_extensions.metrics.domain_figures import figures
from cloudfront_extensions.metrics.result_rows import read_rows
from cloudfront_extensions.metrics.sources import Source
from cloudfront_extensions.metrics.statement import statement
from localaws.server.athena.local import LocalLake
from localaws.server.athena.values import csv_line, texts
from tests.integration.logs.catalog import BUCKET, DATABASE, definitions

MEMORY = "256MB"
"""What the engine may take at most of tables and groups. Readers of Parquet and what is beside the engine come on top of it."""
ROWS_AT_ONCE = 5_000


def count(root: Path, source: Source, hours: int, result: Path) -> dict[str, Any]:
    """All folders in one statement, whose result is written as Athena writes it. The writing is not counted as scanning."""
    rows, writing = 0, 0.0
    began = time.process_time()
    with LocalLake(definitions(), {BUCKET: root}, memory=MEMORY) as lake:
        engine = lake.engine()
        with engine.answer(statement(folders(source, hours), DATABASE), DATABASE) as answer, result.open("w") as out:
            out.write(csv_line([name for name, _ in answer.columns]))
            while some := list(islice(answer.rows, ROWS_AT_ONCE)):
                written_from = time.process_time()
                out.writelines(csv_line(texts(row)) for row in some)
                writing += time.process_time() - written_from
                rows += len(some)
            scanned = answer.scanned_bytes
    return {"cpuSeconds": time.process_time() - began - writing, "rows": rows, "scannedBytes": scanned}


def read(result: Path) -> dict[str, Any]:
    """The figures of all domains, and then the items in which they are stored."""
    began = time.process_time()
    storing, stored = 0.0, Stored(asked_domains())
    with result.open(encoding="utf-8", newline="") as lines:
        for of_domain in figures(read_rows(lines), known_domains()):
            storing_from = time.process_time()
            stored.add(of_domain)
            storing += time.process_time() - storing_from
    seconds = time.process_time() - began - storing
    return {"cpuSeconds": seconds, "storingCpuSeconds": storing, **stored.told()}


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["count", root, source, hours, result]:
            print(json.dumps(count(Path(root), Source(source), int(hours), Path(result))))
        case ["read", result]:
            print(json.dumps(read(Path(result))))
        case _:
            sys.exit(__doc__)
