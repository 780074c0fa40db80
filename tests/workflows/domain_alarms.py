"""Alarms of one domain as a user deploys them, and metrics for them to look at."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from localaws.control import control
from localaws.deployment import outputs
from tests.templates import PROJECT
from tests.workflows.application import SECONDS, Application

STEP = 300
NAMESPACE = "CloudFrontExtensions"


@dataclass(frozen=True, slots=True)
class DomainAlarms:
    application: Application
    domain: str
    names: dict[str, str]
    """By their outputs."""

    def count(self, *, ago: int = 0, **metrics: float) -> None:
        """Data of the window that the present moment lies in, or of one so many windows ago."""
        window = int(time.time()) // STEP * STEP - ago * STEP
        data = [
            {
                "MetricName": name,
                "Dimensions": [{"Name": "Domain", "Value": self.domain}],
                "Timestamp": datetime.fromtimestamp(window, UTC),
                "Value": value,
            }
            for name, value in metrics.items()
        ]
        self.application.client("cloudwatch").put_metric_data(Namespace=NAMESPACE, MetricData=data)

    def look(self, output: str, *, later: int = 0) -> str:
        """The state of an alarm after it has looked, as at a moment so many seconds from now."""
        moment = datetime.fromtimestamp(time.time() + later, UTC).isoformat()
        told = control(self.application.instance, "POST", "alarms", {"alarm": self.names[output], "at": moment})
        return str(told["state"])


@contextmanager
def domain_alarms(application: Application, domain: str, **parameters: str) -> Iterator[DomainAlarms]:
    """The stack of stacks/domain_alarms for a domain, for the block."""
    name = f"alarms-{re.sub(r'[^A-Za-z0-9]+', '-', domain)}"
    given = {"Domain": domain, "Logs": "REALTIME", **parameters}
    with stack(application, name, PROJECT / "stacks/domain_alarms/template.yaml", **given) as made:
        yield DomainAlarms(application, domain, made)


@contextmanager
def stack(application: Application, name: str, template: Path, **parameters: str) -> Iterator[dict[str, str]]:
    """The outputs of a stack that is there for the block."""
    formation, waiting = application.client("cloudformation"), {"Delay": 0.05, "MaxAttempts": SECONDS * 20}
    formation.create_stack(
        StackName=name,
        TemplateBody=template.read_text(),
        Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
    )
    formation.get_waiter("stack_create_complete").wait(StackName=name, WaiterConfig=waiting)
    yield outputs(application.instance, name)
    formation.delete_stack(StackName=name)
    formation.get_waiter("stack_delete_complete").wait(StackName=name, WaiterConfig=waiting)
