"""botocore's models of AWS's services: operations, shapes, constraints, error codes."""

from __future__ import annotations

import functools
from typing import Any

NAMES = {
    "execute-api": None,
    "monitoring": "cloudwatch",
    "servicequotas": "service-quotas",
    "states": "stepfunctions",
    "tagging": "resourcegroupstaggingapi",
}
"""botocore's name of a service where it is not the one that requests are signed for."""


@functools.cache
def service_model(name: str) -> Any:
    """By botocore's own name. Raises UnknownServiceError."""
    from botocore import loaders
    from botocore.model import ServiceModel

    return ServiceModel(loaders.create_loader().load_service_model(name, "service-2"), name)


def model_of(service: str) -> Any:
    """By the name that requests are signed for. Raises UnknownServiceError."""
    return service_model(NAMES.get(service, service) or service)
