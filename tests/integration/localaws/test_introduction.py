"""What is said of the APIs after a deployment: where they are, and who may try them."""

from __future__ import annotations

import pytest

from localaws import sign_in
from localaws.apis import GROUPS, introduction
from localaws.instance import Instance
from tests.integration.localaws.cognito.user_pools import UserPool, user_pool

PEOPLE = "https://abc123.execute-api.us-east-1.amazonaws.com/v1"
"""As a stack's output has it on AWS."""


def introduced(pool: UserPool) -> str:
    for group in GROUPS:
        pool.api.create_group(UserPoolId=pool.id, GroupName=group)
    outputs = {"UserPoolId": pool.id, "UserPoolClientId": pool.client_id, "PeopleApiUrl": PEOPLE}
    return "\n".join(introduction(pool.instance, outputs))


def test_an_application_without_people_has_none(instance: Instance) -> None:
    assert list(introduction(instance, {"JobsTable": "jobs"})) == []


def test_each_group_has_a_user_with_a_password_and_a_token(instance: Instance) -> None:
    said = introduced(user_pool(instance))
    assert said.endswith(f"{instance.endpoint_url}/restapis/abc123/v1/_user_request_/jobs")
    for group in GROUPS:
        assert f"{group}@example.com (password " in said
        token = said.partition(f"export {group.upper()}=")[2].split()[0]
        assert sign_in.claims_of(token)["cognito:groups"] == [group]


def test_where_the_pool_asks_for_a_second_factor_that_is_said_in_place_of_the_token(instance: Instance) -> None:
    pool = user_pool(instance, mfa="ON")
    said = introduced(pool)
    assert said.count("second factor") == len(GROUPS)
    for group in GROUPS:
        password = said.partition(f"{group}@example.com (password ")[2].partition(")")[0]
        with pytest.raises(sign_in.NotSignedIn):
            sign_in.signed_in(instance, pool.id, pool.client_id, f"{group}@example.com", password)
