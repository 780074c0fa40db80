"""`python -m cloudfront_extensions.stage_bundle`: from PEM files on this machine to a reference that workflows take.

The bundle is checked here first: what the import would refuse is never staged. Standard output has the reference, for programs;
what people want to know goes to standard error. Neither has a word of the key.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from datetime import UTC, datetime

import boto3

from cloudfront_extensions.aws.failures import aws_call
from cloudfront_extensions.certificates.coverage import check_covers
from cloudfront_extensions.certificates.key_bundle import KeyBundle, read_bundle
from cloudfront_extensions.certificates.key_bundle_reference import SecretReference
from cloudfront_extensions.certificates.names import normalise
from cloudfront_extensions.errors import CloudFrontExtensionsError, InvalidKeyBundle
from cloudfront_extensions.stage_bundle.files import is_readable_by_others, joined
from cloudfront_extensions.stage_bundle.staging import BundleLeftBehind, Places, places, stage
from cloudfront_extensions.stage_bundle.summary import as_document, in_words, next_steps

DONE, NOT_STAGED, REFUSED = 0, 1, 2
"""Exit codes. REFUSED is that of wrong arguments too: AWS was not asked anything."""
PROGRAM = "python -m cloudfront_extensions.stage_bundle"
EXAMPLES = f"""examples:
  {PROGRAM} --certificate fullchain.pem --key privkey.pem
  {PROGRAM} --certificate cert.pem --key key.pem --chain chain.pem --alias shop.example.com
  vault kv get -field=pem secret/shop | {PROGRAM} --bundle - --dry-run

permissions, with the credentials that the AWS CLI uses too:
  cloudformation:DescribeStacks; secretsmanager:CreateSecret, TagResource, PutResourcePolicy, PutSecretValue and DeleteSecret;
  kms:GenerateDataKey and kms:Decrypt. To read the secret again is for the import task alone.

exit codes:
  0 staged, or good in a dry run   1 AWS did not take it; nothing stays staged   2 refused here, AWS was not asked
"""


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    now = datetime.now(UTC)
    try:
        bundle = _checked(options, now)
    except CloudFrontExtensionsError as error:
        return _refuse(error, REFUSED)
    if not options.json:
        _say(in_words(bundle, now))
    if options.dry_run:
        return _answer(as_document(bundle) if options.json else None)
    try:
        where, reference = _staged(options, bundle)
    except CloudFrontExtensionsError as error:
        return _refuse(error, NOT_STAGED)
    if options.json:
        return _answer({**as_document(bundle), "keyBundle": reference.as_json()})
    _say(next_steps(reference, where.state_machine, options.region, now))
    return _answer(reference.as_json())


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog=PROGRAM,
        description="Check a certificate, its private key and its chain, and stage them for import into ACM.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    files = parser.add_argument_group("PEM files")
    files.add_argument("--certificate", metavar="FILE", help="the certificate; its chain may follow in the same file")
    files.add_argument("--key", metavar="FILE", help="its private key, without passphrase")
    files.add_argument(
        "--chain", metavar="FILE", help="the intermediate certificates, where they are in a file of their own"
    )
    files.add_argument("--bundle", metavar="FILE", help="all of them in one file instead; - for standard input")
    parser.add_argument("--alias", metavar="NAME", nargs="+", default=[], help="names that the certificate must cover")
    parser.add_argument(
        "--stack", default="cloudfront-extensions", help="the deployed root stack (default: %(default)s)"
    )
    parser.add_argument("--region", default="us-east-1", help="where it is (default: %(default)s)")
    parser.add_argument("--profile", help="the profile of the AWS CLI to use")
    parser.add_argument("--dry-run", action="store_true", help="check only; AWS is not asked anything")
    parser.add_argument(
        "--json", action="store_true", help="all that is said of the bundle as JSON, besides its reference"
    )
    options = parser.parse_args(arguments)
    if bool(options.bundle) == bool(options.certificate):
        parser.error("give --certificate and --key, or else --bundle")
    if options.bundle and (options.key or options.chain):
        parser.error("--bundle has key and chain in it; leave out --key and --chain")
    return options


def _checked(options: argparse.Namespace, now: datetime) -> KeyBundle:
    """What the import would refuse is refused here, with the same words."""
    files = [file for file in (options.bundle, options.certificate, options.key, options.chain) if file]
    bundle = read_bundle(joined(files), now)
    check_covers(bundle.names, [normalise(alias) for alias in options.alias], "the certificate")
    file = options.key or options.bundle or options.certificate
    if is_readable_by_others(file):
        _say(f"Warning: other users of this machine can read {file}; chmod 600 {file}")
    return bundle


def _staged(options: argparse.Namespace, bundle: KeyBundle) -> tuple[Places, SecretReference]:
    with aws_call("Credentials", options.profile or "the default profile"):
        session = boto3.Session(profile_name=options.profile, region_name=options.region)
        cloudformation, secretsmanager = session.client("cloudformation"), session.client("secretsmanager")
    where = places(options.stack, cloudformation)
    return where, stage(bundle, options.stack, where, secretsmanager)


def _refuse(error: CloudFrontExtensionsError, code: int) -> int:
    _say(f"{type(error).__name__}: {error}")
    if isinstance(error, InvalidKeyBundle | BundleLeftBehind):  # other next actions speak of jobs
        _say(error.next_action)
    if not isinstance(error, BundleLeftBehind):
        _say("Nothing is staged.")
    return code


def _answer(document: object) -> int:
    if document is not None:
        sys.stdout.write(json.dumps(document) + "\n")
    return DONE


def _say(text: str) -> None:
    sys.stderr.write(text + "\n")


if __name__ == "__main__":
    sys.exit(main())
