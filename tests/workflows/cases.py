"""Names for one test, that no other test has."""

from __future__ import annotations

import itertools
import re
from dataclasses import dataclass

LONGEST_JOB_ID = 48
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Case:
    job_id: str
    domain: str
    """A registered domain; its hosts are the test's."""

    def host(self, label: str) -> str:
        return f"{label}.{self.domain}"


def new_case(name: str) -> Case:
    """`name` says in the job's id whose it is."""
    number = next(_numbers)
    words = re.sub(r"[^A-Za-z0-9]+", "-", name.removeprefix("test_")).strip("-")
    return Case(f"{words[: LONGEST_JOB_ID - 5]}-{number}", f"customer-{number}.example.com")
