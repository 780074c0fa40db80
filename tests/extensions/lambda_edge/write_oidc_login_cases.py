"""Writes the cases of extensions/oidc-login, whose states, sessions and tokens are too long to write by hand.

Run `python tests/extensions/lambda_edge/write_oidc_login_cases.py` after a change here; every run writes the same.
"""

import base64
import hmac
import json
from pathlib import Path
from typing import Any

CASES = Path(__file__).parents[3] / "extensions/oidc-login/cases"
ISSUER = "https://login.example.com/"
HOST = "www.example.com"
CLIENT = "web"
NOW = 1767225600  # 2026-01-01T00:00:00Z
SECRET_ARN = "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-login-AbCdEf"
SIGNING_KEY = "a-signing-key-only-for-these-cases"
SECRET = {"signingKey": SIGNING_KEY, "clientSecret": "a-client-secret"}
LOGIN = "8vP3cQ0xTn6sYb2Wk9Rf5Lh1Jd7Gm4Za_Ee-UoIiXxC"
SESSION_COOKIE, LOGIN_COOKIE = "__Host-edge-session", "__Host-edge-login"
ATTRIBUTES = "Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age="
PARAMETERS = {
    "Issuer": ISSUER,
    "AuthorizationEndpoint": "https://login.example.com/authorize",
    "TokenEndpoint": "https://login.example.com/token",
    "ClientId": CLIENT,
    "SecretArn": SECRET_ARN,
}


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def mac(*parts: str, key: str = SIGNING_KEY) -> str:
    return text(hmac.digest(key.encode(), "\n".join(parts).encode(), "sha256"))


def sealed(purpose: str, value: dict[str, Any], host: str = HOST, key: str = SIGNING_KEY) -> str:
    body = text(json.dumps(value).encode())
    return f"{body}.{mac(purpose, host, body, key=key)}"


NONCE = mac("nonce", LOGIN)
STATE = {"nonce": NONCE, "path": "/docs?page=2", "expires": NOW + 300}
LASTING = {"expires": NOW + 60}
SESSION = sealed("session", LASTING)
CLAIMS = {"iss": ISSUER, "aud": CLIENT, "sub": "8f7c", "nonce": NONCE, "exp": NOW + 300, "iat": NOW}
LOGIN_COOKIES = {LOGIN_COOKIE: f"{LOGIN}.1"}
NO_STORE = {"cache-control": "no-store", "referrer-policy": "no-referrer"}
BACK = {"location": f"https://{HOST}/docs?page=2", **NO_STORE}


def tokens(claims: object, status: int = 200) -> list[dict[str, Any]]:
    id_token = f"{text(b'{}')}.{text(json.dumps(claims).encode())}.c2lnbmF0dXJl"
    body = json.dumps({"access_token": "unused", "id_token": id_token})
    return [{"request": "POST https://login.example.com/token", "status": status, "headers": {}, "body": body}]


def page(status: int, words: str) -> dict[str, Any]:
    headers = {"content-type": "text/html; charset=utf-8", **NO_STORE}
    body = f'<!doctype html><title>{words}</title><p>{words} <a href="/">Continue</a>'
    return {"response": {"status": status, "headers": headers, "body": body}}


UNSUCCESSFUL = page(400, "Signing in did not succeed.")
IMPOSSIBLE = page(503, "Signing in is not possible now.")
SIGN_IN_FIRST = page(401, "Sign in first.")


def new_session(location: str = BACK["location"]) -> dict[str, Any]:
    session = {"value": sealed("session", {"expires": NOW + 28800}), "attributes": f"{ATTRIBUTES}28800"}
    return {
        "response": {"status": 302, "headers": {**BACK, "location": location}, "cookies": {SESSION_COOKIE: session}}
    }


def gone(*names: str) -> dict[str, Any]:
    return {"cookies": {name: {"value": "", "attributes": f"{ATTRIBUTES}0"} for name in names}}


