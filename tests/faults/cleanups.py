"""The job that cleanups are tried on, and the account around it: one domain with a wildcard, in a hosted zone of ours.

One item alone, so that nothing of a stopped job is at work any more when the cleanup begins but what the stop caught at work,
for which is waited.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from localaws.faults import Fault, faults
from tests.faults.bad_days import Faults
from tests.faults.kill_points import Scene
from tests.faults.launch import PATIENCE, wait_for_quiet
from tests.workflows.account import ALL_KEY_TYPES, add_record, hosted_zone, plain_config
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case


@dataclass(frozen=True, slots=True)
class Cleanup(Scene):
    application: Application
    case: Case
    zone_id: str
    before: list[str] = field(default_factory=list)
    """The account before the job."""

    @classmethod
    def of(cls, application: Application, case: Case) -> Cleanup:
        zone_id = hosted_zone(application, case.domain)
        add_record(application, zone_id, case.host("mail"), "A", "192.0.2.1")
        scene = cls(application, case, zone_id)
        scene.before.extend(scene.account())
        return scene

    @property
    def job(self) -> Json:
        return {
            "requestToken": self.case.job_id,
            "domains": [
                {"domainName": self.case.host("shop"), "subjectAlternativeNames": [self.case.host("*.shop")]},
            ],
            "distribution": {"source": {"config": plain_config(CallerReference="source")}, "dns": {"mode": "auto"}},
        }

    @classmethod
    def of_a_done_job(cls, application: Application, case: Case) -> Cleanup:
        scene = cls.of(application, case)
        scene.make()
        return scene

    def make(self) -> None:
        """The job is done, and nothing went wrong."""
        ended = self.application.wait(self.application.start("domain_onboarding", self.job), PATIENCE)
        assert ended["status"] == "SUCCEEDED", ended
        assert self.account() != self.before

    def make_until(self, death: Fault) -> None:
        """The job is stopped where one of its functions dies."""
        with faults(self.application.instance, death) as injected:
            execution = self.application.start("domain_onboarding", self.job)
            eventually(lambda: injected.struck() == [1])
            self.stop(execution)

    def start(self) -> str:
        return self.application.start("job_cleanup", {"jobId": self.case.job_id})

    def finish(self, execution: str) -> Json:
        return self.application.wait(execution, PATIENCE)

    def stop(self, execution: str) -> None:
        """Stop an execution, and wait until functions that it has started have ended: nothing is called any more."""
        self.application.stop(execution)
        self.finish(execution)
        wait_for_quiet(self.application)

    def assert_over(self, ended: Json) -> None:
        assert ended["status"] == "SUCCEEDED", ended
        assert self.account() == self.before

    def account(self) -> list[str]:
        """Certificates and distributions of the case's names, and the whole of its zone."""
        acm, cloudfront = self.application.client("acm"), self.application.client("cloudfront")
        certificates = acm.get_paginator("list_certificates").paginate(Includes={"keyTypes": ALL_KEY_TYPES})
        distributions = cloudfront.get_paginator("list_distributions").paginate()
        zone = self.application.client("route53").get_paginator("list_resource_record_sets")
        return [
            *(
                one["CertificateArn"]
                for page in certificates
                for one in page["CertificateSummaryList"]
                if one["DomainName"].endswith(self.case.domain)
            ),
            *(
                one["Id"]
                for page in distributions
                for one in page["DistributionList"].get("Items", [])
                if any(alias.endswith(self.case.domain) for alias in one["Aliases"].get("Items", []))
            ),
            *(str(one) for page in zone.paginate(HostedZoneId=self.zone_id) for one in page["ResourceRecordSets"]),
        ]


@dataclass(frozen=True, slots=True)
class CleanedUp:
    """The cleanup gets through a bad day by itself."""

    name: str
    faults: Faults

    def __str__(self) -> str:
        return self.name

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of_a_done_job(application, case)
        with faults(application.instance, *self.faults(application)) as injected:
            ended = scene.run()
        assert all(injected.struck()), injected.struck()
        scene.assert_over(ended)


@dataclass(frozen=True, slots=True)
class CleanedUpByItsJob:
    """A job fails on a bad day, and takes back by itself what it made."""

    name: str
    faults: Faults

    def __str__(self) -> str:
        return self.name

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of(application, case)
        with faults(application.instance, *self.faults(application)) as injected:
            started = application.start("domain_onboarding", {**scene.job, "onFailure": "cleanup"})
            ended = application.wait(started, PATIENCE)
        assert all(injected.struck()), injected.struck()
        assert ended["error"] == "ItemsFailed", ended
        assert scene.account() == scene.before


@dataclass(frozen=True, slots=True)
class CleanedUpAnotherDay:
    """The cleanup ends with an error that says what to do, or may; started again on a better day, it goes on to the end."""

    name: str
    faults: Faults
    errors: Sequence[str] = ()
    """None of them: the cleanup may get through or not."""

    def __str__(self) -> str:
        return self.name

    def play(self, application: Application, case: Case) -> None:
        scene = Cleanup.of_a_done_job(application, case)
        with faults(application.instance, *self.faults(application), seed=11) as injected:
            ended = scene.run()
        assert all(injected.struck()), injected.struck()
        assert not self.errors or ended.get("error") in self.errors, ended
        scene.assert_over(scene.run())
