"""What an instance of the embedded AWS is told when it starts, read once from `LOCALAWS_*` variables."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

SIMULATED_HOUR = 3600
"""For which ACM keeps an idempotency token (its API reference)."""
SIMULATED_72_HOURS = 72 * SIMULATED_HOUR
SIMULATED_COUPLE_OF_HOURS = 2 * SIMULATED_HOUR


@dataclass(frozen=True, slots=True)
class Settings:
    """Durations called `simulated` are AWS's own seconds; multiply by `time_scale` for seconds on this machine's clock."""

    port: int
    state_directory: Path
    time_scale: float
    """Seconds of this machine per simulated second: 1 is real time, 0.0001 makes an hour pass in 0.36 s."""
    function_interpreter: str
    """The Python that runs functions: an environment with what the Lambda runtime has and nothing else."""
    validation_records_after: float
    """Simulated seconds until DescribeCertificate shows the validation records of a new certificate."""
    certificate_validation_timeout: float
    """Seconds **of this machine** after which a certificate whose records never appeared is VALIDATION_TIMED_OUT."""
    idempotency_token_lifetime: float
    """Seconds **of this machine** for which ACM knows an idempotency token: callers reckon with their own clocks."""
    challenge_minute: float
    """Seconds **of this machine** per minute for which a sign-in waits for its next answer: people give it."""
    distribution_deployment_time: float
    """Simulated seconds that a distribution stays InProgress."""
    replica_lifetime: float
    """Simulated seconds that copies of a Lambda@Edge function stay after the last distribution has let it go."""
    functions_at_once: int
    """How many functions run at a time for state machines, and as many for requests to APIs, each in a process of 36 MB."""
    functions_stay_warm: int
    """Seconds **of this machine** for which a function's processes are kept idle, all but the first."""
    rate_time_scale: float
    """Seconds of this machine per second of a request rate; 0 limits no rate."""
    quotas: Mapping[str, float]
    """Quotas of this instance that are not AWS's, by `<service code>/<name or quota code>`."""

    def wall_seconds(self, simulated: float) -> float:
        return simulated * self.time_scale


def from_environment() -> Settings:
    time_scale = float(os.environ.get("LOCALAWS_TIME_SCALE", "1"))
    return Settings(
        port=int(os.environ["LOCALAWS_PORT"]),
        state_directory=Path(os.environ["LOCALAWS_STATE_DIRECTORY"]),
        time_scale=time_scale,
        function_interpreter=os.environ["LOCALAWS_FUNCTION_INTERPRETER"],
        validation_records_after=float(os.environ.get("LOCALAWS_VALIDATION_RECORDS_AFTER", "3")),
        certificate_validation_timeout=float(
            os.environ.get("LOCALAWS_CERTIFICATE_VALIDATION_TIMEOUT", SIMULATED_72_HOURS * time_scale)
        ),
        idempotency_token_lifetime=float(
            os.environ.get("LOCALAWS_IDEMPOTENCY_TOKEN_LIFETIME", SIMULATED_HOUR * time_scale)
        ),
        challenge_minute=float(os.environ.get("LOCALAWS_CHALLENGE_MINUTE", "60")),
        distribution_deployment_time=float(os.environ.get("LOCALAWS_DISTRIBUTION_DEPLOYMENT_TIME", "240")),
        replica_lifetime=float(os.environ.get("LOCALAWS_REPLICA_LIFETIME", SIMULATED_COUPLE_OF_HOURS)),
        functions_at_once=int(os.environ.get("LOCALAWS_FUNCTIONS_AT_ONCE", "4")),
        functions_stay_warm=int(os.environ.get("LOCALAWS_FUNCTIONS_STAY_WARM", "10")),
        rate_time_scale=float(os.environ.get("LOCALAWS_RATE_TIME_SCALE", time_scale)),
        quotas=json.loads(os.environ.get("LOCALAWS_QUOTAS", "{}")),
    )
