"""Users and their groups in a template, and how they are invited."""

from __future__ import annotations

import json
import urllib.request

import pytest
from botocore.exceptions import WaiterError

from localaws.instance import Instance
from tests.integration.localaws.cognito.user_pools import NEXT_PASSWORD, UserPool, user_pool
from tests.integration.localaws.edge import refused
from tests.integration.localaws.workbench import Json, Workbench

TEMPLATE = """
Parameters:
  Email: {Type: String}
  Group: {Type: String, Default: admin}
Conditions:
  HasUser: !Not [!Equals [!Ref Email, ""]]
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
    Properties:
      UsernameAttributes: [email]
      AdminCreateUserConfig:
        AllowAdminCreateUserOnly: true
        InviteMessageTemplate:
          EmailSubject: Your invitation
          EmailMessage: "Welcome, {username}. Your password is {####}"
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      ExplicitAuthFlows: [ALLOW_USER_PASSWORD_AUTH, ALLOW_REFRESH_TOKEN_AUTH]
  Viewers:
    Type: AWS::Cognito::UserPoolGroup
    Properties: {GroupName: viewer, UserPoolId: !Ref Pool}
  Admins:
    Type: AWS::Cognito::UserPoolGroup
    Properties: {GroupName: admin, UserPoolId: !Ref Pool}
  First:
    Type: AWS::Cognito::UserPoolUser
    Condition: HasUser
    Properties:
      UserPoolId: !Ref Pool
      Username: !Ref Email
      DesiredDeliveryMediums: [EMAIL]
      UserAttributes: [{Name: email, Value: !Ref Email}, {Name: email_verified, Value: "true"}]
  FirstInGroup:
    Type: AWS::Cognito::UserPoolUserToGroupAttachment
    Condition: HasUser
    DependsOn: [Viewers, Admins]
    Properties: {UserPoolId: !Ref Pool, Username: !Ref First, GroupName: !Ref Group}
Outputs:
  Pool: {Value: !Ref Pool}
  Client: {Value: !Ref Client}
"""
UNVERIFIED = TEMPLATE.replace('Value: "true"', 'Value: "false"')
UNKNOWN_GROUP = TEMPLATE.replace("GroupName: !Ref Group", "GroupName: nobodys")


def pool_of(bench: Workbench, stack: str) -> UserPool:
    described = bench.client("cloudformation").describe_stacks(StackName=stack)["Stacks"][0]["Outputs"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described}
    return UserPool(bench.instance, outputs["Pool"], outputs["Client"])


def emails(pool: UserPool) -> list[str]:
    users = pool.api.list_users(UserPoolId=pool.id)["Users"]
    return sorted(each["Value"] for user in users for each in user["Attributes"] if each["Name"] == "email")


def members(pool: UserPool, group: str) -> int:
    return len(pool.api.list_users_in_group(UserPoolId=pool.id, GroupName=group)["Users"])


def mails_to(instance: Instance, address: str) -> list[Json]:
    """What was sent to this address; MiniStack keeps it by account."""
    with urllib.request.urlopen(f"{instance.endpoint_url}/_ministack/ses/messages") as answer:  # noqa: S310
        (mails,) = json.load(answer)["messages"].values()
        return [mail for mail in mails if mail["To"] == [address]]


def test_a_user_of_a_stack_is_invited_by_mail_and_signs_in_with_what_it_says(bench: Workbench) -> None:
    pool = pool_of(bench, bench.stack(TEMPLATE, Email="invited@example.com"))
    (mail,) = mails_to(bench.instance, "invited@example.com")
    assert mail["Subject"] == "Your invitation"
    password = mail["BodyText"].partition("Your password is ")[2]
    challenge = pool.sign_in("invited@example.com", password)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    tokens = pool.answer(challenge, "invited@example.com", NEW_PASSWORD=NEXT_PASSWORD)["AuthenticationResult"]
    assert {"AccessToken", "IdToken", "RefreshToken"} <= tokens.keys()


def test_a_user_of_a_stack_is_in_his_group(bench: Workbench) -> None:
    pool = pool_of(bench, bench.stack(TEMPLATE, Email="admin@example.com"))
    assert (members(pool, "admin"), members(pool, "viewer")) == (1, 0)


def test_the_group_of_a_user_can_change(bench: Workbench) -> None:
    stack = bench.stack(TEMPLATE, Email="first@example.com")
    bench.update_stack(stack, TEMPLATE, Email="first@example.com", Group="viewer")
    pool = pool_of(bench, stack)
    assert (members(pool, "admin"), members(pool, "viewer")) == (0, 1)


def test_another_user_takes_the_place_of_the_first(bench: Workbench) -> None:
    stack = bench.stack(TEMPLATE, Email="first@example.com")
    bench.update_stack(stack, TEMPLATE, Email="second@example.com")
    pool = pool_of(bench, stack)
    assert emails(pool) == ["second@example.com"]
    assert members(pool, "admin") == 1


def test_a_user_of_a_stack_can_not_change_under_the_same_name(bench: Workbench) -> None:
    stack = bench.stack(TEMPLATE, Email="first@example.com")
    with pytest.raises(WaiterError):
        bench.update_stack(stack, UNVERIFIED, Email="first@example.com")
    pool = pool_of(bench, stack)
    assert emails(pool) == ["first@example.com"]
    assert members(pool, "admin") == 1


def test_a_user_leaves_with_his_resource(bench: Workbench) -> None:
    stack = bench.stack(TEMPLATE, Email="first@example.com")
    bench.update_stack(stack, TEMPLATE, Email="")
    assert emails(pool_of(bench, stack)) == []


def test_a_stack_is_deleted_after_its_user_was(bench: Workbench) -> None:
    stack = bench.stack(TEMPLATE, Email="first@example.com")
    pool = pool_of(bench, stack)
    pool.api.admin_delete_user(UserPoolId=pool.id, Username="first@example.com")
    cloudformation = bench.client("cloudformation")
    cloudformation.delete_stack(StackName=stack)
    waiting = {"Delay": 0.05, "MaxAttempts": 200}
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=waiting)
    with refused("ResourceNotFoundException"):
        pool.api.describe_user_pool(UserPoolId=pool.id)


def test_a_stack_fails_with_a_group_that_does_not_exist(bench: Workbench) -> None:
    with pytest.raises(WaiterError):
        bench.stack(UNKNOWN_GROUP, Email="first@example.com")


def test_an_invitation_is_mailed_when_a_mail_is_asked_for(instance: Instance) -> None:
    pool = user_pool(instance)
    asked = {"mailed@example.com": {"DesiredDeliveryMediums": ["EMAIL"]}, "texted@example.com": {}}
    for email, mediums in asked.items():
        attributes = [{"Name": "email", "Value": email}]
        pool.api.admin_create_user(UserPoolId=pool.id, Username=email, UserAttributes=attributes, **mediums)
    assert [len(mails_to(instance, email)) for email in asked] == [1, 0]


def test_ministack_alone_has_no_users_of_stacks(stock: Workbench) -> None:
    with refused("ValidationError"):
        stock.stack(TEMPLATE, Email="first@example.com")


def test_ministack_alone_mails_what_aws_would_text(stock: Workbench) -> None:
    pool = user_pool(stock.instance)
    attributes = [{"Name": "email", "Value": "texted@example.com"}]
    pool.api.admin_create_user(UserPoolId=pool.id, Username="texted@example.com", UserAttributes=attributes)
    assert len(mails_to(stock.instance, "texted@example.com")) == 1
