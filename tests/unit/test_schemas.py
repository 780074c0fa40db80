"""The JSON Schemas of the workflows' inputs agree with the examples in `events/` and with the code that reads them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cloudfront_extensions.certificates.import_request import parse_import
from cloudfront_extensions.certificates.inventory_request import parse_request as parse_inventory_request
from cloudfront_extensions.certificates.request import parse_request as parse_certificate_request
from cloudfront_extensions.distributions.request import parse_request as parse_distribution_request
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.jobs.cleanup_request import parse_request as parse_cleanup_request
from cloudfront_extensions.jobs.request import parse_request as parse_onboarding_request
from cloudfront_extensions.metrics.export_request import parse_request as parse_export_request
from cloudfront_extensions.metrics.log_delivery import parse_request as parse_log_delivery_request
from cloudfront_extensions.metrics.refresh_request import parse_request as parse_refresh_request
from cloudfront_extensions.prewarming.pops import known_pops
from cloudfront_extensions.prewarming.request import parse_request as parse_prewarm_request
from cloudfront_extensions.versions.baseline import parse_request as parse_baseline_request
from cloudfront_extensions.versions.change_event import read_event
from cloudfront_extensions.versions.rollback_request import parse_request as parse_rollback_request

ROOT = Path(__file__).parents[2]
READERS: dict[str, Callable[[Mapping[str, Any]], object]] = {
    "cache_prewarm": partial(parse_prewarm_request, known=known_pops()),
    "certificate_creation": parse_certificate_request,
    "certificate_import": parse_import,
    "certificate_inventory": parse_inventory_request,
    "config_baseline": parse_baseline_request,
    "config_capture": read_event,
    "config_rollback": parse_rollback_request,
    "distribution_creation": parse_distribution_request,
    "domain_onboarding": parse_onboarding_request,
    "job_cleanup": parse_cleanup_request,
    "log_delivery": parse_log_delivery_request,
    "metrics_export": parse_export_request,
    "metrics_refresh": parse_refresh_request,
}
NOT_AN_INPUT = {"source_config.json"}
"""Files beside the examples that examples refer to."""
EXAMPLES = [
    (workflow, path)
    for workflow in READERS
    for path in sorted((ROOT / "events" / workflow).glob("*.json"))
    if path.name not in NOT_AN_INPUT
]


def schema_of(workflow: str) -> dict[str, Any]:
    schema: dict[str, Any] = json.loads((ROOT / "schemas" / f"{workflow}.schema.json").read_text())
    return schema


@pytest.mark.parametrize("workflow", READERS)
def test_the_schema_is_one(workflow: str) -> None:
    Draft202012Validator.check_schema(schema_of(workflow))


@pytest.mark.parametrize("workflow", READERS)
def test_there_are_examples(workflow: str) -> None:
    assert [name for name, _ in EXAMPLES].count(workflow) >= 4


@pytest.mark.parametrize(("workflow", "path"), EXAMPLES, ids=lambda value: getattr(value, "stem", value))
def test_every_example_is_valid_and_can_be_read(workflow: str, path: Path) -> None:
    document = json.loads(path.read_text())
    assert [error.message for error in Draft202012Validator(schema_of(workflow)).iter_errors(document)] == []
    READERS[workflow](document)


@pytest.mark.parametrize(("workflow", "path"), EXAMPLES, ids=lambda value: getattr(value, "stem", value))
def test_schema_and_code_agree_on_what_is_missing_or_unknown(workflow: str, path: Path) -> None:
    validator = Draft202012Validator(schema_of(workflow))
    example = json.loads(path.read_text())
    changed = [{name: value for name, value in example.items() if name != left_out} for left_out in example]
    for document in [*changed, {**example, "unheardOf": 1}]:
        assert validator.is_valid(document) is is_readable(READERS[workflow], document), sorted(document)


def is_readable(read: Callable[[Mapping[str, Any]], object], document: Mapping[str, Any]) -> bool:
    try:
        read(document)
    except InvalidInput:
        return False
    return True
