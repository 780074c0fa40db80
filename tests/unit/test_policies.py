"""What the templates allow, held against AWS's list of actions and the resources that each can be limited to.

The list is the one that cfn-lint ships. An action without a resource level is denied under anything but `*`; one that has
a resource level must not be given everything.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import pytest

from tests.templates import TEMPLATES, resources

ACTIONS: dict[str, dict[str, Any]] = {
    service: entry["Actions"]
    for service, entry in json.loads(
        files("cfnlint").joinpath("data/AdditionalSpecs/Policies.json").read_text(encoding="utf-8")
    ).items()
}

LIMITED_ALL_THE_SAME = {"states:SendTaskFailure", "states:SendTaskSuccess"}
"""SAM's own StepFunctionsCallbackPolicy limits them to a state machine, though AWS's list names no resource for them."""

WITH_AN_ASTERISK = {"lambda:DisableReplication*", "lambda:EnableReplication*"}
"""CloudFront's guide wants it, though AWS's list has these actions without."""

NOT_TO_BE_LIMITED = {
    "cloudwatch:DescribeAlarms": "with any narrower leave CloudWatch tells nothing of composite alarms (API reference)",
}

TO_QUERY = {
    "athena": {"GetDataCatalog", "GetQueryExecution", "StartQueryExecution", "StopQueryExecution"},
    "glue": {
        *("GetDatabase", "GetDatabases", "GetTable", "GetTables"),
        *("GetPartition", "GetPartitions", "BatchGetPartition"),
    },
    "lakeformation": {"GetDataAccess"},
    "s3": {
        *("GetBucketLocation", "GetObject", "ListBucket", "PutObject"),
        *("AbortMultipartUpload", "ListBucketMultipartUploads", "ListMultipartUploadParts"),
    },
}
"""What the guide of Step Functions has in the role of a state machine that waits for a query of Athena, without what creates,
changes or deletes databases, tables, partitions and buckets: a query that only reads does none of it."""

WILDCARDS = {
    "${JobsBucket.Arn}/*": "a request may name any object of the bucket as its batch or as the configuration to copy",
    "${JobsBucket.Arn}/jobs/*": "the files of every job",
    "${JobsBucket.Arn}/dry-runs/*": "the files of every dry run",
    "${JobsBucket.Arn}/key-bundles/*": "the object with a bundle has a name of its own",
    "secret:cloudfront-extensions/key-bundles/${AWS::StackName}/*": "the secret with a bundle has a name of its own",
    "${JobsBucket.Arn}/map-results/*": "Step Functions names the files of a Map Run",
    "s3:::${JobsBucket}/inventory/*": "the files of every run of the inventory",
    "s3:::${JobsBucket}/baseline/*": "the files of every baseline",
    "s3:::${JobsBucket}/batches/*": "the files that people put there for what they start",
    "s3:::${JobsBucket}/log-delivery/*": "the files of every change of log delivery",
    "s3:::${JobsBucket}/prewarms/*": "the files of every pre-warming",
    "s3:::${JobsBucket}/*": "a request may name any object of the bucket as the configuration to go to",
    "s3:::${JobsBucket}/dry-runs/*": "the plans of dry runs",
    "s3:::${JobsBucket}/rollbacks/*": "the files of every rollback",
    "${ResultsBucket.Arn}/queries/*": "Athena names the results of queries",
    "${ResultsBucket.Arn}/refresh/*": "what every refresh notes for its own steps",
    "s3:::${LegacyLogsBucket}/*": "CloudFront names log files, under any prefix that it is told",
    "s3:::${LogsBucket}/standard/*": "CloudFront names log files",
    "s3:::${LogsBucket}/legacy/*": "CloudFront names log files",
    "s3:::${LogsBucket}/realtime/*": "Firehose names log files",
    "s3:::${LogsBucket}/realtime-failed/*": "Firehose names what it keeps of failed records",
    "s3:::${LogsBucket}/unreadable/*": "a log file that can't be read keeps its name",
    "table/${LogsDatabase}/*": "the tables and views of one database",
    "s3:::${ResultsBucket}/exports/*": "the files of every export",
    "execution:${MetricsExport.Name}:*": "the executions of one state machine",
    "execution:${MetricsRefresh.Name}:*": "the executions of one state machine",
    "${ConfigurationBucket.Arn}/distributions/*": "the configurations of every distribution",
    "acm:${AWS::Region}:${AWS::AccountId}:certificate/*": "ACM names certificates",
    "cloudfront::${AWS::AccountId}:distribution/*": "CloudFront names distributions, and a request names one to copy",
    "cloudfront::${AWS::AccountId}:continuous-deployment-policy/*": "CloudFront names policies",
    "cloudfront::${AWS::AccountId}:vpcorigin/*": "a version may name any VPC origin",
    "lambda:us-east-1:${AWS::AccountId}:function:*:*": "a configuration to copy may name any version of a function",
    "lambda:us-east-1:${AWS::AccountId}:function:*": "a version may name any function",
    "wafv2:us-east-1:${AWS::AccountId}:global/webacl/*": "a version may name any web ACL",
    "route53:::hostedzone/*": "any hosted zone of the account may be the one of a domain",
    "sns:${AWS::Region}:${AWS::AccountId}:*": "a request may name another topic of the account",
    "execution:${CertificateCreation.Name}:*": "the executions of one state machine",
    "execution:${CertificateImport.Name}:*": "the executions of one state machine",
    "execution:${CertificateInventory.Name}:*": "the executions of one state machine",
    "execution:${CertificateInventory.Name}/*": "the children of its Distributed Map",
    "execution:${CachePrewarm.Name}/*": "the children of its Distributed Map",
    "execution:${CachePrewarm.Name}:*": "a pre-warming's execution has its token as its name",
    "mapRun:${CachePrewarm.Name}/*": "Step Functions names Map Runs",
    "execution:${ConfigBaseline.Name}/*": "the children of its Distributed Maps",
    "execution:${ConfigRollback.Name}:*": "the executions of one state machine",
    "execution:${ConfigRollback.Name}/*": "the children of its Distributed Map",
    "execution:${DistributionCreation.Name}:*": "the executions of one state machine",
    "execution:${DomainOnboarding.Name}:*": "the executions of one state machine",
    "execution:${JobCleanup.Name}:*": "the executions of one state machine",
    "execution:${LogDelivery.Name}/*": "the children of its Distributed Map",
    "logs:${AWS::Region}:${AWS::AccountId}:delivery-source:cloudfront-extensions-*": "a source is named by its distribution",
    "logs:${AWS::Region}:${AWS::AccountId}:delivery-destination:cloudfront-extensions-*": (
        "its name ends with the id of the stack"
    ),
    "logs:${AWS::Region}:${AWS::AccountId}:delivery:*": "CloudWatch Logs names deliveries",
    "execution:${JobCleanup.Name}/*": "the children of its Distributed Map",
    "execution:${DomainOnboarding.Name}/*": "the children of its Distributed Maps",
}
"""Why a resource can't be named more closely, by the end of what the template says. A literal `*` is judged by AWS's
list alone: it is for actions without a resource level."""


def statements() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every statement of an identity policy that the templates write themselves, with the resource that has it."""
    for template in TEMPLATES:
        for name, resource in resources(template).items():
            properties = resource.get("Properties", {})
            written = [policy for policy in properties.get("Policies", []) if isinstance(policy, dict)]
            documents = [policy for policy in written if "Statement" in policy]
            documents += [policy["PolicyDocument"] for policy in written if "PolicyDocument" in policy]
            if resource["Type"] in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"):
                documents.append(properties["PolicyDocument"])
            for document in documents:
                yield from ((name, statement) for statement in document["Statement"])


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


