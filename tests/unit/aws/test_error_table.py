"""The error table against what botocore models, the layer calls, the adapters raise and the workflows retry."""

from __future__ import annotations

import ast
import json
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from botocore import xform_name
from botocore.session import get_session
from botocore.stub import Stubber

from cloudfront_extensions import aws
from cloudfront_extensions.aws import clients, cloudfront, deployment_policies, distribution_changes, edge_publication
from cloudfront_extensions.aws.account_facts import account_certificates, account_distributions
from cloudfront_extensions.aws.acm import AcmCertificates
from cloudfront_extensions.aws.config_references import LISTS, missing_things
from cloudfront_extensions.aws.error_table import ERRORS, AliasNotCovered, AlreadyGone, Kind, NotOursToAsk
from cloudfront_extensions.aws.imported_certificates import ImportedCertificates, fingerprint_of
from cloudfront_extensions.aws.invalidations import begin_invalidation, is_invalidated
from cloudfront_extensions.aws.vpc_origins import check_vpc_origin
from cloudfront_extensions.certificates.key_bundle import read_bundle
from cloudfront_extensions.certificates.request import parse_request
from cloudfront_extensions.distributions.usage import SharedKind
from cloudfront_extensions.errors import DistributionNotFound
from cloudfront_extensions.tags import USED_BY_TAG
from cloudfront_extensions.versions.references import Thing
from cloudfront_extensions.versions.rollback_strategy import Strategy
from tests.bundle_corpus import NOW, shop

ROOT = Path(__file__).parents[3]
ARN = "arn:aws:acm:us-east-1:123456789012:certificate/11111111-2222-4333-8444-555555555555"
CONFIG = json.loads((ROOT / "events/distribution_creation/source_config.json").read_text(encoding="utf-8"))
REQUEST = parse_request({"jobId": "job-1", "itemId": "row-00002", "domainName": "shop.example.com"})
DISTRIBUTION = cloudfront.Distribution(
    id="E1",
    arn="arn:aws:cloudfront::123456789012:distribution/E1",
    domain_name="d1.cloudfront.net",
    caller_reference="job-1/row-00002",
    deployed=True,
    etag="E2",
    modified_at="2026-03-02T09:14:07.000Z",
    config=CONFIG,
)

MODELS = {service: get_session().get_service_model(service) for service in ("acm", "cloudfront")}


class Call(NamedTuple):
    service: str
    make: Callable[[], Any]


CALLS = {
    **{
        what.operation: Call("cloudfront", partial(missing_things, [Thing(kind, "missing")]))
        for kind, what in LISTS.items()
    },
    "DescribeFunction": Call("cloudfront", lambda: edge_publication.described("shop", edge_publication.Stage.LIVE)),
    "PublishFunction": Call("cloudfront", lambda: edge_publication.go_live("shop", "E1")),
    "TestFunction": Call("cloudfront", lambda: edge_publication.run("shop", "E1", {})),
    "GetVpcOrigin": Call("cloudfront", lambda: check_vpc_origin("vo_1")),
    "RequestCertificate": Call("acm", lambda: AcmCertificates().request(REQUEST, attempt=1)),
    "DeleteCertificate": Call("acm", lambda: AcmCertificates().delete(ARN)),
    "ListTagsForCertificate": Call("acm", lambda: AcmCertificates().tags_of(ARN)),
    "AddTagsToCertificate": Call("acm", lambda: AcmCertificates().add_tag(ARN, USED_BY_TAG, "spring/row-00002")),
    "RemoveTagsFromCertificate": Call(
        "acm", lambda: AcmCertificates().remove_tag(ARN, USED_BY_TAG, "spring/row-00002")
    ),
    "ImportCertificate": Call(
        "acm", lambda: ImportedCertificates().import_new(read_bundle(shop().text, NOW), {"team": "web"})
    ),
    "GetCertificate": Call("acm", lambda: fingerprint_of(ARN)),
    "DescribeCertificate": Call("acm", lambda: AcmCertificates().describe(ARN)),
    "ListCertificates": Call("acm", account_certificates),
    "CreateDistributionWithTags": Call("cloudfront", lambda: cloudfront.create(CONFIG, {})),
    "GetDistribution": Call("cloudfront", lambda: cloudfront.distribution("E1")),
    "UpdateDistribution": Call("cloudfront", lambda: cloudfront.disable(DISTRIBUTION)),
    "DeleteDistribution": Call("cloudfront", lambda: cloudfront.delete(DISTRIBUTION)),
    "CopyDistribution": Call("cloudfront", lambda: distribution_changes.copy_to_staging(DISTRIBUTION, "spring-E1")),
    "UpdateDistributionWithStagingConfig": Call(
        "cloudfront", lambda: distribution_changes.promote(DISTRIBUTION, DISTRIBUTION)
    ),
    "CreateContinuousDeploymentPolicy": Call(
        "cloudfront", lambda: deployment_policies.create("d2.cloudfront.net", Strategy(weight=0.05))
    ),
    "ListContinuousDeploymentPolicies": Call("cloudfront", lambda: deployment_policies.naming("d2.cloudfront.net")),
    "GetContinuousDeploymentPolicy": Call("cloudfront", lambda: deployment_policies.etag_of("P1")),
    "DeleteContinuousDeploymentPolicy": Call("cloudfront", lambda: deployment_policies.delete("P1", "E1")),
    "ListTagsForResource": Call("cloudfront", lambda: cloudfront.tags_of(DISTRIBUTION.arn)),
    "GetDistributionConfig": Call("cloudfront", lambda: cloudfront.distribution_config("E1")),
    "CreateInvalidation": Call("cloudfront", lambda: begin_invalidation("E1", ["/*"], "prewarm-sale")),
    "GetInvalidation": Call("cloudfront", lambda: is_invalidated("E1", "I1")),
    "ListDistributions": Call("cloudfront", account_distributions),
    "ListConflictingAliases": Call("cloudfront", lambda: cloudfront.conflicting_aliases("E1", "shop.example.com")),
    "ListCachePolicies": Call("cloudfront", lambda: cloudfront.managed_policy_ids(SharedKind.CACHE_POLICY)),
    "ListOriginRequestPolicies": Call(
        "cloudfront", lambda: cloudfront.managed_policy_ids(SharedKind.ORIGIN_REQUEST_POLICY)
    ),
    "ListResponseHeadersPolicies": Call(
        "cloudfront", lambda: cloudfront.managed_policy_ids(SharedKind.RESPONSE_HEADERS_POLICY)
    ),
}

