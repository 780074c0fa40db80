"""Write the code of the extensions into their templates, and the catalogue: `python -m extensions.catalog`.

`--check` says what would change, and changes nothing. `compose` makes one function of several of the catalogue.
"""

from __future__ import annotations

import sys
from pathlib import Path

from extensions.catalog import compose_command
from extensions.catalog.files import Refused, files
from extensions.catalog.folders import ROOT


def main(arguments: list[str], root: Path = ROOT) -> int:
    if arguments[:1] == ["compose"]:
        return compose_command.run(arguments[1:])
    try:
        written = files(root)
    except Refused as error:
        for refusal in error.refusals:
            print(refusal.told(root.parent), file=sys.stderr)
        return 1
    stale = [path for path, text in written.items() if not path.exists() or path.read_text(encoding="utf-8") != text]
    if "--check" in arguments:
        for path in stale:
            told = path.relative_to(root.parent)
            print(f"{told} is not what the extensions say; run python -m extensions.catalog", file=sys.stderr)
        return 1 if stale else 0
    for path in stale:
        path.write_text(written[path], encoding="utf-8")
        print(f"wrote {path.relative_to(root.parent)}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
