"""Stacks of extensions: changed by change sets, whose names come from tokens, so that a repeated task finds its own.

CloudFormation makes, changes and deletes their resources with the role that the environment names.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any

from cloudfront_extensions.aws.clients import client
from cloudfront_extensions.aws.error_table import AlreadyGone
from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.errors import (
    AwsRefused,
    AwsUnavailable,
    CloudFrontExtensionsError,
    ExtensionChangedMeanwhile,
    ExtensionNotDeployable,
    QuotaWouldBeExceeded,
)
from cloudfront_extensions.extensions.stacks import (
    ChangeSet,
    ChangeState,
    NotChangeable,
    Stack,
    StackFailure,
    StackStatus,
    change_name,
    change_state,
    stack_status,
)

LARGEST_TEMPLATE = 51_200
"""Bytes of a template that is sent with the request (quotas of CloudFormation)."""
CAPABILITIES = ("CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND")
"""Functions of Lambda@Edge have roles, and the templates are SAM's."""
_NOT_THERE = re.compile(r"ValidationError: Stack\b.* does not exist")
_AT_WORK = re.compile(r"ValidationError: .*_IN_PROGRESS")
"""Only the words of a ValidationError tell that there is no such stack, or that it is being changed."""
_CANCELED = ("creation cancelled", "update cancelled")
"""Reasons of resources that failed because another one did."""
_BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "REVIEW_IN_PROGRESS")


class _NameTaken(CloudFrontExtensionsError):
    """There is such a change set, or such a stack, already; never leaves this module."""


class _NotToExecute(CloudFrontExtensionsError):
    """A change set is not ready, or was executed before; never leaves this module."""


def begin_change(
    name: str, template: str, parameters: Mapping[str, str], tags: Mapping[str, str], token: str
) -> ChangeSet | NotChangeable:
    """The change set of this token, made if it is not there; of a stack that is to be made, or updated.

    A token stands for one change: one that failed is found again until it is discarded.

    Raises:
        ExtensionNotDeployable: CloudFormation refuses the template or its parameters.
        QuotaWouldBeExceeded
        ExtensionChangedMeanwhile: somebody else made the stack just now.
    """
    size = len(template.encode())
    if size > LARGEST_TEMPLATE:
        raise ExtensionNotDeployable(
            f"the template for {name} has {size:,} bytes; CloudFormation takes {LARGEST_TEMPLATE:,} in a request"
        )
    standing = stack(name)
    if standing and (found := change_set(change_name(token), name)):
        return found
    if standing and standing.status not in (StackStatus.UNDER_REVIEW, StackStatus.COMPLETE, StackStatus.ROLLED_BACK):
        return NotChangeable(standing)
    is_new = standing is None or standing.status is StackStatus.UNDER_REVIEW
    try:
        return _made(name, template, parameters, tags, token, kind="CREATE" if is_new else "UPDATE")
    except _NameTaken as error:
        if found := change_set(change_name(token), name):
            return found
        raise ExtensionChangedMeanwhile(str(error)) from error


def change_set(name_or_id: str, stack_name_or_id: str) -> ChangeSet | None:
    """None for one that is not there (any more)."""
    try:
        with _call("DescribeChangeSet", f"{stack_name_or_id} {name_or_id}", {"ChangeSetNotFound": AlreadyGone}):
            answer = client("cloudformation").describe_change_set(ChangeSetName=name_or_id, StackName=stack_name_or_id)
    except AlreadyGone:
        return None
    reason = answer.get("StatusReason") or None
    state = change_state(answer["Status"], answer["ExecutionStatus"], reason or "")
    return ChangeSet(answer["ChangeSetId"], answer["ChangeSetName"], answer["StackId"], state, reason)


def execute(change: ChangeSet) -> None:
    """Begin to make a change; one that was begun before goes on as it is.

    Raises:
        ExtensionChangedMeanwhile: the change set is gone, or no longer fits the stack.
        AwsUnavailable: it is still being made.
        AwsRefused: it could not be made.
    """
    meanings = {
        "InvalidChangeSetStatus": _NotToExecute,
        "TokenAlreadyExistsException": _NotToExecute,
        "ChangeSetNotFound": AlreadyGone,
    }
    try:
        with _call("ExecuteChangeSet", change.id, meanings):
            client("cloudformation").execute_change_set(
                ChangeSetName=change.id, StackName=change.stack_id, ClientRequestToken=change.name
            )
    except AlreadyGone as error:
        raise ExtensionChangedMeanwhile(str(error)) from error
    except _NotToExecute as error:
        _check_execution(change, error)


def stack(name_or_id: str) -> Stack | None:
    """None for a name that no stack has; a stack that is deleted is found by its ARN alone."""
    try:
        with _call("DescribeStacks", name_or_id):
            (found,) = client("cloudformation").describe_stacks(StackName=name_or_id)["Stacks"]
    except AlreadyGone:
        return None
    return Stack(
        name=found["StackName"],
        id=found["StackId"],
        status=stack_status(found["StackStatus"]),
        reason=found.get("StackStatusReason") or None,
        outputs={each["OutputKey"]: each["OutputValue"] for each in found.get("Outputs", ())},
        parameters={each["ParameterKey"]: each["ParameterValue"] for each in found.get("Parameters", ())},
        tags={each["Key"]: each["Value"] for each in found.get("Tags", ())},
    )


