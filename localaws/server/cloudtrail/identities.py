"""Who made a call, as CloudTrail says it: a session of a role, a user, or the account itself.

When a session's credentials were made is not known here; they are as old as the call.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from ministack.services import iam, sts

ROLE_SESSION = ":assumed-role/"


def identity_of(access_key: str, account: str) -> dict[str, Any]:
    session = str((sts._sessions.get(access_key) or {}).get("Arn", ""))
    common = {"accountId": account, "accessKeyId": access_key}
    if ROLE_SESSION in session:
        return {"type": "AssumedRole", **_of_session(session, account), **common}
    key = iam._access_keys.get_scoped(account, None, access_key)
    if key is not None:
        user = iam._users.get_scoped(account, None, key["UserName"])
        identity = {"principalId": user["UserId"], "arn": user["Arn"], "userName": user["UserName"]}
        return {"type": "IAMUser", **identity, **common}
    return root(account) | common


def root(account: str) -> dict[str, Any]:
    return {
        "type": "Root",
        "principalId": account,
        "arn": f"arn:aws:iam::{account}:root",
        "accountId": account,
    }


def _of_session(arn: str, account: str) -> dict[str, Any]:
    _, role_name, session_name = arn.split("/", 2)
    role = iam._roles.get_scoped(account, None, role_name) or {}
    issuer = {
        "type": "Role",
        "principalId": role.get("RoleId", role_name),
        "arn": role.get("Arn", f"arn:aws:iam::{account}:role/{role_name}"),
        "accountId": account,
        "userName": role_name,
    }
    attributes = {"creationDate": f"{datetime.now(UTC):%Y-%m-%dT%H:%M:%SZ}", "mfaAuthenticated": "false"}
    return {
        "principalId": f"{issuer['principalId']}:{session_name}",
        "arn": arn,
        "sessionContext": {"sessionIssuer": issuer, "attributes": attributes},
    }
