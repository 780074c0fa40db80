"""Write the contract and what is derived of it: `python -m api`; `--check` says what would change, and changes nothing."""

from __future__ import annotations

import sys
from pathlib import Path

from api.files import files
from api.routes import PROJECT


def main(arguments: list[str]) -> int:
    stale = [path for path, text in files().items() if not path.exists() or path.read_text() != text]
    if "--check" in arguments:
        for path in stale:
            print(f"{path.relative_to(PROJECT)} is not what the routes say; run python -m api", file=sys.stderr)
        return 1 if stale else 0
    written = files()
    for path in stale:
        Path(path).write_text(written[path])
        print(f"wrote {path.relative_to(PROJECT)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
