"""`certificate_import` of what can't be imported: each fault by its name, with what to do, and what becomes of the bundle."""

from __future__ import annotations

import pytest

from cloudfront_extensions.errors import BundleNotYetValid, InvalidKeyBundle
from localaws.faults import Fault, faults
from tests.bundle_corpus import NOW, REFUSED, Refused
from tests.bundles import DAY, bundle, shared_key
from tests.workflows.account import certificate, certificates_for, issued_certificate, plain_config
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case, new_case
from tests.workflows.staging import is_staged, stage_object, stage_secret
from tests.workflows.test_certificate_import import import_request, imported

NOT_YET_VALID = Refused(
    lambda: bundle("shop.example.com", starts=NOW + DAY).text, BundleNotYetValid, (NOW + DAY).isoformat()
)
"""The corpus's own is valid a second later."""
FAULTS: dict[str, Refused] = {
    **{refused.error.__name__: refused for refused in reversed(REFUSED.values())},
    "BundleNotYetValid": NOT_YET_VALID,
}
"""One bundle for each error that a bundle may have; the corpus's own tests have the others."""


def staged(application: Application, text: bytes) -> Json:
    """A secret where one can hold the text, otherwise an object."""
    try:
        return stage_secret(application, text) if text and len(text) <= 65_536 else stage_object(application, text)
    except UnicodeDecodeError:
        return stage_object(application, text)


@pytest.fixture(scope="module")
def refused(application: Application) -> dict[str, tuple[Case, Json, Json]]:
    """For each of FAULTS the case, the reference, and the end of its import."""
    cases = {error: new_case(f"bad bundle {error}") for error in FAULTS}
    references = {error: staged(application, refused.text()) for error, refused in FAULTS.items()}
    started = {
        error: application.start("certificate_import", import_request(case, references[error]))
        for error, case in cases.items()
    }
    return {
        error: (cases[error], references[error], application.wait(execution)) for error, execution in started.items()
    }


def test_there_is_a_bundle_for_every_error() -> None:
    assert set(FAULTS) == {error.__name__ for error in InvalidKeyBundle.__subclasses__()}


@pytest.mark.parametrize("error", FAULTS)
def test_a_bad_bundle_is_refused_by_the_name_of_its_fault_and_destroyed(
    application: Application, refused: dict[str, tuple[Case, Json, Json]], error: str
) -> None:
    case, reference, ended = refused[error]

    assert (ended["status"], ended["error"]) == ("FAILED", error), ended
    stage = application.item(case.job_id, "shop").certificate
    assert (stage.status, stage.error, stage.arn) == ("FAILED", error, None)
    assert FAULTS[error].message in str(stage.reason)
    assert stage.next_action == FAULTS[error].error.next_action
    assert stage.next_action in ended["cause"]
    assert not is_staged(application, reference)


def test_what_failed_once_fails_again_by_the_same_name_until_a_corrected_bundle_comes(
    application: Application, case: Case
) -> None:
    request = import_request(case, stage_secret(application, FAULTS["PrivateKeyDoesNotMatch"].text()))
    first, again = (application.run("certificate_import", request) for _ in range(2))
    corrected = imported(application, case, bundle(case.host("shop")))

    assert (again["error"], again["cause"]) == (first["error"], first["cause"])
    assert (first["error"], corrected["outcome"]) == ("PrivateKeyDoesNotMatch", "imported")


