"""What the roles of an instance may do, did, and were denied: the report behind `python -m localaws permissions`."""

from __future__ import annotations

import argparse
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from localaws import executions
from localaws.instance import Instance

LOGICAL_ID = "aws:cloudformation:logical-id"


@dataclass(frozen=True, slots=True, order=True)
class Grant:
    """One action that a policy allows a role on one resource, either of which may hold wildcards."""

    template_name: str
    """The role's name in its template, such as `OpenJobRole`; of a role without a template, its own."""
    action: str
    resource: str
    role: str

    def covers(self, decision: Mapping[str, Any]) -> bool:
        return (
            role_of(decision) == self.role
            and matches(self.action.lower(), decision["action"].lower())
            and matches(self.resource, decision["resource"])
        )


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = "List what the policies of each role allow and nothing was done with: to be trimmed."
    parser.set_defaults(run=run)
    parser.add_argument("--denied", action="store_true", help="what was denied instead, and the missing statement")


def run(instance: Instance, chosen: argparse.Namespace) -> None:
    recorded = decisions(instance)
    if chosen.denied:
        for denial in denials(recorded):
            print(in_words(denial))
        return
    for grant in never_used(grants(instance), recorded):
        print(never(grant))


def decisions(instance: Instance) -> list[dict[str, Any]]:
    """The record of permissions of an instance, oldest first."""
    return executions.lines(instance.permissions)


def denials(recorded: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """Each denial once, whichever session met it."""
    denied = [decision for decision in recorded if not decision["allowed"]]
    return list({(one["principal"], one["action"], one["resource"]): one for one in denied}.values())


def in_words(denial: Mapping[str, Any]) -> str:
    missing = denial.get("missing")
    return f"{denial['because']}; missing: {json.dumps(missing)}" if missing else str(denial["because"])


def grants(instance: Instance) -> list[Grant]:
    """What the roles' own policies allow. Policies that AWS manages are left out: they can't be trimmed."""
    iam = instance.client("iam")
    roles = [role["RoleName"] for page in iam.get_paginator("list_roles").paginate() for role in page["Roles"]]
    return sorted(
        Grant(_template_name(iam, role), action, resource, role)
        for role in roles
        for statement in _statements(iam, role)
        if statement["Effect"] == "Allow"
        for action in _as_list(statement["Action"])
        for resource in _as_list(statement["Resource"])
    )


def never_used(given: Sequence[Grant], recorded: Sequence[Mapping[str, Any]]) -> list[Grant]:
    """The grants that allowed nothing that was done."""
    by_role: dict[str, list[Mapping[str, Any]]] = {}
    for decision in recorded:
        if decision["allowed"]:
            by_role.setdefault(role_of(decision), []).append(decision)
    return [grant for grant in given if not any(grant.covers(did) for did in by_role.get(grant.role, ()))]


def never(grant: Grant) -> str:
    return f"{grant.template_name} never did {grant.action} on {grant.resource.split(':', 5)[-1]}"


def role_of(decision: Mapping[str, Any]) -> str:
    return str(decision["principal"]).partition("/")[0]


def matches(pattern: str, text: str) -> bool:
    """IAM's wildcards: `*` for any characters, `?` for one."""
    return re.fullmatch(re.escape(pattern).replace(r"\*", ".*").replace(r"\?", "."), text) is not None


def _template_name(iam: Any, role: str) -> str:
    tags = iam.get_role(RoleName=role)["Role"].get("Tags", [])
    return next((str(tag["Value"]) for tag in tags if tag["Key"] == LOGICAL_ID), role)


def _statements(iam: Any, role: str) -> Iterator[dict[str, Any]]:
    for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
        yield from _as_list(iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]["Statement"])
    for attached in iam.list_attached_role_policies(RoleName=role)["AttachedPolicies"]:
        if not attached["PolicyArn"].startswith("arn:aws:iam::aws:"):
            policy = iam.get_policy(PolicyArn=attached["PolicyArn"])["Policy"]
            version = iam.get_policy_version(PolicyArn=policy["Arn"], VersionId=policy["DefaultVersionId"])
            yield from _as_list(version["PolicyVersion"]["Document"]["Statement"])


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]
