"""A bucket, a topic and a queue refuse whoever comes without TLS; AWS itself answers over plain HTTP too."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cfnlint.helpers import ensure_list, is_function
from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template


# Not a dataclass: cfn-lint runs this file without registering it as a module, which dataclasses look for.
class Denial(NamedTuple):
    policy: str
    applies_to: str
    """The property of the policy that says what it is for."""
    action: str
    arns: tuple[str, ...]
    """What must be denied, written as in !Sub, of the resource with the logical id {name}."""


DENIALS = {
    "AWS::S3::Bucket": Denial("AWS::S3::BucketPolicy", "Bucket", "s3:*", ("${{{name}.Arn}}", "${{{name}.Arn}}/*")),
    "AWS::SNS::Topic": Denial("AWS::SNS::TopicPolicy", "Topics", "sns:publish", ("${{{name}}}",)),
    "AWS::SQS::Queue": Denial("AWS::SQS::QueuePolicy", "Queues", "sqs:*", ("${{{name}.Arn}}",)),
}


class TlsOnly(CloudFormationLintRule):
    id = "E9006"
    shortdesc = "Buckets, topics and queues are reached by TLS only"
    description = (
        "Give each a resource policy that denies everyone, where aws:SecureTransport is false: s3:* on a bucket (!GetAtt Arn) "
        "and its objects (!Sub ${Bucket.Arn}/*), sns:Publish on a topic (!Ref), sqs:* on a queue (!GetAtt Arn)."
    )

    def match(self, cfn: Template) -> list[RuleMatch]:
        return [
            RuleMatch(
                ["Resources", name], f"{name} is open without TLS; deny {denial.action} then, in an {denial.policy}"
            )
            for kind, denial in DENIALS.items()
            for name in cfn.get_resources(kind)
            if not {arn.format(name=name) for arn in denial.arns} <= set(_denied_without_tls(cfn, denial, name))
        ]


def _denied_without_tls(cfn: Template, denial: Denial, name: str) -> Iterator[str]:
    for policy in cfn.get_resources(denial.policy).values():
        properties = policy["Properties"]
        if f"${{{name}}}" not in map(_as_sub, ensure_list(properties[denial.applies_to])):
            continue
        for statement in ensure_list(properties["PolicyDocument"]["Statement"]):
            if _denies_everyone_without_tls(statement, denial.action):
                yield from map(_as_sub, ensure_list(statement["Resource"]))


def _denies_everyone_without_tls(statement: dict[str, Any], action: str) -> bool:
    return (
        statement["Effect"] == "Deny"
        and statement.get("Principal") in ("*", {"AWS": "*"})
        and action in (str(named).lower() for named in ensure_list(statement.get("Action")))
        # Any further condition would leave some of them out.
        and statement.get("Condition") in [{"Bool": {"aws:SecureTransport": no}} for no in ("false", False)]
    )


def _as_sub(value: Any) -> str:
    """!Ref, !GetAtt and !Sub in one notation, that of !Sub."""
    match is_function(value):
        case "Ref", str(name):
            return f"${{{name}}}"
        case "Fn::GetAtt", [str(name), str(attribute)]:
            return f"${{{name}.{attribute}}}"
        case "Fn::Sub", str(text):
            return text
    return str(value)
