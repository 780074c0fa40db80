"""A function that dies after any effect of an import loses nothing, imports nothing twice, and leaves nothing staged."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass

import pytest

from cloudfront_extensions.aws.turns import LONG_QUEUE, SHORT_QUEUE
from localaws.faults import Fault, faults
from tests.bundles import bundle
from tests.faults.kill_points import KillPoint, Retried, Scene, StartedAgain, Undisturbed, kill_points
from tests.faults.launch import wait_for_quiet
from tests.faults.playing import Played, Scenario
from tests.workflows.account import certificate_tags, certificates_for
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case
from tests.workflows.staging import is_staged, stage_object, stage_secret

FUNCTIONS = ("PrepareImport", "ImportCertificate")
EFFECTS = {
    ("PrepareImport", "PutItem"): 1,
    ("PrepareImport", "UpdateItem"): 3,
    ("ImportCertificate", "PutItem"): 3,
    ("ImportCertificate", "ImportCertificate"): 1,
    ("ImportCertificate", "UpdateItem"): 5,
    ("ImportCertificate", "DeleteObject"): 2,
}
"""What the two functions do for a bundle that is staged as an object with an earlier version, while nobody queues: the first
that asks for a turn is refused in the first of two updates for it."""
OF_A_SECRET = KillPoint("ImportCertificate", "DeleteSecret")
"""What the import task does in the place of DeleteObject for a bundle that is staged as a secret."""
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Import(Scene):
    """One bundle, and what must be true of it in the end."""

    application: Application
    case: Case
    request: Json

    @classmethod
    def of(cls, application: Application, case: Case, *, as_secret: bool = False) -> Import:
        text, key = bundle(case.host("shop")).text, f"key-bundles/{case.job_id}.pem"
        if as_secret:
            reference = stage_secret(application, text)
        else:
            stage_object(application, b"an earlier version", key)
            reference = stage_object(application, text, key)
        take_turns_at_once(application)
        return cls(application, case, {"jobId": case.job_id, "itemId": "shop", "keyBundle": reference})

    def start(self) -> str:
        return self.application.start("certificate_import", self.request)

    def finish(self, execution: str) -> Json:
        return self.application.wait(execution, PATIENCE)

    def assert_over(self, ended: Json) -> None:
        assert ended["status"] == "SUCCEEDED", ended
        host = self.case.host("shop")
        assert ended["output"]["outcome"] == "imported"
        assert certificates_for(self.application, host) == [ended["output"]["certificateArn"]]
        assert certificate_tags(self.application, ended["output"]["certificateArn"]) == {
            "cloudfront-extensions:job": self.case.job_id,
            "cloudfront-extensions:item": "shop",
            "cloudfront-extensions:deployment": self.application.outputs["JobsTable"],
        }
        item = self.application.item(self.case.job_id, "shop")
        assert (item.certificate.status, item.certificate.adopted, item.names) == ("ISSUED", False, (host,))
        assert not is_staged(self.application, self.request["keyBundle"])


def take_turns_at_once(application: Application) -> None:
    """Queues that earlier scenarios have left are gone."""
    for queue in (LONG_QUEUE, SHORT_QUEUE):
        turns = {"pk": {"S": f"turns#{queue}"}, "sk": {"S": "turns"}, "next_at": {"N": "1"}}
        application.client("dynamodb").put_item(TableName=application.outputs["JobsTable"], Item=turns)


@contextmanager
def short_claims(application: Application, seconds: str = "0.5") -> Iterator[None]:
    """A try is known to be dead after so many seconds of this machine, whose clock functions read."""
    with application.environment("ImportCertificate", IMPORT_CLAIM_SECONDS=seconds):
        yield


@contextmanager
def of_an_object(application: Application, case: Case, *, as_secret: bool = False) -> Iterator[Import]:
    with short_claims(application):
        yield Import.of(application, case, as_secret=as_secret)
        wait_for_quiet(application)


def of_a_secret(application: Application, case: Case) -> AbstractContextManager[Import]:
    return of_an_object(application, case, as_secret=True)


@dataclass(frozen=True, slots=True)
class Unseen:
    """The function dies after the import, and ACM does not list the certificate for a while: shorter than claims last."""

    def __str__(self) -> str:
        return "imported-and-not-yet-listed"

    def play(self, application: Application, case: Case) -> None:
        one = Import.of(application, case)
        bad_day = (
            Fault("kill-after", operation="ImportCertificate", times=1),
            Fault("stale", operation="ListCertificates", times=3),
        )
        with short_claims(application, seconds="60"), faults(application.instance, *bad_day) as injected:
            ended = one.run()
        assert injected.struck() == [1, 3]
        one.assert_over(ended)


SCENARIOS: list[Scenario] = [
    Undisturbed(EFFECTS, Import.of, FUNCTIONS),
    Unseen(),
    *(mode(point, of_an_object) for point in kill_points(EFFECTS) for mode in (Retried, StartedAgain)),
    Retried(OF_A_SECRET, of_a_secret),
    StartedAgain(OF_A_SECRET, of_a_secret),
]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_an_import_survives(scenario: Scenario, played: Played) -> None:
    played(scenario)
