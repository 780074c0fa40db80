"""Who may ask for what stands at every field of the schema; the schema, the template and the functions are of one mind."""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from itertools import chain
from typing import Any, NamedTuple, get_args, get_origin, get_type_hints, is_typeddict

import pytest

from api.raised import implementation
from cloudfront_extensions.certificates import inventory
from cloudfront_extensions.certificates.request import KeyAlgorithm
from cloudfront_extensions.jobs import announcement, records, report, request
from cloudfront_extensions.metrics import export_request
from cloudfront_extensions.metrics.windows import Interval
from cloudfront_extensions.operations import (
    certificates,
    distributions,
    job_answers,
    jobs,
    metric_exports,
    metrics,
    prewarms,
    rollback_answers,
    top_urls,
    versions,
)
from cloudfront_extensions.operations.access import OPERATIONS, Operation
from cloudfront_extensions.operations.job_answers import ItemCertificate, RecordsInForms
from cloudfront_extensions.operations.predecessor_metrics import PredecessorText
from cloudfront_extensions.versions import (
    diff,
    risk,
    rollback_records,
    rollback_report,
    rollback_request,
    rollback_strategy,
)
from cloudfront_extensions.versions.records import VersionKind
from graph.callers import PUBLISHING
from graph.fields import MUTATIONS, PUBLISHED, QUERIES
from graph.given import DOCUMENTS
from news.changes import Kind
from news.publishing import MUTATIONS as NEWS
from tests.templates import PROJECT, resources
from tests.unit.api.sdl import ROOTS, SCHEMA, Type, types

TYPES = types()
OPEN_TO_BOTH = "@aws_cognito_user_pools @aws_iam"
OUTPUTS = [each for each in TYPES.values() if each.kind == "type" and each.name not in ROOTS]
ROOT_FIELDS = [(root, name) for root in ROOTS for name in TYPES[root].fields]
ENUMS: dict[str, tuple[type[StrEnum], ...]] = {
    "JobStatus": (jobs.JobState,),
    "JobStatusOnRecord": (records.JobStatus,),
    "Outcome": (report.Outcome,),
    "CertificateStatus": (records.CertificateStatus,),
    "DistributionStatus": (records.DistributionStatus,),
    "CleanupStatus": (records.CleanupStatus,),
    "RecordForm": (job_answers.RecordForm,),
    "RecordState": (announcement.RecordState,),
    "KeyAlgorithm": (KeyAlgorithm,),
    "BatchFormat": (request.BatchFormat,),
    "InvalidRows": (request.InvalidRows,),
    "JobOnFailure": (request.OnFailure,),
    "AcmStatus": (certificates.AcmStatus,),
    "CertificateOrigin": (inventory.Origin,),
    "Renews": (inventory.Renews,),
    "InDns": (inventory.InDns,),
    "DeploymentStatus": (distributions.DeploymentStatus,),
    "VersionKind": (VersionKind,),
    "Risk": (risk.Risk,),
    "DiffForm": (versions.DiffForm,),
    "ChangeKind": (diff.ChangeKind,),
    "RollbackStatus": (rollback_answers.RollbackState,),
    "ApprovalStatus": (rollback_records.Answer,),
    "TargetOutcome": (rollback_answers.TargetState, rollback_report.Outcome),
    "ApprovalNeed": (rollback_request.Approval,),
    "StrategyType": (rollback_strategy.StrategyType,),
    "RollbackOnFailure": (rollback_request.OnFailure,),
    "Compare": (metrics.Compare,),
    "TopUrlsBy": (top_urls.By,),
    "ExportStatus": (metric_exports.ExportState,),
    "ExportFormat": (export_request.Format,),
    "PrewarmStatus": (prewarms.PrewarmState,),
}
OTHER_ENUMS = {
    # Of the modes of `validation` and `dns` these two are written out; the third is told by the zone.
    "DnsMode": {"auto", "manual"},
    "MetricName": set(metrics.OF_WINDOWS),
    # No name of GraphQL begins with a digit.
    "Interval": {member.name for member in Interval},
}