def write(name: str, what: str, request: dict[str, Any], expect: dict[str, Any], **more: Any) -> None:
    case = {
        "what": what,
        "event": "viewer-request",
        "parameters": PARAMETERS | more.pop("parameters", {}),
        "secrets": more.pop("secrets", {SECRET_ARN: json.dumps(SECRET)}),
        "now": "2026-01-01T00:00:00Z",
        "network": more.pop("network", []),
        "request": request,
        "expect": expect,
    }
    (CASES / f"{name}.json").write_text(json.dumps(case, indent=2) + "\n")


def callback(state: str | None, cookies: dict[str, str], answer: str = "code=c0de") -> dict[str, Any]:
    query = answer if state is None else f"{answer}&state={state}"
    return {"uri": "/auth/callback", "query": query, "cookies": cookies}


def write_session_cases() -> None:
    write("session", "A request with a session passes, without the session's cookie",
          {"uri": "/docs", "cookies": {SESSION_COOKIE: SESSION, "theme": "dark"}},
          {"request": {"cookies": {SESSION_COOKIE: None}}})  # fmt: skip
    write("session-alone", "A request whose only cookies were the login's passes without any",
          {"uri": "/docs", "cookies": {SESSION_COOKIE: SESSION, **LOGIN_COOKIES}},
          {"request": {"cookies": {SESSION_COOKIE: None, LOGIN_COOKIE: None}}})  # fmt: skip
    refused = {
        "session-expired": ("A session ends", sealed("session", {"expires": NOW})),
        "session-forged": ("A session signed with another key is none", sealed("session", LASTING, key="another")),
        "session-of-another-host": ("A session of another host is none", sealed("session", LASTING, "other.example.com")),
        "state-as-session": ("A state, which a URL shows, is no session", sealed("state", STATE)),
        "session-malformed": ("Text that is no session is none", "%%%.é"),
    }  # fmt: skip
    for name, (what, session) in refused.items():
        write(name, what, {"method": "POST", "uri": "/docs", "cookies": {SESSION_COOKIE: session}}, SIGN_IN_FIRST)
    write("form-without-session", "A form can't be sent by way of a login: 401", {"method": "POST", "uri": "/order"},
          SIGN_IN_FIRST)  # fmt: skip
    write("script-without-session", "What a page's script fetches starts no login: 401",
          {"uri": "/api", "headers": {"sec-fetch-mode": "cors"}}, SIGN_IN_FIRST)  # fmt: skip


def write_callback_cases() -> None:
    good = sealed("state", STATE)
    write("callback", "The provider's code becomes a session, and the person is back where the login began",
          callback(good, LOGIN_COOKIES), new_session(), network=tokens(CLAIMS))  # fmt: skip
    write("callback-of-public-client", "A client without a secret is protected by PKCE", callback(good, LOGIN_COOKIES),
          new_session(), network=tokens(CLAIMS), secrets={SECRET_ARN: json.dumps({"signingKey": SIGNING_KEY})})  # fmt: skip
    write("callback-to-another-host", "A path that looks like another host stays on this one: no open redirect",
          callback(sealed("state", STATE | {"path": "//other.example.net/"}), LOGIN_COOKIES),
          new_session(f"https://{HOST}//other.example.net/"), network=tokens(CLAIMS))  # fmt: skip
    write("callback-in-second-tab", "Who has a session already goes on, whichever tab was faster",
          callback(good, {SESSION_COOKIE: SESSION}), {"response": {"status": 302, "headers": BACK}})  # fmt: skip
    bad_states = {
        "state-missing": ("A callback without a state is refused", callback(None, LOGIN_COOKIES)),
        "state-forged": ("A state signed with another key is refused",
                         callback(sealed("state", STATE, key="another"), LOGIN_COOKIES)),
        "state-expired": ("A login takes ten minutes at most",
                          callback(sealed("state", STATE | {"expires": NOW}), LOGIN_COOKIES)),
        "state-of-another-host": ("A state of another host is refused",
                                  callback(sealed("state", STATE, "other.example.com"), LOGIN_COOKIES)),
        "state-of-another-browser": ("A state that another browser began is refused",
                                     callback(good, {LOGIN_COOKIE: "x" * 43 + ".1"})),
        "no-cookies": ("A browser that keeps no cookies is told so and not sent round in circles", callback(good, {})),
        "provider-refuses": ("The provider's error is an error",
                             callback(good, LOGIN_COOKIES, "error=access_denied")),
    }  # fmt: skip
    for name, (what, request) in bad_states.items():
        write(name, what, request, UNSUCCESSFUL)