WITHOUT_WORDS = {"ImportCertificate"}
"""Operations that carry a secret, whose errors quote nothing of AWS's words."""

ANSWERS = {
    ("GetDistribution", DistributionNotFound): None,
    ("DescribeFunction", AlreadyGone): None,
    ("ListConflictingAliases", AliasNotCovered): cloudfront.AliasAnswers(None),
    ("ListConflictingAliases", NotOursToAsk): cloudfront.AliasAnswers(None, worth_asking_again=False),
}
"""Errors of operations that their adapter turns into an answer."""

ROWS = [(operation, code) for operation, rows in ERRORS.items() for code in rows]


def operations_called() -> set[str]:
    """Operations of ACM and CloudFront whose client method the adapters call, or name in text.

    Clients take keywords alone, which tells their methods from namesakes in the layer.
    """
    methods = {xform_name(name): name for model in MODELS.values() for name in model.operation_names}
    named: set[str] = set()
    for file in Path(aws.__path__[0]).glob("*.py"):
        for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and not node.args:
                named.add(node.func.attr)
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                named.add(node.value)
    return {methods[name] for name in named if name in methods}


@cache
def errors_retried() -> set[str]:
    machines = (ROOT / "statemachines").glob("*.asl.json")
    return {name for machine in machines for name in _retried(json.loads(machine.read_text(encoding="utf-8")))}


def _retried(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        for retrier in document.get("Retry", ()):
            yield from retrier["ErrorEquals"]
        for value in document.values():
            yield from _retried(value)


@pytest.fixture(autouse=True)
def environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")


def test_every_operation_of_acm_and_cloudfront_that_is_called_has_its_errors_in_the_table() -> None:
    assert operations_called() == set(ERRORS) == set(CALLS)


@pytest.mark.parametrize("operation", ERRORS)
def test_the_table_has_the_codes_that_are_modelled_and_no_other(operation: str) -> None:
    model = MODELS[CALLS[operation].service].operation_model(operation)

    assert set(ERRORS[operation]) == {shape.error_code for shape in model.error_shapes}


@pytest.mark.parametrize(("operation", "code"), ROWS)
def test_the_adapter_raises_what_the_row_says(operation: str, code: str) -> None:
    service, make = CALLS[operation]
    error = ERRORS[operation][code].error
    with Stubber(clients.client(service)) as stub:
        stub.add_client_error(xform_name(operation), code, "in the words of AWS", http_status_code=400)

        if (operation, error) in ANSWERS:
            assert make() == ANSWERS[operation, error]
        else:
            words = "$" if operation in WITHOUT_WORDS else ": in the words of AWS"
            with pytest.raises(error, match=f"{operation} for .*: {code}{words}") as raised:
                make()
            assert type(raised.value) is error

        stub.assert_no_pending_responses()


@pytest.mark.parametrize(("operation", "code"), ROWS)
def test_a_row_is_retryable_when_a_workflow_retries_its_error(operation: str, code: str) -> None:
    row = ERRORS[operation][code]

    assert (row.kind is Kind.RETRYABLE) == (row.error.__name__ in errors_retried())


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        (
            Kind.ALREADY_DONE,
            {
                "DistributionAlreadyExists",
                "NoSuchContinuousDeploymentPolicy",
                "NoSuchDistribution",
                "NoSuchResource",
                "ResourceNotFoundException",
                "StagingDistributionInUse",
            },
        ),
        (
            Kind.RETRYABLE,
            {
                "ConflictException",
                "InvalidViewerCertificate",
                "ThrottlingException",
                "TooManyInvalidationsInProgress",
            },
        ),
    ],
)
def test_all_but_these_codes_are_permanent(kind: Kind, codes: set[str]) -> None:
    assert {code for operation, code in ROWS if ERRORS[operation][code].kind is kind} == codes