def test_a_certificate_that_does_not_cover_the_aliases_stays_staged(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    ended = application.run("certificate_import", import_request(case, reference, aliases=[case.host("other")]))

    assert ended["error"] == "CertificateDoesNotCoverAlias"
    stage = application.item(case.job_id, "shop").certificate
    assert f"does not cover {case.host('other')}" in str(stage.reason)
    assert f"still staged as {reference['secretId']}" in str(stage.next_action)
    assert is_staged(application, reference)
    assert certificates_for(application, case.host("shop")) == []


@pytest.mark.parametrize("place", ["secret", "object", "version"])
def test_a_bundle_that_is_not_there_is_said_to_be_so(application: Application, case: Case, place: str) -> None:
    if place == "secret":
        reference = {"secretId": f"{application.outputs['KeyBundlePrefix']}{case.job_id}"}
    else:
        key = f"key-bundles/{case.job_id}.pem"
        reference = {"bucket": application.bucket, "key": key, "versionId": "3sL4kqtJlcpXroDTDmJ"}
    if place == "version":
        stage_object(application, bundle(case.host("shop")).text, reference["key"])
    ended = application.run("certificate_import", import_request(case, reference))

    assert ended["error"] == "KeyBundleNotFound"
    assert "Stage the bundle again" in ended["cause"]
    assert is_staged(application, reference) == (place == "version")


@pytest.mark.parametrize("place", ["another stack's secret", "another bucket"])
def test_a_bundle_of_somebody_else_is_not_even_asked_for(application: Application, case: Case, place: str) -> None:
    elsewhere = {
        "another stack's secret": {"secretId": "cloudfront-extensions/key-bundles/other-stack/shop"},
        "another bucket": {"bucket": "somebody-elses", "key": "key-bundles/shop.pem", "versionId": "1"},
    }[place]
    ended = application.run("certificate_import", import_request(case, elsewhere))
    assert (ended["status"], ended["error"]) == ("FAILED", "KeyBundleNotStaged")
    # AND the import task alone would not either
    answer = application.invoke(
        "ImportCertificate", {**import_request(case, elsewhere), "aliases": [], "tags": {}, "wait": {"seconds": 0}}
    )
    assert answer["errorType"] == "KeyBundleNotStaged"


@pytest.mark.parametrize("field", ["keyBundle", "tags", "unheardOf"])
def test_a_key_in_the_input_is_told_to_be_exposed_and_not_quoted(
    application: Application, case: Case, field: str
) -> None:
    pasted = bundle(case.host("shop")).text.decode()
    reference = {"secretId": f"{application.outputs['KeyBundlePrefix']}never-staged"}
    wrong: Json = {field: {"note": pasted} if field == "tags" else pasted}
    ended = application.run("certificate_import", {**import_request(case, reference), **wrong})

    assert ended["error"] == "KeyExposed"
    assert "Treat the key as exposed" in ended["cause"]
    assert not any(line in ended["cause"] for line in pasted.splitlines())


def test_only_an_imported_certificate_can_be_replaced(application: Application, case: Case) -> None:
    requested = issued_certificate(application, case.host("shop"))
    reference = stage_secret(application, bundle(case.host("shop")).text)
    ended = application.run("certificate_import", import_request(case, reference, certificateArn=requested))

    assert ended["error"] == "CertificateNotReplaceable"
    assert "is AMAZON_ISSUED, not IMPORTED" in ended["cause"]
    assert is_staged(application, reference)


def test_a_key_of_another_type_does_not_replace_a_certificate(application: Application, case: Case) -> None:
    arn = imported(application, case, bundle(case.host("shop")))["certificateArn"]
    other = bundle(case.host("shop"), key=shared_key("RSA_2048"))
    request = import_request(case, stage_secret(application, other.text), itemId="renewal", certificateArn=arn)
    ended = application.run("certificate_import", request)

    assert ended["error"] == "CertificateNotReplaceable"
    assert "has a key EC_prime256v1, the staged one RSA_2048" in ended["cause"]


def test_a_certificate_to_replace_must_be_there(application: Application, case: Case) -> None:
    missing = "arn:aws:acm:us-east-1:000000000000:certificate/11111111-2222-4333-8444-555555555555"
    reference = stage_secret(application, bundle(case.host("shop")).text)
    ended = application.run("certificate_import", import_request(case, reference, certificateArn=missing))

    assert ended["error"] == "CertificateNotFound"


def test_a_name_that_a_distribution_serves_can_not_be_dropped(application: Application, case: Case) -> None:
    shop, docs, unused = case.host("shop"), case.host("docs"), case.host("unused")
    first = bundle(shop, docs, unused)
    arn = imported(application, case, first)["certificateArn"]
    made = application.client("cloudfront").create_distribution(
        DistributionConfig=plain_config(shop, docs, certificate_arn=arn)
    )
    # WHEN the next certificate is without a name that is served
    without_docs = stage_secret(application, bundle(shop, unused, key=first.key).text)
    refused = application.run(
        "certificate_import", import_request(case, without_docs, itemId="renewal", certificateArn=arn)
    )
    # THEN it is refused, and the distribution named
    assert refused["error"] == "CertificateDoesNotCoverAlias"
    assert f"distribution {made['Distribution']['Id']} serves {docs}" in refused["cause"]
    assert set(certificate(application, arn)["SubjectAlternativeNames"]) == {shop, docs, unused}
    # AND a name that nobody serves may go
    answer = imported(application, case, bundle(shop, docs, key=first.key), itemId="smaller", certificateArn=arn)
    assert answer["outcome"] == "reimported"


def test_a_quota_that_is_used_up_keeps_the_bundle_and_the_way_free(application: Application, case: Case) -> None:
    text = bundle(case.host("shop")).text
    reference = stage_secret(application, text)
    with faults(
        application.instance,
        Fault("error", code="LimitExceededException", operation="ImportCertificate", times=1),
    ):
        ended = application.run("certificate_import", import_request(case, reference))

    assert ended["error"] == "QuotaWouldBeExceeded"
    assert "higher quota in Service Quotas" in ended["cause"]
    assert "still staged" in ended["cause"]
    # AND another item need not wait for this one
    other = application.run("certificate_import", import_request(case, reference, itemId="other"))
    assert other["output"]["outcome"] == "imported"


def test_what_failed_for_another_reason_than_its_bundle_goes_on_when_started_again(
    application: Application, case: Case
) -> None:
    request = import_request(case, stage_secret(application, bundle(case.host("shop")).text))
    used_up = Fault("error", code="LimitExceededException", operation="ImportCertificate", times=1)
    with faults(application.instance, used_up):
        assert application.run("certificate_import", request)["error"] == "QuotaWouldBeExceeded"

    assert application.run("certificate_import", request)["output"]["outcome"] == "imported"


def test_an_item_keeps_its_certificate_when_given_another_bundle(application: Application, case: Case) -> None:
    imported(application, case, bundle(case.host("shop")))
    before = application.item(case.job_id, "shop")
    reference = stage_secret(application, bundle(case.host("other")).text)
    ended = application.run("certificate_import", import_request(case, reference))

    assert ended["error"] == "RequestTokenConflict"
    assert application.item(case.job_id, "shop") == before
    assert is_staged(application, reference)


INVALID: dict[str, Json] = {
    "jobId": {"jobId": "two words"},
    "itemId": {"itemId": None},
    "keyBundle": {"keyBundle": {"secretId": "name", "versionId": "1"}},
    "certificateArn": {"certificateArn": "E2QWRUHAPOMQZL"},
    "aliases": {"aliases": "shop.example.com"},
    "aliases[1]": {"aliases": ["shop.example.com", "shop_2.example.com"]},
    "tags": {"tags": {"aws:owner": "me"}},
    "colour": {"colour": "blue"},
}


@pytest.mark.parametrize("field", INVALID)
def test_invalid_input_is_refused_by_the_name_of_its_field(application: Application, case: Case, field: str) -> None:
    reference = {"secretId": f"{application.outputs['KeyBundlePrefix']}never-staged"}
    ended = application.run("certificate_import", {**import_request(case, reference), **INVALID[field]})

    assert ended["status"] == "FAILED"
    assert ended["error"] in ("InvalidInput", "InvalidDomainName")
    assert ended["cause"].startswith(f"{field}")
