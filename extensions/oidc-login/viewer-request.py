"""Signs people in with an OpenID Connect provider: authorization code with PKCE, then a signed session cookie."""

import base64
import hashlib
import hmac
import http.client
import json
import re
import secrets
import time
import urllib.request
from contextlib import suppress
from urllib.error import HTTPError
from urllib.parse import parse_qsl, quote, urlencode

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError


def parameter(encoded: str) -> str:
    return base64.b64decode(encoded).decode()


ISSUER = parameter("${Issuer}")
AUTHORIZATION_ENDPOINT = parameter("${AuthorizationEndpoint}")
TOKEN_ENDPOINT = parameter("${TokenEndpoint}")
CLIENT_ID = parameter("${ClientId}")
SCOPE = parameter("${Scope}")
SECRET_ARN = parameter("${SecretArn}")
CALLBACK_PATH = parameter("${CallbackPath}")
SIGN_OUT_PATH = parameter("${SignOutPath}")
SIGN_OUT_URL = parameter("${SignOutUrl}")
SESSION_LASTS = int(parameter("${SessionMinutes}")) * 60

SESSION, LOGIN = "__Host-edge-session", "__Host-edge-login"
COOKIE = "%s=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=%d"
LOGIN_LASTS = 600  # seconds a person has for signing in
LOGINS_IN_A_ROW = 5  # without a pause of that length: more of them are a loop
LONGEST_PATH = 2000  # characters to come back to
SECRET_LIVES = 300  # seconds until a changed secret is seen
ASK_AGAIN_AFTER = 5  # seconds without any secret
PATIENCE = Config(connect_timeout=1, read_timeout=2, retries={"total_max_attempts": 2})
LEEWAY = 60  # seconds that clocks may differ

LOGIN_VALUE = re.compile(r"([\w-]{43})\.([0-9])", re.ASCII)
DESCRIPTIONS = {
    "200": "OK",
    "302": "Found",
    "400": "Bad Request",
    "401": "Unauthorized",
    "503": "Service Unavailable",
}


class Refused(Exception):
    """The sign-in does not hold together: it must begin anew."""


class Unavailable(Exception):
    """The provider or the secret can't be had now: nobody passes."""


class Secret:
    """Signing key and client secret: read at first use and again after some minutes, and kept while that fails."""

    def __init__(self) -> None:
        self.signing_key = b""
        self.client_secret = ""
        self.asked = float("-inf")

    def at(self, now: float) -> "Secret":
        if now - self.asked >= (SECRET_LIVES if self.signing_key else ASK_AGAIN_AFTER):
            self.asked = now
            with suppress(BotoCoreError, ClientError, ValueError, LookupError, TypeError, AttributeError):
                self.renew()
        if not self.signing_key:
            raise Unavailable
        return self

    def renew(self) -> None:
        client = boto3.client("secretsmanager", region_name=SECRET_ARN.split(":")[3], config=PATIENCE)
        value = json.loads(client.get_secret_value(SecretId=SECRET_ARN)["SecretString"])
        signing_key = value["signingKey"].encode()
        if len(signing_key) < 32:
            raise ValueError
        self.signing_key, self.client_secret = signing_key, value.get("clientSecret", "")

    def mac(self, *parts: str) -> str:
        return encoded(hmac.digest(self.signing_key, "\n".join(parts).encode(errors="replace"), "sha256"))

    def sealed(self, purpose: str, host: str, value: dict) -> str:
        """The value, readable by all and signed for this purpose on this host."""
        body = encoded(json.dumps(value).encode())
        return f"{body}.{self.mac(purpose, host, body)}"

    def opened(self, purpose: str, host: str, text: str, now: float) -> dict | None:
        body, _, signature = text.partition(".")
        if not same(signature, self.mac(purpose, host, body)):
            return None
        value = json.loads(decoded(body))
        return value if value["expires"] > now else None


SECRET = Secret()