WITH_TEXTS: dict[str, Any] = {
    "listValidationRecords": RecordsInForms,
    "getDiff": versions.DiffInForms,
    "getPredecessorMetric": PredecessorText,
}
"""What GraphQL tells of these operations; REST has a text by itself."""
RECORDS = "validationRecords"
"""Of an item's certificate; GraphQL has them one level higher, so that nothing is on a fifth level."""


class Document(NamedTuple):
    """What operations answer, or a part of it: a TypedDict."""

    source: Any
    members: dict[str, Any]


def documents() -> dict[str, Document]:
    """The types that the operations' answers are told as, by the fields that lead to them."""
    found: dict[str, Document] = {}

    def add(type_name: str, annotation: Any) -> None:
        source = next(typed_dicts(annotation), None)
        if source is None:
            return
        document = Document(source, members_of(type_name, source))
        assert found.setdefault(type_name, document) == document
        for field in TYPES[type_name].fields.values():
            add(field.type, document.members.get(field.name))

    for operation in OPERATIONS.values():
        answer = WITH_TEXTS.get(operation.name) or get_type_hints(implementation(operation))["return"]
        add(TYPES[operation.graphql_type].fields[operation.graphql_field].type, answer)
    return found


def typed_dicts(annotation: Any) -> Iterator[Any]:
    """`Page[X]` in itself; X in `list[X]` and in `X | None`."""
    if is_typeddict(get_origin(annotation) or annotation):
        yield annotation
    elif get_origin(annotation) is not dict:
        yield from chain.from_iterable(map(typed_dicts, get_args(annotation)))


def members_of(type_name: str, source: Any) -> dict[str, Any]:
    members = get_type_hints(get_origin(source) or source)
    if of_page := get_args(source):
        members["items"] = members["items"][of_page]
    if type_name == "ItemCertificate":
        del members[RECORDS]
    elif type_name == "JobItem":
        members[RECORDS] = get_type_hints(ItemCertificate)[RECORDS]
    return members


DOCUMENTS_BY_TYPE = documents()


def values(name: str) -> set[str]:
    body = re.search(rf"^enum {name} \{{\n(.*?)^\}}", SCHEMA, re.DOTALL | re.MULTILINE)
    assert body
    return set(re.findall(r"^  (\w+)$", body[1], re.MULTILINE))


@pytest.mark.parametrize("operation", OPERATIONS.values(), ids=OPERATIONS)
def test_a_field_is_open_to_the_groups_of_its_operation_and_to_machines(operation: Operation) -> None:
    field = TYPES[operation.graphql_type].fields[operation.graphql_field]
    assert field.groups == list(operation.groups)
    assert field.directives.endswith(" @aws_iam")


def test_the_roots_have_the_operations_and_what_is_told_to_subscribers() -> None:
    operations = {(each.graphql_type.value, each.graphql_field) for each in OPERATIONS.values()}
    told = {("Mutation", name) for name in PUBLISHING} | {
        ("Subscription", name) for name in TYPES["Subscription"].fields
    }
    assert set(ROOT_FIELDS) == operations | told


@pytest.mark.parametrize("name", sorted(PUBLISHING))
def test_only_machines_tell_subscribers(name: str) -> None:
    assert TYPES["Mutation"].fields[name].directives == "@aws_iam"


@pytest.mark.parametrize("name", TYPES["Subscription"].fields)
def test_a_subscription_is_for_viewers_and_answers_what_its_mutation_does(name: str) -> None:
    field = TYPES["Subscription"].fields[name]
    mutation = re.search(r'@aws_subscribe\(mutations: \["(\w+)"\]\)', field.directives)
    assert mutation
    assert mutation[1] in PUBLISHING
    assert field.type == TYPES["Mutation"].fields[mutation[1]].type
    assert field.groups == ["viewer", "operator", "admin"]
    assert field.directives.endswith(" @aws_iam")


