"""The pytest plugin that reports what the roles were denied and what they may do and never did, and fails a run for either.

A denial counts in any selection of the tests. What was never used counts when the whole of this folder ran.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from localaws import permissions
from localaws.instance import Instance
from localaws.permissions import Grant
from tests.reports.unused_permissions import reason_for

EXPECTED_DENIALS = {
    "table/no-such-table": "a test takes the table away; on AWS too, no role may look for another",
    "s3:::logs-of-somebody-else": "a test goes back to a version whose log files go to a bucket that is not the stack's",
    "key-bundles/for-nobody-else": "a test tries to read or write a staged bundle as somebody else",
}
"""By the end of the resource: what is denied because a test wants it so."""
STRANGER = "user/stranger"
"""A machine that the tests of the APIs make without any permission: what it is denied, it is denied on purpose."""


class UseOfPermissions:
    def __init__(self, is_whole: Callable[[], bool]) -> None:
        self._is_whole = is_whole
        self._grants: dict[tuple[str, str, int], Grant] = {}
        """By role, action, and which of the role's grants of that action it is: names differ from instance to instance."""
        self._used: set[tuple[str, str, int]] = set()
        self._decisions: list[dict[str, Any]] = []

    def note(self, instance: Instance) -> None:
        """Take up what the roles of a running instance may do, and what they did."""
        decisions, numbers = permissions.decisions(instance), Counter[tuple[str, str]]()
        given = permissions.grants(instance)
        unused = set(permissions.never_used(given, decisions))
        for grant in given:
            kind = (grant.template_name, grant.action)
            numbers[kind] += 1
            key = (*kind, numbers[kind])
            self._grants.setdefault(key, grant)
            if grant not in unused:
                self._used.add(key)
        self._decisions += decisions

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if session.exitstatus == pytest.ExitCode.OK and (self._denials() or self._unexplained()):
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if not self._grants:
            return
        terminalreporter.section("permissions")
        for denial in self._denials():
            terminalreporter.write_line(f"DENIED: {permissions.in_words(denial)}", red=True)
        unused = self._unused()
        terminalreporter.write_line(f"{len(self._grants)} are given, {len(self._grants) - len(unused)} were used")
        for grant in unused if self._is_whole() else ():
            terminalreporter.write_line(f"{permissions.never(grant)}: {reason_for(grant) or 'no reason'}")
        if self._unexplained():
            terminalreporter.write_line(
                "FAILED: take away what has no reason, or give it one in unused_permissions.py.", red=True
            )

    def _denials(self) -> Sequence[Mapping[str, Any]]:
        denied = permissions.denials(self._decisions)
        return [
            one
            for one in denied
            if not one["resource"].endswith(tuple(EXPECTED_DENIALS)) and STRANGER not in str(one["because"])
        ]

    def _unused(self) -> list[Grant]:
        return [grant for key, grant in self._grants.items() if key not in self._used]

    def _unexplained(self) -> list[Grant]:
        return [grant for grant in self._unused() if not reason_for(grant)] if self._is_whole() else []
