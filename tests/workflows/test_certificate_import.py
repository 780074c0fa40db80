"""`certificate_import`: a staged bundle becomes a certificate once, or the content of the one that it replaces."""

from __future__ import annotations

from typing import Any

import pytest

from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.bundles import Bundle, bundle
from tests.workflows.account import (
    certificate,
    certificate_tags,
    certificates_for,
    plain_config,
)
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.staging import imported_by_hand, is_staged, stage_object, stage_secret, versions_of

STAGING = {"secret": stage_secret, "object": stage_object}


def import_request(case: Case, reference: Json, **more: object) -> Json:
    return {"jobId": case.job_id, "itemId": "shop", "keyBundle": reference, **more}


def imported(application: Application, case: Case, staged: Bundle, **more: object) -> Json:
    """The answer to an import of a bundle that is staged as a secret."""
    ended = application.run("certificate_import", import_request(case, stage_secret(application, staged.text), **more))
    assert ended["status"] == "SUCCEEDED", ended
    output: Json = ended["output"]
    return output


def imports(application: Application) -> int:
    """How often the import task has called ImportCertificate."""
    return sum(
        call["operation"] == "ImportCertificate" and application.function("ImportCertificate") in call["caller"]
        for call in lines(application.instance.calls)
    )


def distribution_with(application: Application, alias: str, arn: str) -> Json:
    answer: Json = application.client("cloudfront").create_distribution(
        DistributionConfig=plain_config(alias, certificate_arn=arn)
    )
    return answer


@pytest.mark.parametrize("place", STAGING)
def test_a_staged_bundle_becomes_a_certificate_and_is_destroyed(
    application: Application, case: Case, place: str
) -> None:
    names = (case.host("shop"), case.host("www.shop"))
    reference = STAGING[place](application, bundle(*names).text)
    ended = application.run("certificate_import", import_request(case, reference, tags={"team": "web"}))

    (arn,) = certificates_for(application, names[0])
    assert ended["output"] == {
        "jobId": case.job_id,
        "itemId": "shop",
        "certificateArn": arn,
        "names": list(names),
        "status": "ISSUED",
        "outcome": "imported",
    }
    assert certificate(application, arn)["Type"] == "IMPORTED"
    assert certificate_tags(application, arn) == {
        "team": "web",
        "cloudfront-extensions:job": case.job_id,
        "cloudfront-extensions:item": "shop",
        "cloudfront-extensions:deployment": application.outputs["JobsTable"],
    }
    item = application.item(case.job_id, "shop")
    assert (item.domain_name, item.names) == (names[0], names)
    assert (item.certificate.status, item.certificate.arn, item.certificate.adopted) == ("ISSUED", arn, False)
    known = application.waits.known(arn)
    assert known is not None
    assert (known.owner, known.names, known.issued) == (item.key, names, True)
    assert not is_staged(application, reference)


def test_every_version_of_a_staged_object_is_destroyed_and_nothing_else(application: Application, case: Case) -> None:
    # GIVEN an object with an earlier version, a delete marker, and another one whose key begins like it
    key = f"key-bundles/{case.job_id}.pem"
    stage_object(application, bundle(case.host("wrong")).text, key)
    application.client("s3").delete_object(Bucket=application.bucket, Key=key)
    reference = stage_object(application, bundle(case.host("shop")).text, key)
    other = stage_object(application, bundle(case.host("other")).text, f"{key}.old")
    # WHEN the version named is imported
    ended = application.run("certificate_import", import_request(case, reference))
    # THEN that one was, and nothing is left of the object
    assert ended["output"]["names"] == [case.host("shop")]
    assert [version["Key"] for version in versions_of(application, key)] == [other["key"]]


def test_a_certificate_that_is_imported_again_keeps_its_arn_and_no_distribution_changes(
    application: Application, case: Case
) -> None:
    # GIVEN a distribution with an imported certificate
    first = bundle(case.host("shop"))
    arn = imported(application, case, first, tags={"team": "web"})["certificateArn"]
    made = distribution_with(application, case.host("shop"), arn)
    # WHEN its successor is imported into it
    renewed = first.renewed()
    answer = imported(application, case, renewed, itemId="renewal", certificateArn=arn)
    # THEN it is the same certificate with another content, and the distribution is as it was
    assert (answer["certificateArn"], answer["outcome"]) == (arn, "reimported")
    assert application.client("acm").get_certificate(CertificateArn=arn)["Certificate"].encode() == (
        renewed.certificate_pem
    )
    assert certificate_tags(application, arn)["cloudfront-extensions:item"] == "shop"
    after = application.client("cloudfront").get_distribution(Id=made["Distribution"]["Id"])
    assert after["ETag"] == made["ETag"]
    stage = application.item(case.job_id, "renewal").certificate
    assert (stage.status, stage.arn, stage.adopted) == ("ISSUED", arn, True)


def test_what_a_certificate_holds_already_is_not_imported_again(application: Application, case: Case) -> None:
    first = bundle(case.host("shop"))
    arn = imported(application, case, first)["certificateArn"]
    before = imports(application)
    answer = imported(application, case, first, itemId="renewal", certificateArn=arn)

    assert (answer["certificateArn"], answer["outcome"]) == (arn, "reimported")
    assert imports(application) == before


@pytest.mark.parametrize("how", ["by another item", "by hand"])
def test_a_certificate_that_is_in_acm_already_is_adopted(application: Application, case: Case, how: str) -> None:
    same = bundle(case.host("shop"))
    if how == "by hand":
        arn = imported_by_hand(application, same)
        forget_listing(application)
    else:
        arn = imported(application, case, same, itemId="first")["certificateArn"]
    tags = certificate_tags(application, arn)
    reference = stage_secret(application, same.text)
    ended = application.run("certificate_import", import_request(case, reference, tags={"team": "web"}))

    assert (ended["output"]["certificateArn"], ended["output"]["outcome"]) == (arn, "adopted")
    assert certificates_for(application, case.host("shop")) == [arn]
    assert certificate_tags(application, arn) == tags
    assert application.item(case.job_id, "shop").certificate.adopted
    assert not is_staged(application, reference)


