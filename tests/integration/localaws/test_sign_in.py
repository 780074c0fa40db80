"""Users for tests and for trying the application out."""

from __future__ import annotations

import pytest

from localaws import sign_in
from localaws.instance import Instance
from tests.integration.localaws.cognito.user_pools import UserPool, user_pool
from tests.integration.localaws.edge import refused


@pytest.fixture(scope="module")
def pool(instance: Instance) -> UserPool:
    """Its client takes passwords by SRP alone, as one for browsers does."""
    made = user_pool(instance)
    for group in ("viewer", "operator"):
        made.api.create_group(UserPoolId=made.id, GroupName=group)
    return UserPool(instance, made.id, made.client(ExplicitAuthFlows=["ALLOW_USER_SRP_AUTH"]))


def groups(person: sign_in.Person) -> object:
    return sign_in.claims_of(person.id_token).get("cognito:groups")


def test_a_test_user_is_in_the_group_that_is_asked_for_and_in_no_other(pool: UserPool) -> None:
    viewer = sign_in.test_user(pool.instance, pool.id, pool.client_id, "viewer")
    operator = sign_in.test_user(pool.instance, pool.id, pool.client_id, "operator")
    nobody = sign_in.test_user(pool.instance, pool.id, pool.client_id, None)
    assert [groups(person) for person in (viewer, operator, nobody)] == [["viewer"], ["operator"], None]


def test_a_test_user_signs_in_again_with_the_tokens_of_the_same_person(pool: UserPool) -> None:
    first, second = (sign_in.test_user(pool.instance, pool.id, pool.client_id, "viewer") for _ in range(2))
    assert sign_in.claims_of(first.id_token)["sub"] == sign_in.claims_of(second.id_token)["sub"]
    assert first.id_token != second.id_token


def test_the_password_of_a_test_user_is_told(pool: UserPool) -> None:
    person = sign_in.test_user(pool.instance, pool.id, pool.client_id, "viewer")
    tokens = sign_in.signed_in(pool.instance, pool.id, pool.client_id, person.email, person.password)
    assert sign_in.claims_of(tokens["IdToken"])["email"] == person.email


def test_a_wrong_password_signs_nobody_in(pool: UserPool) -> None:
    with refused("NotAuthorizedException"):
        sign_in.signed_in(pool.instance, pool.id, pool.client_id, pool.user(), "Wrong-password-1")


def test_a_pool_that_demands_a_second_factor_says_so(instance: Instance) -> None:
    pool = user_pool(instance, mfa="ON")
    with pytest.raises(sign_in.NotSignedIn, match="MFA_SETUP"):
        sign_in.test_user(instance, pool.id, pool.client_id, None)
