"""Makes user pools with a client and users in an instance for contract tests, and signs in there."""

from __future__ import annotations

import base64
import hmac
import itertools
import struct
import time
from dataclasses import dataclass
from typing import Any

from localaws.instance import Instance

PASSWORD, NEXT_PASSWORD = "Correct-horse-7", "Battery-staple-8"
FLOWS = ["ALLOW_USER_PASSWORD_AUTH", "ALLOW_USER_SRP_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"]
CODES = {"SoftwareTokenMfaConfiguration": {"Enabled": True}}

Json = dict[str, Any]
_numbers = itertools.count()


@dataclass(frozen=True)
class UserPool:
    instance: Instance
    id: str
    client_id: str

    @property
    def api(self) -> Any:
        return self.instance.client("cognito-idp")

    def user(self, *, password: str = PASSWORD, permanent: bool = True) -> str:
        """A new user with this password; returns his address, by which he signs in."""
        email = f"user-{next(_numbers)}@example.com"
        self.api.admin_create_user(
            UserPoolId=self.id,
            Username=email,
            MessageAction="SUPPRESS",
            UserAttributes=[{"Name": "email", "Value": email}],
        )
        self.api.admin_set_user_password(UserPoolId=self.id, Username=email, Password=password, Permanent=permanent)
        return email

    def client(self, **settings: Any) -> str:
        """Another client of the pool; returns its id."""
        made = self.api.create_user_pool_client(
            UserPoolId=self.id, ClientName="client", **{"ExplicitAuthFlows": FLOWS, **settings}
        )
        return str(made["UserPoolClient"]["ClientId"])

    def sign_in(self, email: str, password: str = PASSWORD, **settings: Any) -> Json:
        """What InitiateAuth answers: tokens, or a challenge."""
        answer: Json = self.api.initiate_auth(
            **{"AuthFlow": "USER_PASSWORD_AUTH", "ClientId": self.client_id, **settings},
            AuthParameters={"USERNAME": email, "PASSWORD": password},
        )
        return answer

    def answer(self, challenge: Json, email: str, *, client_id: str = "", **responses: str) -> Json:
        """Answer what InitiateAuth or an earlier answer has asked for."""
        answer: Json = self.api.respond_to_auth_challenge(
            ClientId=client_id or self.client_id,
            ChallengeName=challenge["ChallengeName"],
            Session=challenge["Session"],
            ChallengeResponses={"USERNAME": email, **responses},
        )
        return answer

    def generator_of(self, access_token: str) -> str:
        """Set up a generator of codes for a user who is signed in, who prefers it from now on; returns its secret."""
        secret = str(self.api.associate_software_token(AccessToken=access_token)["SecretCode"])
        self.api.verify_software_token(AccessToken=access_token, UserCode=code_of(secret))
        preference = {"Enabled": True, "PreferredMfa": True}
        self.api.set_user_mfa_preference(AccessToken=access_token, SoftwareTokenMfaSettings=preference)
        return secret


def user_pool(instance: Instance, *, mfa: str = "OFF", **settings: Any) -> UserPool:
    api = instance.client("cognito-idp")
    made = api.create_user_pool(PoolName="pool", UsernameAttributes=["email"], **settings)["UserPool"]["Id"]
    if mfa != "OFF":
        api.set_user_pool_mfa_config(UserPoolId=made, MfaConfiguration=mfa, **CODES)
    client = api.create_user_pool_client(UserPoolId=made, ClientName="client", ExplicitAuthFlows=FLOWS)
    return UserPool(instance, made, client["UserPoolClient"]["ClientId"])


def code_of(secret: str, *, steps: int = 0) -> str:
    """The code that a generator shows (RFC 6238), so many half minutes from now."""
    digest = hmac.digest(base64.b32decode(secret), struct.pack(">Q", int(time.time() // 30) + steps), "sha1")
    offset = digest[-1] & 15
    number = struct.unpack(">I", digest[offset : offset + 4])[0] & 0x7FFFFFFF
    return f"{number % 10**6:06}"


def wrong_code_of(secret: str) -> str:
    """One that the generator does not show about this time."""
    shown = {code_of(secret, steps=steps) for steps in range(-3, 4)}
    return next(code for code in map("{:06}".format, range(10)) if code not in shown)
