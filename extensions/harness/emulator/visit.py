"""One viewer's request on its way through a behavior."""

from __future__ import annotations

from dataclasses import dataclass

from extensions.harness.emulator.behaviors import Behavior
from extensions.harness.emulator.trace import Trace
from extensions.harness.emulator.viewers import Viewer


@dataclass(frozen=True, slots=True)
class Visit:
    behavior: Behavior
    viewer: Viewer
    trace: Trace
