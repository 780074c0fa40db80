"""The staging command: what it refuses before it asks AWS anything, and what is left when AWS refuses half-way."""

from __future__ import annotations

import io
import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import boto3
import pytest
from botocore.exceptions import ReadTimeoutError
from moto import mock_aws

from cloudfront_extensions.certificates.key_bundle import read_bundle
from cloudfront_extensions.errors import AwsUnavailable
from cloudfront_extensions.stage_bundle.__main__ import DONE, NOT_STAGED, REFUSED, main
from cloudfront_extensions.stage_bundle.staging import BundleLeftBehind, Places, stage
from tests.bundles import Bundle, bundle

ROLE = "arn:aws:iam::123456789012:role/import"
PLACES = Places(
    key_arn="arn:aws:kms:us-east-1:123456789012:key/11111111-2222-4333-8444-555555555555",
    prefix="cloudfront-extensions/key-bundles/stack/",
    import_role=ROLE,
    state_machine="arn:aws:states:us-east-1:123456789012:stateMachine:import",
)


class Said(NamedTuple):
    code: int
    out: str
    err: str


@pytest.fixture
def shop() -> Bundle:
    return bundle("shop.example.com", "*.shop.example.com")


@pytest.fixture
def files(shop: Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shop's PEM files in the working directory; nothing of AWS is within reach."""
    for name, text in {
        "certificate.pem": shop.certificate_pem,
        "fullchain.pem": shop.certificate_pem + shop.chain_pem,
        "key.pem": shop.key_pem,
        "chain.pem": shop.chain_pem,
        "all.pem": shop.text,
    }.items():
        (tmp_path / name).write_bytes(text)
        (tmp_path / name).chmod(0o600)
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("AWS_"):
            monkeypatch.delenv(name)
    return tmp_path


@pytest.fixture
def command(files: Path, shop: Bundle, capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """The command, run in here; whatever it says has no line of the key."""

    def run(*arguments: str) -> Said:
        code = main(arguments)
        said = Said(code, *capsys.readouterr())
        lines = shop.key_pem.decode().splitlines()[1:-1]
        assert not [line for line in lines if line in said.out + said.err]
        return said

    return run


@pytest.fixture
def secretsmanager(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="us-east-1")


@pytest.mark.parametrize(
    "arguments",
    [
        ("--certificate", "fullchain.pem", "--key", "key.pem"),
        ("--certificate", "certificate.pem", "--key", "key.pem", "--chain", "chain.pem"),
        ("--certificate", "all.pem"),
        ("--bundle", "all.pem"),
    ],
)
def test_files_may_be_one_or_several(command: Callable[..., Said], arguments: tuple[str, ...]) -> None:
    said = command(*arguments, "--dry-run", "--json")

    assert said.code == DONE
    assert said.err == ""
    document = json.loads(said.out)
    assert document["names"] == ["shop.example.com", "*.shop.example.com"]
    assert document["intermediateCertificates"] == 1


def test_a_bundle_may_come_from_standard_input(
    command: Callable[..., Said], shop: Bundle, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(shop.text)))

    assert command("--bundle", "-", "--dry-run").code == DONE


def test_a_dry_run_tells_people_what_the_bundle_has(command: Callable[..., Said]) -> None:
    said = command("--bundle", "all.pem", "--dry-run")

    assert said.out == ""
    assert "shop.example.com, *.shop.example.com" in said.err
    assert "EC_prime256v1" in said.err
    assert "89 days from now" in said.err


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--certificate", "fullchain.pem"), "PrivateKeyMissing: "),
        (("--certificate", "certificate.pem", "--key", "key.pem"), "ChainMissing: "),
        (("--certificate", "missing.pem", "--key", "key.pem"), "can't read missing.pem: No such file"),
        (("--bundle", "all.pem", "--alias", "other.example.com"), "the certificate does not cover other.example.com"),
        (("--bundle", "all.pem", "--alias", "shop.example.com", "a.b.example.com"), "does not cover a.b.example.com"),
        (("--bundle", "all.pem", "--alias", "https://shop.example.com"), "is a URL"),
    ],
)
def test_what_the_import_would_refuse_is_refused_before_aws_is_asked(
    command: Callable[..., Said], arguments: tuple[str, ...], told: str
) -> None:
    said = command(*arguments)

    assert (said.code, said.out) == (REFUSED, "")
    assert told in said.err
    assert "Nothing is staged." in said.err


def test_aliases_are_compared_as_dns_has_them(command: Callable[..., Said]) -> None:
    assert command("--bundle", "all.pem", "--dry-run", "--alias", "SHOP.example.com", "m.shop.example.com").code == DONE


@pytest.mark.parametrize(
    "arguments",
    [
        (),
        ("--key", "key.pem"),
        ("--bundle", "all.pem", "--certificate", "certificate.pem"),
        ("--bundle", "all.pem", "--key", "key.pem"),
    ],
)
def test_files_that_do_not_go_together_are_refused(files: Path, arguments: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)

    assert end.value.code == REFUSED