def forget_listing(application: Application) -> None:
    """A function that starts anew lists the certificates of the account anew."""
    with application.environment("ImportCertificate", ANOTHER_START="1"):
        pass


def test_a_certificate_that_was_deleted_is_imported_again(application: Application, case: Case) -> None:
    same = bundle(case.host("shop"))
    first = imported(application, case, same, itemId="first")["certificateArn"]
    application.client("acm").delete_certificate(CertificateArn=first)
    answer = imported(application, case, same)

    assert answer["outcome"] == "imported"
    assert certificates_for(application, case.host("shop")) == [answer["certificateArn"]]


def test_an_import_that_is_started_again_answers_the_same_and_destroys_what_is_staged_again(
    application: Application, case: Case
) -> None:
    key = f"key-bundles/{case.job_id}.pem"
    reference = stage_object(application, bundle(case.host("shop")).text, key)
    first = application.run("certificate_import", import_request(case, reference))
    before = imports(application)
    stage_object(application, b"put there once more", key)
    again = application.run("certificate_import", import_request(case, reference))

    assert again["output"] == first["output"]
    assert imports(application) == before
    assert not is_staged(application, reference)


def test_aliases_wanted_may_be_fewer_than_the_names_of_the_certificate(application: Application, case: Case) -> None:
    answer = imported(
        application, case, bundle(f"*.{case.domain}", case.domain), aliases=[case.host("shop"), case.domain]
    )

    assert answer["names"] == [f"*.{case.domain}", case.domain]
    assert application.item(case.job_id, "shop").names == (case.host("shop"), case.domain)


def test_the_event_of_an_import_is_passed_over(application: Application, case: Case) -> None:
    def events() -> int:
        return application.instance.calls.read_text().count(f'"{application.function("ResumeCertificate")}"')

    taken = events()
    imported(application, case, bundle(case.host("shop")))
    before = application.item(case.job_id, "shop")
    eventually(lambda: events() > taken)
    assert application.item(case.job_id, "shop") == before


def test_two_items_with_one_certificate_at_the_same_time_share_it(application: Application, case: Case) -> None:
    # GIVEN an item that has begun to import, and another with the same certificate that waits for it
    same = bundle(case.host("shop"))
    claim = claimed_by(application, case, same, "first")
    second = application.start(
        "certificate_import", import_request(case, stage_secret(application, same.text), itemId="second")
    )
    eventually(lambda: retried(application, second, "CertificateBeingImported"))
    # WHEN the first has done it
    arn = imported_by_hand(application, same)
    claim["arn"] = {"S": arn}
    application.client("dynamodb").put_item(TableName=application.outputs["JobsTable"], Item=claim)
    # THEN the second has the same
    ended = application.wait(second)
    assert (ended["output"]["certificateArn"], ended["output"]["outcome"]) == (arn, "adopted")


def test_further_starts_for_an_item_end_with_its_one_certificate(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    executions = [application.start("certificate_import", import_request(case, reference)) for _ in range(3)]
    arns = {application.wait(execution)["output"]["certificateArn"] for execution in executions}

    assert certificates_for(application, case.host("shop")) == list(arns)
    stage = application.item(case.job_id, "shop").certificate
    assert (stage.status, stage.arn, stage.adopted) == ("ISSUED", *arns, False)


def test_a_bundle_that_another_start_destroys_before_it_is_read_is_no_failure(
    application: Application, case: Case
) -> None:
    # GIVEN an import that has found its staged object and is slow to read it
    request = import_request(
        case, stage_object(application, bundle(case.host("shop")).text, f"key-bundles/{case.job_id}.pem")
    )
    slow = Fault(
        "slow", operation="GetObject", caller="*/ImportCertificate", containing=case.job_id, times=1, seconds=8
    )
    with faults(application.instance, slow) as injected:
        first = application.start("certificate_import", request)
        eventually(lambda: injected.struck() == [1])
        # WHEN another start imports it, and destroys what is staged
        second = application.run("certificate_import", request)
        assert not is_staged(application, request["keyBundle"])
        # THEN the first tells the same
        assert application.wait(first)["output"] == second["output"]


def test_a_try_that_died_is_taken_over(application: Application, case: Case) -> None:
    same = bundle(case.host("shop"))
    claimed_by(application, case, same, "first", claimed_at=0)
    answer = imported(application, case, same)

    assert answer["outcome"] == "imported"
    assert len(certificates_for(application, case.host("shop"))) == 1


def claimed_by(
    application: Application, case: Case, same: Bundle, item_id: str, claimed_at: int = 10**14
) -> dict[str, Any]:
    """The record of an item that is importing a bundle since then: milliseconds of the epoch, by default long from now."""
    from cryptography.hazmat.primitives.hashes import SHA256

    claim = {
        "pk": {"S": f"bundle#{same.leaf.fingerprint(SHA256()).hex()}"},
        "sk": {"S": "certificate"},
        "job_id": {"S": case.job_id},
        "item_id": {"S": item_id},
        "claimed_at": {"N": str(claimed_at)},
    }
    application.client("dynamodb").put_item(TableName=application.outputs["JobsTable"], Item=claim)
    return claim


def retried(application: Application, execution_arn: str, error: str) -> bool:
    own = (line for line in application.instance.states.read_text().splitlines() if execution_arn in line)
    return any(error in line for line in own)