def why(name_or_id: str) -> StackFailure | None:
    """What failed first in the last change of a stack, a deletion included; None where nothing did."""
    first: StackFailure | None = None
    of_stack: StackFailure | None = None
    for event in _events_of_last_change(name_or_id):
        status, reason = event["ResourceStatus"], event.get("ResourceStatusReason", "")
        failure = StackFailure(event["LogicalResourceId"], reason or status)
        if _is_stack(event):
            of_stack = failure if reason and ("FAILED" in status or "ROLLBACK" in status) else of_stack
        elif status.endswith("_FAILED") and not any(words in reason.lower() for words in _CANCELED):
            first = failure
    return first or of_stack


def delete(name_or_id: str, token: str, retain: Sequence[str] = ()) -> None:
    """Begin to delete a stack; one that is gone stays gone. Each attempt has a token of its own.

    Resources to `retain`, by their logical ids, can be named once deleting them has failed.

    Raises AwsUnavailable where the stack is being changed.
    """
    try:
        with _call("DeleteStack", name_or_id, {"TokenAlreadyExistsException": AlreadyGone}):
            client("cloudformation").delete_stack(
                StackName=name_or_id,
                RoleARN=_role(),
                ClientRequestToken=change_name(token),
                **({"RetainResources": list(retain)} if retain else {}),
            )
    except AlreadyGone:
        return


def discard(change: ChangeSet) -> None:
    """Delete a change set. A stack that was never made stays under review until it is deleted, too.

    Raises AwsUnavailable where the change set is still being made.
    """
    meanings = {"InvalidChangeSetStatus": AwsUnavailable, "ChangeSetNotFound": AlreadyGone}
    try:
        with _call("DeleteChangeSet", change.id, meanings):
            client("cloudformation").delete_change_set(ChangeSetName=change.id, StackName=change.stack_id)
    except AlreadyGone:
        return


def _made(
    name: str, template: str, parameters: Mapping[str, str], tags: Mapping[str, str], token: str, *, kind: str
) -> ChangeSet:
    meanings = {
        "AlreadyExistsException": _NameTaken,
        "LimitExceededException": QuotaWouldBeExceeded,
        "InsufficientCapabilitiesException": ExtensionNotDeployable,
        "ValidationError": ExtensionNotDeployable,
    }
    change = change_name(token)
    try:
        with _call("CreateChangeSet", f"{name} {change}", meanings):
            answer = client("cloudformation").create_change_set(
                StackName=name,
                ChangeSetName=change,
                ChangeSetType=kind,
                TemplateBody=template,
                Parameters=[{"ParameterKey": key, "ParameterValue": value} for key, value in parameters.items()],
                Tags=[{"Key": key, "Value": value} for key, value in tags.items()],
                Capabilities=list(CAPABILITIES),
                RoleARN=_role(),
                ClientToken=change,
            )
    except AlreadyGone as error:
        raise ExtensionChangedMeanwhile(str(error)) from error
    return ChangeSet(answer["Id"], change, answer["StackId"], ChangeState.PENDING)


def _check_execution(change: ChangeSet, error: CloudFrontExtensionsError) -> None:
    """Whether a change that can't be begun was begun before."""
    found = change_set(change.id, change.stack_id)
    if found is None or found.state is ChangeState.OBSOLETE:
        raise ExtensionChangedMeanwhile(str(error)) from error
    if found.state is ChangeState.PENDING:
        raise AwsUnavailable(str(error)) from error
    if found.state in (ChangeState.FAILED, ChangeState.EMPTY):
        raise AwsRefused(f"{error}: {found.reason}") from error


def _events_of_last_change(name_or_id: str) -> Iterator[dict[str, Any]]:
    """The newest first."""
    token = None
    while True:
        try:
            with _call("DescribeStackEvents", name_or_id):
                page = client("cloudformation").describe_stack_events(
                    StackName=name_or_id, **({"NextToken": token} if token else {})
                )
        except AlreadyGone:
            return
        for event in page["StackEvents"]:
            if _is_stack(event) and event["ResourceStatus"] in _BEGINNINGS:
                return
            yield event
        token = page.get("NextToken")
        if not token:
            return


def _is_stack(event: Mapping[str, Any]) -> bool:
    """Whether an event is of the stack itself, and not of a resource or a stack in it."""
    return bool(event.get("PhysicalResourceId") == event["StackId"])


@contextmanager
def _call(
    operation: str, target: str, meanings: Mapping[str, type[CloudFrontExtensionsError]] | None = None
) -> Iterator[None]:
    """As `aws_call`, where the words of a ValidationError say that the stack is not there, or is being changed."""
    try:
        with aws_call(operation, target, meanings):
            yield
    except (AwsRefused, ExtensionNotDeployable) as error:
        if _NOT_THERE.search(str(error)):
            raise AlreadyGone(str(error)) from error
        if _AT_WORK.search(str(error)):
            raise AwsUnavailable(str(error)) from error
        raise


def _role() -> str:
    return os.environ["EXTENSION_STACKS_ROLE"]
