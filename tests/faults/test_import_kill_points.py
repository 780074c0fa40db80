"""A function that dies after any effect of an import loses nothing, imports nothing twice, and leaves nothing staged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import pytest

from cloudfront_extensions.aws.turns import LONG_QUEUE, SHORT_QUEUE
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.bundles import bundle
from tests.faults.kill_points import CHANGES, Effect, KillPoint
from tests.faults.launch import wait_for_quiet
from tests.faults.playing import Played
from tests.faults.test_kill_points import death
from tests.workflows.account import certificate_tags, certificates_for
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.staging import is_staged, stage_object, stage_secret

FUNCTIONS = ("PrepareImport", "ImportCertificate")
EFFECTS = (
    Effect("PrepareImport", "PutItem", 1),
    Effect("PrepareImport", "UpdateItem", 3),
    Effect("ImportCertificate", "PutItem", 3),
    Effect("ImportCertificate", "ImportCertificate", 1),
    Effect("ImportCertificate", "UpdateItem", 5),
    Effect("ImportCertificate", "DeleteObject", 2),
)
"""What the two functions do for a bundle that is staged as an object with an earlier version, while nobody queues: the first
that asks for a turn is refused in the first of two updates for it."""
OF_A_SECRET = Effect("ImportCertificate", "DeleteSecret", 1)
"""What the import task does in the place of DeleteObject for a bundle that is staged as a secret."""
PATIENCE = 120


@dataclass(frozen=True, slots=True)
class Import:
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

    def finish(self, execution_arn: str) -> Json:
        return self.application.wait(execution_arn, PATIENCE)

    def assert_done(self, ended: Json) -> None:
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


@dataclass(frozen=True, slots=True)
class Retried:
    """The function dies once; the state machine's own retry goes on."""

    point: KillPoint

    def __str__(self) -> str:
        return f"{self.point}-retried"

    def play(self, application: Application, case: Case) -> None:
        one = Import.of(application, case, as_secret=self.point.effect == OF_A_SECRET)
        with short_claims(application), faults(application.instance, death(self.point)) as injected:
            ended = one.finish(one.start())
        assert injected.struck() == [1], ended
        one.assert_done(ended)


@dataclass(frozen=True, slots=True)
class StartedAgain:
    """The function dies, the execution is stopped then and there, and the import is started again."""

    point: KillPoint

    def __str__(self) -> str:
        return f"{self.point}-started-again"

    def play(self, application: Application, case: Case) -> None:
        one = Import.of(application, case, as_secret=self.point.effect == OF_A_SECRET)
        with short_claims(application):
            with faults(application.instance, death(self.point)) as injected:
                execution = one.start()
                eventually(lambda: injected.struck() == [1])
                application.stop(execution)
                one.finish(execution)
            one.assert_done(one.finish(one.start()))
            wait_for_quiet(application)


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
            ended = one.finish(one.start())
        assert injected.struck() == [1, 3]
        one.assert_done(ended)


@dataclass(frozen=True, slots=True)
class Undisturbed:
    """Nothing goes wrong: what the functions do is what the kill points are made of."""

    def __str__(self) -> str:
        return "undisturbed"

    def play(self, application: Application, case: Case) -> None:
        one = Import.of(application, case)
        before = len(lines(application.instance.calls))
        one.assert_done(one.finish(one.start()))
        functions = {application.function(name): name for name in FUNCTIONS}
        changes = set().union(*CHANGES.values(), {"ImportCertificate", "DeleteObject", "DeleteSecret"})
        made = Counter(
            (functions[caller], call["operation"])
            for call in lines(application.instance.calls)[before:]
            if (caller := call["caller"].rpartition("/")[2]) in functions and call["operation"] in changes
        )
        assert {Effect(*key, times) for key, times in made.items()} == set(EFFECTS)


POINTS = [KillPoint(effect, nth) for effect in (*EFFECTS, OF_A_SECRET) for nth in range(1, effect.times + 1)]
SCENARIOS = [Undisturbed(), Unseen(), *(mode(point) for point in POINTS for mode in (Retried, StartedAgain))]


@pytest.mark.parametrize("scenario", SCENARIOS, ids=str)
def test_an_import_survives(scenario: object, played: Played) -> None:
    played(scenario)  # type: ignore[arg-type]
