"""Writes the cases of extensions/cognito-jwt: their tokens are signed with keys that live only while this runs.

Run `python tests/extensions/lambda_edge/write_cognito_jwt_cases.py` after a change here; every run signs with new keys.
"""

import base64
import hashlib
import hmac
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CASES = Path(__file__).parents[3] / "extensions/cognito-jwt/cases"
ISSUER = "https://cognito-idp.eu-west-1.amazonaws.com/eu-west-1_AbCdEfGhI"
CLIENT = "4k1f0qv2n8example"
NOW = 1767225600  # 2026-01-01T00:00:00Z
HOUR = 3600

ACCESS = {"iss": ISSUER, "client_id": CLIENT, "token_use": "access", "sub": "8f7c", "exp": NOW + HOUR, "iat": NOW - 60}
IDENTITY = {"iss": ISSUER, "aud": CLIENT, "token_use": "id", "sub": "8f7c", "exp": NOW + HOUR, "iat": NOW - 60}
FOREIGN = {"iss": ISSUER, "aud": ["https://api.example.com", CLIENT], "sub": "8f7c", "exp": NOW + HOUR}

KEY = rsa.generate_private_key(65537, 2048)
OTHER_KEY = rsa.generate_private_key(65537, 2048)
WEAK_KEY = rsa.generate_private_key(65537, 1024)  # noqa: S505 (weak on purpose)


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def compact(value: object) -> str:
    return text(json.dumps(value, separators=(",", ":")).encode())


def signing_input(claims: object, header: dict[str, Any]) -> str:
    return f"{compact(header)}.{compact(claims)}"


def token(claims: object, key: rsa.RSAPrivateKey = KEY, **header: Any) -> str:
    message = signing_input(claims, {"alg": "RS256", "kid": "current", "typ": "JWT", **header})
    return f"{message}.{text(key.sign(message.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def token_with_block(block: Any) -> str:
    """A token whose signature, made with the private key, opens to a block that is not the one of the standard."""
    message = signing_input(ACCESS, {"alg": "RS256", "kid": "current"})
    number = int.from_bytes(block(hashlib.sha256(message.encode()).digest()), "big")
    private = KEY.private_numbers()
    signature = pow(number, private.d, private.public_numbers.n).to_bytes(256, "big")
    return f"{message}.{text(signature)}"


def digest_with_rest(digest: bytes) -> bytes:
    info = bytes.fromhex("3031300d060960864801650304020105000420")
    return b"\x00\x01" + b"\xff" * 8 + b"\x00" + info + digest + bytes(256 - 11 - len(info) - 32)


def digest_without_null(digest: bytes) -> bytes:
    info = bytes.fromhex("302f300b0609608648016503040201" + "0420")
    return b"\x00\x01" + b"\xff" * (256 - 3 - len(info) - 32) + b"\x00" + info + digest


