"""Sign-ins that wait for the answer to a challenge: whose they are, through which client, and until when.

MiniStack's sessions are random texts that nobody remembers, and any text is one.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, replace

from ministack.services import cognito

from localaws.server.cognito.answers import Answer, Json, refusal
from localaws.server.settings import Settings

_minute = 60.0
_sessions: dict[tuple[str, str], Session] = {}
"""By the token that the client shows, and by the challenge that it answers."""


@dataclass(frozen=True, slots=True)
class Session:
    challenge: str
    pool_id: str
    client_id: str
    username: str
    lasts: float
    """For so many seconds from each step of the sign-in to the next."""
    ends: float
    has_set_up: bool = False
    """Whether the code generator that MFA_SETUP asks for has proved itself."""

    @property
    def pool(self) -> Json:
        """As MiniStack keeps it; empty when it is gone."""
        pool: Json = cognito._user_pools.get(self.pool_id) or {}
        return pool

    @property
    def user(self) -> Json | None:
        """As MiniStack keeps him; None when he is gone."""
        user: Json | None = self.pool.get("_users", {}).get(self.username)
        return user


def install(settings: Settings) -> None:
    global _minute
    _minute = settings.challenge_minute


def begin(challenge: Json, pool_id: str, client: Json, username: str) -> None:
    """Wait for the answer to a challenge, as it is put to the client."""
    lasts = client.get("AuthSessionValidity", 3) * _minute
    name = challenge["ChallengeName"]
    session = Session(name, pool_id, client["ClientId"], username, lasts, time.time() + lasts)
    put_back(challenge["Session"], session)


def go_on(token: str, session: Session, *, has_set_up: bool = False) -> None:
    """Wait for the next step towards the same answer."""
    put_back(token, replace(session, ends=time.time() + session.lasts, has_set_up=has_set_up))


def taken(token: object, challenge: str) -> Session | Answer:
    """The session that waits for an answer to this challenge; from now on nobody else has it. Else the refusal."""
    if not token:
        return refusal("InvalidParameterException", "Missing required parameter Session")
    session = _sessions.pop((str(token), challenge), None)
    if session is None or session.user is None:
        return refusal("NotAuthorizedException", "Invalid session for the user.")
    if time.time() >= session.ends:
        return refusal("NotAuthorizedException", "Invalid session for the user, session is expired.")
    return session


def put_back(token: object, session: Session) -> None:
    """After an answer that was wrong and may be given again."""
    _sessions[str(token), session.challenge] = session