@pytest.mark.parametrize(("mode", "warned"), [(0o600, False), (0o640, True), (0o604, True)])
def test_a_key_that_others_can_read_is_warned_of(
    command: Callable[..., Said], files: Path, mode: int, warned: bool
) -> None:
    (files / "key.pem").chmod(mode)

    said = command("--certificate", "fullchain.pem", "--key", "key.pem", "--dry-run")

    assert ("other users of this machine can read key.pem" in said.err) is warned


def test_a_profile_that_is_not_there_is_named(command: Callable[..., Said]) -> None:
    said = command("--bundle", "all.pem", "--profile", "nobody")

    assert (said.code, said.out) == (NOT_STAGED, "")
    assert "nobody" in said.err
    assert said.err.endswith("Nothing is staged.\n")


def test_a_staged_bundle_is_one_text_in_order(shop: Bundle, secretsmanager: Any) -> None:
    shuffled = read_bundle(shop.chain_pem + shop.key_pem + shop.certificate_pem, datetime.now(UTC))

    reference = stage(shuffled, "my-stack", PLACES, secretsmanager)

    value = secretsmanager.get_secret_value(SecretId=reference.secret_id)["SecretString"]
    assert value.encode() == shop.text


def test_a_staged_bundle_is_encrypted_named_and_described_without_its_key(shop: Bundle, secretsmanager: Any) -> None:
    reference = stage(read_bundle(shop.text, datetime.now(UTC)), "my-stack", PLACES, secretsmanager)

    described = secretsmanager.describe_secret(SecretId=reference.secret_id)
    assert described["ARN"] == reference.secret_id
    assert described["Name"].startswith(PLACES.prefix + "shop-example-com-")
    assert described["KmsKeyId"] == PLACES.key_arn
    assert described["Tags"] == [{"Key": "cloudfront-extensions:stack", "Value": "my-stack"}]
    assert described["Description"].startswith(
        "Certificate and key for shop.example.com, *.shop.example.com, valid until"
    )


def test_a_staged_bundle_may_be_read_by_the_import_role_alone(shop: Bundle, secretsmanager: Any) -> None:
    reference = stage(read_bundle(shop.text, datetime.now(UTC)), "my-stack", PLACES, secretsmanager)

    policy = json.loads(secretsmanager.get_resource_policy(SecretId=reference.secret_id)["ResourcePolicy"])
    (statement,) = policy["Statement"]
    assert (statement["Effect"], statement["Principal"]) == ("Deny", "*")
    assert statement["Action"] == "secretsmanager:GetSecretValue"
    assert statement["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": ROLE}}


def test_a_secret_is_closed_before_it_is_filled(shop: Bundle, secretsmanager: Any) -> None:
    order: list[str] = []
    secretsmanager.meta.events.register("before-call.secretsmanager", lambda model, **_: order.append(model.name))

    stage(read_bundle(shop.text, datetime.now(UTC)), "my-stack", PLACES, secretsmanager)

    assert order == ["CreateSecret", "PutResourcePolicy", "PutSecretValue"]


@pytest.mark.parametrize("operation", ["PutResourcePolicy", "PutSecretValue"])
def test_nothing_stays_when_staging_fails(shop: Bundle, secretsmanager: Any, operation: str) -> None:
    """The answer is lost after the call was made, so that the key may be there."""
    lose_the_answer(secretsmanager, operation)

    with pytest.raises(AwsUnavailable):
        stage(read_bundle(shop.text, datetime.now(UTC)), "my-stack", PLACES, secretsmanager)

    assert secretsmanager.list_secrets(IncludePlannedDeletion=True)["SecretList"] == []


def test_a_secret_that_can_not_be_taken_back_is_named(shop: Bundle, secretsmanager: Any) -> None:
    lose_the_answer(secretsmanager, "PutSecretValue")
    fail(secretsmanager, "DeleteSecret")

    with pytest.raises(BundleLeftBehind) as failure:
        stage(read_bundle(shop.text, datetime.now(UTC)), "my-stack", PLACES, secretsmanager)

    (left,) = secretsmanager.list_secrets()["SecretList"]
    assert left["ARN"] in str(failure.value)


def test_a_long_name_leaves_room_in_the_name_of_the_secret(secretsmanager: Any) -> None:
    longest = bundle(f"*.{'a' * 60}.{'b' * 60}.example.com")

    reference = stage(read_bundle(longest.text, datetime.now(UTC)), "my-stack", PLACES, secretsmanager)

    own = secretsmanager.describe_secret(SecretId=reference.secret_id)["Name"].removeprefix(PLACES.prefix)
    assert own.startswith("any-aaa")
    assert len(own) <= 48


def lose_the_answer(client: Any, operation: str) -> None:
    client.meta.events.register(f"after-call.secretsmanager.{operation}", _time_out)


def fail(client: Any, operation: str) -> None:
    client.meta.events.register(f"before-call.secretsmanager.{operation}", _time_out)


def _time_out(**_: Any) -> None:
    raise ReadTimeoutError(endpoint_url="https://secretsmanager.us-east-1.amazonaws.com")
