"""The log files that are measured: the same requests as standard logs v2 and v1, kept in build/bench-logs for the next run."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from cloudfront_extensions.metrics.columns import FIELDS
from cloudfront_extensions.metrics.known_domains import KnownDomains
from cloudfront_extensions.metrics.sources import Folder, Source, folder_at
from localaws.instance import PROJECT
from logs.distributions import EXAMPLES

KEPT = PROJECT / "build" / "bench-logs"
SOURCES = (Source.STANDARD, Source.LEGACY)
START = datetime(2026, 11, 22, tzinfo=UTC)
HOURS = 4
GENERATOR = ("requests.py", "files.py", "distributions.py")


def log_files(lines: int, hours: int = HOURS) -> Path:
    """The folder that stands for the logs bucket, with so many lines of each kind in so many hours, made where it is not."""
    root = place_of(lines, hours)
    mark, made_by = root / "made-by", _generator()
    if mark.exists() and mark.read_text(encoding="utf-8") == made_by:
        return root
    shutil.rmtree(root, ignore_errors=True)
    making = [subprocess.Popen(_command(root, source, lines, hours), stdout=subprocess.DEVNULL) for source in SOURCES]
    ended = [each.wait() for each in making]
    if any(ended):
        raise RuntimeError(f"no log files in {root}: the generator failed; what it said stands above")
    mark.write_text(made_by, encoding="utf-8")
    return root


def place_of(lines: int, hours: int = HOURS) -> Path:
    return KEPT / f"{lines}-lines-{hours}-hours"


def _command(root: Path, source: Source, lines: int, hours: int) -> list[str]:
    amount = ["--lines", str(lines), "--hours", str(hours), "--start", f"{START:%Y-%m-%d-%H}"]
    return [sys.executable, "-m", "logs", "generate", "--out", str(root), "--source", source, *amount]


def folders(source: Source, hours: int = HOURS) -> list[Folder]:
    return [folder_at(source, START.replace(hour=hour)) for hour in range(hours)]


def files(root: Path, folder: Folder) -> list[Path]:
    return sorted((root / folder.prefix).iterdir())


def known_domains() -> KnownDomains:
    return KnownDomains(
        {
            "distributionId": one.id,
            "edgeDomain": one.edge_domain,
            "aliases": [host for host in one.hosts if host != one.edge_domain],
        }
        for one in EXAMPLES
    )


def asked_domains() -> set[str]:
    """The domains that requests are made up for: aliases, and the id of a distribution without one."""
    return {one.id if host == one.edge_domain else host for one in EXAMPLES for host in one.hosts}


def _generator() -> str:
    """What the files are made by: other code makes other files."""
    code = b"".join((PROJECT / "logs" / name).read_bytes() for name in GENERATOR)
    return hashlib.sha256(code + repr(FIELDS).encode()).hexdigest()