def write_token_cases() -> None:
    request = callback(sealed("state", STATE), LOGIN_COOKIES)
    refused = {
        "nonce-of-another-login": ("An id token of another login is refused", {"nonce": mac("nonce", "another")}),
        "no-nonce": ("An id token without a nonce is refused", {"nonce": None}),
        "other-issuer": ("An id token of another issuer is refused", {"iss": "https://other.example.com/"}),
        "other-client": ("An id token for another client is refused", {"aud": "another"}),
        "other-party": ("An id token that was made for another party is refused", {"aud": [CLIENT, "b"], "azp": "b"}),
        "id-token-expired": ("An id token that has expired is refused", {"exp": NOW - 60}),
    }
    for name, (what, claims) in refused.items():
        write(name, what, request, UNSUCCESSFUL, network=tokens(CLAIMS | claims))
    write("code-refused", "A code that the provider refuses, such as a used one, is refused", request, UNSUCCESSFUL,
          network=tokens(CLAIMS, 400))  # fmt: skip
    write("client-refused", "A client secret that the provider refuses is nobody's fault but the operator's: 503",
          request, IMPOSSIBLE, network=tokens(CLAIMS, 401))  # fmt: skip
    write("provider-fails", "While the provider fails nobody passes", request, IMPOSSIBLE, network=tokens(CLAIMS, 502))
    write("id-token-malformed", "An id token that can't be read is none", request, IMPOSSIBLE, network=tokens([1]))


def write_other_cases() -> None:
    cookies = {SESSION_COOKIE: SESSION}
    signed_out = page(200, "You are signed out.")["response"]
    write("sign-out", "Signing out takes both cookies back", {"uri": "/auth/sign-out", "cookies": cookies},
          {"response": signed_out | gone(SESSION_COOKIE, LOGIN_COOKIE)})  # fmt: skip
    url = "https://login.example.com/logout?client_id=web"
    write("sign-out-of-provider", "Signing out goes on to the provider's own page",
          {"uri": "/auth/sign-out", "cookies": cookies},
          {"response": {"status": 302, "headers": {**NO_STORE, "location": url}} | gone(SESSION_COOKIE, LOGIN_COOKIE)},
          parameters={"SignOutUrl": url})  # fmt: skip
    write("login-loop", "The sixth login in a row is a loop and ends here",
          {"uri": "/docs", "cookies": {LOGIN_COOKIE: f"{LOGIN}.5"}},
          {"response": page(400, "Signing in again and again does not help.")["response"] | gone(LOGIN_COOKIE)})  # fmt: skip
    write("secret-missing", "Without its secret the function lets nobody pass", {"uri": "/docs", "cookies": cookies},
          IMPOSSIBLE, secrets={})  # fmt: skip
    write("signing-key-short", "A signing key that could be guessed is not used", {"uri": "/docs", "cookies": cookies},
          IMPOSSIBLE, secrets={SECRET_ARN: json.dumps({"signingKey": "short"})})  # fmt: skip
    write("secret-malformed", "A secret that is no JSON is no secret", {"uri": "/docs", "cookies": cookies},
          IMPOSSIBLE, secrets={SECRET_ARN: "signingKey"})  # fmt: skip


if __name__ == "__main__":
    CASES.mkdir(exist_ok=True)
    write_session_cases()
    write_callback_cases()
    write_token_cases()
    write_other_cases()
