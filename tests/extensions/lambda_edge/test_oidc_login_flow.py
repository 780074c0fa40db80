"""The whole way of a person through extensions/oidc-login: its logins are random, so cases can't name them."""

import base64
import hashlib
import io
import json
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest

from tests.extensions.lambda_edge.edge_module import edge_module

ISSUER = "https://login.example.com/"
PARAMETERS = {
    "Issuer": ISSUER,
    "AuthorizationEndpoint": "https://login.example.com/authorize",
    "TokenEndpoint": "https://login.example.com/token",
    "ClientId": "web",
    "Scope": "openid email",
    "SecretArn": "arn:aws:secretsmanager:us-east-1:123456789012:secret:oidc-login-AbCdEf",
}


def text(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Provider:
    """An OpenID Connect provider that gives a code for an authorization request, and a token for the code and verifier."""

    def __init__(self) -> None:
        self.asked: dict[str, str] = {}
        self.authorization = ""

    def authorize(self, location: str) -> str:
        """The query with which the browser is sent back."""
        assert location.startswith("https://login.example.com/authorize?")
        self.asked = dict(parse_qsl(urlsplit(location).query))
        return f"code=c0de&state={self.asked['state']}"

    def urlopen(self, request: Any, timeout: float) -> io.BytesIO:
        form = dict(parse_qsl(request.data.decode()))
        challenge = text(hashlib.sha256(form["code_verifier"].encode()).digest())
        assert (form["code"], challenge) == ("c0de", self.asked["code_challenge"])
        assert form["redirect_uri"] == self.asked["redirect_uri"]
        self.authorization = request.get_header("Authorization")
        claims = {"iss": ISSUER, "aud": "web", "nonce": self.asked["nonce"], "exp": 1767225900}
        id_token = f"e30.{text(json.dumps(claims).encode())}.c2ln"
        return io.BytesIO(json.dumps({"id_token": id_token}).encode())


class SecretsManager:
    """A Secrets Manager that can fail."""

    fails = False
    asked = 0

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 (the name of the API)
        self.asked += 1
        if self.fails:
            raise ValueError
        return {"SecretString": json.dumps({"signingKey": "k" * 32, "clientSecret": "client:secret"})}


class Browser:
    """A browser that keeps cookies, at one extension."""

    def __init__(self, extension: Any) -> None:
        self.extension = extension
        self.cookies: dict[str, str] = {}

    def get(self, path: str, query: str = "") -> dict[str, Any]:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"host": "www.example.com"} | ({"cookie": cookie} if cookie else {})
        listed = {name: [{"key": name, "value": value}] for name, value in headers.items()}
        request = {"method": "GET", "uri": path, "querystring": query, "headers": listed}
        answer: dict[str, Any] = self.extension.handler({"Records": [{"cf": {"request": request}}]}, None)
        for header in answer["headers"].get("set-cookie", []):
            (name, value), *attributes = (part.partition("=")[::2] for part in header["value"].split("; "))
            assert dict(attributes).keys() >= {"Secure", "HttpOnly", "SameSite"}
            self.cookies[name] = value
        return answer


def location(answer: dict[str, Any]) -> str:
    assert answer["status"] == "302"
    return str(answer["headers"]["location"][0]["value"])


@pytest.fixture
def provider(monkeypatch: pytest.MonkeyPatch) -> Provider:
    provider = Provider()
    monkeypatch.setattr("urllib.request.urlopen", provider.urlopen)
    return provider


@pytest.fixture
def secrets_manager(monkeypatch: pytest.MonkeyPatch) -> SecretsManager:
    manager = SecretsManager()
    monkeypatch.setattr("boto3.client", lambda service, region_name, config: manager)
    return manager


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    clock = [1767225600.0]
    monkeypatch.setattr("time.time", lambda: clock[0])
    return clock


@pytest.fixture
def browser(provider: Provider, secrets_manager: SecretsManager, clock: list[float]) -> Browser:
    return Browser(edge_module("oidc-login", "viewer-request", PARAMETERS))


def sign_in(browser: Browser, provider: Provider, path: str = "/docs", query: str = "") -> dict[str, Any]:
    return browser.get("/auth/callback", provider.authorize(location(browser.get(path, query))))


def test_a_person_signs_in_and_is_back_where_they_began(browser: Browser, provider: Provider) -> None:
    assert location(sign_in(browser, provider, "/docs", "page=2")) == "https://www.example.com/docs?page=2"
    assert browser.get("/docs")["uri"] == "/docs"
    assert provider.authorization == "Basic " + base64.b64encode(b"web:client%3Asecret").decode()


def test_the_provider_is_asked_for_a_code_with_pkce(browser: Browser, provider: Provider) -> None:
    sign_in(browser, provider)
    assert provider.asked["response_type"] == "code"
    assert provider.asked["client_id"] == "web"
    assert provider.asked["scope"] == "openid email"
    assert provider.asked["redirect_uri"] == "https://www.example.com/auth/callback"
    assert provider.asked["code_challenge_method"] == "S256"


def test_no_url_shows_what_the_login_cookie_holds(browser: Browser) -> None:
    url = location(browser.get("/docs"))
    assert browser.cookies["__Host-edge-login"].partition(".")[0] not in url


def test_every_login_is_another(browser: Browser, provider: Provider) -> None:
    asked = []
    for _ in range(2):
        provider.authorize(location(browser.get("/docs")))
        asked.append(provider.asked)
    assert all(asked[0][name] != asked[1][name] for name in ("state", "nonce", "code_challenge"))


def test_a_session_ends_and_the_provider_is_asked_again(
    browser: Browser, provider: Provider, clock: list[float]
) -> None:
    sign_in(browser, provider)
    clock[0] += 480 * 60
    assert location(browser.get("/docs")).startswith("https://login.example.com/authorize?")


def test_a_path_that_is_too_long_leads_back_to_the_start(browser: Browser, provider: Provider) -> None:
    assert location(sign_in(browser, provider, "/" + "x" * 2000)) == "https://www.example.com/"


def test_a_sixth_login_in_a_row_is_refused_and_a_later_one_is_not(browser: Browser) -> None:
    statuses = [browser.get("/docs")["status"] for _ in range(7)]
    assert statuses == ["302"] * 5 + ["400", "302"]


def test_sessions_go_on_while_the_secret_can_not_be_read(
    browser: Browser, provider: Provider, secrets_manager: SecretsManager, clock: list[float]
) -> None:
    sign_in(browser, provider)
    secrets_manager.fails = True
    clock[0] += 3600
    assert browser.get("/docs")["uri"] == "/docs"


def test_a_secret_that_can_not_be_read_is_not_asked_for_at_every_request(
    browser: Browser, secrets_manager: SecretsManager, clock: list[float]
) -> None:
    secrets_manager.fails = True
    assert [browser.get("/docs")["status"] for _ in range(3)] == ["503"] * 3
    assert secrets_manager.asked == 1
    secrets_manager.fails = False
    clock[0] += 5
    assert browser.get("/docs")["status"] == "302"
