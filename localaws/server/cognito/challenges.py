"""A challenge is answered by him who has given the password, through the same client, in time and once.

MiniStack gives tokens to whoever answers NEW_PASSWORD_REQUIRED, SOFTWARE_TOKEN_MFA or MFA_SETUP in the name of a user,
whatever the session; a new password may be any, or none, and then no second factor is asked for. Its own challenges
(SRP's PASSWORD_VERIFIER, CUSTOM_CHALLENGE) it checks itself. Source: RespondToAuthChallenge in the API reference.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ministack.services import cognito

from localaws.server.cognito import one_time_codes, sessions
from localaws.server.cognito.answers import Answer, Json, Operation, answer_of, content_of, refusal
from localaws.server.cognito.sessions import Session
from localaws.server.seams import wrap

CHECKED_BY_MINISTACK = ("PASSWORD_VERIFIER", "CUSTOM_CHALLENGE")


def install() -> None:
    wrap(cognito, "_password_auth_result", remembering_the_challenge)
    wrap(cognito, "_respond_to_auth_challenge", of_its_session)
    wrap(cognito, "_admin_respond_to_auth_challenge", of_its_session)


def remembering_the_challenge(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    """What follows a correct password. Users are told by their own names, not by the alias with which they came."""

    def password_auth_result(
        pool: Json, pool_id: str, client_id: str, user: Json, _alias: str, *details: Any, **more: Any
    ) -> Answer:
        answer = stock(pool, pool_id, client_id, user, user["Username"], *details, **more)
        content = content_of(answer)
        if "ChallengeName" in content:
            sessions.begin(content, pool_id, pool["_clients"][client_id], user["Username"])
        return answer

    return password_auth_result


def of_its_session(stock: Operation) -> Operation:
    def respond(request: Json) -> Answer:
        challenge, token = str(request.get("ChallengeName")), request.get("Session")
        if challenge in CHECKED_BY_MINISTACK:
            return stock(request)
        session = sessions.taken(token, challenge)
        if not isinstance(session, Session):
            return session
        answer = _answered(session, request, stock)
        if answer[0] >= 400:
            sessions.put_back(token, session)
        return answer

    return respond


def _answered(session: Session, request: Json, stock: Operation) -> Answer:
    responses = request.get("ChallengeResponses") or {}
    user: Any = cognito._resolve_user(session.pool, responses.get("USERNAME"))[0]
    client = session.pool["_clients"].get(session.client_id)
    is_his = user is not None and user["Username"] == session.username
    is_here = client is not None and request.get("ClientId") == session.client_id
    if not (is_his and is_here and request.get("UserPoolId", session.pool_id) == session.pool_id):
        return refusal("NotAuthorizedException", "Invalid session for the user.")
    if not user.get("Enabled", True):
        return refusal("NotAuthorizedException", "User is disabled.")
    match session.challenge:
        case "NEW_PASSWORD_REQUIRED":
            return _with_new_password(session, client, user, request, stock)
        case "SOFTWARE_TOKEN_MFA":
            return one_time_codes.used_once(user, responses.get("SOFTWARE_TOKEN_MFA_CODE"), lambda: stock(request))
        case "MFA_SETUP" if session.has_set_up:
            return stock(request)
    return refusal("InvalidParameterException", "No second factor has been set up in this session.")


def _with_new_password(session: Session, client: Json, user: Json, request: Json, stock: Operation) -> Answer:
    password = request["ChallengeResponses"].get("NEW_PASSWORD")
    if not password:
        return refusal("InvalidParameterException", "Missing required parameter NEW_PASSWORD")
    refused: Answer | None = cognito._validate_password(session.pool, password)
    if refused:
        return refused
    challenge = cognito._mfa_challenge_for_user(session.pool, user, session.pool_id, session.username)
    if challenge is None:
        return stock(request)
    user["_password"], user["UserStatus"] = password, "CONFIRMED"
    sessions.begin(challenge, session.pool_id, client, session.username)
    return answer_of(challenge)
