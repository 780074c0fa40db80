"""Which problems an operation may answer, as the docstrings of the operations say: `Raises JobNotFound`."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from importlib import import_module
from typing import Any

from cloudfront_extensions import errors
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.operations.access import Operation

SUBJECTS = (
    "jobs",
    "validation_records",
    "certificates",
    "key_bundles",
    "distributions",
    "versions",
    "snapshots",
    "rollbacks",
    "metrics",
    "metric_exports",
    "metric_countries",
    "top_urls",
    "download_speeds",
    "predecessor_metrics",
    "prewarms",
)
OF_EVERY_OPERATION = (
    errors.InvalidInput,
    errors.NotSignedIn,
    errors.NotAllowed,
    errors.AwsRefused,
    errors.AwsThrottled,
    errors.AwsUnavailable,
)
OF_BODIES = (errors.KeyExposed, errors.BodyTooLarge, errors.UnsupportedMediaType)
OF_IDS = (errors.NoSuchRoute,)
"""A path with an id that no path can have leads nowhere."""


def implementation(operation: Operation) -> Callable[..., Any]:
    """The function of `operations` that does it: `startJob` is `start_job` in one of its modules."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", operation.name).lower()
    for subject in SUBJECTS:
        module = import_module(f"cloudfront_extensions.operations.{subject}")
        if hasattr(module, name):
            found: Callable[..., Any] = getattr(module, name)
            return found
    raise LookupError(f"no operation {name}")


def raised_by(operation: Operation, *, has_body: bool) -> list[type[CloudFrontExtensionsError]]:
    """Errors that the caller of an operation may meet, those of every operation first."""
    text = inspect.getdoc(implementation(operation)) or ""
    named = [getattr(errors, word, None) for word in re.findall(r"\b[A-Z][a-z]\w+", text.partition("Raises")[2])]
    own = [one for one in named if inspect.isclass(one) and issubclass(one, CloudFrontExtensionsError)]
    of_ids = OF_IDS if "{" in operation.path else ()
    return list(dict.fromkeys([*OF_EVERY_OPERATION, *(OF_BODIES if has_body else ()), *of_ids, *own]))