def encoded(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


def decoded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def same(one: str, other: str) -> bool:
    return hmac.compare_digest(one.encode(errors="replace"), other.encode(errors="replace"))


def cookie_pairs(request: dict) -> list[str]:
    headers = request["headers"].get("cookie", [])
    return [pair.strip() for header in headers for pair in header["value"].split(";") if pair.strip()]


def answer(status: str, headers: dict[str, str], cookies: list[str], body: str = "") -> dict:
    headers = {"cache-control": "no-store", "referrer-policy": "no-referrer", **headers}
    listed = {name: [{"key": name, "value": value}] for name, value in headers.items()}
    if cookies:
        listed["set-cookie"] = [{"key": "set-cookie", "value": cookie} for cookie in cookies]
    response = {"status": status, "statusDescription": DESCRIPTIONS[status], "headers": listed}
    return {**response, "body": body} if body else response


def redirect(url: str, *cookies: str) -> dict:
    return answer("302", {"location": url}, list(cookies))


def page(status: str, text: str, *cookies: str) -> dict:
    body = f'<!doctype html><title>{text}</title><p>{text} <a href="/">Continue</a>'
    return answer(status, {"content-type": "text/html; charset=utf-8"}, list(cookies), body)


def begin(request: dict, host: str, login_cookie: str, secret: Secret, now: float) -> dict:
    """Sends a person to the provider; the login cookie, which no URL repeats, binds the way back to this browser."""
    mode = request["headers"].get("sec-fetch-mode", [{"value": "navigate"}])[0]["value"]
    if request["method"] not in ("GET", "HEAD") or mode != "navigate":
        return page("401", "Sign in first.")
    previous = LOGIN_VALUE.fullmatch(login_cookie)
    count = int(previous[2]) + 1 if previous else 1
    if count > LOGINS_IN_A_ROW:
        return page("400", "Signing in again and again does not help.", COOKIE % (LOGIN, "", 0))
    login = secrets.token_urlsafe(32)
    path = request["uri"] + ("?" + request["querystring"] if request["querystring"] else "")
    state = {
        "nonce": secret.mac("nonce", login),
        "path": path if len(path) <= LONGEST_PATH else "/",
        "expires": int(now) + LOGIN_LASTS,
    }
    parameters = {
        "response_type": "code",
        "client_id": CLIENT_ID,
        "redirect_uri": f"https://{host}{CALLBACK_PATH}",
        "scope": SCOPE,
        "state": secret.sealed("state", host, state),
        "nonce": state["nonce"],
        "code_challenge": encoded(hashlib.sha256(secret.mac("verifier", login).encode()).digest()),
        "code_challenge_method": "S256",
    }
    cookie = COOKIE % (LOGIN, f"{login}.{count}", LOGIN_LASTS)
    return redirect(f"{AUTHORIZATION_ENDPOINT}?{urlencode(parameters)}", cookie)


def complete(request: dict, host: str, cookies: dict[str, str], secret: Secret, now: float) -> dict:
    """Takes the provider's answer: a session, if it belongs to a login that this browser began."""
    query = dict(parse_qsl(request["querystring"]))
    state = secret.opened("state", host, query.get("state", ""), now)
    if state is None:
        raise Refused
    back = f"https://{host}{state['path']}"  # with its host, so that a path like //other.example stays here
    if secret.opened("session", host, cookies.get(SESSION, ""), now):
        return redirect(back)  # another tab was faster
    login = LOGIN_VALUE.fullmatch(cookies.get(LOGIN, ""))
    if not login or not same(secret.mac("nonce", login[1]), state["nonce"]) or "code" not in query:
        raise Refused
    check(claims_for(query["code"], secret.mac("verifier", login[1]), host, secret), state["nonce"], now)
    session = secret.sealed("session", host, {"expires": int(now) + SESSION_LASTS})
    return redirect(back, COOKIE % (SESSION, session, SESSION_LASTS))


def claims_for(code: str, verifier: str, host: str, secret: Secret) -> dict:
    """What the provider's id token says: it comes straight from the provider over TLS (OpenID Connect Core, 3.1.3.7)."""
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": f"https://{host}{CALLBACK_PATH}",
        "client_id": CLIENT_ID,
        "code_verifier": verifier,
    }
    headers = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}
    question = urllib.request.Request(TOKEN_ENDPOINT, urlencode(form).encode(), headers)  # noqa: S310 (https, by the template)
    if secret.client_secret:
        credentials = f"{quote(CLIENT_ID, safe='')}:{quote(secret.client_secret, safe='')}".encode()
        question.add_unredirected_header("authorization", "Basic " + base64.b64encode(credentials).decode())
    try:
        with urllib.request.urlopen(question, timeout=3) as tokens:  # noqa: S310 (the same)
            return dict(json.loads(decoded(json.loads(tokens.read(100_000))["id_token"].split(".")[1])))
    except HTTPError as error:
        raise (Refused if error.code == 400 else Unavailable) from None
    except (OSError, http.client.HTTPException, ValueError, LookupError, TypeError, AttributeError):
        raise Unavailable from None


def check(claims: dict, nonce: str, now: float) -> None:
    audience = claims.get("aud")
    ours = CLIENT_ID in (audience if isinstance(audience, list) else [audience])
    party = claims.get("azp", CLIENT_ID)
    expires = claims.get("exp")
    if claims.get("iss") != ISSUER or not ours or party != CLIENT_ID or not same(str(claims.get("nonce")), nonce):
        raise Refused
    if not (isinstance(expires, (int, float)) and now < expires + LEEWAY):
        raise Refused


def without_own_cookies(request: dict) -> dict:
    """The request as the origin and the cache should see it."""
    kept = [pair for pair in cookie_pairs(request) if pair.partition("=")[0] not in (SESSION, LOGIN)]
    request["headers"].pop("cookie", None)
    if kept:
        request["headers"]["cookie"] = [{"key": "Cookie", "value": "; ".join(kept)}]
    return request


def handler(event: dict, context: object) -> dict:
    request = event["Records"][0]["cf"]["request"]
    host = request["headers"]["host"][0]["value"]
    cookies = {name: value for name, _, value in (pair.partition("=") for pair in cookie_pairs(request))}
    now = time.time()
    if request["uri"] == SIGN_OUT_PATH:
        gone = [COOKIE % (name, "", 0) for name in (SESSION, LOGIN)]
        return redirect(SIGN_OUT_URL, *gone) if SIGN_OUT_URL else page("200", "You are signed out.", *gone)
    try:
        secret = SECRET.at(now)
        if request["uri"] == CALLBACK_PATH:
            return complete(request, host, cookies, secret, now)
        if secret.opened("session", host, cookies.get(SESSION, ""), now):
            return without_own_cookies(request)
        return begin(request, host, cookies.get(LOGIN, ""), secret, now)
    except Refused:
        return page("400", "Signing in did not succeed.")
    except Unavailable:
        return page("503", "Signing in is not possible now.")
