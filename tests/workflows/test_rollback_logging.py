"""A rollback that turns standard logging v1 on may let CloudFront into the stack's own bucket for it, and into no other."""

from __future__ import annotations

from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.rollbacks import Shop, alarm, failures, outcomes, roll_back, watching

OFF = {"Enabled": False, "IncludeCookies": False, "Bucket": "", "Prefix": ""}


def to(bucket: str) -> Json:
    return {"Enabled": True, "IncludeCookies": False, "Bucket": f"{bucket}.s3.amazonaws.com", "Prefix": ""}


def test_a_version_that_logs_to_the_stack_comes_back_with_its_logs(application: Application, case: Case) -> None:
    own = to(application.outputs["LegacyLogsBucket"])
    shop = Shop.of(application, Logging=own)
    shop.change(Logging=OFF)
    ended = roll_back(application, case, [shop])
    assert (ended["status"], shop.config["Logging"]) == ("SUCCEEDED", own), ended


def test_a_target_that_logs_to_the_stack_does_so_again_when_it_goes_back(application: Application, case: Case) -> None:
    own = to(application.outputs["LegacyLogsBucket"])
    shop = Shop.of(application)
    shop.change(Logging=own)
    with alarm(application, case.job_id) as its:
        execution = watching(application, case, [shop], alarmNames=[its.name])
        assert shop.config["Logging"] == OFF
        its.set("ALARM")
        application.wait(execution)
    assert outcomes(application, case) == {shop.id: "REVERTED"}
    assert shop.config["Logging"] == own


def test_a_version_that_logs_to_another_bucket_is_not_applied_without_leave(
    application: Application, case: Case
) -> None:
    other = "logs-of-somebody-else"
    application.client("s3").create_bucket(Bucket=other)
    shop = Shop.of(application, Logging=to(other))
    shop.change(Logging=OFF)
    ended = roll_back(application, case, [shop])
    assert (ended["error"], failures(application, case)) == ("TargetsNotRolledBack", {shop.id: "AwsRefused"}), ended
    assert shop.config["Logging"] == OFF