def public_key(key: rsa.RSAPrivateKey, key_id: str, **more: str) -> dict[str, str]:
    numbers = key.public_key().public_numbers()
    modulus = text(numbers.n.to_bytes((numbers.n.bit_length() + 7) // 8, "big"))
    return {"kty": "RSA", "kid": key_id, "alg": "RS256", "use": "sig", "n": modulus, "e": "AQAB", **more}


def key_set(*keys: dict[str, str], url: str = f"{ISSUER}/.well-known/jwks.json") -> dict[str, Any]:
    return {
        "request": f"GET {url}",
        "status": 200,
        "headers": {"content-type": "application/json"},
        "body": json.dumps({"keys": keys}),
    }


CURRENT = key_set(public_key(KEY, "current"))
UNCHANGED = {"unchanged": True}


def denied(reason: str) -> dict[str, Any]:
    value = f'Bearer error="invalid_token", error_description="{reason}"'
    return {"response": {"status": 401, "headers": {"cache-control": "no-store", "www-authenticate": value}}}


UNAUTHENTICATED = {"response": {"status": 401, "headers": {"cache-control": "no-store", "www-authenticate": "Bearer"}}}
UNAVAILABLE = {"response": {"status": 503, "headers": {"cache-control": "no-store", "retry-after": "60"}}}


def write(
    name: str,
    what: str,
    bearer: str | None,
    expect: dict[str, Any],
    *,
    authorization: Any = None,
    parameters: dict[str, str] | None = None,
    network: list[dict[str, Any]] | None = None,
    request: dict[str, Any] | None = None,
    steps: list[dict[str, Any]] | None = None,
) -> None:
    case: dict[str, Any] = {
        "what": what,
        "event": "viewer-request",
        "parameters": {"Issuer": ISSUER, "ClientIds": CLIENT, **(parameters or {})},
        "now": "2026-01-01T00:00:00Z",
        "network": [CURRENT] if network is None else network,
    }
    if steps:
        case["steps"] = steps
    else:
        credential = f"Bearer {bearer}" if bearer else authorization
        headers = {"authorization": credential} if credential else {}
        asked = {"uri": "/private", **(request or {})}
        case["request"] = asked | {"headers": asked.get("headers", {}) | headers}
        case["expect"] = expect
    (CASES / f"{name}.json").write_text(json.dumps(case, indent=2) + "\n")


def step(bearer: str, expect: dict[str, Any]) -> dict[str, Any]:
    return {"request": {"uri": "/private", "headers": {"authorization": f"Bearer {bearer}"}}, "expect": expect}


def with_public_key_as_secret() -> str:
    """The old trick: HS256 with the public modulus as its key."""
    message = signing_input(ACCESS, {"alg": "HS256", "kid": "current"})
    secret = public_key(KEY, "current")["n"].encode()
    return f"{message}.{text(hmac.digest(secret, message.encode(), 'sha256'))}"


def with_other_claims() -> str:
    header, _, signature = token(ACCESS).split(".")
    return f"{header}.{compact(ACCESS | {'sub': 'administrator'})}.{signature}"


def with_short_signature() -> str:
    message, _, signature = token(ACCESS).rpartition(".")
    return f"{message}.{signature[:-4]}"


def write_passing_cases() -> None:
    write(
        "access-token",
        "An access token of the app client passes, and the request is as it was",
        token(ACCESS),
        UNCHANGED,
    )
    write("id-token", "An id token passes by its aud", token(IDENTITY), UNCHANGED, parameters={"TokenUse": "id"})
    write(
        "other-issuer-audience-list",
        "A token of an issuer that is not Cognito passes by one of its audiences",
        token(FOREIGN),
        UNCHANGED,
        parameters={"TokenUse": "any", "JwksUrl": "https://login.example.com/keys", "ClientIds": f"another,{CLIENT}"},
        network=[key_set(public_key(KEY, "current"), url="https://login.example.com/keys")],
    )
    write("expired-within-leeway", "Clocks may differ by a minute", token(ACCESS | {"exp": NOW - 59}), UNCHANGED)
    preflight = {"origin": "https://app.example.com", "access-control-request-method": "GET"}
    write("preflight", "A CORS preflight passes without a token", None, UNCHANGED,
          request={"method": "OPTIONS", "headers": preflight}, network=[])  # fmt: skip
    write("preflight-not-allowed", "Preflights are denied where the parameter says so", None, UNAUTHENTICATED,
          request={"method": "OPTIONS", "headers": preflight}, network=[], parameters={"AllowPreflight": "false"})  # fmt: skip
    write("options-without-preflight", "OPTIONS alone is no way past the check", None, UNAUTHENTICATED,
          request={"method": "OPTIONS"}, network=[])  # fmt: skip


def write_malformed_cases() -> None:
    malformed = denied("The token is malformed")
    write("no-token", "Without a token the viewer is told to bear one", None, UNAUTHENTICATED, network=[])
    write(
        "basic-credentials",
        "Another scheme is no token",
        None,
        malformed,
        authorization="Basic dXNlcjpwYXNz",
        network=[],
    )
    write("not-a-token", "Text that is no token is denied", "not-a-token", malformed, network=[])
    write("token-of-two-parts", "A token without a signature part is denied", token(ACCESS).rpartition(".")[0], malformed,
          network=[])  # fmt: skip
    write("two-tokens", "Two Authorization headers are denied", None, denied("The request has several tokens"),
          authorization=[f"Bearer {token(ACCESS)}", "Bearer x.y.z"], network=[])  # fmt: skip
    write("deeply-nested-header", "A header of brackets alone does not break the parser",
          f"{text(b'[' * 6000)}.e30.e30", malformed, network=[])  # fmt: skip
    write("header-is-a-list", "A header that is no object is denied", "W10.e30.e30", malformed, network=[])
    write("claims-are-a-list", "Signed claims that are no object are denied", token([ACCESS]), malformed)


def write_signature_cases() -> None:
    wrong = denied("The signature is wrong")
    not_as_agreed = denied("The token is not signed as agreed")
    unsigned = signing_input(ACCESS, {"alg": "none", "kid": "current"})
    write("algorithm-none", "alg none is denied", f"{unsigned}.AA", not_as_agreed, network=[])
    write("algorithm-hs256", "HS256 with the public key as its secret is denied", with_public_key_as_secret(), not_as_agreed,
          network=[])  # fmt: skip
    write("critical-extension", "An extension that must be understood is denied", token(ACCESS, crit=["b64"]), not_as_agreed,
          network=[])  # fmt: skip
    write("claims-changed", "Claims that were changed after signing are denied", with_other_claims(), wrong)
    write("signed-by-another-key", "Another key under the known key id is denied", token(ACCESS, OTHER_KEY), wrong)
    write("short-signature", "A signature shorter than the modulus is denied", with_short_signature(), wrong)
    write("padding-with-rest", "A signature with bytes after the digest is denied (Bleichenbacher 2006)",
          token_with_block(digest_with_rest), wrong)  # fmt: skip
    write("padding-without-null", "A signature whose digest info lacks its NULL is denied",
          token_with_block(digest_without_null), wrong)  # fmt: skip
    unknown = denied("The key is unknown")
    write("unknown-key", "Tokens with unknown key ids are denied, and the issuer is asked once for all of them", None, {},
          steps=[step(token(ACCESS, kid=f"unknown-{number}"), unknown) for number in (1, 2, 3)]
          + [step(token(ACCESS), UNCHANGED)])  # fmt: skip
    write("weak-key", "A key of 1024 bits is not used", token(ACCESS, WEAK_KEY, kid="weak"), unknown,
          network=[key_set(public_key(KEY, "current"), public_key(WEAK_KEY, "weak"))])  # fmt: skip
    write("encryption-key", "A key for encryption is not used", token(ACCESS, OTHER_KEY, kid="encryption"), unknown,
          network=[key_set(public_key(KEY, "current"), public_key(OTHER_KEY, "encryption", use="enc"))])  # fmt: skip


def write_claims_cases() -> None:
    write("other-issuer", "A token of another user pool is denied", token(ACCESS | {"iss": ISSUER + "2"}),
          denied("The issuer is another"))  # fmt: skip
    write("other-client", "A token of another app client is denied", token(ACCESS | {"client_id": "other"}),
          denied("The token is for another client"))  # fmt: skip
    write("no-client", "A token that names no client is denied",
          token({key: value for key, value in ACCESS.items() if key != "client_id"}),
          denied("The token is for another client"))  # fmt: skip
    write("id-token-as-access-token", "An id token is denied where access tokens are asked for",
          token(IDENTITY | {"client_id": CLIENT}), denied("The token is for another use"))  # fmt: skip
    expired = denied("The token has expired")
    write("expired", "An expired token is denied", token(ACCESS | {"exp": NOW - 60}), expired)
    write("expiry-is-text", "A token whose expiry is no number is denied", token(ACCESS | {"exp": "tomorrow"}), expired)
    write("no-expiry", "A token without an expiry is denied",
          token({key: value for key, value in ACCESS.items() if key != "exp"}), expired)  # fmt: skip
    write("not-valid-yet", "A token is denied before its time", token(ACCESS | {"nbf": NOW + 61}),
          denied("The token is not valid yet"))  # fmt: skip


def write_issuer_cases() -> None:
    failing = {"request": CURRENT["request"], "status": 500, "headers": {}, "body": "no"}
    write("issuer-fails", "While the issuer's keys are not known, nobody passes, and viewers are told to come again",
          token(ACCESS), UNAVAILABLE, network=[failing])  # fmt: skip
    write("issuer-answers-no-keys", "An answer that is no key set is no key set", token(ACCESS), UNAVAILABLE,
          network=[{**failing, "status": 200, "body": "<html>"}])  # fmt: skip


if __name__ == "__main__":
    CASES.mkdir(exist_ok=True)
    write_passing_cases()
    write_malformed_cases()
    write_signature_cases()
    write_claims_cases()
    write_issuer_cases()
