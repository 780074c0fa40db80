"""Lets a request pass that bears a token of Amazon Cognito, or of another OpenID Connect issuer that signs with RS256."""

import base64
import hashlib
import hmac
import http.client
import json
import re
import time
import urllib.request


def parameter(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


ISSUER = parameter("${Issuer}")
JWKS_URL = parameter("${JwksUrl}") or ISSUER.rstrip("/") + "/.well-known/jwks.json"
CLIENT_IDS = [client.strip() for client in parameter("${ClientIds}").split(",")]
INTENDED_USE = parameter("${TokenUse}")
ALLOW_PREFLIGHT = parameter("${AllowPreflight}") == "true"

LEEWAY = 60  # seconds that clocks may differ
KEYS_LIVE = 3600  # seconds until the issuer is asked again
ASK_AT_MOST_EVERY = 60  # seconds, however many unknown keys are named
LONGEST_KEY_SET = 100_000  # bytes

COMPACT_JWT = re.compile(r"Bearer +([\w-]+)\.([\w-]+)\.([\w-]+) *", re.ASCII | re.IGNORECASE)
SHA256_DIGEST_INFO = bytes.fromhex("3031300d060960864801650304020105000420")  # RFC 8017, 9.2, note 1


class Denied(Exception):
    """The token doesn't entitle to the request; the message tells why and repeats nothing of the token."""


class NoKeys(Exception):
    """The issuer has not told its keys yet: nobody can be judged."""


class KeySet:
    """The issuer's keys by their id: kept while they can't be renewed, and never asked for more often than allowed."""

    def __init__(self) -> None:
        self.keys: dict[str, tuple[int, int]] = {}
        self.asked = self.renewed = float("-inf")

    def key(self, key_id: str, now: float) -> tuple[int, int]:
        stale = key_id not in self.keys or now - self.renewed >= KEYS_LIVE
        if stale and now - self.asked >= ASK_AT_MOST_EVERY:
            self.asked = now
            self.renew(now)
        if not self.keys:
            raise NoKeys
        if key_id not in self.keys:
            raise Denied("The key is unknown")
        return self.keys[key_id]

    def renew(self, now: float) -> None:
        try:
            with urllib.request.urlopen(JWKS_URL, timeout=2) as answer:  # noqa: S310 (the template takes https only)
                self.keys = signing_keys(json.loads(answer.read(LONGEST_KEY_SET)))
            self.renewed = now
        except (OSError, http.client.HTTPException):
            return  # not to be had now: the keys known so far stay
        except (ValueError, LookupError, TypeError, AttributeError, RecursionError):
            return  # no set of keys: the same


KEY_SET = KeySet()


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def signing_keys(key_set: dict) -> dict[str, tuple[int, int]]:
    """Modulus and exponent of each key for RS256 signatures that is strong enough (RFC 7518, 3.3)."""
    keys = {}
    for key in key_set["keys"]:
        if key.get("kty") == "RSA" and key.get("use", "sig") == "sig" and key.get("alg", "RS256") == "RS256":
            modulus, exponent = (int.from_bytes(decoded(key[part]), "big") for part in ("n", "e"))
            if 2048 <= modulus.bit_length() <= 8192 and 65537 <= exponent < 2**32:
                keys[key["kid"]] = (modulus, exponent)
    return keys


def is_signed_by(key: tuple[int, int], message: bytes, signature: bytes) -> bool:
    """RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8017, 8.2.2): the block is built anew and compared whole, never parsed."""
    modulus, exponent = key
    size = (modulus.bit_length() + 7) // 8
    number = int.from_bytes(signature, "big")
    if len(signature) != size or number >= modulus:
        return False
    digest = SHA256_DIGEST_INFO + hashlib.sha256(message).digest()
    expected = b"\x00\x01" + b"\xff" * (size - len(digest) - 3) + b"\x00" + digest
    return hmac.compare_digest(pow(number, exponent, modulus).to_bytes(size, "big"), expected)


def json_object(part: str) -> dict:
    try:
        value = json.loads(decoded(part))
    except (ValueError, RecursionError):
        value = None
    if not isinstance(value, dict):
        raise Denied("The token is malformed")
    return value


def claims_of(authorization: str, now: float) -> dict:
    """The claims of a token that the issuer has signed."""
    token = COMPACT_JWT.fullmatch(authorization)
    if not token:
        raise Denied("The token is malformed")
    header = json_object(token[1])
    if header.get("alg") != "RS256" or "crit" in header or not isinstance(header.get("kid"), str):
        raise Denied("The token is not signed as agreed")
    key = KEY_SET.key(header["kid"], now)
    try:
        signature = decoded(token[3])
    except ValueError:
        raise Denied("The token is malformed") from None
    if not is_signed_by(key, f"{token[1]}.{token[2]}".encode(), signature):
        raise Denied("The signature is wrong")
    return json_object(token[2])


def is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def check(claims: dict, now: float) -> None:
    """Whether the token is of this issuer, for one of these clients, of the right kind, and of this time."""
    if claims.get("iss") != ISSUER:
        raise Denied("The issuer is another")
    if INTENDED_USE != "any" and claims.get("token_use") != INTENDED_USE:
        raise Denied("The token is for another use")
    # Cognito names the client of an access token in client_id, of an id token in aud; other issuers use aud.
    named_in_aud = INTENDED_USE == "id" or (INTENDED_USE == "any" and "aud" in claims)
    audience = claims.get("aud" if named_in_aud else "client_id")
    if not any(client in CLIENT_IDS for client in (audience if isinstance(audience, list) else [audience])):
        raise Denied("The token is for another client")
    if not (is_number(claims.get("exp")) and now < claims["exp"] + LEEWAY):
        raise Denied("The token has expired")
    if "nbf" in claims and not (is_number(claims["nbf"]) and claims["nbf"] - LEEWAY <= now):
        raise Denied("The token is not valid yet")


def answer(status: str, description: str, name: str, value: str) -> dict:
    headers = {"cache-control": "no-store", name: value}
    return {
        "status": status,
        "statusDescription": description,
        "headers": {key: [{"key": key, "value": text}] for key, text in headers.items()},
    }


def handler(event: dict, context: object) -> dict:
    request = event["Records"][0]["cf"]["request"]
    headers = request["headers"]
    if ALLOW_PREFLIGHT and request["method"] == "OPTIONS" and "access-control-request-method" in headers:
        return request
    authorization = headers.get("authorization", [])
    if not authorization:
        return answer("401", "Unauthorized", "www-authenticate", "Bearer")
    now = time.time()
    try:
        if len(authorization) != 1:
            raise Denied("The request has several tokens")
        check(claims_of(authorization[0]["value"], now), now)
    except Denied as denied:
        reason = f'Bearer error="invalid_token", error_description="{denied}"'
        return answer("401", "Unauthorized", "www-authenticate", reason)
    except NoKeys:
        return answer("503", "Service Unavailable", "retry-after", str(ASK_AT_MOST_EVERY))
    return request
