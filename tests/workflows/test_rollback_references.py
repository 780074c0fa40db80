"""What a configuration refers to and is not there any more is found in the plan, before anything is written."""

from __future__ import annotations

from cloudfront_extensions.versions.references import ReferenceKind
from tests.dangling_config import dangling_config
from tests.workflows.application import Application
from tests.workflows.cases import Case
from tests.workflows.rollbacks import Shop, counted_writes, roll_back


def test_everything_that_can_be_missing_is_told_at_once(application: Application, case: Case) -> None:
    shop = Shop.of(application)
    source = {"bucket": application.bucket, "key": application.put(f"sources/{case.job_id}.json", dangling_config())}
    with counted_writes(application) as writes:
        ended = roll_back(application, case, [shop], source=source)

    assert (ended["error"], writes) == ("PlanRefused", [])
    (target,) = application.document(f"rollbacks/{case.job_id}/plan.json")["targets"]
    assert [reason["error"] for reason in target["refusedBecause"]] == ["ReferenceNotFound"] * len(ReferenceKind)
    told = application.text(f"rollbacks/{case.job_id}/plan.txt")
    assert all(f": there is no {kind} " in told for kind in ReferenceKind)
