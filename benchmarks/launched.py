"""Runs a command and prints, in a last line, what it took: `launched.py <command> <argument> …`.

This is a process of its own and imports next to nothing: to Linux, what a process had before it became another program counts
as that program's memory. So no figure is below the few megabytes of this one.
"""

from __future__ import annotations

import json
import os
import sys
import time

KIBIBYTE = 1024
"""What wait4(2) tells memory in."""


def main(command: list[str]) -> int:
    began = time.monotonic()
    process = os.posix_spawnp(command[0], command, os.environ)
    _, status, usage = os.wait4(process, 0)
    taken = {
        "cpuSeconds": usage.ru_utime + usage.ru_stime,
        "wallSeconds": time.monotonic() - began,
        "peakBytes": usage.ru_maxrss * KIBIBYTE,
    }
    print(json.dumps(taken))
    return os.waitstatus_to_exitcode(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
