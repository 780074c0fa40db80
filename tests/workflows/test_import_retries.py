"""`certificate_import` on bad days: what passes is tried again, what does not is said, and nothing is imported twice."""

from __future__ import annotations

from localaws.faults import Fault, faults
from tests.bundles import bundle
from tests.workflows.account import certificates_for
from tests.workflows.application import Application
from tests.workflows.cases import Case
from tests.workflows.staging import is_staged, stage_secret
from tests.workflows.test_certificate_import import import_request

TASKS = ("PrepareImport", "ImportCertificate")


def invocation(application: Application, function: str, **fault: object) -> Fault:
    """A fault of the invocations of one function."""
    return Fault(service="lambda", operation="Invoke", containing=application.function(function), **fault)  # type: ignore[arg-type]


def throttled_then_unavailable(application: Application, function: str) -> list[Fault]:
    return [
        invocation(application, function, kind="throttle", nth=1),
        invocation(application, function, kind="error", code="ServiceException", nth=2),
    ]


def test_each_task_is_tried_again_when_it_can_not_be_called(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    bad_day = [fault for function in TASKS for fault in throttled_then_unavailable(application, function)]
    with faults(application.instance, *bad_day) as injected:
        ended = application.run("certificate_import", import_request(case, reference))

    assert injected.struck() == [1, 1, 1, 1]
    assert ended["output"]["outcome"] == "imported"


def test_an_import_that_acm_throttles_is_tried_again_and_made_once(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    with faults(application.instance, Fault("throttle", operation="ImportCertificate", times=2)) as injected:
        ended = application.run("certificate_import", import_request(case, reference))

    assert injected.struck() == [2]
    assert ended["output"]["outcome"] == "imported"
    assert len(certificates_for(application, case.host("shop"))) == 1
    assert not is_staged(application, reference)


def test_a_lost_answer_of_acm_makes_no_second_certificate(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    with faults(application.instance, Fault("lost-after", operation="ImportCertificate", times=1)) as injected:
        ended = application.run("certificate_import", import_request(case, reference))

    assert injected.struck() == [1]
    assert ended["output"]["outcome"] == "imported"
    assert len(certificates_for(application, case.host("shop"))) == 1


def test_a_failure_is_recorded_in_the_end(application: Application, case: Case) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    request = import_request(case, reference, aliases=[case.host("other")])
    with faults(application.instance, *throttled_then_unavailable(application, "RecordFailure")) as injected:
        ended = application.run("certificate_import", request)

    assert injected.struck() == [1, 1]
    assert ended["error"] == "CertificateDoesNotCoverAlias"
    assert application.item(case.job_id, "shop").certificate.error == "CertificateDoesNotCoverAlias"


def test_a_failure_that_can_not_be_recorded_still_ends_the_execution_by_its_name(
    application: Application, case: Case
) -> None:
    reference = stage_secret(application, bundle(case.host("shop")).text)
    request = import_request(case, reference, aliases=[case.host("other")])
    with application.environment("RecordFailure", JOBS_TABLE="no-such-table"):
        ended = application.run("certificate_import", request)

    assert (ended["status"], ended["error"]) == ("FAILED", "CertificateDoesNotCoverAlias")