@pytest.mark.parametrize("output", OUTPUTS, ids=lambda each: each.name)
def test_a_type_is_open_to_people_and_machines_and_its_fields_are_not_apart(output: Type) -> None:
    assert output.directives == OPEN_TO_BOTH
    assert {field.directives for field in output.fields.values()} == {""}


def test_the_directive_that_is_ignored_beside_a_second_provider_is_not_used() -> None:
    assert "@aws_auth" not in SCHEMA


def test_all_types_and_all_fields_of_the_roots_say_what_they_are() -> None:
    assert [name for name, each in TYPES.items() if not each.described] == []
    assert [name for root, name in ROOT_FIELDS if not TYPES[root].fields[name].described] == []


def test_no_type_leads_back_to_itself_so_that_no_request_nests_without_end() -> None:
    def nested(name: str, above: tuple[str, ...]) -> int:
        assert name not in above
        found = TYPES.get(name)
        within = found.fields.values() if found and found.kind == "type" else ()
        return 1 + max((nested(field.type, (*above, name)) for field in within), default=0)

    template = resources(PROJECT / "stacks" / "graphql" / "template.yaml")
    deepest = max(nested(field.type, ()) for root in ROOTS for field in TYPES[root].fields.values())
    assert template["Api"]["Properties"]["QueryDepthLimit"]["If"][2] == deepest + 1


@pytest.mark.parametrize("name", [each.name for each in TYPES.values() if each.kind == "enum"])
def test_an_enum_has_the_words_that_the_operations_use(name: str) -> None:
    words = OTHER_ENUMS.get(name) or {member.value.replace(" ", "_") for member in chain(*ENUMS[name])}
    assert values(name) == words


def test_a_type_is_what_an_operation_answers() -> None:
    assert {each.name for each in OUTPUTS} - DOCUMENTS_BY_TYPE.keys() == {"Header"}


@pytest.mark.parametrize("name", DOCUMENTS_BY_TYPE)
def test_a_type_has_the_members_of_what_the_operations_answer(name: str) -> None:
    assert set(TYPES[name].fields) == DOCUMENTS_BY_TYPE[name].members.keys()


def test_what_is_json_of_any_form_goes_on_as_it_came() -> None:
    inputs = (each for each in TYPES.values() if each.kind == "input")
    assert {field.name for each in inputs for field in each.fields.values() if field.type == "AWSJSON"} == DOCUMENTS


def test_the_template_has_a_resolver_for_each_field_of_query_and_mutation_and_no_others() -> None:
    template = resources(PROJECT / "stacks" / "graphql" / "template.yaml")
    resolvers = [each["Properties"] for each in template.values() if each["Type"] == "AWS::AppSync::Resolver"]
    resolved = sorted((each["TypeName"], each["FieldName"]) for each in resolvers)
    assert resolved == sorted((root, name) for root, name in ROOT_FIELDS if root != "Subscription")
    assert {each["DataSourceName"]["GetAtt"] for each in resolvers} == {"Operations.Name"}


def test_the_function_resolves_these_fields() -> None:
    assert list(QUERIES) == list(TYPES["Query"].fields)
    assert [*MUTATIONS, *PUBLISHED] == list(TYPES["Mutation"].fields)
    assert set(PUBLISHED) == PUBLISHING


@pytest.mark.parametrize(("kind", "answer"), [(Kind.JOB, "Job"), (Kind.ROLLBACK, "Rollback")])
def test_what_is_published_has_every_field_that_a_subscriber_may_select(kind: Kind, answer: str) -> None:
    def selection(name: str) -> str:
        return " ".join(f"{field.name} {nested(field.type)}".strip() for field in TYPES[name].fields.values())

    def nested(name: str) -> str:
        return f"{{ {selection(name)} }}" if name in TYPES and TYPES[name].kind == "type" else ""

    asked = " ".join(NEWS[kind].split())
    assert f"{{ {selection(answer)} }}" in asked
