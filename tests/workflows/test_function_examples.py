"""Every example event of a function is taken by the function, or fails with the error that it is an example of."""

from __future__ import annotations

import json
from collections.abc import Callable

import pytest

from cloudfront_extensions.aws.certificate_inventory import RunRecord
from cloudfront_extensions.aws.log_folders import RefreshRun
from cloudfront_extensions.jobs.records import Job
from cloudfront_extensions.metrics.result_rows import RESULT_COLUMNS
from localaws.instance import PROJECT
from tests.bundles import bundle
from tests.workflows.account import distribution, hosted_zone, issued_certificate
from tests.workflows.application import Application, Json, eventually
from tests.workflows.cases import Case
from tests.workflows.changes import new_distribution
from tests.workflows.examples import Scene, example, function_examples
from tests.workflows.lifecycle import inventory
from tests.workflows.logs import log_folders
from tests.workflows.rollbacks import Shop
from tests.workflows.staging import imported_by_hand

EXPECTED: dict[str, Json | None] = {
    "announce_validation_records/batch": {"records": 1, "toPublish": 1, "sent": True},
    "answer_rollback/approve": {"delivered": False},
    "ask_approval/planned": None,
    "await_certificate/wait": None,
    "begin_prewarm/not-a-url": {"errorType": "InvalidInput"},
    "begin_prewarm/some-urls": {"headers": {}, "invalidation": {"id": "", "done": True}},
    "begin_refresh/one-folder": {"outcome": "begun"},
    "begin_refresh/unknown-field": {"errorType": "InvalidInput"},
    "begin_rollback/new": {"decision": "ask", "status": "PLANNED"},
    "begin_rollback/unknown-field": {"errorType": "InvalidInput"},
    "capture_distributions/one": {"failed": 0},
    "capture_configuration/another-operation": {"errorType": "EventNotUnderstood"},
    "capture_configuration/live": {"errorType": None},
    "capture_configuration/update": {"errorType": None},
    "change_log_delivery/dry-run": {"failed": 0},
    "change_log_delivery/legacy": {"failed": 0},
    "clean_up_item/certificate": {"done": True},
    "clean_up_item/dry-run": {"done": True},
    "complete_cleanup/planned": {"status": "REMOVED", "failed": False},
    "complete_job/after-the-maps": {"status": "FAILED"},
    "complete_job/preflight-failed": {"status": "FAILED"},
    "complete_rollback/denied": {"ending": "NOT_STARTED", "failed": True},
    "complete_rollback/never-begun": {"failed": True},
    "create_distribution/already-created": {"status": "DEPLOYING"},
    "create_distribution/new": {"status": "DEPLOYING"},
    "export_metrics/begin": {"done": False, "part": 1},
    "export_metrics/first-part": {"done": True, "part": 2},
    "export_metrics/unknown-field": {"errorType": "InvalidInput"},
    "finish_baseline/one-batch": {"complete": False},
    "fetch_urls/one-pop": {"done": True, "failed": 1},
    "finish_log_delivery/one-batch": {"complete": False},
    "finish_inventory/one-batch": {"reminders": True, "runId": "2026-11-22T050003.214Z"},
    "finish_prewarm/one-batch": {
        "complete": False,
        "totals": {"fetches": 1, "warm": 0, "failed": 1, "hits": 0, "bytes": 0},
    },
    "finish_refresh/stored": {"outcome": "refreshed", "more": False},
    "graphql_api/jobs": {"errorType": None},
    "graphql_api/publish-job-changed": {"status": "STARTING", "dryRun": False},
    "import_certificate/prepared": {"outcome": "imported", "status": "ISSUED"},
    "import_certificate/reimport": {"outcome": "reimported", "status": "ISSUED"},
    "judge_query/cancelled": {"errorType": "QueryCancelled"},
    "judge_query/queued-too-long": {"errorType": "QueryTimedOut"},
    "judge_query/unreadable-file": {"waitSeconds": 0},
    "list_certificates/on-demand": {"outcome": "begun", "reminders": True},
    "list_certificates/unknown-field": {"errorType": "InvalidInput"},
    "list_distributions/on-demand": {"prunes": False},
    "list_distributions/some": {"unchanged": 0},
    "list_distributions/unknown-field": {"errorType": "InvalidInput"},
    "list_log_deliveries/attach-some": {"kind": "standard", "dryRun": False},
    "list_log_deliveries/unknown-field": {"errorType": "InvalidInput"},
    "look_at_certificate/first-look": {"status": "PENDING_VALIDATION", "wait": {"seconds": 600, "waitedSeconds": 300}},
    "look_at_certificate/last-look": {"errorType": "CertificateValidationTimedOut"},
    "look_at_certificates/one": {"read": 1, "notRead": 0},
    "look_at_invalidation/in-progress": {"errorType": "DistributionNotFound"},
    "look_at_distribution/first-look": {"status": "DEPLOYED"},
    "look_at_distribution/last-look": {"status": "DEPLOYED"},
    "manage_snapshots/annotate": {"note": "Load-tested on 12 November"},
    "manage_snapshots/create": {"name": "before-black-friday", "version": 1},
    "manage_snapshots/create-of-version": {"name": "known-good", "version": 1},
    "manage_snapshots/delete": {"name": "known-good"},
    "manage_snapshots/describe-latest": {"name": "latest"},
    "manage_snapshots/list": {"snapshots": []},
    "manage_snapshots/pin": {"version": 1, "pinned": True},
    "manage_snapshots/reserved-name": {"errorType": "InvalidInput"},
    "manage_snapshots/unpin": {"version": 1, "pinned": False},
    "note_log_arrivals/legacy": {"batchItemFailures": []},
    "note_log_arrivals/not-understood": {
        "batchItemFailures": [{"itemIdentifier": "059f36b4-87a3-44ab-83d2-661970000004"}]
    },
    "note_log_arrivals/standard": {"batchItemFailures": []},
    "open_job/dry-run": {"outcome": "started", "dryRun": True},
    "open_job/new": {"outcome": "started", "dryRun": False},
    "open_job/unknown-field": {"errorType": "InvalidInput"},
    "plan_cleanup/unknown-item": {"errorType": "InvalidInput"},
    "plan_cleanup/whole-job": {"items": 1, "ownsJob": True},
    "preflight_batch/opened": {"decision": "start", "wouldStart": True},
    "prepare_distribution/from-batch": {"status": "CREATING"},
    "prepare_distribution/from-file": {"status": "CREATING"},
    "prepare_distribution/from-inline-config": {"status": "CREATING"},
    "prepare_distribution/from-live-distribution": {"status": "CREATING"},
    "prepare_import/elsewhere": {"errorType": "KeyBundleNotStaged"},
    "prepare_import/new": {"aliases": [], "tags": {"team": "web"}},
    "prune_versions/one": {"pruned": 0},
    "publish_changes/dry-run-ended": None,
    "publish_changes/jobs": None,
    "publish_changes/large-input": None,
    "publish_changes/rollback-ended": None,
    "publish_changes/rollbacks": None,
    "publish_validation_records/auto": {"status": "PENDING_VALIDATION"},
    "publish_validation_records/manual": {"status": "PENDING_VALIDATION"},
    "publish_validation_records/named-hosted-zone": {"status": "PENDING_VALIDATION"},
    "read_validation_records/requested": {"status": "REQUESTED"},
    "record_failure/aws-not-reached": {"recorded": True},
    "record_failure/certificate": {"recorded": True},
    "record_failure/nested-execution": {"recorded": True},
    "record_failure/unreadable-input": {"recorded": False},
    "request_certificate/first-request": {"status": "REQUESTED"},
    "request_certificate/invalid-name": {"errorType": "InvalidDomainName"},
    "request_certificate/one-name": {"status": "REQUESTED"},
    "rest_api/annotate-snapshot": {"statusCode": 404},
    "rest_api/list-jobs": {"statusCode": 200},
    "rest_api/not-allowed": {"statusCode": 403},
    "rest_api/start-job": {"statusCode": 202},
    "resume_certificate/imported-by-somebody-else": {"resumed": 0},
    "resume_certificate/issued": {"resumed": 0},
    "resume_certificate/renewed": {"resumed": 0},
    "revert_targets/nothing-failed": {"done": True},
    "roll_target_out/first-step": {"done": True},
    "send_reminders/after-a-run": {"errorType": None},
    "start_baseline/stack-created": {"errorType": "URLError"},
    "stop_rollback/stop": {"delivered": False},
    "transform_realtime_logs/lines": {
        "records": [
            {
                "recordId": "49646986683135544286507457936321625675700192471156785154000000",
                "result": "Ok",
                "data": "MTc5NTM1NjE3OS4xMjMJMTkyLjAuMi4xODMJMC4wMDEJMjAwCg==",
            },
            {
                "recordId": "49646986683135544286507457936321625675700192471156785155000000",
                "result": "Dropped",
            },
        ]
    },
    "store_results/from-the-beginning": {"position": 1, "done": True},
    "write_alias_records/auto": {"status": "DEPLOYED"},
    "write_alias_records/hosted-zone": {"status": "DEPLOYED"},
}
"""What the answer holds, among other things."""
STANDS_ELSEWHERE = {"resume_certificate/imported-by-somebody-else"}
"""Examples of certificates that are not this library's, which keep the ARN they have."""


