"""Deployments of extensions and what is attached of them, in their table: read by key alone.

| partition key       | sort key                                     | holds                                       |
|---------------------|----------------------------------------------|---------------------------------------------|
| `deployment#<name>` | `deployment`                                 | the deployment                              |
| `deployment#<name>` | `attached#<distribution>#<event>#<pattern>`  | a function of it, where it is attached      |

The index `listing` has the deployments under `deployments` by `<created at>#<name>`, and the attached functions under
`distribution#<id>` by `<deployment>#<event>#<pattern>`. Names, ids and events have no `#`; patterns may.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from dataclasses import asdict, fields, replace
from typing import Any, NamedTuple

from cloudfront_extensions.aws.attributes import from_attribute, to_attributes
from cloudfront_extensions.aws.clock import now
from cloudfront_extensions.aws.table import Attributes, Index, Table
from cloudfront_extensions.errors import DeploymentNotFound
from cloudfront_extensions.extensions.deployment_records import AttachedFunction, Claim, Deployment, DeploymentStatus
from cloudfront_extensions.extensions.deployment_request import Attachment
from cloudfront_extensions.versions.edge_functions import EdgeEvent

_LISTING = Index("listing", "listing", "listed_at")
_LISTED = "deployments"


class DeploymentPage(NamedTuple):
    deployments: list[Deployment]
    last: str | None
    """The place in the list behind which it goes on; None: it ends here."""


class AttachedPage(NamedTuple):
    attached: list[AttachedFunction]
    last: str | None
    """The place in the list behind which it goes on; None: it ends here."""


class DeploymentStore:
    """`table` comes from the environment of the function, which knows it from the template."""

    def __init__(self, table: Table | None = None) -> None:
        self._table = table or Table(os.environ["DEPLOYMENTS_TABLE"])

    def create(self, deployment: Deployment) -> bool:
        """Write a new deployment; False when there is, or was, one of that name already."""
        moment = now()
        created = replace(deployment, created_at=moment, updated_at=moment)
        values = {field.name: getattr(created, field.name) for field in fields(created)}
        listing = {_LISTING.partition_key: _LISTED, _LISTING.sort_key: f"{moment}#{created.name}"}
        return self._table.put(_key(created.name), to_attributes({**values, **listing}), only_new=True)

    def deployment(self, name: str) -> Deployment | None:
        attributes = self._table.get(_key(name))
        return _deployment(attributes) if attributes else None

    def existing(self, name: str) -> Deployment:
        """Raises DeploymentNotFound."""
        found = self.deployment(name)
        if found is None:
            raise DeploymentNotFound(f"there is no deployment {name}")
        return found

    def take_over(self, deployment: Deployment, claim: Claim, **changes: Any) -> bool:
        """Make another execution the one that works on a deployment, by the same request or another.

        False when it is not as it was read: somebody else was first, or a try of this call whose answer was lost.
        `changes` are fields as `note` takes them, such as the extension of a deployment that was removed and is made anew.
        """
        fresh = {"status": DeploymentStatus.BEGUN, "error": None, "reason": None, "next_action": None}
        return self._table.update(
            _key(deployment.name),
            {**fresh, **_values(claim), **changes, "updated_at": now()},
            only_if=_values(deployment.claim),
        )

    def note(self, name: str, execution_arn: str, **changes: Any) -> bool:
        """Change fields, named as in `Deployment`; None removes one. False when another execution has taken it over."""
        return self._table.update(
            _key(name), {**changes, "updated_at": now()}, only_if={"execution_arn": execution_arn}
        )

    def newest(self, limit: int, after: str | None = None) -> DeploymentPage:
        """At most so many deployments, the newest first, from behind a place in the list."""
        key = _listed_key(_key(after.partition("#")[2]), _LISTED, after) if after else None
        page = self._table.page(_LISTED, limit, after=key, descending=True, index=_LISTING)
        return DeploymentPage([_deployment(row) for row in page.rows], _place(page.last))

    def attach(self, attached: AttachedFunction) -> None:
        """Note that a function is attached, or about to be, instead of what was noted of this place before."""
        place = attached.place
        values = {
            "function_arn": attached.function_arn,
            "attached_at": attached.attached_at,
            "path_pattern": place.path_pattern,
            "distribution_id": place.distribution_id,
            "event": place.event,
            "deployment": attached.deployment,
            _LISTING.partition_key: f"distribution#{place.distribution_id}",
            _LISTING.sort_key: f"{attached.deployment}#{place.event}#{place.path_pattern}",
        }
        self._table.put(_attached_key(attached.deployment, place), to_attributes(values))

    def detach(self, deployment: str, place: Attachment) -> None:
        """Note that nothing of a deployment is attached at a place (any more)."""
        self._table.delete(_attached_key(deployment, place))

    def attached(self, deployment: str) -> Iterator[AttachedFunction]:
        """Where functions of a deployment are attached, or about to be, by distribution, event and pattern."""
        return map(_attached, self._table.query(f"deployment#{deployment}", "attached#"))

    def attached_to(self, distribution_id: str, limit: int, after: str | None = None) -> AttachedPage:
        """At most so many functions that are attached to a distribution, by deployment, from behind a place in the list."""
        partition, key = f"distribution#{distribution_id}", None
        if after:
            deployment, event, pattern = after.split("#", 2)
            place = Attachment(distribution_id, pattern, EdgeEvent(event))
            key = _listed_key(_attached_key(deployment, place), partition, after)
        page = self._table.page(partition, limit, after=key, index=_LISTING)
        return AttachedPage([_attached(row) for row in page.rows], _place(page.last))


def _deployment(attributes: Attributes) -> Deployment:
    names = {field.name for field in fields(Deployment)}
    values = {name: from_attribute(value) for name, value in attributes.items() if name in names}
    return Deployment(**{**values, "status": DeploymentStatus(values["status"])})


def _attached(attributes: Attributes) -> AttachedFunction:
    values = {name: from_attribute(value) for name, value in attributes.items()}
    place = Attachment(values["distribution_id"], values["path_pattern"], EdgeEvent(values["event"]))
    return AttachedFunction(values["deployment"], place, values["function_arn"], values.get("attached_at"))


def _values(claim: Claim) -> Mapping[str, str]:
    return asdict(claim)


def _place(last: Attributes | None) -> str | None:
    return last[_LISTING.sort_key]["S"] if last else None


def _listed_key(key: Attributes, partition: str, place: str) -> Attributes:
    return {**key, **to_attributes({_LISTING.partition_key: partition, _LISTING.sort_key: place})}


def _key(name: str) -> Attributes:
    return {"pk": {"S": f"deployment#{name}"}, "sk": {"S": "deployment"}}


def _attached_key(deployment: str, place: Attachment) -> Attributes:
    sort = f"attached#{place.distribution_id}#{place.event}#{place.path_pattern}"
    return {"pk": {"S": f"deployment#{deployment}"}, "sk": {"S": sort}}
