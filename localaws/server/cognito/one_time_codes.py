"""A generator of one-time codes counts when it has proved itself, is asked for where it must be, and no code works twice.

MiniStack lets a user prefer codes before there is a generator, and then takes any; a pool that demands a second factor
lets users without one in. Sources: "TOTP software token MFA" in the developer guide; AssociateSoftwareToken,
VerifySoftwareToken and SetUserMFAPreference in the API reference.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from typing import Any

from ministack.services import cognito

from localaws.server.cognito import sessions
from localaws.server.cognito.answers import Answer, Json, Operation, answer_of, content_of, refusal
from localaws.server.cognito.sessions import Session
from localaws.server.seams import wrap

CODES, SET_UP = "SOFTWARE_TOKEN_MFA", "MFA_SETUP"
CODES_IN_FORCE = 3
"""The current one, the one before and the one after."""


def install() -> None:
    cognito._mfa_challenge_for_user = challenge_for
    wrap(cognito, "_associate_software_token", in_a_session)
    wrap(cognito, "_verify_software_token", for_the_user_of_the_session)
    wrap(cognito, "_set_user_mfa_preference", if_it_has_proved_itself(_of_token))
    wrap(cognito, "_admin_set_user_mfa_preference", if_it_has_proved_itself(_of_name))


def challenge_for(pool: Json, user: Json, _pool_id: str, username: str) -> Json | None:
    """The challenge that follows the password: to give a code, to set a generator up, or none."""
    demand = pool.get("MfaConfiguration", "OFF")
    has_generator, prefers_codes = "_totp_secret" in user, CODES in user.get("_mfa_enabled", ())
    if demand == "OFF" or (demand == "OPTIONAL" and not (has_generator and prefers_codes)):
        return None
    kind = {"FRIENDLY_DEVICE_NAME": "TOTP device"} if has_generator else {"MFAS_CAN_SETUP": json.dumps([CODES])}
    return {
        "ChallengeName": CODES if has_generator else SET_UP,
        "Session": secrets.token_urlsafe(64),
        "ChallengeParameters": {"USER_ID_FOR_SRP": username, **kind},
    }


def used_once(user: Json, code: object, check: Callable[[], Answer]) -> Answer:
    """What `check` answers, unless this code has let the user in before."""
    used: list[object] = user.setdefault("_used_codes", [])
    if code in used:
        return refusal("ExpiredCodeException", "Your software token has already been used once.")
    answer = check()
    if answer[0] < 400:
        used[:] = [*used, code][-CODES_IN_FORCE:]
    return answer


def in_a_session(stock: Operation) -> Operation:
    """A generator is begun by a user who is signed in, or by one who can't be before he has one."""

    def associate(request: Json) -> Answer:
        if "AccessToken" in request:
            return _without_session(stock(request))
        session = sessions.taken(request.get("Session"), SET_UP)
        if not isinstance(session, Session):
            return session
        answer = stock({})
        sessions.go_on(content_of(answer)["Session"], session)
        return answer

    return associate


def for_the_user_of_the_session(stock: Operation) -> Operation:
    """MiniStack prefers codes as soon as a generator is verified; on AWS the user has to say so, unless he must."""

    def verify(request: Json) -> Answer:
        if "AccessToken" in request:
            user, pool = cognito._user_pool_for_access_token(request["AccessToken"])
            if user is None:
                return stock(request)
            before = [*user.get("_mfa_enabled", ())], user.get("_preferred_mfa", "")
            answer = stock(request)
            if pool.get("MfaConfiguration") != "ON":
                user["_mfa_enabled"], user["_preferred_mfa"] = before
            return _without_session(answer)
        token = request.get("Session")
        session = sessions.taken(token, SET_UP)
        if not isinstance(session, Session):
            return session
        secret = cognito._totp_session_secrets.get(token)
        answer = stock(request)
        if answer[0] >= 400:
            sessions.put_back(token, session)
            return answer
        (session.user or {}).update(_totp_secret=secret, _mfa_enabled=[CODES], _preferred_mfa=CODES)
        sessions.go_on(content_of(answer)["Session"], session, has_set_up=True)
        return answer

    return verify


def if_it_has_proved_itself(user_of: Callable[[Json], Json | None]) -> Callable[[Operation], Operation]:
    def wrapper(stock: Operation) -> Operation:
        def set_preference(request: Json) -> Answer:
            user = user_of(request)
            wants_codes = (request.get("SoftwareTokenMfaSettings") or {}).get("Enabled")
            if user is not None and wants_codes and "_totp_secret" not in user:
                return refusal("InvalidParameterException", "User has not verified software token mfa")
            return stock(request)

        return set_preference

    return wrapper


def _of_token(request: Json) -> Any:
    return cognito._user_for_access_token(request.get("AccessToken"))


def _of_name(request: Json) -> Any:
    pool = cognito._user_pools.get(request.get("UserPoolId"))
    return cognito._resolve_user(pool, request.get("Username"))[0] if pool else None


def _without_session(answer: Answer) -> Answer:
    content = content_of(answer)
    if content.pop("Session", None) is None:
        return answer
    return answer_of(content)
