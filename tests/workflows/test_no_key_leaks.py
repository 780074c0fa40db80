"""A private key is seen by who stages it, by the import task and by ACM, whatever goes wrong, and by nobody and nothing else.

The corpus's bundles share one key, which is marked. It goes through every import that succeeds and every one that fails;
afterwards all that could hold a word of it is searched.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from localaws import marks
from localaws.faults import Fault, faults
from tests.bundle_corpus import REFUSED, shop
from tests.bundles import bundle, key_pem, new_key
from tests.workflows.application import Application, Json, eventually
from tests.workflows.batches import onboarding
from tests.workflows.cases import Case, new_case
from tests.workflows.inbox import subscribed
from tests.workflows.leaks import Sinks, marks_of, pattern_of
from tests.workflows.staging import is_staged, stage_object, stage_secret
from tests.workflows.test_bad_key_bundles import staged
from tests.workflows.test_certificate_import import import_request

STAGER = "account"
WHERE_A_KEY_BELONGS = {
    (STAGER, "secretsmanager:CreateSecret", "request"),
    (STAGER, "s3:PutObject", "request"),
    ("ImportCertificate", "secretsmanager:GetSecretValue", "answer"),
    ("ImportCertificate", "s3:GetObject", "answer"),
    ("ImportCertificate", "acm:ImportCertificate", "request"),
}
BAD_DAYS = {
    "killed before the import": Fault("kill-before", operation="ImportCertificate", times=1),
    "killed after the import": Fault("kill-after", operation="ImportCertificate", times=1),
    "no answer to the import": Fault("lost-after", operation="ImportCertificate", times=1),
    "throttled": Fault("throttle", operation="ImportCertificate", times=2),
    "refused": Fault("error", code="ValidationException", operation="ImportCertificate", times=1),
    "killed after reading": Fault("kill-after", operation="GetSecretValue", times=1),
    "not destroyed": Fault("error", code="InternalServiceError", operation="DeleteSecret", nth=1),
}


@dataclass(frozen=True)
class Story:
    """What became of the marked key."""

    sightings: list[marks.Sighting]
    sinks: Sinks
    ended: dict[str, Json]
    """By what was imported, the end of the execution."""


@pytest.fixture(scope="module")
def sinks(application: Application) -> Sinks:
    return Sinks(application, datetime.now(UTC), subscribed(application, "leaks", application.topic))


@pytest.fixture(scope="module")
def story(application: Application, sinks: Sinks) -> Iterator[Story]:
    for name, text in marks_of(shop().key).items():
        marks.mark(application.instance, text, name)
    with application.environment("ImportCertificate", IMPORT_CLAIM_SECONDS="0.5"):
        ended = {**refused(application), **fortunate(application), **unfortunate(application)}
    ended["a job"] = failed_job(application)
    yield Story(marks.sightings(application.instance), sinks, ended)
    marks.forget(application.instance)


def refused(application: Application) -> dict[str, Json]:
    """The ends of the imports of every bad bundle, at the same time."""
    cases = {name: new_case(f"leak {name}") for name in REFUSED}
    started = {
        name: application.start("certificate_import", import_request(case, staged(application, REFUSED[name].text())))
        for name, case in cases.items()
    }
    return {name: application.wait(execution) for name, execution in started.items()}


def fortunate(application: Application) -> dict[str, Json]:
    ended = {}
    for place, stage in {"secret": stage_secret, "object": stage_object}.items():
        case = new_case(f"leak {place}")
        reference = stage(application, bundle(case.host("shop"), key=shop().key).text)
        ended[place] = application.run("certificate_import", import_request(case, reference))
    return ended


def unfortunate(application: Application) -> dict[str, Json]:
    ended = {}
    for name, fault in BAD_DAYS.items():
        case = new_case(f"leak {name}")
        reference = stage_secret(application, bundle(case.host("shop"), key=shop().key).text)
        with faults(application.instance, fault) as injected:
            ended[name] = application.run("certificate_import", import_request(case, reference))
        assert all(injected.struck()), name
        if is_staged(application, reference):
            destroyed_by_hand(application, reference)
    return ended


def failed_job(application: Application) -> Json:
    """A batch with a bundle that does not cover what is wanted, and one that is bad."""
    case = new_case("leak job")
    uncovered = stage_secret(application, bundle(case.host("shop"), key=shop().key).text)
    bad = stage_secret(application, REFUSED["certificate alone"].text() + key_pem(new_key()))
    rows = [{"domainName": case.host("other"), "keyBundle": uncovered}, {"keyBundle": bad}]
    ended = application.run("domain_onboarding", onboarding(case, *rows))
    destroyed_by_hand(application, uncovered)
    return ended


def destroyed_by_hand(application: Application, reference: Json) -> None:
    application.client("secretsmanager").delete_secret(SecretId=reference["secretId"], ForceDeleteWithoutRecovery=True)


def test_the_story_has_all_kinds_of_ends(story: Story) -> None:
    failures = {name for name, ended in story.ended.items() if ended["status"] == "FAILED"}
    assert failures == {*REFUSED, "refused", "a job"} - {"valid in a second", "authority that is not valid yet"}


def test_the_key_was_seen_where_it_belongs_and_nowhere_else(application: Application, story: Story) -> None:
    functions = {physical: logical for logical, physical in application.functions.items()}
    seen = {
        (functions.get(one.who.rpartition("/")[2], STAGER if "/" not in one.who else one.who), one.what, one.direction)
        for one in story.sightings
    }
    assert {sighting.sink for sighting in story.sightings} == {"call"}
    assert seen == WHERE_A_KEY_BELONGS


def test_no_sink_holds_a_word_of_the_key(story: Story) -> None:
    assert story.sinks.holding(pattern_of(shop().key)) == []


def put_in_table(application: Application, case: Case, text: str) -> None:
    item = {"pk": {"S": f"planted#{case.job_id}"}, "sk": {"S": "planted"}, "text": {"S": text}}
    application.client("dynamodb").put_item(TableName=application.outputs["JobsTable"], Item=item)


def put_in_secret(application: Application, case: Case, text: str) -> None:
    stage_secret(application, text.encode())


def put_in_object(application: Application, case: Case, text: str) -> None:
    """In a version that another one hides."""
    key = application.put(f"batches/{case.job_id}.csv", text)
    application.put(key, "domainName\n")


def put_in_message(application: Application, case: Case, text: str) -> None:
    application.client("sns").publish(TopicArn=application.topic, Subject=case.job_id, Message=text)


def put_in_log(application: Application, case: Case, text: str) -> None:
    logs = application.client("logs")
    (group, *_) = logs.describe_log_groups()["logGroups"]
    stream = {"logGroupName": group["logGroupName"], "logStreamName": case.job_id}
    logs.create_log_stream(**stream)
    now = int(datetime.now(UTC).timestamp() * 1_000)
    logs.put_log_events(**stream, logEvents=[{"timestamp": now, "message": text}])


def put_in_input(application: Application, case: Case, text: str) -> None:
    application.run("certificate_import", {"jobId": case.job_id, "itemId": "shop", "keyBundle": text})


PLANTS: dict[str, Callable[[Application, Case, str], None]] = {
    "table": put_in_table,
    "secret": put_in_secret,
    "object": put_in_object,
    "message": put_in_message,
    "log": put_in_log,
    "execution": put_in_input,
}
FORMS: dict[str, Callable[[bytes], bytes]] = {
    "as it is": bytes,
    "in JSON": lambda pem: json.dumps(pem.decode()).encode(),
    "in hexadecimal": lambda pem: b"".join(line.hex().encode() for line in pem.splitlines()),
    "in base64": lambda pem: base64.b64encode(b"0" + pem),
    "in a URL": lambda pem: quote(pem.decode(), safe="").encode(),
    "without line ends": lambda pem: b"".join(pem.splitlines()),
}


@pytest.mark.parametrize("sink", PLANTS)
def test_a_key_that_leaks_is_found(application: Application, sinks: Sinks, case: Case, sink: str) -> None:
    """The search can fail: another key is planted in each sink, and found there."""
    key: EllipticCurvePrivateKey = new_key()
    PLANTS[sink](application, case, key_pem(key).decode())
    found = eventually(lambda: sinks.holding(pattern_of(key)))

    assert any(sink in place for place in found), found


@pytest.mark.parametrize("form", FORMS)
def test_a_key_is_recognised_however_it_is_written(form: str) -> None:
    key: EllipticCurvePrivateKey = new_key()
    assert pattern_of(key).search(FORMS[form](key_pem(key)))
    assert not pattern_of(new_key()).search(FORMS[form](key_pem(key)))
