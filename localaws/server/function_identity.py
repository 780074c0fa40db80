"""A function's credentials are a session of its role, named after the function, so that calls can be told apart.

MiniStack gives every function its account number for an access key unless it also enforces policies.
"""

from __future__ import annotations

import hashlib
from typing import Any

from ministack.core import lambda_runtime
from ministack.services import sts

from localaws.server.settings import Settings

_callers: dict[str, str] = {}


def install(settings: Settings) -> None:
    lambda_runtime.execution_credentials = credentials_of


def caller_of(access_key: str) -> str:
    """`role/session` for the credentials of a function; any other access key is returned as it is."""
    return _callers.get(access_key, access_key)


def credentials_of(config: dict[str, Any]) -> dict[str, str]:
    """The credentials of one function, the same ones each time it is asked for."""
    account = config["FunctionArn"].split(":")[4]
    role, function = config["Role"].rpartition("/")[2], config["FunctionName"]
    digest = hashlib.sha256(f"{config['FunctionArn']} {config['Role']}".encode()).hexdigest()
    access_key, secret_key, session_token = f"ASIA{digest[:16].upper()}", digest[16:56], digest
    _callers[access_key] = f"{role}/{function}"
    sts.register_session(
        access_key,
        {
            "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{function[:64]}",
            "UserId": f"{role}:{function[:64]}",
            "SecretAccessKey": secret_key,
            "SessionToken": session_token,
        },
    )
    return {
        "AWS_ACCESS_KEY_ID": access_key,
        "AWS_SECRET_ACCESS_KEY": secret_key,
        "AWS_SESSION_TOKEN": session_token,
    }
