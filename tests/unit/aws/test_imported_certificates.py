"""ImportCertificate against a server on this machine: never repeated blindly, and never quoted."""

from __future__ import annotations

import base64
import traceback
from collections.abc import Callable

import pytest

from cloudfront_extensions.aws.imported_certificates import ImportedCertificates
from cloudfront_extensions.aws.retries import MOST_ATTEMPTS
from cloudfront_extensions.certificates.key_bundle import read_bundle
from cloudfront_extensions.errors import AwsRefused, AwsThrottled, AwsUnavailable, CloudFrontExtensionsError
from tests.bundle_corpus import NOW, shop
from tests.unit.aws.test_retries import DONE, NO_ANSWER, THROTTLED, Answer, Server, server

__all__ = ["server"]
PIECE = 16
"""Characters of base64: nothing so long is the same by chance."""


def import_shop() -> str:
    return ImportedCertificates().import_new(read_bundle(shop().text, NOW), {"team": "web"})


def echo(status: int = 400, code: str = "ValidationException") -> Answer:
    """An answer whose words are the key."""
    return status, {"__type": code, "message": f"Could not parse the PrivateKey: {shop().key_pem.decode()}"}


@pytest.mark.parametrize("answer", [NO_ANSWER, (500, {"__type": "InternalFailure"}), (503, {})])
def test_an_import_that_may_have_been_done_is_not_repeated_at_once(server: Server, answer: Answer) -> None:
    server.answer_with(answer, DONE)

    with pytest.raises(AwsUnavailable):
        import_shop()

    assert len(server.requests) == 1


def test_an_import_that_was_throttled_is_not_repeated_at_once_but_queues_again(server: Server) -> None:
    server.answer_with(THROTTLED, (200, {"CertificateArn": "arn"}))

    with pytest.raises(AwsThrottled):
        import_shop()
    assert import_shop() == "arn"


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (echo(), AwsRefused),
        (echo(code="SomethingNew"), AwsRefused),
        (echo(500, "InternalFailure"), AwsUnavailable),
        (echo(code="ThrottlingException"), AwsThrottled),
    ],
)
def test_words_of_aws_that_hold_the_key_are_not_passed_on(
    server: Server, answer: Answer, error: type[CloudFrontExtensionsError]
) -> None:
    server.answer_with(answer)

    told = everything_told(error, import_shop)

    assert "ImportCertificate for shop.example.com" in told
    assert answer[1]["__type"] in told
    assert leaked(told) == []
    assert len(server.requests) <= MOST_ATTEMPTS


def test_words_of_botocore_that_hold_the_key_are_not_passed_on(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    """Botocore quotes a parameter that is of the wrong type."""
    bundle = read_bundle(shop().text, NOW)
    wrong = {"not": bundle.private_key_pem}
    object.__setattr__(bundle, "private_key_pem", wrong)

    told = everything_told(AwsRefused, lambda: ImportedCertificates().import_new(bundle, {}))

    assert "was not sent: ParamValidationError" in told
    assert leaked(told) == []
    assert server.requests == []


def everything_told(error: type[CloudFrontExtensionsError], call: Callable[[], object]) -> str:
    """The error's message, its repr, and the traceback that a runtime prints."""
    with pytest.raises(error) as raised:
        call()
    printed = "".join(traceback.format_exception(raised.value))
    return "\n".join((str(raised.value), repr(raised.value), printed))


def leaked(text: str) -> list[str]:
    """The pieces of the key's base64, or of that once more in base64, which stand in a text."""
    body = "".join(shop().key_pem.decode().splitlines()[1:-1])
    twice = base64.b64encode(shop().key_pem).decode()
    return [
        form[start : start + PIECE]
        for form in (body, twice)
        for start in range(len(form) - PIECE)
        if form[start : start + PIECE] in text
    ]


def test_a_leak_would_be_noticed() -> None:
    assert leaked(shop().key_pem.decode())
