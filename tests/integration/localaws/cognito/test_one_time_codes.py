"""Generators of one-time codes: how one is set up, when codes are asked for, and which are good."""

from __future__ import annotations

import pytest

from localaws.instance import Instance
from tests.integration.localaws.cognito.user_pools import (
    NEXT_PASSWORD,
    UserPool,
    code_of,
    user_pool,
    wrong_code_of,
)
from tests.integration.localaws.edge import refused
from tests.integration.localaws.workbench import Json, Workbench

CODES_PREFERRED = {"Enabled": True, "PreferredMfa": True}


@pytest.fixture(scope="module")
def optional(instance: Instance) -> UserPool:
    return user_pool(instance, mfa="OPTIONAL")


@pytest.fixture(scope="module")
def demanding(instance: Instance) -> UserPool:
    return user_pool(instance, mfa="ON")


def access_token(pool: UserPool, user: str) -> str:
    return str(pool.sign_in(user)["AuthenticationResult"]["AccessToken"])


def set_up(pool: UserPool, challenge: Json) -> tuple[str, Json]:
    """Set a generator up in the session of a challenge; returns its secret, and the challenge to be answered."""
    begun = pool.api.associate_software_token(Session=challenge["Session"])
    verified = pool.api.verify_software_token(Session=begun["Session"], UserCode=code_of(begun["SecretCode"]))
    assert verified["Status"] == "SUCCESS"
    return begun["SecretCode"], {**challenge, "Session": verified["Session"]}


def test_codes_are_asked_for_from_the_user_who_wants_it(optional: UserPool) -> None:
    user = optional.user()
    secret = optional.generator_of(access_token(optional, user))
    challenge = optional.sign_in(user)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" in optional.answer(challenge, user, SOFTWARE_TOKEN_MFA_CODE=code_of(secret))


def test_codes_can_not_be_preferred_before_the_generator_has_proved_itself(optional: UserPool) -> None:
    user = optional.user()
    token = access_token(optional, user)
    optional.api.associate_software_token(AccessToken=token)
    with refused("InvalidParameterException"):
        optional.api.set_user_mfa_preference(AccessToken=token, SoftwareTokenMfaSettings=CODES_PREFERRED)
    with refused("InvalidParameterException"):
        optional.api.admin_set_user_mfa_preference(
            UserPoolId=optional.id, Username=user, SoftwareTokenMfaSettings=CODES_PREFERRED
        )
    assert "AuthenticationResult" in optional.sign_in(user)


def test_a_generator_proves_itself_by_a_code(optional: UserPool) -> None:
    token = access_token(optional, optional.user())
    secret = optional.api.associate_software_token(AccessToken=token)["SecretCode"]
    with refused("EnableSoftwareTokenMFAException"):
        optional.api.verify_software_token(AccessToken=token, UserCode=wrong_code_of(secret))


def test_a_generator_that_is_not_preferred_is_not_asked_for(optional: UserPool) -> None:
    user = optional.user()
    token = access_token(optional, user)
    secret = optional.api.associate_software_token(AccessToken=token)["SecretCode"]
    optional.api.verify_software_token(AccessToken=token, UserCode=code_of(secret))
    assert "AuthenticationResult" in optional.sign_in(user)


def test_a_code_works_once(optional: UserPool) -> None:
    user = optional.user()
    secret = optional.generator_of(access_token(optional, user))
    code = code_of(secret)
    optional.answer(optional.sign_in(user), user, SOFTWARE_TOKEN_MFA_CODE=code)
    with refused("ExpiredCodeException"):
        optional.answer(optional.sign_in(user), user, SOFTWARE_TOKEN_MFA_CODE=code)


def test_where_a_second_factor_is_demanded_it_is_set_up_before_the_first_tokens(demanding: UserPool) -> None:
    user = demanding.user(permanent=False)
    challenge = demanding.answer(demanding.sign_in(user), user, NEW_PASSWORD=NEXT_PASSWORD)
    assert challenge["ChallengeName"] == "MFA_SETUP"
    secret, challenge = set_up(demanding, challenge)
    assert "AuthenticationResult" in demanding.answer(challenge, user)
    challenge = demanding.sign_in(user, NEXT_PASSWORD)
    assert challenge["ChallengeName"] == "SOFTWARE_TOKEN_MFA"
    assert "AuthenticationResult" in demanding.answer(challenge, user, SOFTWARE_TOKEN_MFA_CODE=code_of(secret))


def test_there_are_no_tokens_before_the_generator_is_set_up(demanding: UserPool) -> None:
    user = demanding.user()
    challenge = demanding.sign_in(user)
    with refused("InvalidParameterException"):
        demanding.answer(challenge, user)
    begun = demanding.api.associate_software_token(Session=challenge["Session"])
    with refused("InvalidParameterException"):
        demanding.answer({**challenge, "Session": begun["Session"]}, user)
    with refused("EnableSoftwareTokenMFAException"):
        demanding.api.verify_software_token(Session=begun["Session"], UserCode=wrong_code_of(begun["SecretCode"]))
    with refused("InvalidParameterException"):
        demanding.answer({**challenge, "Session": begun["Session"]}, user)


def test_a_generator_is_set_up_only_by_who_has_given_the_password(demanding: UserPool) -> None:
    with refused("NotAuthorizedException"):
        demanding.api.associate_software_token(Session="any text that is long enough to be a session")


def test_ministack_alone_lets_in_without_the_second_factor_that_is_demanded(stock: Workbench) -> None:
    pool = user_pool(stock.instance, mfa="ON")
    assert "AuthenticationResult" in pool.sign_in(pool.user())


def test_ministack_alone_takes_any_code_of_a_generator_that_never_was(stock: Workbench) -> None:
    pool = user_pool(stock.instance, mfa="OPTIONAL")
    user = pool.user()
    pool.api.admin_set_user_mfa_preference(UserPoolId=pool.id, Username=user, SoftwareTokenMfaSettings=CODES_PREFERRED)
    assert "AuthenticationResult" in pool.answer(pool.sign_in(user), user, SOFTWARE_TOKEN_MFA_CODE="000000")
