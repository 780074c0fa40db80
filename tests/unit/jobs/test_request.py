"""What domain_onboarding is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudfront_extensions.certificates.validation import Validation, ValidationMode
from cloudfront_extensions.distributions.alias_dns import AliasDns, AliasDnsMode
from cloudfront_extensions.distributions.source import LiveSource
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.jobs.request import (
    BatchFile,
    BatchFormat,
    DistributionTemplate,
    InlineRows,
    InvalidRows,
    OnboardingRequest,
    body_hash,
    canonical_json,
    parse_request,
)

EXAMPLES = sorted((Path(__file__).parents[3] / "events" / "domain_onboarding").glob("*.json"))
SMALLEST: dict[str, Any] = {
    "requestToken": "spring",
    "source": {"bucket": "jobs", "key": "customers.csv", "format": "csv"},
    "distribution": None,
}
WITH_DISTRIBUTIONS = {**SMALLEST, "distribution": {"source": {"distributionId": "E2QWRUHAPOMQZL"}}}


def test_defaults() -> None:
    assert parse_request(SMALLEST) == OnboardingRequest(
        job_id="spring",
        batch=BatchFile("jobs", "customers.csv", BatchFormat.CSV),
        distribution=None,
        validation=Validation(ValidationMode.AUTO),
        aggregate_wildcards=False,
        invalid_rows=InvalidRows.REFUSE,
        dry_run=False,
    )


def test_distributions() -> None:
    dns = {"hostedZoneId": "Z123"}
    fields = {**WITH_DISTRIBUTIONS["distribution"], "dns": dns, "enabled": False, "comment": "c", "tags": {"a": "b"}}
    template = parse_request({**SMALLEST, "distribution": fields}).distribution
    assert template == DistributionTemplate(
        LiveSource("E2QWRUHAPOMQZL"), AliasDns(AliasDnsMode.HOSTED_ZONE, "Z123"), False, "c", {"a": "b"}
    )


def test_rows_may_stand_in_the_request() -> None:
    rows = [{"domainName": "shop.example.com"}]
    request = parse_request({"requestToken": "t", "domains": rows, "distribution": None})
    assert request.batch == InlineRows(tuple(rows))


def test_the_link_between_executions_is_ignored() -> None:
    assert parse_request({**SMALLEST, "AWS_STEP_FUNCTIONS_STARTED_BY_EXECUTION_ID": "arn"}) == parse_request(SMALLEST)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"requestToken": None}, "requestToken: it is missing"),
        ({"requestToken": "-x"}, "requestToken: '-x'"),
        ({"requestToken": "x" * 49}, "requestToken"),
        ({"requestToken": "spring\n"}, "requestToken"),
        ({"source": None}, "source, domains: give one of the two"),
        ({"domains": []}, "source, domains: give one of the two"),
        ({"source": None, "domains": []}, "domains: give 1 to 100 rows"),
        ({"source": None, "domains": [{}] * 101}, "domains: give 1 to 100 rows"),
        ({"source": {"bucket": "b", "key": "k"}}, "source: give bucket, key and format"),
        ({"source": {"bucket": "b", "key": 1, "format": "csv"}}, "source: bucket and key must be texts"),
        ({"source": {"bucket": "b", "key": "k", "format": "xlsx"}}, "source.format: 'xlsx'"),
        ({"source": {"bucket": "b", "key": "k", "format": []}}, "source.format: it is a list"),
        ({"distribution": []}, "distribution: it is a list"),
        ({"distribution": {}}, "distribution.source must be"),
        ({"distribution": {"sauce": {}}}, "distribution.sauce: there is no such field"),
        ({"distribution": {**WITH_DISTRIBUTIONS["distribution"], "dns": "auto"}}, "distribution.dns must be"),
        ({"distribution": {**WITH_DISTRIBUTIONS["distribution"], "enabled": "yes"}}, "distribution.enabled: 'yes'"),
        ({"distribution": {**WITH_DISTRIBUTIONS["distribution"], "comment": "x" * 129}}, "distribution.comment"),
        ({"validation": "auto"}, "validation: give"),
        ({"aggregateWildcards": 1}, "aggregateWildcards: it is a number; give true or false"),
        ({"invalidRows": "ignore"}, "invalidRows: 'ignore'; give refuse or skip"),
        ({"invalidRows": []}, "invalidRows: it is a list"),
        ({"onFailure": "retry"}, "onFailure: 'retry'; give keep or cleanup"),
        ({"dryRun": "true"}, "dryRun: 'true'"),
        ({"notificationTopic": "mail@example.com"}, "notificationTopic: 'mail@example.com'"),
        ({"tags": {"aws:x": "y"}}, "tags"),
        ({"dryrun": True}, "dryrun: there is no such field; the fields are"),
    ],
)
def test_what_is_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_request({**SMALLEST, **changes})
    assert says in str(raised.value)


def test_certificates_alone_must_be_said() -> None:
    without = {name: value for name, value in SMALLEST.items() if name != "distribution"}
    with pytest.raises(InvalidInput, match="null for certificates alone"):
        parse_request(without)


def test_tags_of_job_and_distributions_together_fit() -> None:
    tags = {f"job{n}": "" for n in range(30)}
    own = {f"own{n}": "" for n in range(30)}
    with pytest.raises(InvalidInput, match="with those of the job"):
        parse_request({**SMALLEST, "tags": tags, "distribution": {**WITH_DISTRIBUTIONS["distribution"], "tags": own}})


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
def test_examples_survive_being_written_and_read(example: Path) -> None:
    request = parse_request(json.loads(example.read_text()))
    assert parse_request(json.loads(canonical_json(request))) == request


def test_the_same_request_has_the_same_hash_however_it_is_written() -> None:
    spelled_out = {**SMALLEST, "invalidRows": "refuse", "validation": {"mode": "auto"}, "tags": {}, "onFailure": "keep"}
    assert body_hash(parse_request(spelled_out)) == body_hash(parse_request(SMALLEST))
    assert body_hash(parse_request({**SMALLEST, "requestToken": "other"})) == body_hash(parse_request(SMALLEST))


def test_who_is_told_is_no_part_of_the_hash() -> None:
    topic = "arn:aws:sns:us-east-1:111122223333:customers"
    assert body_hash(parse_request({**SMALLEST, "notificationTopic": topic})) == body_hash(parse_request(SMALLEST))


@pytest.mark.parametrize(
    "changes",
    [
        {"source": {"bucket": "jobs", "key": "other.csv", "format": "csv"}},
        {"distribution": WITH_DISTRIBUTIONS["distribution"]},
        {"validation": {"mode": "manual"}},
        {"invalidRows": "skip"},
        {"tags": {"a": "b"}},
    ],
)
def test_another_request_has_another_hash(changes: dict[str, Any]) -> None:
    assert body_hash(parse_request({**SMALLEST, **changes})) != body_hash(parse_request(SMALLEST))


def test_hosted_zones_are_wanted_where_something_is_automatic() -> None:
    manual = {**SMALLEST, "validation": {"mode": "manual"}}
    assert parse_request(SMALLEST).wants_hosted_zones
    assert not parse_request(manual).wants_hosted_zones
    template = {**WITH_DISTRIBUTIONS["distribution"], "dns": {"mode": "auto"}}
    assert parse_request({**manual, "distribution": template}).wants_hosted_zones
