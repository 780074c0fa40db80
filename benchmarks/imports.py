"""A batch of import rows at ACM's rate: ImportCertificate calls come no faster than one a second, and none is for nothing.

Rates and waits run in real time (`time_scale=1`), so that a simulated second is one of this machine. There are no
distributions: the imports have their own certificates by then, and nothing else waits for its turn. A small job before the
measured one starts the functions, since cold starts queue for this machine's processors, which they don't on AWS.

    floor      = (imports - burst) / rate    nobody can be faster
    measured   = from the first successful ImportCertificate to the last
    efficiency = floor / measured
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from benchmarks import job
from localaws.instance import Instance
from tests.bundles import bundle

FUNCTIONS_AT_ONCE = 24
"""AWS would run 1,000."""
RATE = BURST = 1
"""ImportCertificate calls a second, and how many of them the embedded AWS admits at once."""


@dataclass(frozen=True, slots=True)
class Imports:
    bundles: int
    status: str
    floor_seconds: float
    measured_seconds: float
    efficiency: float
    closest_seconds: float
    """Between two imports that follow each other."""
    throttled: dict[str, int]
    """How many calls of each operation were."""
    calls_per_import: float
    """AWS calls of all kinds, but for invocations of functions."""
    acm_calls_per_import: float
    transitions_per_import: float
    invocations_per_import: float
    calls: dict[str, int]
    staged_left: int
    """Bundles that were still staged when the job had ended."""


def run(instance: Instance, outputs: dict[str, str], bundles: int) -> Imports:
    for label, count in (("first", FUNCTIONS_AT_ONCE), ("site", bundles)):
        names = _stage(instance, outputs, label, count)
        done = job.onboard(instance, outputs, f"imports-{label}", names, {"distribution": None}, column="keyBundle")
    imported = sorted(
        datetime.fromisoformat(call["time"]).timestamp()
        for call in done.calls
        if call["operation"] == "ImportCertificate" and "errorCode" not in call
    )
    floor, measured = (len(imported) - BURST) / RATE, imported[-1] - imported[0]
    throttled = Counter(f"{call['service']}:{call['operation']}" for call in done.calls if "throttled" in call)
    acm = sum(count for name, count in done.aws_calls.items() if name.startswith("acm:"))
    return Imports(
        bundles=bundles,
        status=done.execution["status"],
        floor_seconds=round(floor, 1),
        measured_seconds=round(measured, 1),
        efficiency=round(floor / measured, 3),
        closest_seconds=round(min(later - earlier for earlier, later in pairwise(imported)), 2),
        throttled=dict(throttled.most_common()),
        calls_per_import=round(done.aws_calls.total() / bundles, 2),
        acm_calls_per_import=round(acm / bundles, 2),
        transitions_per_import=round(done.transitions / bundles, 2),
        invocations_per_import=round(done.invocations / bundles, 2),
        calls=dict(sorted(done.aws_calls.items())),
        staged_left=len(instance.client("secretsmanager").list_secrets()["SecretList"]),
    )


def _stage(instance: Instance, outputs: dict[str, str], label: str, count: int) -> list[str]:
    """Stage so many bundles; their names."""
    names = []
    for number in range(count):
        name, text = f"{label}-{number:04d}", bundle(f"{label}-{number:04d}.shops.example.com").text.decode()
        names.append(f"{outputs['KeyBundlePrefix']}{name}")
        instance.client("secretsmanager").create_secret(
            Name=names[-1], SecretString=text, KmsKeyId=outputs["KeyBundleKey"]
        )
    return names