CASES = [
    pytest.param(action, as_list(statement["Resource"]), id=f"{name}-{action}")
    for name, statement in statements()
    for action in as_list(statement["Action"])
]


WITH_WILDCARDS = [
    pytest.param(text, id=f"{name}-{text}")
    for name, statement in statements()
    for resource in as_list(statement["Resource"])
    if (text := resource.get("Sub", "") if isinstance(resource, dict) else str(resource)).strip("*") and "*" in text
]


@pytest.mark.parametrize("resource", WITH_WILDCARDS)
def test_a_wildcard_in_a_resource_has_a_reason(resource: str) -> None:
    assert resource.endswith(tuple(WILDCARDS))


def test_every_reason_for_a_wildcard_is_needed() -> None:
    written = {str(case.values[0]) for case in WITH_WILDCARDS}
    assert [end for end in WILDCARDS if not any(resource.endswith(end) for resource in written)] == []


def test_the_state_machine_that_queries_may_do_all_that_its_guide_asks_for() -> None:
    given = {
        action
        for name, statement in statements()
        if name == "MetricsRefresh"
        for action in as_list(statement["Action"])
    }
    assert given == {f"{service}:{action}" for service, actions in TO_QUERY.items() for action in actions}


def test_results_of_queries_are_read_and_listed_by_the_state_machine_that_queries() -> None:
    given = {
        (action, str(resource))
        for name, statement in statements()
        if name == "MetricsRefresh"
        for action in as_list(statement["Action"])
        for resource in as_list(statement["Resource"])
    }
    bucket, objects = str({"GetAtt": "ResultsBucket.Arn"}), str({"Sub": "${ResultsBucket.Arn}/queries/*"})
    assert {action for action, on in given if on == bucket} == {
        *("s3:GetBucketLocation", "s3:ListBucket", "s3:ListBucketMultipartUploads"),
    }
    assert {"s3:GetObject", "s3:PutObject"} <= {action for action, on in given if on == objects}


@pytest.mark.parametrize(("action", "allowed_on"), CASES)
def test_an_action_is_allowed_on_what_it_can_be_limited_to(action: str, allowed_on: list[Any]) -> None:
    service, _, name = (action.removesuffix("*") if action in WITH_AN_ASTERISK else action).partition(":")
    assert name.lower() in ACTIONS[service], "there is no such action"
    if action in NOT_TO_BE_LIMITED:
        assert allowed_on == ["*"]
    elif action in LIMITED_ALL_THE_SAME or ACTIONS[service][name.lower()].get("Resources"):
        assert "*" not in allowed_on
    else:
        assert allowed_on == ["*"]
