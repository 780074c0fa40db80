"""How extensions/cognito-jwt gets its issuer's keys over time, which cases, with their one clock, can't show."""

import base64
import io
import json
from typing import Any
from urllib.error import URLError

import pytest

from tests.extensions.lambda_edge.edge_module import edge_module


class Issuer:
    """An issuer whose keys can change, that can fail, and that counts how often it is asked."""

    def __init__(self) -> None:
        self.key_ids = ["first"]
        self.fails = False
        self.asked = 0

    def urlopen(self, url: str, timeout: float) -> io.BytesIO:
        self.asked += 1
        assert url == "https://issuer.example.com/pool/.well-known/jwks.json"
        if self.fails:
            raise URLError("unreachable")
        modulus = base64.urlsafe_b64encode((2**2047 + 1).to_bytes(256, "big")).decode().rstrip("=")
        keys = [{"kty": "RSA", "kid": key_id, "n": modulus, "e": "AQAB"} for key_id in self.key_ids]
        return io.BytesIO(json.dumps({"keys": keys}).encode())


@pytest.fixture
def issuer(monkeypatch: pytest.MonkeyPatch) -> Issuer:
    issuer = Issuer()
    monkeypatch.setattr("urllib.request.urlopen", issuer.urlopen)
    return issuer


@pytest.fixture
def extension(issuer: Issuer) -> Any:
    parameters = {"Issuer": "https://issuer.example.com/pool", "ClientIds": "client"}
    return edge_module("cognito-jwt", "viewer-request", parameters)


def test_keys_are_fetched_once_and_used_for_an_hour(extension: Any, issuer: Issuer) -> None:
    for now in (0, 1, 3599):
        assert extension.KEY_SET.key("first", now)
    assert issuer.asked == 1


def test_a_new_key_is_found_when_a_token_names_it(extension: Any, issuer: Issuer) -> None:
    extension.KEY_SET.key("first", 0)
    issuer.key_ids = ["second"]
    assert extension.KEY_SET.key("second", 60)
    assert issuer.asked == 2


def test_a_key_that_the_issuer_has_withdrawn_is_denied_after_an_hour(extension: Any, issuer: Issuer) -> None:
    extension.KEY_SET.key("first", 0)
    issuer.key_ids = ["second"]
    with pytest.raises(extension.Denied):
        extension.KEY_SET.key("first", 3600)


def test_unknown_key_ids_cause_no_storm_of_requests(extension: Any, issuer: Issuer) -> None:
    for tenth in range(1200):
        with pytest.raises(extension.Denied):
            extension.KEY_SET.key(f"unknown-{tenth}", tenth / 10)
    assert issuer.asked == 2


def test_known_keys_stay_in_use_while_the_issuer_does_not_answer(extension: Any, issuer: Issuer) -> None:
    extension.KEY_SET.key("first", 0)
    issuer.fails = True
    for now in (3600, 3601, 3602, 3660):
        assert extension.KEY_SET.key("first", now)
    assert issuer.asked == 3


def test_an_issuer_that_fails_at_first_is_asked_again_after_a_minute(extension: Any, issuer: Issuer) -> None:
    issuer.fails = True
    for now in (0, 59):
        with pytest.raises(extension.NoKeys):
            extension.KEY_SET.key("first", now)
    issuer.fails = False
    assert extension.KEY_SET.key("first", 60)
    assert issuer.asked == 2
