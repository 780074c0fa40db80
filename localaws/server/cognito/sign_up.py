"""Nobody signs himself up where only administrators create users. MiniStack never looks."""

from __future__ import annotations

from ministack.services import cognito

from localaws.server.cognito.answers import Answer, Json, Operation, refusal
from localaws.server.seams import wrap


def install() -> None:
    wrap(cognito, "_sign_up", if_people_may)


def if_people_may(stock: Operation) -> Operation:
    def sign_up(request: Json) -> Answer:
        pool, _ = cognito._pool_for_client(request.get("ClientId"))
        administration = (pool or {}).get("AdminCreateUserConfig") or {}
        if administration.get("AllowAdminCreateUserOnly"):
            return refusal("NotAuthorizedException", "SignUp is not permitted for this user pool")
        return stock(request)

    return sign_up
