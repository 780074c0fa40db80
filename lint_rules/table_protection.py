"""A table is encrypted with a KMS key, and can be put back to any second of the last 35 days."""

from __future__ import annotations

from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch
from cfnlint.template import Template

TABLES = ["AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable", "AWS::Serverless::SimpleTable"]


class TableProtection(CloudFormationLintRule):
    id = "E9005"
    shortdesc = "A table has encryption and point-in-time recovery"
    description = (
        "Set SSESpecification.SSEEnabled and PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled to true."
    )

    def match(self, cfn: Template) -> list[RuleMatch]:
        faults = []
        for name, table in cfn.get_resources(TABLES).items():
            properties = table.get("Properties", {})
            if not _enabled(properties, "SSESpecification", "SSEEnabled"):
                faults.append(
                    RuleMatch(["Resources", name], f"{name} is not encrypted; set SSESpecification.SSEEnabled")
                )
            # A global table has the setting in each of its replicas.
            for holder in properties.get("Replicas", [properties]):
                if not _enabled(holder, "PointInTimeRecoverySpecification", "PointInTimeRecoveryEnabled"):
                    setting = "PointInTimeRecoverySpecification.PointInTimeRecoveryEnabled"
                    faults.append(
                        RuleMatch(["Resources", name], f"{name} can't be put back to a point in time; set {setting}")
                    )
        return faults


def _enabled(properties: dict[str, Any], specification: str, switch: str) -> bool:
    """Whether it is on for certain: a condition or a parameter that may turn it off is not enough."""
    return properties.get(specification, {}).get(switch) in (True, "true")
