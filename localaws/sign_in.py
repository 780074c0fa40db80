"""Sign in to a user pool of an instance: tokens of people for tests and for whoever tries the application.

Use it as `sign_in.test_user(...)`: pytest takes an imported function of that name for a test. `forged` makes the tokens
that no pool has issued, for tests of doors that must not open.
"""

from __future__ import annotations

import base64
import contextlib
import enum
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, cast

from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key

from localaws.instance import Instance

PRIME = int(
    "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DDEF9519B3CD3A431B"
    "302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7EDEE386BFB5A899FA5AE9F24117C4B1FE6"
    "49286651ECE45B3DC2007CB8A163BF0598DA48361C55D39A69163FA8FD24CF5F83655D23DCA3AD961C62F356208552BB9ED529077096966D"
    "670C354E4ABC9804F1746C08CA18217C32905E462E36CE3BE39E772C180E86039B2783A2EC07A28FB5C55DF06F4C52C9DE2BCBF695581718"
    "3995497CEA956AE515D2261898FA051015728E5A8AAAC42DAD33170D04507A33A85521ABDF1CBA64ECFB850458DBEF0A8AEA71575D060C7D"
    "B3970F85A6E1E4C7ABF5AE8CDB0933D71E8C94E04A25619DCEE3D2261AD2EE6BF12FFA06D98A0864D87602733EC86A64521F2B18177B200C"
    "BBE117577A615D6C770988C0BAD946E208E24FA074E5AB3143DB5BFCE0FD108E4B82D120A93AD2CAFFFFFFFFFFFFFFFF",
    16,
)
"""Of 3072 bits, by RFC 5054; with the generator 2, the group of Cognito's SRP."""
GENERATOR = 2
ID, ACCESS = "id", "access"
"""The uses of which a pool has a key each."""
A_LONG_TIME_AGO = 1_000_000_000


class NotSignedIn(Exception):
    """A user's password was right, and the pool asks for more."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user who has signed in; what lets others in in his place is not printed."""

    email: str
    password: str = field(repr=False)
    id_token: str = field(repr=False)
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)


class Signed(enum.Enum):
    """With what a forged token is signed."""

    BY_THE_POOL = enum.auto()
    WITH_THE_OTHER_KEY = enum.auto()
    """The pool's own, which is for its tokens of the other use."""
    BY_A_STRANGER = enum.auto()
    BY_NOBODY = enum.auto()
    """`alg` is `none`."""
    WITH_THE_PUBLIC_KEY = enum.auto()
    """`alg` is HS256, whose secret is then known to all."""


def test_user(instance: Instance, pool_id: str, client_id: str, group: str | None) -> Person:
    """The member of a group, signed in by SRP. Raises NotSignedIn when the pool demands a second factor."""
    email, password = member(instance, pool_id, group)
    tokens = signed_in(instance, pool_id, client_id, email, password)
    return Person(email, password, tokens["IdToken"], tokens["AccessToken"], tokens["RefreshToken"])


def member(instance: Instance, pool_id: str, group: str | None) -> tuple[str, str]:
    """`<group>@example.com`, who is in this group and in no other, and a new password; made when the pool has no such user.

    None is for somebody in no group.
    """
    email = f"{group or 'nobody'}@example.com"
    password = f"Aa1!{secrets.token_urlsafe(18)}"
    client = instance.client("cognito-idp")
    user = {"UserPoolId": pool_id, "Username": email}
    attributes = [{"Name": "email", "Value": email}, {"Name": "email_verified", "Value": "true"}]
    with contextlib.suppress(client.exceptions.UsernameExistsException):
        client.admin_create_user(**user, UserAttributes=attributes, MessageAction="SUPPRESS")
    client.admin_set_user_password(**user, Password=password, Permanent=True)
    for other in client.admin_list_groups_for_user(**user)["Groups"]:
        client.admin_remove_user_from_group(**user, GroupName=other["GroupName"])
    if group:
        client.admin_add_user_to_group(**user, GroupName=group)
    return email, password


