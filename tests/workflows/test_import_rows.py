"""Rows of a batch that bring their certificate: staged bundles become certificates and live distributions."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pytest

from cloudfront_extensions.certificates.key_bundle_reference import parse_key_bundle
from localaws.faults import Fault, faults
from tests.bundles import Bundle, bundle
from tests.integration.localaws.edge import quota
from tests.workflows.account import (
    certificate,
    certificates_for,
    distribution,
    distributions_of,
    hosted_zone,
    issued_certificate,
    plain_config,
    records_in,
)
from tests.workflows.application import Application, Json, eventually
from tests.workflows.batches import (
    assert_each_made_once,
    csv_text,
    from_file,
    nothing_made,
    onboarding,
    outcomes,
    report,
    row,
)
from tests.workflows.cases import Case
from tests.workflows.staging import is_staged, stage_object, stage_secret

LARGEST_STATE = 8 * 1024


def as_text(reference: Json) -> str:
    """A reference as a column of a CSV has it."""
    return str(parse_key_bundle(reference))


def imported_by_hand(application: Application, staged: Bundle) -> str:
    answer = application.client("acm").import_certificate(
        Certificate=staged.certificate_pem, PrivateKey=staged.key_pem, CertificateChain=staged.chain_pem
    )
    return str(answer["CertificateArn"])


def aliases(application: Application, job_id: str) -> dict[str, set[str]]:
    """Item → aliases of its live distribution."""
    return {
        item.item_id: set(
            distribution(application, str(item.distribution.id))["DistributionConfig"]["Aliases"]["Items"]
        )
        for item in application.items(job_id)
    }


def test_a_csv_of_rows_that_are_requested_and_rows_that_are_imported(application: Application, case: Case) -> None:
    # GIVEN one row as ever, one whose certificate says its names, and one that wants some names of a wildcard
    zone = hosted_zone(application, case.domain)
    ours, theirs, wanted = case.host("ours"), case.host("theirs"), case.host("shop")
    secret = stage_secret(application, bundle(theirs, f"www.{theirs}").text)
    staged_object = stage_object(application, bundle(case.host("*")).text)
    content = csv_text(
        {"domainName": ours, "keyBundle": "", "comment": ""},
        {"domainName": "", "keyBundle": as_text(secret), "comment": "Theirs"},
        {"domainName": wanted, "keyBundle": as_text(staged_object), "comment": ""},
    )
    source = onboarding(case)["distribution"]["source"]
    template = {"source": source, "dns": {"mode": "auto"}}
    request = from_file(
        application, case, content, distribution=template, tags={"team": "web"}, aggregateWildcards=True
    )
    # WHEN the job runs
    execution = application.start("domain_onboarding", request)
    ended = application.wait(execution)
    # THEN every row is live under its names, by a certificate of its own
    assert ended["status"] == "SUCCEEDED", ended
    assert ended["output"]["totals"]["done"] == 3
    assert aliases(application, case.job_id) == {
        "row-00002": {ours},
        "row-00003": {theirs, f"www.{theirs}"},
        "row-00004": {wanted},
    }
    items = application.items(case.job_id)
    kinds = [certificate(application, str(item.certificate.arn))["Type"] for item in items]
    assert kinds == ["AMAZON_ISSUED", "IMPORTED", "IMPORTED"]
    assert outcomes(application, case.job_id) == {ours: "done", theirs: "done", wanted: "done"}
    (theirs_live,) = distributions_of(application, theirs)
    assert theirs_live["Comment"] == "Theirs"
    assert set(records_in(application, zone, "A")) == {ours, theirs, f"www.{theirs}", wanted}
    # AND nothing is left of what was staged, and what the execution carried stayed small
    assert not is_staged(application, secret)
    assert not is_staged(application, staged_object)
    assert 0 < application.largest_state(execution) < LARGEST_STATE


@pytest.mark.parametrize("is_inline", [True, False])
def test_references_may_be_objects_in_json(application: Application, case: Case, is_inline: bool) -> None:
    rows: list[Mapping[str, object]] = [
        {"keyBundle": stage_secret(application, bundle(case.host("shop")).text)},
        {"keyBundle": stage_object(application, bundle(case.host("blog")).text), "domainName": case.host("blog")},
    ]
    file = from_file(application, case, json.dumps(rows), format="json")
    request = onboarding(case, *rows) if is_inline else file
    ended = application.run("domain_onboarding", request)

    assert ended["status"] == "SUCCEEDED", ended
    assert list(aliases(application, case.job_id).values()) == [{case.host("shop")}, {case.host("blog")}]
    # AND imports alone have nothing to announce
    assert application.keys(f"jobs/{case.job_id}/validation-records") == set()
    # AND another start finds all done
    again = application.run("domain_onboarding", request)
    assert again["output"]["totals"] == ended["output"]["totals"]
    assert len(certificates_for(application, case.host("shop"))) == 1


def test_a_bad_bundle_fails_its_row_alone_and_a_corrected_one_takes_its_place(
    application: Application, case: Case
) -> None:
    # GIVEN a good bundle, one without its chain, and one that does not cover what is wanted
    chainless = bundle(case.host("blog"))
    staged = {
        "shop": stage_secret(application, bundle(case.host("shop")).text),
        "blog": stage_secret(application, chainless.certificate_pem + chainless.key_pem),
        "news": stage_object(application, bundle(case.host("news")).text),
    }

    def content(references: Mapping[str, Json], news: str) -> str:
        wanted = {"shop": "", "blog": "", "news": news}
        rows = ({"domainName": name, "keyBundle": as_text(references[which])} for which, name in wanted.items())
        return csv_text(*rows)

    request = from_file(application, case, content(staged, news=case.host("www")))
    failed = application.run("domain_onboarding", request)
    assert (failed["status"], failed["error"]) == ("FAILED", "ItemsFailed")
    shop, blog, news = report(application, case.job_id)["items"]
    assert (shop["outcome"], shop["domainName"]) == ("done", case.host("shop"))
    assert (blog["outcome"], blog["error"]) == ("failed", "ChainMissing")
    assert blog["domainName"] == staged["blog"]["secretId"].rpartition("/")[2]
    assert "Stage the intermediate certificates" in blog["nextAction"]
    assert (news["outcome"], news["error"]) == ("failed", "CertificateDoesNotCoverAlias")
    assert {which: is_staged(application, reference) for which, reference in staged.items()} == {
        "shop": False,
        "blog": False,
        "news": True,
    }
    # WHEN it is started again as it is, THEN the reasons stay the true ones
    application.run("domain_onboarding", request)
    assert [entry["error"] for entry in report(application, case.job_id)["items"]] == [
        None,
        "ChainMissing",
        "CertificateDoesNotCoverAlias",
    ]
    # WHEN the file is corrected, THEN the same token makes what is left
    corrected = {**staged, "blog": stage_secret(application, chainless.text)}
    application.put(request["source"]["key"], content(corrected, news=case.host("news")))
    ended = application.run("domain_onboarding", request)
    assert ended["output"]["totals"]["done"] == 3
    assert [len(certificates_for(application, case.host(which))) for which in staged] == [1, 1, 1]
    assert not any(is_staged(application, reference) for reference in corrected.values())


def test_a_batch_renews_certificates_and_touches_no_distribution(application: Application, case: Case) -> None:
    # GIVEN two imported certificates, one of them serving a distribution
    before = {label: bundle(case.host(label), days=20) for label in ("shop", "blog")}
    arns = {label: imported_by_hand(application, staged) for label, staged in before.items()}
    config = plain_config(case.host("shop"), certificate_arn=arns["shop"])
    live = application.client("cloudfront").create_distribution(DistributionConfig=config)
    content = csv_text(
        *(
            {"keyBundle": as_text(stage_secret(application, staged.renewed().text)), "certificateArn": arns[label]}
            for label, staged in before.items()
        )
    )
    # WHEN their successors are imported into them, and nothing else is wanted
    request = from_file(application, case, content, distribution=None, tags={"team": "web"})
    ended = application.run("domain_onboarding", request)
    # THEN the ARNs are the same with a later end, and the distribution is what it was
    assert ended["output"]["totals"]["certificatesIssued"] == 2
    for label, staged in before.items():
        assert certificates_for(application, case.host(label)) == [arns[label]]
        assert certificate(application, arns[label])["NotAfter"] > staged.leaf.not_valid_after_utc
    found = application.client("cloudfront").get_distribution(Id=live["Distribution"]["Id"])
    assert found["ETag"] == live["ETag"]
    assert [item.certificate.adopted for item in application.items(case.job_id)] == [True, True]


def test_a_dry_run_shows_what_would_be_imported_and_leaves_it_staged(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    rows = [{"keyBundle": reference}, {"keyBundle": as_text(reference)}, row(case, "blog", keyBundle="prod/password")]
    with nothing_made(application):
        ended = application.run("domain_onboarding", onboarding(case, *rows, dryRun=True))

    assert (ended["output"]["preflight"]["imports"], ended["output"]["wouldStart"]) == (1, False)
    found = application.document(ended["output"]["preflight"]["reportKey"])
    assert [(one["itemId"], one["keyBundle"], one["names"]) for one in found["imports"]] == [
        ("row-00001", reference, None)
    ]
    assert [(fault["line"], fault["column"], fault["code"]) for fault in found["faults"]] == [
        (2, "keyBundle", "InvalidRow"),
        (3, "keyBundle", "KeyBundleNotStaged"),
    ]
    assert is_staged(application, reference)


def test_only_an_imported_certificate_of_the_account_can_be_renewed(application: Application, case: Case) -> None:
    issued = issued_certificate(application, case.host("shop"))
    reference = stage_secret(application, bundle(case.host("shop")).text)
    request = onboarding(case, {"keyBundle": reference, "certificateArn": issued}, distribution=None)
    with nothing_made(application):
        ended = application.run("domain_onboarding", request)

    assert (ended["status"], ended["error"]) == ("FAILED", "BatchRefused")
    (fault,) = application.document(f"jobs/{case.job_id}/preflight.json")["faults"]
    assert (fault["code"], fault["column"]) == ("CertificateNotReplaceable", "certificateArn")
    assert is_staged(application, reference)


def test_a_quota_of_imports_that_would_be_exceeded_refuses_the_batch(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    with quota(application.instance, "acm", 0, quotaName="Imported certificates"), nothing_made(application):
        ended = application.run("domain_onboarding", onboarding(case, {"keyBundle": reference}))

    assert (ended["status"], ended["error"]) == ("FAILED", "BatchRefused")
    assert "quota 'Imported certificates' would be exceeded" in ended["cause"]


def test_an_import_whose_start_is_throttled_is_started_again(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    start = Fault(
        "throttle",
        service="states",
        operation="StartExecution",
        caller="*/DomainOnboarding",
        containing="-import-",
        times=1,
    )
    with faults(application.instance, start):
        ended = application.run("domain_onboarding", onboarding(case, {"keyBundle": reference}, distribution=None))

    assert ended["output"]["totals"]["done"] == 1
    assert len(certificates_for(application, case.host("shop"))) == 1


def test_an_alias_in_use_that_only_the_certificate_knew_fails_its_distribution_alone(
    application: Application, case: Case
) -> None:
    taken = case.host("shop")
    config = plain_config(taken, certificate_arn=issued_certificate(application, taken))
    owner = application.client("cloudfront").create_distribution(DistributionConfig=config)["Distribution"]["Id"]
    rows = [{"keyBundle": stage_secret(application, bundle(case.host(label)).text)} for label in ("shop", "blog")]
    ended = application.run("domain_onboarding", onboarding(case, *rows))

    assert ended["error"] == "ItemsFailed"
    shop, blog = report(application, case.job_id)["items"]
    assert (shop["error"], shop["certificate"]["status"], blog["outcome"]) == ("AliasInUse", "ISSUED", "done")
    assert owner in shop["reason"]


def test_a_job_that_is_stopped_while_it_imports_goes_on_and_imports_nothing_twice(
    application: Application, case: Case
) -> None:
    hosts = [case.host(f"shop-{number}") for number in range(3)]
    references = [stage_secret(application, bundle(host).text) for host in hosts]
    request = onboarding(case, *({"keyBundle": reference} for reference in references))
    # GIVEN a job that somebody stops in the middle
    with faults(application.instance, Fault("slow", operation="ImportCertificate", seconds=2)):
        stopped = application.start("domain_onboarding", request)
        eventually(lambda: any(item.certificate.status == "REQUESTED" for item in application.items(case.job_id)))
        application.stop(stopped)
        assert application.wait(stopped)["status"] == "ABORTED"
    # WHEN it is started again
    ended = application.run("domain_onboarding", request)
    # THEN all is done, once
    assert ended["output"]["totals"]["done"] == 3, ended
    assert_each_made_once(application, hosts)
    assert not any(is_staged(application, reference) for reference in references)


def test_a_key_that_is_pasted_into_a_file_is_in_no_report(application: Application, case: Case) -> None:
    staged = bundle(case.host("shop"))
    content = csv_text(
        {"domainName": case.host("blog"), "keyBundle": ""}, {"domainName": "", "keyBundle": staged.text.decode()}
    )
    with nothing_made(application):
        ended = application.run("domain_onboarding", from_file(application, case, content))

    assert (ended["status"], ended["error"]) == ("FAILED", "BatchRefused")
    (fault,) = application.document(f"jobs/{case.job_id}/preflight.json")["faults"]
    assert (fault["line"], fault["column"], fault["code"]) == (3, "keyBundle", "KeyExposed")
    assert "Treat the key as exposed" in fault["nextAction"]
    assert_not_kept(application, case, staged)


def test_a_key_that_is_pasted_into_the_input_is_refused_and_not_kept(application: Application, case: Case) -> None:
    staged = bundle(case.host("shop"))
    ended = application.run("domain_onboarding", onboarding(case, {"keyBundle": staged.text.decode()}))

    assert (ended["status"], ended["error"]) == ("FAILED", "KeyExposed")
    assert "treat it as exposed" in ended["cause"]
    assert application.store.job(case.job_id) is None
    assert_not_kept(application, case, staged)
    assert not any(line in ended["cause"] for line in staged.key_pem.decode().splitlines()[1:-1])


def assert_not_kept(application: Application, case: Case, staged: Bundle) -> None:
    """No file of the job has a line of the key, and no item."""
    lines = staged.key_pem.decode().splitlines()[1:-1]
    for key in application.keys(f"jobs/{case.job_id}/"):
        assert not any(line in application.text(key) for line in lines), key
    assert not any(line in repr(application.items(case.job_id)) for line in lines)
