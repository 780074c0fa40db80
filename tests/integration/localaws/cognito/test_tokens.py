"""Which tokens are verified, and why the others are refused.

The doors at which tokens are shown are in the server's process; `tokens.verified` is asked here in a process of the server's
interpreter that has the instance's keys. What the doors make of its answer is in `api_gateway` and `appsync`.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

import pytest

from localaws import sign_in
from localaws.instance import PROJECT, SERVER_INTERPRETER, Instance
from localaws.sign_in import Person, Signed
from tests.integration.localaws.cognito.user_pools import UserPool, user_pool

ASK = """
import json, sys
from ministack.services import cognito
from localaws.server.cognito.tokens import TokenRefused, verified
cognito._user_pools[sys.argv[1]] = {}
for line in sys.stdin:
    asked = json.loads(line)
    answer = verified(asked["token"], **asked["options"])
    print(json.dumps(answer.reason.name if isinstance(answer, TokenRefused) else dict(answer)), flush=True)
"""
VERIFIED = "VERIFIED"


@dataclass(frozen=True)
class Door:
    """Where tokens of one pool are let in."""

    pool: UserPool
    person: Person
    questions: IO[str]
    answers: IO[str]

    def asked(self, token: str, **options: Any) -> Any:
        """The claims of a token, or the name of the reason for which it is refused."""
        question = {"token": token, "options": {"pools": [self.pool.id], **options}}
        print(json.dumps(question), file=self.questions, flush=True)
        return json.loads(self.answers.readline())

    def verdict(self, token: str, **options: Any) -> str:
        answer = self.asked(token, **options)
        return VERIFIED if isinstance(answer, dict) else str(answer)

    def forged(self, claims: dict[str, object] | None = None, **options: Any) -> str:
        return sign_in.forged(self.pool.instance, self.person.id_token, claims, **options)


@pytest.fixture(scope="module")
def door(instance: Instance) -> Iterator[Door]:
    pool = user_pool(instance)
    pool.api.create_group(UserPoolId=pool.id, GroupName="viewer")
    person = sign_in.test_user(instance, pool.id, pool.client_id, "viewer")
    with subprocess.Popen(
        [SERVER_INTERPRETER, "-c", ASK, pool.id],
        cwd=PROJECT,
        env={"STATE_DIR": str(instance.state_directory / "state")},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as verifier:
        assert verifier.stdin
        assert verifier.stdout
        yield Door(pool, person, verifier.stdin, verifier.stdout)


def test_an_id_token_says_who_came_by_which_client_and_in_which_groups(door: Door) -> None:
    claims = door.asked(door.person.id_token)
    assert (claims["token_use"], claims["aud"], claims["email"], claims["cognito:groups"]) == (
        "id",
        door.pool.client_id,
        "viewer@example.com",
        ["viewer"],
    )


def test_an_access_token_is_verified_too_unless_only_the_other_use_is_accepted(door: Door) -> None:
    assert door.verdict(door.person.access_token) == VERIFIED
    assert door.verdict(door.person.access_token, uses=["id"]) == "USE"
    assert door.verdict(door.person.id_token, uses=["access"]) == "USE"


def test_a_refresh_token_opens_no_door(door: Door) -> None:
    assert door.verdict(door.person.refresh_token) == "USE"
    assert door.verdict(door.person.refresh_token, uses=["id", "access", "refresh"]) == "USE"


def test_a_token_ends_at_the_second_that_it_names(door: Door) -> None:
    ends = door.asked(door.person.id_token)["exp"]
    assert door.verdict(door.person.id_token, now=ends - 1) == VERIFIED
    assert door.verdict(door.person.id_token, now=ends) == "EXPIRED"
    assert door.verdict(sign_in.expired(door.pool.instance, door.person.id_token)) == "EXPIRED"


@pytest.mark.parametrize("end", [None, "2999-01-01T00:00:00Z", {}])
def test_a_token_without_a_proper_end_is_over(door: Door, end: object) -> None:
    assert door.verdict(door.forged({"exp": end})) == "EXPIRED"


def test_a_token_of_another_pool_is_refused(door: Door) -> None:
    other = user_pool(door.pool.instance)
    stranger = sign_in.test_user(other.instance, other.id, other.client_id, None)
    assert door.verdict(stranger.id_token) == "ISSUER"
    assert door.verdict(stranger.id_token, pools=[other.id, door.pool.id]) == "ISSUER"


@pytest.mark.parametrize(
    "issuer",
    [
        None,
        ["https://cognito-idp.us-east-1.amazonaws.com/{pool}"],
        "{pool}",
        "https://cognito-idp.us-east-1.amazonaws.com/{pool}/",
        "http://cognito-idp.us-east-1.amazonaws.com/{pool}",
        "https://cognito-idp.eu-west-1.amazonaws.com/{pool}",
        "https://cognito-idp.us-east-1.example.com/{pool}",
    ],
)
def test_the_issuer_is_the_pool_to_the_letter(door: Door, issuer: object) -> None:
    claimed = json.loads(json.dumps(issuer).replace("{pool}", door.pool.id))
    assert door.verdict(door.forged({"iss": claimed})) == "ISSUER"


def test_a_token_of_a_pool_that_is_not_accepted_is_refused(door: Door) -> None:
    assert door.verdict(door.person.id_token, pools=["us-east-1_Other"]) == "ISSUER"
    assert door.verdict(door.person.id_token, pools=[]) == "ISSUER"


def test_a_token_is_for_the_client_that_is_expected(door: Door) -> None:
    ours, other = door.pool.client_id, door.pool.client()
    stranger = sign_in.test_user(door.pool.instance, door.pool.id, other, "viewer")
    for mine, theirs in (
        (door.person.id_token, stranger.id_token),
        (door.person.access_token, stranger.access_token),
    ):
        assert door.verdict(mine, client_pattern=ours) == VERIFIED
        assert door.verdict(theirs, client_pattern=ours) == "CLIENT"
        assert door.verdict(theirs, client_pattern=f"{ours}|{other}") == VERIFIED
        assert door.verdict(mine, client_pattern=ours[:-1]) == "CLIENT"


def test_a_claim_that_was_changed_is_seen(door: Door) -> None:
    header, claims, _ = door.forged({"cognito:groups": ["admin"]}).split(".")
    signature = door.person.id_token.split(".")[2]
    assert door.verdict(f"{header}.{claims}.{signature}") == "SIGNATURE"


@pytest.mark.parametrize(
    ("signed", "reason"),
    [
        (Signed.BY_THE_POOL, VERIFIED),
        (Signed.BY_A_STRANGER, "SIGNATURE"),
        (Signed.BY_NOBODY, "ALGORITHM"),
        (Signed.WITH_THE_PUBLIC_KEY, "ALGORITHM"),
        (Signed.WITH_THE_OTHER_KEY, "KEY"),
    ],
)
def test_only_the_pool_signs_and_with_the_key_of_the_use(door: Door, signed: Signed, reason: str) -> None:
    assert door.verdict(door.forged({"cognito:groups": ["admin"]}, signed=signed)) == reason


def test_an_access_token_does_not_become_an_id_token(door: Door) -> None:
    ours = {"token_use": "id", "aud": door.pool.client_id}
    assert door.verdict(sign_in.forged(door.pool.instance, door.person.access_token, ours)) == "KEY"


@pytest.mark.parametrize(
    "spelling",
    [
        "",
        "garbage",
        "..",
        "{token}.",
        "Bearer {token}",
        "{token}=",
        "{token}\n",
        " {token}",
        "bnVsbA.bnVsbA.bnVsbA",
        "W10.W10.W10",
        "\u00fc.\u00fc.\u00fc",
        "\ud800.\ud800.\ud800",
        "{deep}.{deep}.{deep}",
    ],
)
def test_what_is_no_token_in_its_one_spelling_is_malformed(door: Door, spelling: str) -> None:
    deep = "W1tb" * 20_000
    assert door.verdict(spelling.replace("{token}", door.person.id_token).replace("{deep}", deep)) == "MALFORMED"


def test_the_last_character_of_a_signature_can_not_be_changed_for_one_that_decodes_alike(door: Door) -> None:
    token = door.person.id_token
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    twin = token[:-1] + alphabet[alphabet.index(token[-1]) + 1]
    assert door.verdict(twin) == "MALFORMED"


def test_a_token_lives_for_an_hour_of_real_time(door: Door) -> None:
    claims = door.asked(door.person.id_token)
    assert claims["exp"] - claims["iat"] == 3600
    assert abs(claims["iat"] - time.time()) < 600


def test_a_person_is_printed_without_what_would_let_others_in(door: Door) -> None:
    printed = repr(door.person)
    secrets = (door.person.password, door.person.id_token, door.person.access_token, door.person.refresh_token)
    assert "viewer@example.com" in printed
    assert not any(secret in printed for secret in secrets)
