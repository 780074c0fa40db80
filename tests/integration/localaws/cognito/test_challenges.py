"""Who gets tokens by answering a challenge."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from localaws.instance import Instance
from tests.integration.localaws.cognito.user_pools import (
    NEXT_PASSWORD,
    PASSWORD,
    UserPool,
    code_of,
    user_pool,
    wrong_code_of,
)
from tests.integration.localaws.edge import refused
from tests.integration.localaws.workbench import Workbench

MADE_UP = "any text that is long enough to be a session"


@pytest.fixture(scope="module")
def pool(instance: Instance) -> UserPool:
    return user_pool(instance, mfa="OPTIONAL")


@pytest.fixture(scope="module")
def impatient() -> Iterator[Instance]:
    """Waits for no answer."""
    with Instance(f"impatient-{os.getpid()}", challenge_minute=0) as running:
        yield running
    running.remove()


def test_a_temporary_password_is_exchanged_for_one_of_ones_own(pool: UserPool) -> None:
    user = pool.user(permanent=False)
    challenge = pool.sign_in(user)
    assert challenge["ChallengeName"] == "NEW_PASSWORD_REQUIRED"
    assert "AuthenticationResult" in pool.answer(challenge, user, NEW_PASSWORD=NEXT_PASSWORD)
    assert "AuthenticationResult" in pool.sign_in(user, NEXT_PASSWORD)
    with refused("NotAuthorizedException"):
        pool.sign_in(user, PASSWORD)


@pytest.mark.parametrize("name", ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "MFA_SETUP", "SMS_MFA"])
def test_nobody_gets_tokens_without_the_password(pool: UserPool, name: str) -> None:
    user = pool.user(permanent=False)
    answers = {"NEW_PASSWORD": NEXT_PASSWORD, "SOFTWARE_TOKEN_MFA_CODE": "000000", "SMS_MFA_CODE": "000000"}
    with refused("NotAuthorizedException"):
        pool.answer({"ChallengeName": name, "Session": MADE_UP}, user, **answers)
    with refused("NotAuthorizedException"):
        pool.api.admin_respond_to_auth_challenge(
            UserPoolId=pool.id,
            ClientId=pool.client_id,
            ChallengeName=name,
            Session=MADE_UP,
            ChallengeResponses={"USERNAME": user, **answers},
        )


def test_a_session_is_for_the_user_who_gave_the_password(pool: UserPool) -> None:
    user, victim = pool.user(permanent=False), pool.user(permanent=False)
    challenge = pool.sign_in(user)
    with refused("NotAuthorizedException"):
        pool.answer(challenge, victim, NEW_PASSWORD=NEXT_PASSWORD)
    assert "ChallengeName" in pool.sign_in(victim, PASSWORD)


def test_a_session_is_for_the_client_through_which_it_began(pool: UserPool) -> None:
    user = pool.user(permanent=False)
    with refused("NotAuthorizedException"):
        pool.answer(pool.sign_in(user), user, client_id=pool.client(), NEW_PASSWORD=NEXT_PASSWORD)


def test_a_session_is_for_the_challenge_that_was_put(pool: UserPool) -> None:
    user = pool.user(permanent=False)
    challenge = {**pool.sign_in(user), "ChallengeName": "MFA_SETUP"}
    with refused("NotAuthorizedException"):
        pool.answer(challenge, user)


def test_a_session_is_good_for_one_answer(pool: UserPool) -> None:
    user = pool.user(permanent=False)
    challenge = pool.sign_in(user)
    pool.answer(challenge, user, NEW_PASSWORD=NEXT_PASSWORD)
    with refused("NotAuthorizedException"):
        pool.answer(challenge, user, NEW_PASSWORD=PASSWORD)


def test_a_session_ends(impatient: Instance) -> None:
    pool = user_pool(impatient)
    user = pool.user(permanent=False)
    with refused("NotAuthorizedException"):
        pool.answer(pool.sign_in(user), user, NEW_PASSWORD=NEXT_PASSWORD)


@pytest.mark.parametrize("weak", ["Short-1", "no-capital-letter-1", "No-number-at-all", "NoSymbol12345"])
def test_the_new_password_must_be_as_the_pool_wants_it_and_may_be_tried_again(pool: UserPool, weak: str) -> None:
    user = pool.user(permanent=False)
    challenge = pool.sign_in(user)
    with refused("InvalidPasswordException"):
        pool.answer(challenge, user, NEW_PASSWORD=weak)
    assert "AuthenticationResult" in pool.answer(challenge, user, NEW_PASSWORD=NEXT_PASSWORD)


def test_a_new_password_must_be_given(pool: UserPool) -> None:
    user = pool.user(permanent=False)
    with refused("InvalidParameterException"):
        pool.answer(pool.sign_in(user), user)


def test_who_was_disabled_in_between_gets_no_tokens(pool: UserPool) -> None:
    user = pool.user(permanent=False)
    challenge = pool.sign_in(user)
    pool.api.admin_disable_user(UserPoolId=pool.id, Username=user)
    with refused("NotAuthorizedException"):
        pool.answer(challenge, user, NEW_PASSWORD=NEXT_PASSWORD)


def test_a_second_factor_is_asked_for_after_a_new_password_too(pool: UserPool) -> None:
    user = pool.user()
    secret = pool.generator_of(pool.sign_in(user)["AuthenticationResult"]["AccessToken"])
    pool.api.admin_set_user_password(UserPoolId=pool.id, Username=user, Password=PASSWORD, Permanent=False)
    challenge = pool.answer(pool.sign_in(user), user, NEW_PASSWORD=NEXT_PASSWORD)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" in pool.answer(challenge, user, SOFTWARE_TOKEN_MFA_CODE=code_of(secret))


def test_a_wrong_code_is_refused_and_another_may_be_given(pool: UserPool) -> None:
    user = pool.user()
    secret = pool.generator_of(pool.sign_in(user)["AuthenticationResult"]["AccessToken"])
    challenge = pool.sign_in(user)
    with refused("CodeMismatchException"):
        pool.answer(challenge, user, SOFTWARE_TOKEN_MFA_CODE=wrong_code_of(secret))
    assert "AuthenticationResult" in pool.answer(challenge, user, SOFTWARE_TOKEN_MFA_CODE=code_of(secret))


@pytest.mark.parametrize("name", ["NEW_PASSWORD_REQUIRED", "SOFTWARE_TOKEN_MFA", "MFA_SETUP"])
def test_ministack_alone_gives_tokens_to_whoever_asks(stock: Workbench, name: str) -> None:
    pool = user_pool(stock.instance)
    answer = pool.answer({"ChallengeName": name, "Session": MADE_UP}, pool.user())
    assert "AccessToken" in answer["AuthenticationResult"]


def test_ministack_alone_takes_any_new_password(stock: Workbench) -> None:
    pool = user_pool(stock.instance)
    user = pool.user(permanent=False)
    pool.answer(pool.sign_in(user), user, NEW_PASSWORD="weak")
    assert "AuthenticationResult" in pool.sign_in(user, "weak")
