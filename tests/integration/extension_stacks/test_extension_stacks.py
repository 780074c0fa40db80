"""An extension's stack from its first change set to its end, with a template of the catalogue."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudfront_extensions.aws import extension_stacks
from cloudfront_extensions.errors import ExtensionChangedMeanwhile, ExtensionNotDeployable
from cloudfront_extensions.extensions.stacks import ChangeSet, ChangeState, NotChangeable, Stack, StackStatus
from localaws.instance import Instance
from tests.integration.localaws import edge

ROOT = Path(__file__).resolve().parents[3]
TEMPLATE = (ROOT / "extensions/directory-index/template.yaml").read_text(encoding="utf-8")
DENIED = TEMPLATE.replace('"${AWS::StackName}-viewer-request"', '"foreign-${AWS::StackName}"')
"""With a function that the role may not make."""
TAGS = {"team": "web"}


def new_stack() -> str:
    return f"extension-{edge.new_token()}"


def begun(name: str, token: str, template: str = TEMPLATE, **parameters: str) -> ChangeSet:
    """The change set, once CloudFormation has made it."""
    found = extension_stacks.begin_change(name, template, {"AutoPublish": "false", **parameters}, TAGS, token)
    assert isinstance(found, ChangeSet)

    def made() -> ChangeSet | None:
        change = extension_stacks.change_set(found.id, found.stack_id)
        return change if change and change.state is not ChangeState.PENDING else None

    return edge.eventually(made)


def ended(name_or_id: str) -> Stack:
    def rested() -> Stack | None:
        stack = extension_stacks.stack(name_or_id)
        return stack if stack and stack.status is not StackStatus.WORKING else None

    return edge.eventually(rested)


def changed(name: str, token: str, template: str = TEMPLATE, **parameters: str) -> Stack:
    change = begun(name, token, template, **parameters)
    assert change.state is ChangeState.READY
    extension_stacks.execute(change)
    return ended(change.stack_id)


def test_a_stack_is_made_and_tells_what_it_holds() -> None:
    name = new_stack()
    assert extension_stacks.stack(name) is None
    stack = changed(name, "spring", IndexDocument="default.html")
    assert stack.status is StackStatus.COMPLETE
    assert stack.outputs == {"ViewerRequestArn": f"arn:aws:cloudfront::000000000000:function/{name}-viewer-request"}
    assert stack.parameters["IndexDocument"] == "default.html"
    assert stack.tags == TAGS
    assert extension_stacks.stack(name) == stack
    assert extension_stacks.why(name) is None


def test_a_stack_follows_a_parameter(instance: Instance) -> None:
    name = new_stack()
    changed(name, "spring")
    assert changed(name, "summer", IndexDocument="other.html").status is StackStatus.COMPLETE
    found = instance.client("cloudfront").get_function(Name=f"{name}-viewer-request", Stage="DEVELOPMENT")
    assert b"b3RoZXIuaHRtbA==" in found["FunctionCode"].read()


def test_nothing_to_change_is_no_failure() -> None:
    name = new_stack()
    changed(name, "spring")
    change = begun(name, "summer")
    assert change.state is ChangeState.EMPTY
    extension_stacks.discard(change)
    extension_stacks.discard(change)
    assert extension_stacks.change_set(change.id, change.stack_id) is None


def test_a_change_that_is_begun_twice_is_one() -> None:
    name = new_stack()
    first = begun(name, "spring")
    assert extension_stacks.begin_change(name, TEMPLATE, {}, TAGS, "spring") == first
    extension_stacks.execute(first)
    extension_stacks.execute(first)
    made = ended(name)
    extension_stacks.execute(first)
    assert extension_stacks.stack(name) == made


def test_a_change_set_that_was_discarded_is_not_executed() -> None:
    name = new_stack()
    change = begun(name, "spring")
    extension_stacks.discard(change)
    with pytest.raises(ExtensionChangedMeanwhile):
        extension_stacks.execute(change)


def test_a_stack_that_was_never_made_takes_another_change() -> None:
    name = new_stack()
    extension_stacks.discard(begun(name, "spring"))
    assert changed(name, "summer").status is StackStatus.COMPLETE


def test_a_stack_that_could_not_be_made_says_why_and_must_be_deleted() -> None:
    name = new_stack()
    stack = changed(name, "spring", DENIED)
    assert stack.status is StackStatus.NOT_CREATED
    failure = extension_stacks.why(name)
    assert failure
    assert failure.logical_id == "ViewerRequest"
    assert "cloudfront:CreateFunction" in failure.reason
    found = extension_stacks.begin_change(name, TEMPLATE, {}, TAGS, "summer")
    assert isinstance(found, NotChangeable)
    assert found.stack.must_be_deleted


def test_an_update_that_fails_leaves_the_stack_as_it_was_and_says_why() -> None:
    name = new_stack()
    changed(name, "spring")
    stack = changed(name, "summer", DENIED)
    assert stack.status is StackStatus.ROLLED_BACK
    assert stack.outputs["ViewerRequestArn"].endswith(f"/{name}-viewer-request")
    failure = extension_stacks.why(name)
    assert failure
    assert failure.logical_id == "ViewerRequest"
    assert "cloudfront:CreateFunction" in failure.reason
    # AND what came before the next change is not its failure
    assert changed(name, "autumn", IndexDocument="other.html").status is StackStatus.COMPLETE
    assert extension_stacks.why(name) is None


def test_a_stack_that_is_deleted_is_known_by_its_arn_alone() -> None:
    name = new_stack()
    made = changed(name, "spring")
    extension_stacks.delete(name, "spring-remove")
    assert ended(made.id).status is StackStatus.DELETED
    assert extension_stacks.stack(name) is None
    extension_stacks.delete(name, "spring-remove")
    extension_stacks.delete(made.id, "spring-remove")


def test_a_function_that_is_in_use_keeps_its_stack_until_it_is_retained(instance: Instance) -> None:
    name = new_stack()
    made = changed(name, "spring", AutoPublish="true")
    attached = {"FunctionARN": made.outputs["ViewerRequestArn"], "EventType": "viewer-request"}
    edge.distribution(instance, DefaultCacheBehavior=edge.behavior(FunctionAssociations=edge.block(attached)))
    extension_stacks.delete(name, "first")
    assert ended(made.id).status is StackStatus.DELETE_FAILED
    failure = extension_stacks.why(made.id)
    assert failure
    assert failure.logical_id == "ViewerRequest"
    extension_stacks.delete(made.id, "second", retain=["ViewerRequest"])
    assert ended(made.id).status is StackStatus.DELETED


def test_what_cloudformation_refuses_is_told_in_its_words() -> None:
    name = new_stack()
    with pytest.raises(ExtensionNotDeployable, match="Resources"):
        extension_stacks.begin_change(name, '{"Transform": "AWS::Serverless-2016-10-31"}', {}, TAGS, "spring")
    with pytest.raises(ExtensionNotDeployable, match="51,200"):
        extension_stacks.begin_change(name, TEMPLATE + "#" * 51_200, {}, TAGS, "spring")
    assert extension_stacks.stack(name) is None
