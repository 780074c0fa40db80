"""What is recorded of people who sign in: that they did, and nothing with which another could."""

from __future__ import annotations

import pytest

from localaws import executions, sign_in
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
from tests.integration.localaws.workbench import Json


@pytest.fixture(scope="module")
def pool(instance: Instance) -> UserPool:
    return user_pool(instance, mfa="OPTIONAL")


def calls_since(instance: Instance, before: int) -> list[Json]:
    return executions.lines(instance.calls)[before:]


def test_calls_that_nobody_signs_have_their_service_and_operation(pool: UserPool) -> None:
    before = len(executions.lines(pool.instance.calls))
    user = pool.user(permanent=False)
    pool.answer(pool.sign_in(user), user, NEW_PASSWORD=NEXT_PASSWORD)
    with refused("NotAuthorizedException"):
        pool.sign_in(user)
    told = [
        (call["service"], call["operation"], call["caller"], call["status"])
        for call in calls_since(pool.instance, before)
        if call["caller"] == "unsigned"
    ]
    assert told == [
        ("cognito-idp", "InitiateAuth", "unsigned", 200),
        ("cognito-idp", "RespondToAuthChallenge", "unsigned", 200),
        ("cognito-idp", "InitiateAuth", "unsigned", 400),
    ]


def test_signing_in_is_as_botocores_model_has_it(pool: UserPool) -> None:
    before = len(executions.lines(pool.instance.calls))
    user = pool.user(permanent=False)
    tokens = pool.answer(pool.sign_in(user), user, NEW_PASSWORD=PASSWORD)["AuthenticationResult"]
    secret = pool.generator_of(tokens["AccessToken"])
    challenge = pool.sign_in(user)
    with refused("CodeMismatchException"):
        pool.answer(challenge, user, SOFTWARE_TOKEN_MFA_CODE=wrong_code_of(secret))
    pool.answer(challenge, user, SOFTWARE_TOKEN_MFA_CODE=code_of(secret))
    assert [call["wire"] for call in calls_since(pool.instance, before) if "wire" in call] == []


def test_no_password_code_or_token_is_written_down(pool: UserPool) -> None:
    person = sign_in.test_user(pool.instance, pool.id, pool.client_id, None)
    secret = pool.generator_of(person.access_token)
    challenge = pool.sign_in(person.email, person.password)
    code = code_of(secret)
    tokens = pool.answer(challenge, person.email, SOFTWARE_TOKEN_MFA_CODE=code)["AuthenticationResult"]
    with refused("NotAuthorizedException"):
        pool.sign_in(person.email, f"{person.password}?")
    hidden = [person.password, person.id_token, person.access_token, person.refresh_token, secret]
    hidden += [challenge["Session"], tokens["IdToken"], tokens["AccessToken"], tokens["RefreshToken"]]
    written = [path.read_text() for path in pool.instance.state_directory.glob("*") if path.is_file()]
    assert any("RespondToAuthChallenge" in text for text in written)
    assert not [each for each in hidden if any(each in text for text in written)]
    for call in executions.lines(pool.instance.calls):
        assert code not in {str(value) for value in call.values()}
