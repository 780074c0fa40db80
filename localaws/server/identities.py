"""Functions, state machines and rules call as a session of their role, named after them, so that calls can be told apart.

MiniStack gives every function its account number for an access key unless it also enforces policies, and lets state
machines and rules act as nobody.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ministack.core import lambda_runtime, responses
from ministack.services import sts

from localaws.server.seams import on_reset
from localaws.server.settings import Settings

LONGEST_SESSION_NAME = 64

_callers: dict[str, str] = {}
_sessions: dict[str, dict[str, str]] = {}


def install(settings: Settings) -> None:
    lambda_runtime.execution_credentials = credentials_of_function
    on_reset(sts, register_again)


def caller_of(access_key: str) -> str:
    """`role/session` for the credentials of a session; any other access key is returned as it is."""
    return _callers.get(access_key, access_key)


def account_of(access_key: str) -> str:
    """The account that a key belongs to, which is also the one whose tables MiniStack shows from now on."""
    responses.set_request_account_id(access_key)
    return str(responses.get_account_id())


def credentials_of_function(config: dict[str, Any]) -> dict[str, str]:
    return session_of(config["Role"], config["FunctionName"])


def session_of(role_arn: str, name: str) -> dict[str, str]:
    """The credentials of a session of a role, as environment variables; the same ones each time."""
    account, role = role_arn.split(":")[4], role_arn.rpartition("/")[2]
    digest = hashlib.sha256(f"{role_arn} {name}".encode()).hexdigest()
    access_key, secret_key, session_token = f"ASIA{digest[:16].upper()}", digest[16:56], digest
    _callers[access_key] = f"{role}/{name}"
    _sessions[access_key] = {
        "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{name[:LONGEST_SESSION_NAME]}",
        "UserId": f"{role}:{name[:LONGEST_SESSION_NAME]}",
        "SecretAccessKey": secret_key,
        "SessionToken": session_token,
    }
    sts.register_session(access_key, dict(_sessions[access_key]))
    return {
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_SESSION_TOKEN": session_token,
    }


def register_again() -> None:
    """Clients outlive a reset, and their credentials are derived from the role: they are good again."""
    for access_key, session in _sessions.items():
        sts.register_session(access_key, dict(session))
