"""A few metrics of v1 log files, counted as a script would: `python -m benchmarks.log_python <root> <hours> <most seconds>`."""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path

from benchmarks.log_files import files, folders
from cloudfront_extensions.metrics.sources import Source

SENT_BYTES, STATUS, HOST, TAKEN, RESULT = 3, 8, 15, 18, 22


def count(root: Path, hours: int, most_seconds: float) -> int:
    """Requests, bytes, time and hits by five minutes and host, and requests by status: the lines that there was time for."""
    requests, hits, status = Counter[tuple[str, str]](), Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    sent, taken = defaultdict[tuple[str, str], int](int), defaultdict[tuple[str, str], float](float)
    lines, began = 0, time.process_time()
    for path in (path for folder in folders(Source.LEGACY, hours) for path in files(root, folder)):
        if time.process_time() - began > most_seconds:
            break
        with gzip.open(path, "rt", encoding="utf-8", errors="replace", newline="\n") as opened:
            for line in opened:
                if line.startswith("#"):
                    continue
                fields = line.rstrip("\n").split("\t")
                host = fields[HOST].lower().partition(":")[0]
                clock = fields[1]
                cell = f"{fields[0]} {clock[:3]}{int(clock[3:5]) // 5 * 5:02}", host
                requests[cell] += 1
                status[host, fields[STATUS]] += 1
                if fields[SENT_BYTES] != "-":
                    sent[cell] += int(fields[SENT_BYTES])
                if fields[TAKEN] != "-":
                    taken[cell] += float(fields[TAKEN])
                hits[cell] += fields[RESULT].endswith("Hit")
                lines += 1
    return lines


if __name__ == "__main__":
    print(json.dumps({"lines": count(Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]))}))
