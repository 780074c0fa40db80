"""The most memory that the embedded AWS and the functions running in it took, sampled while a block runs.

Resident memory, as Linux tells it below /proc: what processes share is counted in each of them. Elsewhere nothing is
measured.
"""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType

PROC = Path("/proc")
SECONDS_BETWEEN_SAMPLES = 0.5
PARENT, RESIDENT_PAGES = 1, 21
"""Fields of /proc/<pid>/stat that follow the command, counted from the state (proc(5))."""


@dataclass(frozen=True, slots=True)
class Memory:
    """Bytes, and how many function processes there were. The three may be of different moments."""

    server: int = 0
    functions: int = 0
    together: int = 0
    function_processes: int = 0

    def or_more(self, other: Memory) -> Memory:
        return Memory(
            max(self.server, other.server),
            max(self.functions, other.functions),
            max(self.together, other.together),
            max(self.function_processes, other.function_processes),
        )


class PeakMemory:
    """Measures one server process and its descendants until the block ends; `peak` is None where that is impossible."""

    def __init__(self, server_pid: int) -> None:
        self._server = server_pid
        self._is_over = threading.Event()
        self._thread = threading.Thread(target=self._measure, daemon=True)
        self.peak: Memory | None = None

    def __enter__(self) -> PeakMemory:
        if (PROC / str(self._server) / "stat").exists():
            self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_over.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _measure(self) -> None:
        while True:
            self.peak = (self.peak or Memory()).or_more(memory_now(self._server))
            if self._is_over.wait(SECONDS_BETWEEN_SAMPLES):
                return


def memory_now(server_pid: int) -> Memory:
    processes = dict(filter(None, map(_parent_and_bytes, PROC.iterdir())))
    functions = [
        size for pid, (_, size) in processes.items() if pid != server_pid and _descends(pid, server_pid, processes)
    ]
    server = processes.get(server_pid, (0, 0))[1]
    return Memory(server, sum(functions), server + sum(functions), len(functions))


def _parent_and_bytes(entry: Path) -> tuple[int, tuple[int, int]] | None:
    if not entry.name.isdigit():
        return None
    try:
        fields = (entry / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return None
    return int(entry.name), (int(fields[PARENT]), int(fields[RESIDENT_PAGES]) * os.sysconf("SC_PAGE_SIZE"))


def _descends(pid: int, ancestor: int, processes: dict[int, tuple[int, int]]) -> bool:
    while pid in processes:
        if pid == ancestor:
            return True
        pid = processes[pid][0]
    return False
