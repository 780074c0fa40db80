"""What an operator must be allowed in order to stage a bundle, and that this does not let them, or anybody, read it again."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from botocore.exceptions import ClientError

from cloudfront_extensions.certificates.key_bundle import KeyBundle, read_bundle
from cloudfront_extensions.errors import AwsRefused
from cloudfront_extensions.stage_bundle.staging import Places, stage
from localaws.instance import Instance
from tests.bundles import bundle
from tests.integration.localaws.permissions.test_enforcement import allow, assumed
from tests.integration.localaws.workbench import Workbench

PREFIX = "cloudfront-extensions/key-bundles/stack/"
ON_SECRETS = (
    "secretsmanager:CreateSecret",
    "secretsmanager:PutResourcePolicy",
    "secretsmanager:PutSecretValue",
    "secretsmanager:DeleteSecret",
    "secretsmanager:TagResource",
)
ON_KEY = ("kms:GenerateDataKey", "kms:Decrypt")
NEEDED_EACH_TIME = (*ON_SECRETS[:3], *ON_KEY)
"""A secret is deleted where staging fails. That tags need a permission of their own is not known to the embedded AWS."""


@pytest.fixture(scope="module")
def bench() -> Iterator[Workbench]:
    with Instance(f"staging-{os.getpid()}", time_scale=0.001) as running:
        yield Workbench(running)
    running.remove()


@pytest.fixture(scope="module")
def where(bench: Workbench) -> Places:
    key = bench.client("kms").create_key()["KeyMetadata"]["Arn"]
    reader = bench.role("", allow("secretsmanager:GetSecretValue"), allow("kms:Decrypt", on=key))
    return Places(key_arn=key, prefix=PREFIX, import_role=reader, state_machine="")


def operator(bench: Workbench, where: Places, *without: str) -> Any:
    """A client of one who may do what the documentation asks for, but for some of it."""
    secrets = [action for action in ON_SECRETS if action not in without]
    key = [action for action in ON_KEY if action not in without]
    role = bench.role(
        "",
        allow(*secrets, on=f"arn:aws:secretsmanager:us-east-1:*:secret:{PREFIX}*"),
        allow(*key, on=where.key_arn),
    )
    return assumed(bench, role)("secretsmanager")


def shop() -> KeyBundle:
    return read_bundle(bundle("shop.example.com").text, datetime.now(UTC))


def test_the_permissions_in_the_documentation_are_enough(bench: Workbench, where: Places) -> None:
    reference = stage(shop(), "stack", where, operator(bench, where))

    read = assumed(bench, where.import_role)("secretsmanager").get_secret_value(SecretId=reference.secret_id)
    assert read["SecretString"].startswith("-----BEGIN CERTIFICATE-----")


@pytest.mark.parametrize("without", NEEDED_EACH_TIME)
def test_each_of_them_is_needed_and_nothing_stays_without_it(bench: Workbench, where: Places, without: str) -> None:
    before = bench.client("secretsmanager").list_secrets()["SecretList"]

    with pytest.raises(AwsRefused, match="AccessDenied"):
        stage(shop(), "stack", where, operator(bench, where, without))

    assert bench.client("secretsmanager").list_secrets()["SecretList"] == before


def test_nobody_but_the_import_task_reads_what_is_staged(bench: Workbench, where: Places) -> None:
    reference = stage(shop(), "stack", where, operator(bench, where))

    administrator = assumed(bench, bench.role("", allow("*")))
    for stranger in (administrator("secretsmanager"), bench.client("secretsmanager")):
        with pytest.raises(ClientError, match="explicit deny in a resource-based policy"):
            stranger.get_secret_value(SecretId=reference.secret_id)
