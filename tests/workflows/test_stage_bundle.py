"""The staging command as an operator runs it: from PEM files to an imported certificate, and nothing left where it fails."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from typing import Any

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from localaws.instance import PROJECT
from tests.bundles import Bundle, bundle
from tests.workflows.account import certificate
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.staging import is_staged

Ran = subprocess.CompletedProcess[str]


@pytest.fixture
def shop(case: Case) -> Bundle:
    return bundle(case.host("shop"), case.host("*"))


def run(application: Application, staged: Bundle, *arguments: str) -> Ran:
    """The command, in a process of its own, with the bundle on its standard input; whatever it says has no line of the key."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    ran = subprocess.run(
        [sys.executable, "-m", "cloudfront_extensions.stage_bundle", "--bundle", "-", *arguments],
        cwd=PROJECT,
        env={**inherited, "PYTHONPATH": str(PROJECT / "layers" / "core"), **application.instance.environment},
        input=staged.text.decode(),
        capture_output=True,
        text=True,
    )
    secret = staged.key_pem.decode().splitlines()[1:-1]
    assert not [line for line in secret if line in ran.stdout + ran.stderr]
    return ran


def staged_for(application: Application, case: Case) -> list[Any]:
    """The secrets whose description tells of the case's names."""
    pages = application.client("secretsmanager").get_paginator("list_secrets").paginate(IncludePlannedDeletion=True)
    return [secret for page in pages for secret in page["SecretList"] if case.domain in secret.get("Description", "")]


def test_what_is_staged_can_be_imported_and_is_gone_then(application: Application, case: Case, shop: Bundle) -> None:
    ran = run(application, shop)

    assert ran.returncode == 0, ran.stderr
    reference = json.loads(ran.stdout)
    request = {"jobId": case.job_id, "itemId": "shop", "keyBundle": reference}
    ended = application.run("certificate_import", request)
    assert ended["status"] == "SUCCEEDED", ended
    described = certificate(application, ended["output"]["certificateArn"])
    assert described["SubjectAlternativeNames"] == [case.host("shop"), case.host("*")]
    assert not is_staged(application, reference)


def test_the_next_step_that_is_told_imports_the_bundle(application: Application, case: Case, shop: Bundle) -> None:
    ran = run(application, shop)

    (told,) = [line for line in ran.stderr.splitlines() if line.startswith("Import it:")]
    words = shlex.split(told.removeprefix("Import it:"))
    assert words[words.index("--state-machine-arn") + 1] == application.state_machine("certificate_import")
    ended = application.run("certificate_import", json.loads(words[words.index("--input") + 1]))
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["names"][0] == case.host("shop")


def test_a_staged_bundle_is_where_the_stack_wants_it(application: Application, case: Case, shop: Bundle) -> None:
    reference = json.loads(run(application, shop).stdout)

    secrets = application.client("secretsmanager")
    described = secrets.describe_secret(SecretId=reference["secretId"])
    assert described["Name"].startswith(application.outputs["KeyBundlePrefix"])
    assert described["KmsKeyId"] == application.outputs["KeyBundleKey"]
    policy = json.loads(secrets.get_resource_policy(SecretId=reference["secretId"])["ResourcePolicy"])
    (statement,) = policy["Statement"]
    assert statement["Condition"] == {"ArnNotEquals": {"aws:PrincipalArn": application.outputs["ImportRole"]}}


def test_a_document_says_all_that_programs_may_want(application: Application, case: Case, shop: Bundle) -> None:
    ran = run(application, shop, "--json", "--alias", case.host("shop"), case.host("m"))

    document: Json = json.loads(ran.stdout)
    assert document["names"] == [case.host("shop"), case.host("*")]
    assert is_staged(application, document["keyBundle"])
    assert ran.stderr == ""


@pytest.mark.parametrize("refusal", ["ChainMissing", "CertificateDoesNotCoverAlias"])
def test_aws_is_not_asked_for_what_the_import_would_refuse(
    application: Application, case: Case, shop: Bundle, refusal: str
) -> None:
    calls = len(lines(application.instance.calls))
    if refusal == "ChainMissing":
        ran = run(application, Bundle(shop.leaf, shop.key, ()))
    else:
        ran = run(application, shop, "--alias", "other.example.org")

    assert (ran.returncode, ran.stdout) == (2, "")
    assert ran.stderr.startswith(f"{refusal}: ")
    asked = [call["operation"] for call in lines(application.instance.calls)[calls:] if "/" not in call["caller"]]
    assert not {"DescribeStacks", "CreateSecret"} & set(asked)


def test_a_dry_run_stages_nothing(application: Application, case: Case, shop: Bundle) -> None:
    assert run(application, shop, "--dry-run").returncode == 0

    assert staged_for(application, case) == []


@pytest.mark.parametrize("operation", ["PutResourcePolicy", "PutSecretValue"])
def test_nothing_stays_where_aws_refuses_half_way(
    application: Application, case: Case, shop: Bundle, operation: str
) -> None:
    slug = case.host("shop").replace(".", "-")
    refused = Fault(
        "error", service="secretsmanager", operation=operation, code="AccessDeniedException", containing=slug
    )

    with faults(application.instance, refused) as injected:
        ran = run(application, shop)

    assert injected.struck() == [1]
    assert (ran.returncode, ran.stdout) == (1, "")
    assert f"{operation} for " in ran.stderr
    assert "Nothing is staged." in ran.stderr
    assert staged_for(application, case) == []


def test_a_stack_that_is_not_there_is_named(application: Application, case: Case, shop: Bundle) -> None:
    ran = run(application, shop, "--stack", "no-such-stack")

    assert (ran.returncode, ran.stdout) == (1, "")
    assert "no-such-stack" in ran.stderr
    assert staged_for(application, case) == []
