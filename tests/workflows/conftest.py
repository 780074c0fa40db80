"""One embedded AWS with the real template deployed, for all workflow tests; each test has names of its own."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest

from localaws.deployment import build, deploy
from localaws.instance import Instance
from tests.reports.registration import note
from tests.workflows.account import source_config
from tests.workflows.application import Application
from tests.workflows.cases import Case, new_case

TIME_SCALE = 0.0002
"""An hour passes in 0.7 s."""
WORLD: dict[str, Any] = {
    "certificate_validation_timeout": 600,
    "distribution_deployment_time": 900,
    "functions_at_once": 2,
}
"""ACM itself gives nothing up, a deployment takes 0.2 s here, which is some looks, and few functions start cold."""
PARAMETERS = {
    "DomainConcurrency": "8",
    "CertificateRequestConcurrency": "5",
    "CertificateFirstWait": "150000",
    "CertificateLongestWait": "150000",
    "DailyInventory": "false",
    "GraphqlNews": "DISABLED",
    "MetricsRefreshMinutes": "0",
    "RealtimeRefreshMinutes": "0",
    "BaselineHour": str((datetime.now(UTC).hour + 12) % 24),
    "InventoryPace": "1000",
    "ImportPace": "1000",
    "RealtimeLogs": "true",
    "PublishedDomains": "published.example.com,*.published.example.com",
    "AlarmTopic": "arn:aws:sns:us-east-1:000000000000:operators",
}
"""A first wait of 30 s here: certificates are issued by their event, or a test shortens the waits. Schedules follow real
clocks, and no test may meet one."""


@pytest.fixture(scope="session")
def application(request: pytest.FixtureRequest) -> Iterator[Application]:
    with deployed(f"workflows-{os.getpid()}", request) as application:
        yield application


@pytest.fixture(scope="session")
def quiet_application(request: pytest.FixtureRequest) -> Iterator[Application]:
    """An account with few certificates, for tests that look at all of them again and again."""
    with deployed(f"workflows-quiet-{os.getpid()}", request) as application:
        yield application


@contextmanager
def deployed(name: str, request: pytest.FixtureRequest) -> Iterator[Application]:
    build()
    with Instance(name, time_scale=TIME_SCALE, **WORLD) as instance:
        application = Application(instance, deploy(instance, parameters=PARAMETERS))
        yield application
        note(request.config, application)
    if not request.session.testsfailed:
        instance.remove()


@pytest.fixture
def case(request: pytest.FixtureRequest) -> Case:
    return new_case(request.node.name)


@pytest.fixture(scope="session")
def origin_access_control(application: Application) -> str:
    answer = application.client("cloudfront").create_origin_access_control(
        OriginAccessControlConfig={
            "Name": "static-assets",
            "SigningProtocol": "sigv4",
            "SigningBehavior": "always",
            "OriginAccessControlOriginType": "s3",
        }
    )
    return str(answer["OriginAccessControl"]["Id"])


@pytest.fixture(scope="session")
def source_id(application: Application, origin_access_control: str) -> str:
    """The live distribution that most tests copy."""
    config = source_config(origin_access_control)
    answer = application.client("cloudfront").create_distribution(DistributionConfig=config)
    return str(answer["Distribution"]["Id"])


@pytest.fixture
def short_waits(application: Application) -> Iterator[None]:
    with application.looking_often():
        yield


@pytest.fixture
def little_patience(application: Application) -> Iterator[None]:
    """The workflow gives a certificate up after 15 minutes, which are 0.2 s here."""
    with application.looking_often(CERTIFICATE_WAIT_LIMIT="900"):
        yield
