"""How long a client's tokens may live, and by which flows it signs people in."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import WaiterError

from localaws.instance import Instance
from tests.integration.localaws.cognito.user_pools import UserPool, user_pool
from tests.integration.localaws.edge import refused
from tests.integration.localaws.workbench import Workbench

MINUTES = {"AccessToken": "minutes", "IdToken": "minutes", "RefreshToken": "minutes"}
TOO_SHORT_OR_LONG = [
    {"AccessTokenValidity": 4, "TokenValidityUnits": {"AccessToken": "minutes"}},
    {"IdTokenValidity": 299, "TokenValidityUnits": {"IdToken": "seconds"}},
    {"AccessTokenValidity": 25},
    {"IdTokenValidity": 2, "TokenValidityUnits": {"IdToken": "days"}},
    {"RefreshTokenValidity": 59, "TokenValidityUnits": MINUTES},
    {"RefreshTokenValidity": 3651},
    {"RefreshTokenValidity": 1, "AccessTokenValidity": 2, "TokenValidityUnits": {"RefreshToken": "hours"}},
]
TEMPLATE = """
Resources:
  Pool:
    Type: AWS::Cognito::UserPool
  Client:
    Type: AWS::Cognito::UserPoolClient
    Properties:
      UserPoolId: !Ref Pool
      AccessTokenValidity: 1
      TokenValidityUnits: {AccessToken: seconds}
"""


@pytest.fixture(scope="module")
def pool(instance: Instance) -> UserPool:
    return user_pool(instance)


@pytest.mark.parametrize("settings", TOO_SHORT_OR_LONG)
def test_no_token_lives_shorter_or_longer_than_cognito_allows(pool: UserPool, settings: dict[str, Any]) -> None:
    with refused("InvalidParameterException"):
        pool.client(**settings)
    with refused("InvalidParameterException"):
        pool.api.update_user_pool_client(UserPoolId=pool.id, ClientId=pool.client_id, **settings)


def test_a_stack_can_not_make_a_client_of_short_lived_tokens(bench: Workbench) -> None:
    with pytest.raises(WaiterError):
        bench.stack(TEMPLATE)


def test_the_shortest_and_the_longest_lives_are_allowed(pool: UserPool) -> None:
    pool.client(AccessTokenValidity=5, IdTokenValidity=5, RefreshTokenValidity=60, TokenValidityUnits=MINUTES)
    pool.client(AccessTokenValidity=24, IdTokenValidity=24, RefreshTokenValidity=3650)


def test_a_client_that_lists_no_flow_does_not_take_passwords(pool: UserPool) -> None:
    with refused("InvalidParameterException"):
        pool.sign_in(pool.user(), ClientId=pool.client(ExplicitAuthFlows=[]))


def test_ministack_alone_lets_a_client_have_tokens_of_a_second(stock: Workbench) -> None:
    user_pool(stock.instance).client(AccessTokenValidity=1, TokenValidityUnits={"AccessToken": "seconds"})


def test_ministack_alone_lets_a_client_without_flows_take_passwords(stock: Workbench) -> None:
    pool = user_pool(stock.instance)
    assert "AuthenticationResult" in pool.sign_in(pool.user(), ClientId=pool.client(ExplicitAuthFlows=[]))
