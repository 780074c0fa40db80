"""Putting a key bundle into a secret that the import task alone may read."""

from __future__ import annotations

import json
import re
import secrets
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.certificates.key_bundle import KeyBundle
from cloudfront_extensions.certificates.key_bundle_reference import SecretReference
from cloudfront_extensions.errors import CloudFrontExtensionsError, InvalidInput
from cloudfront_extensions.tags import TAG_PREFIX

_SLUG_CHARACTERS = 39
"""With what makes it unique after it, a secret's own part of its name can also be an item's id, which has 48 at most."""
_NAMES_SHOWN = 3


class BundleLeftBehind(CloudFrontExtensionsError):
    """Staging failed, and so did taking back the secret; the message names it."""

    next_action = "Delete it yourself: aws secretsmanager delete-secret --force-delete-without-recovery --secret-id …"


@dataclass(frozen=True, slots=True)
class Places:
    """Where a deployed stack takes staged bundles."""

    key_arn: str
    """Of the KMS key that encrypts them."""
    prefix: str
    """Of the names of secrets."""
    import_role: str
    state_machine: str
    """ARN of the workflow that imports a bundle."""


def places(stack: str, cloudformation: Any) -> Places:
    """Those of a stack. Raises InvalidInput when it has no such outputs."""
    with aws_call("DescribeStacks", stack):
        (described,) = cloudformation.describe_stacks(StackName=stack)["Stacks"]
    outputs = {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", ())}
    try:
        return Places(
            key_arn=outputs["KeyBundleKey"],
            prefix=outputs["KeyBundlePrefix"],
            import_role=outputs["ImportRole"],
            state_machine=outputs["CertificateImportStateMachine"],
        )
    except KeyError as missing:
        raise InvalidInput(
            f"stack {stack} has no output {missing.args[0]}; is it the root stack, and up to date?"
        ) from None


def stage(bundle: KeyBundle, stack: str, where: Places, secretsmanager: Any) -> SecretReference:
    """Make a secret, close it to everybody but the import task, and only then fill it.

    A secret that could not be closed or filled is deleted again, without recovery window.
    """
    name = f"{where.prefix}{_slug(bundle)}-{secrets.token_hex(4)}"
    with aws_call("CreateSecret", name):
        arn: str = secretsmanager.create_secret(
            Name=name,
            Description=_description(bundle),
            KmsKeyId=where.key_arn,
            Tags=[{"Key": f"{TAG_PREFIX}stack", "Value": stack}],
        )["ARN"]
    with ExitStack() as unless_filled:
        unless_filled.callback(_take_back, arn, secretsmanager)
        with aws_call("PutResourcePolicy", name):
            secretsmanager.put_resource_policy(
                SecretId=arn, ResourcePolicy=json.dumps(_readable_by(where.import_role)), BlockPublicPolicy=True
            )
        with aws_call("PutSecretValue", name, secret=True):
            secretsmanager.put_secret_value(SecretId=arn, SecretString=_text(bundle))
        unless_filled.pop_all()
    return SecretReference(arn)


def _take_back(arn: str, secretsmanager: Any) -> None:
    try:
        with aws_call("DeleteSecret", arn):
            secretsmanager.delete_secret(SecretId=arn, ForceDeleteWithoutRecovery=True)
    except CloudFrontExtensionsError as error:
        raise BundleLeftBehind(
            f"secret {arn} was made and may hold the bundle, but can't be deleted: {error}"
        ) from None


def _readable_by(role: str) -> dict[str, Any]:
    """A policy for the secret: whatever else grants access to it, only this role may read its value."""
    return {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Sid": "ForTheImportTaskAlone",
                "Effect": "Deny",
                "Principal": "*",
                "Action": "secretsmanager:GetSecretValue",
                "Resource": "*",
                "Condition": {"ArnNotEquals": {"aws:PrincipalArn": role}},
            }
        ],
    }


def _text(bundle: KeyBundle) -> str:
    return (bundle.certificate_pem + bundle.private_key_pem + bundle.chain_pem).decode("ascii")


def _description(bundle: KeyBundle) -> str:
    shown = ", ".join(bundle.names[:_NAMES_SHOWN])
    more = f" and {len(bundle.names) - _NAMES_SHOWN} more" if len(bundle.names) > _NAMES_SHOWN else ""
    return f"Certificate and key for {shown}{more}, valid until {bundle.not_after.date()}. Destroyed by its import."


def _slug(bundle: KeyBundle) -> str:
    return re.sub(r"[^a-z0-9]+", "-", bundle.names[0].replace("*", "any"))[:_SLUG_CHARACTERS].strip("-")