def logical_id(function: str) -> str:
    return "".join(word.capitalize() for word in function.split("_"))


def test_every_function_has_an_example_and_every_example_is_expected_to_do_something() -> None:
    functions = {folder.name for folder in (PROJECT / "functions").iterdir() if (folder / "app.py").exists()}
    assert {function for function, _ in function_examples()} == functions
    assert {f"{function}/{name}" for function, name in function_examples()} == set(EXPECTED)


@pytest.mark.parametrize(("function", "name"), function_examples(), ids=lambda value: value)
def test_an_example_is_taken(application: Application, case: Case, source_id: str, function: str, name: str) -> None:
    prepare = SCENES.get(function, nothing)
    scene = prepare(application, case, source_id, example(application, function, name, Scene(case)))
    if f"{function}/{name}" in STANDS_ELSEWHERE:
        scene = Scene(case)
    answer = application.invoke(logical_id(function), example(application, function, name, scene))

    expected = EXPECTED[f"{function}/{name}"]
    assert (answer and {field: answer.get(field) for field in expected or ()}) == expected, answer


Prepare = Callable[[Application, Case, str, Json], Scene]


def nothing(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    return Scene(case)


def requested(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's item has a certificate, whose records are on record."""
    zone = hosted_zone(application, case.domain)
    item_id = event.get("itemId") or event.get("request", {}).get("itemId", "row-00002")
    state = application.invoke(
        "RequestCertificate", {"jobId": case.job_id, "itemId": item_id, "domainName": case.host("shop")}
    )
    application.invoke("ReadValidationRecords", state)
    return Scene(case, certificate_arn=state["certificateArn"], hosted_zone_id=zone)


def batch_requested(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The certificates of a batch are requested, and nobody was told."""
    scene = requested(application, case, source_id, event)
    application.store.create_job(Job(case.job_id, "hash", event["executionArn"]))
    application.put(event["requestKey"], {"requestToken": case.job_id})
    return scene


def opened(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    application.invoke("OpenJob", example(application, "open_job", "new", Scene(case)))
    return Scene(case)


def listed(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The run of the event has listed certificates, and looked at none."""
    application.put(event["manifestKey"], json.dumps([{"number": 1, "arns": []}]))
    return Scene(case)


def looking(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The run of the event is the one under way, and its certificate is there."""
    run = inventory(application).run()
    inventory(application).begin_run(RunRecord(event["runId"], event["runId"], "a run that has ended"), run)
    return requested(application, case, source_id, event)


def started(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    opened(application, case, source_id, event)
    application.invoke("PreflightBatch", example(application, "preflight_batch", "opened", Scene(case)))
    return Scene(case)


def issued(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The certificate of the examples' distributions is issued, and their configuration file is there."""
    arn = issued_certificate(application, case.host("shop"), case.host("www.shop"), case.host("docs"))
    config = application.client("cloudfront").get_distribution_config(Id=source_id)["DistributionConfig"]
    application.put("sources/storefront.json", config)
    zone = hosted_zone(application, case.domain)
    return Scene(case, certificate_arn=arn, source_id=source_id, hosted_zone_id=zone)


def prepared(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The configuration of the event's distribution is on record."""
    scene = issued(application, case, source_id, event)
    request = example(application, "prepare_distribution", "from-live-distribution", scene)
    application.invoke("PrepareDistribution", {**request, "itemId": event["itemId"]})
    return scene


def created(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's distribution is live."""
    scene = prepared(application, case, source_id, event)
    state = application.invoke("CreateDistribution", example(application, "create_distribution", "new", scene))
    eventually(lambda: distribution(application, state["distributionId"])["Status"] == "Deployed")
    return Scene(case, scene.certificate_arn, state["distributionId"], scene.source_id, scene.hosted_zone_id)


def bundle_staged(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's import is prepared, its bundle staged, and the certificate that it replaces is there."""
    secret_id, staged = event["keyBundle"]["secretId"], bundle(*event["aliases"])
    application.client("secretsmanager").create_secret(Name=secret_id, SecretString=staged.renewed().text.decode())
    replaced = imported_by_hand(application, staged) if "certificateArn" in event else None
    request = {name: value for name, value in event.items() if name != "wait"}
    application.invoke("PrepareImport", {**request, **({"certificateArn": replaced} if replaced else {})})
    return Scene(case, certificate_arn=replaced)


def distribution_made(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """A distribution is live that nobody knows."""
    return Scene(case, distribution_id=new_distribution(application)["Distribution"]["Id"])


def job_ended(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """A job whose execution Step Functions has forgotten has one certificate."""
    scene = requested(application, case, source_id, event)
    executions = application.state_machine("domain_onboarding").replace(":stateMachine:", ":execution:")
    application.store.create_job(Job(case.job_id, "hash", f"{executions}:long-ago"))
    return scene


def cleaned_up(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's job has been planned and its item cleaned up."""
    scene = job_ended(application, case, source_id, event)
    application.invoke("PlanCleanup", example(application, "plan_cleanup", "whole-job", scene))
    application.invoke("CleanUpItem", example(application, "clean_up_item", "certificate", scene))
    return scene


def on_record(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's distribution is live and has a version."""
    distribution_id = new_distribution(application)["Distribution"]["Id"]
    application.invoke("CaptureConfiguration", {"distributionId": distribution_id})
    return Scene(case, distribution_id=distribution_id)


def snapshot_named(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's distribution has a version, which a snapshot names where the event is about one that there is."""
    scene = on_record(application, case, source_id, event)
    if event["action"] in ("annotate", "delete"):
        request = {**event, "action": "create", "distributionId": scene.distribution_id, "version": 1}
        application.invoke("ManageSnapshots", {name: value for name, value in request.items() if name != "note"})
    return scene


def batches_looked_at(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The run of the event has one batch, which failed."""
    batch = {"number": 1, "distributionIds": ["E1EXAMPLE0001"]}
    application.put(event["lookManifestKey"], json.dumps([batch]))
    return Scene(case)


def export_begun(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The export of the event is written down."""
    application.invoke("ExportMetrics", example(application, "export_metrics", "begin", Scene(case)))
    return Scene(case)


def log_deliveries_batched(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The run of the event has one batch, which failed."""
    steps = [{"distributionId": "E1EXAMPLE0001", "outcome": "attached"}]
    application.put(event["manifestKey"], json.dumps([{"number": 1, "steps": steps}]))
    application.put(f"{event['prefix']}settled.json", "[]")
    return Scene(case)


def prewarm_begun(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The pre-warming of the event has one URL, and one point of presence that DNS does not know."""
    application.put(f"{event['prefix']}request.json", "{}")
    application.put(f"{event['prefix']}manifest.json", json.dumps([{"number": 0, "pop": "FRA56-P4", "chunk": 0}]))
    application.put(f"{event['prefix']}urls/0.json", json.dumps(["https://www.example.com/"]))
    return Scene(case)


def rollback_possible(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's distribution has a version to go back to."""
    return Scene(case, distribution_id=Shop.of(application).id)


def rollback_begun(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The event's rollback is planned, and has asked for approval."""
    scene = rollback_possible(application, case, source_id, event)
    application.invoke("BeginRollback", example(application, "begin_rollback", "new", scene))
    application.invoke("AskApproval", example(application, "ask_approval", "planned", scene))
    return scene


def job_on_record(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The job is known, and its execution has not begun."""
    execution = application.state_machine("domain_onboarding").replace(":stateMachine:", ":execution:")
    application.store.create_job(Job(case.job_id, "hash", f"{execution}:{case.job_id}"))
    return Scene(case)


def scanned(application: Application, case: Case, source_id: str, event: Json) -> Scene:
    """The refresh of the event is the one under way, and Athena has written its result."""
    refresh, folders = event["refresh"], log_folders(application)
    folders.begin_run(RefreshRun(refresh["runId"], refresh["runId"], "an execution that has ended"), folders.run())
    row = {"kind": "rejected", "folder": "realtime/2026-11-22-14", "requests": "1", "bytes": "0"}
    result = "\n".join((",".join(RESULT_COLUMNS), ",".join(row.get(name, "") for name in RESULT_COLUMNS), ""))
    for key, text in {
        f"{refresh['prefix']}domains.json": "[]",
        f"{refresh['prefix']}claims.json": "[]",
        f"queries/{event['scan']['queryId']}.csv": result,
    }.items():
        application.client("s3").put_object(Bucket=refresh["bucket"], Key=key, Body=text.encode())
    return Scene(case)


SCENES: dict[str, Prepare] = {
    "answer_rollback": rollback_begun,
    "ask_approval": rollback_begun,
    "begin_rollback": rollback_possible,
    "complete_rollback": rollback_begun,
    "revert_targets": rollback_begun,
    "roll_target_out": rollback_begun,
    "stop_rollback": rollback_begun,
    "announce_validation_records": batch_requested,
    "await_certificate": requested,
    "capture_distributions": on_record,
    "capture_configuration": distribution_made,
    "clean_up_item": job_ended,
    "complete_cleanup": cleaned_up,
    "complete_job": started,
    "create_distribution": prepared,
    "export_metrics": export_begun,
    "finish_baseline": batches_looked_at,
    "begin_prewarm": distribution_made,
    "fetch_urls": prewarm_begun,
    "finish_log_delivery": log_deliveries_batched,
    "finish_prewarm": prewarm_begun,
    "change_log_delivery": distribution_made,
    "list_log_deliveries": distribution_made,
    "finish_inventory": listed,
    "finish_refresh": scanned,
    "graphql_api": job_on_record,
    "import_certificate": bundle_staged,
    "list_distributions": on_record,
    "look_at_certificate": requested,
    "look_at_certificates": looking,
    "look_at_distribution": created,
    "manage_snapshots": snapshot_named,
    "plan_cleanup": job_ended,
    "preflight_batch": opened,
    "prepare_distribution": issued,
    "prune_versions": on_record,
    "publish_validation_records": requested,
    "read_validation_records": requested,
    "record_failure": requested,
    "resume_certificate": requested,
    "store_results": scanned,
    "write_alias_records": created,
}
"""What stands before a function is called; the others need nothing."""
