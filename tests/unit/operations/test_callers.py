"""Who asks, by what the gateways say of them."""

from __future__ import annotations

from typing import Any

import pytest

from cloudfront_extensions.errors import NotSignedIn
from cloudfront_extensions.operations.callers import Caller, CallerKind, from_claims, from_iam

CLIENT = "1example23456789"
CLAIMS: dict[str, Any] = {
    "sub": "4f1c",
    "cognito:username": "4f1c",
    "email": "anna@example.com",
    "email_verified": "true",
    "token_use": "id",
    "aud": CLIENT,
    "cognito:groups": "operator",
}


def test_a_person_is_named_by_mail_address_and_user_name() -> None:
    assert from_claims(CLAIMS, CLIENT) == Caller("anna@example.com (4f1c)", CallerKind.PERSON, frozenset({"operator"}))


def test_an_address_that_nobody_has_verified_names_nobody() -> None:
    for verified in ("false", False, None, "yes"):
        assert from_claims({**CLAIMS, "email_verified": verified}, CLIENT).name == "4f1c"
    assert from_claims({**CLAIMS, "email_verified": True}, CLIENT).name == "anna@example.com (4f1c)"


@pytest.mark.parametrize(
    ("claim", "groups"),
    [
        ("viewer", {"viewer"}),
        ("admin,viewer", {"admin", "viewer"}),
        ("[admin viewer]", {"admin", "viewer"}),
        ("[viewer]", {"viewer"}),
        (["admin", "viewer"], {"admin", "viewer"}),
        ("", set()),
        ("[]", set()),
        (None, set()),
        ([], set()),
        (["admin", None, 1], {"admin"}),
    ],
)
def test_groups_are_read_as_either_gateway_writes_them(claim: Any, groups: set[str]) -> None:
    assert from_claims({**CLAIMS, "cognito:groups": claim}, CLIENT).groups == groups


@pytest.mark.parametrize(
    "claim", ["not-admin", "administrators", "admin2", "Admin", "viewer;admin", '["admin"]', "a|admin"]
)
def test_a_group_whose_name_only_looks_like_admin_is_not_admin(claim: str) -> None:
    assert "admin" not in from_claims({**CLAIMS, "cognito:groups": claim}, CLIENT).groups


@pytest.mark.parametrize(
    "claims",
    [
        {},
        {**CLAIMS, "token_use": "access"},
        {**CLAIMS, "token_use": None},
        {**CLAIMS, "aud": "another-client"},
        {**CLAIMS, "aud": [CLIENT]},
        {**CLAIMS, "aud": None},
        {**CLAIMS, "cognito:username": ""},
        {**CLAIMS, "cognito:username": None},
    ],
)
def test_other_tokens_are_of_nobody(claims: dict[str, Any]) -> None:
    with pytest.raises(NotSignedIn):
        from_claims(claims, CLIENT)


def test_an_api_that_does_not_know_its_client_lets_nobody_in() -> None:
    with pytest.raises(NotSignedIn):
        from_claims({**CLAIMS, "aud": ""}, "")


def test_a_machine_is_named_by_its_arn() -> None:
    arn = "arn:aws:sts::123456789012:assumed-role/pipeline/build-7"
    assert from_iam(arn) == Caller(arn, CallerKind.MACHINE)


@pytest.mark.parametrize("arn", [None, "", "anonymous", "arn:aws:s3:::bucket", "arn:aws:sts::123456789012:"])
def test_without_a_signature_there_is_no_machine(arn: str | None) -> None:
    with pytest.raises(NotSignedIn):
        from_iam(arn)
