"""Who may sign up by himself."""

from __future__ import annotations

from localaws.instance import Instance
from tests.integration.localaws.cognito.user_pools import PASSWORD, user_pool
from tests.integration.localaws.edge import refused
from tests.integration.localaws.workbench import Workbench

ONLY_ADMINISTRATORS = {"AllowAdminCreateUserOnly": True}
NEWCOMER = {"Username": "newcomer@example.com", "Password": PASSWORD}


def test_nobody_signs_himself_up_where_only_administrators_create_users(instance: Instance) -> None:
    pool = user_pool(instance, AdminCreateUserConfig=ONLY_ADMINISTRATORS)
    with refused("NotAuthorizedException"):
        pool.api.sign_up(ClientId=pool.client_id, **NEWCOMER)
    assert pool.api.list_users(UserPoolId=pool.id)["Users"] == []


def test_elsewhere_people_sign_themselves_up(instance: Instance) -> None:
    pool = user_pool(instance)
    assert pool.api.sign_up(ClientId=pool.client_id, **NEWCOMER)["UserConfirmed"] is False


def test_ministack_alone_lets_people_sign_up_anywhere(stock: Workbench) -> None:
    pool = user_pool(stock.instance, AdminCreateUserConfig=ONLY_ADMINISTRATORS)
    pool.api.sign_up(ClientId=pool.client_id, **NEWCOMER)
