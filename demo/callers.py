"""Who wrote a version, in a word: a user, or the function of the application that did it."""

from __future__ import annotations

from cloudfront_extensions.versions.records import Version
from localaws.instance import Instance


class Callers:
    def __init__(self, instance: Instance) -> None:
        self._instance = instance
        self._functions: dict[str, str] = {}

    def of(self, version: Version) -> str:
        """Empty where no event has told of it."""
        if not version.writes:
            return ""
        kind, _, name = version.writes[0].principal.rpartition(":")[2].partition("/")
        if kind != "assumed-role":
            return f"{kind} {name}"
        session = name.rpartition("/")[2]
        return f"function {self._logical_id(session) or session}"

    def _logical_id(self, function_name: str) -> str | None:
        """What the template calls a function."""
        if not self._functions:
            formation = self._instance.client("cloudformation")
            self._functions = {
                resource["PhysicalResourceId"]: resource["LogicalResourceId"]
                for stack in formation.describe_stacks()["Stacks"]
                for resource in formation.describe_stack_resources(StackName=stack["StackName"])["StackResources"]
                if resource["ResourceType"] == "AWS::Lambda::Function"
            }
        return self._functions.get(function_name)