def signed_in(instance: Instance, pool_id: str, client_id: str, username: str, password: str) -> dict[str, str]:
    """Prove the password by SRP, as a browser does, and answer the tokens. Raises NotSignedIn for a further challenge."""
    client = instance.client("cognito-idp")
    own = secrets.randbelow(PRIME)
    public = pow(GENERATOR, own, PRIME)
    given = {"USERNAME": username, "SRP_A": f"{public:x}"}
    begun = client.initiate_auth(AuthFlow="USER_SRP_AUTH", ClientId=client_id, AuthParameters=given)
    asked: dict[str, str] = begun["ChallengeParameters"]
    now = datetime.now(UTC)
    time = f"{now:%a %b} {now.day} {now:%H:%M:%S} UTC {now:%Y}"
    identity = pool_id.partition("_")[2] + asked["USER_ID_FOR_SRP"]
    key = _shared_key(own, public, asked, f"{identity}:{password}")
    proof = hmac.digest(key, identity.encode() + base64.b64decode(asked["SECRET_BLOCK"]) + time.encode(), "sha256")
    answered = client.respond_to_auth_challenge(
        ChallengeName=begun["ChallengeName"],
        ClientId=client_id,
        ChallengeResponses={
            "USERNAME": asked["USER_ID_FOR_SRP"],
            "TIMESTAMP": time,
            "PASSWORD_CLAIM_SECRET_BLOCK": asked["SECRET_BLOCK"],
            "PASSWORD_CLAIM_SIGNATURE": base64.b64encode(proof).decode(),
        },
    )
    if "ChallengeName" in answered:
        raise NotSignedIn(f"the pool asks for {answered['ChallengeName']}")
    tokens: dict[str, str] = answered["AuthenticationResult"]
    return tokens


def _shared_key(own: int, public: int, asked: Mapping[str, str], credentials: str) -> bytes:
    """The session's key by SRP-6a with Cognito's derivation."""
    theirs, salt = int(asked["SRP_B"], 16), int(asked["SALT"], 16)
    scrambler = _hashed(_bytes(public), _bytes(theirs))
    multiplier = _hashed(_bytes(PRIME), _bytes(GENERATOR))
    exponent = _hashed(_bytes(salt), hashlib.sha256(credentials.encode()).digest())
    base = (theirs - multiplier * pow(GENERATOR, exponent, PRIME)) % PRIME
    shared = pow(base, own + scrambler * exponent, PRIME)
    pseudorandom = hmac.digest(_bytes(scrambler), _bytes(shared), "sha256")
    return hmac.digest(pseudorandom, b"Caldera Derived Key\x01", "sha256")[:16]


def _hashed(*parts: bytes) -> int:
    return int.from_bytes(hashlib.sha256(b"".join(parts)).digest())


def _bytes(number: int) -> bytes:
    """Big-endian, with a zero before a first bit that is set."""
    return number.to_bytes(number.bit_length() // 8 + 1)


def claims_of(token: str) -> dict[str, Any]:
    """What a token says, true or not."""
    claims: dict[str, Any] = json.loads(_unpacked(token.split(".")[1]))
    return claims


def forged(
    instance: Instance,
    token: str,
    claims: Mapping[str, object] | None = None,
    *,
    signed: Signed = Signed.BY_THE_POOL,
) -> str:
    """A true token of a pool of this instance with other claims, signed anew; a claim that is None is left out."""
    header, true = json.loads(_unpacked(token.split(".")[0])), claims_of(token)
    changed = {name: value for name, value in {**true, **(claims or {})}.items() if value is not None}
    pool_id, use = true["iss"].rpartition("/")[2], ID if true["token_use"] == ID else ACCESS
    key = _key(instance, pool_id, use)
    match signed:
        case Signed.BY_THE_POOL:
            return _signed(header, changed, key)
        case Signed.WITH_THE_OTHER_KEY:
            other = _key(instance, pool_id, ACCESS if use == ID else ID)
            public = other.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
            kid = base64.b64encode(hashlib.sha256(public).digest()).decode()
            return _signed({**header, "kid": kid}, changed, other)
        case Signed.BY_A_STRANGER:
            return _signed(header, changed, generate_private_key(65537, 2048))
        case Signed.BY_NOBODY:
            return _unsigned({**header, "alg": "none"}, changed) + "."
        case Signed.WITH_THE_PUBLIC_KEY:
            unsigned = _unsigned({**header, "alg": "HS256"}, changed)
            public = key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
            return f"{unsigned}.{_packed(hmac.digest(public, unsigned.encode(), 'sha256'))}"


def expired(instance: Instance, token: str) -> str:
    """The token as it was when it had been over for years."""
    return forged(
        instance, token, {"auth_time": A_LONG_TIME_AGO, "iat": A_LONG_TIME_AGO, "exp": A_LONG_TIME_AGO + 3600}
    )


def _key(instance: Instance, pool_id: str, use: str) -> RSAPrivateKey:
    """As MiniStack keeps it in the instance's folder."""
    path = instance.state_directory / "state" / "cognito-pool-keys" / f"{pool_id}-{use}.pem"
    return cast(RSAPrivateKey, load_pem_private_key(path.read_bytes(), password=None))


def _signed(header: Mapping[str, Any], claims: Mapping[str, Any], key: RSAPrivateKey) -> str:
    unsigned = _unsigned(header, claims)
    return f"{unsigned}.{_packed(key.sign(unsigned.encode(), PKCS1v15(), SHA256()))}"


def _unsigned(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return ".".join(_packed(json.dumps(part).encode()) for part in (header, claims))


def _packed(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()


def _unpacked(part: str) -> bytes:
    return base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))
