"""The plan of a rollback, made against the embedded AWS."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cloudfront_extensions.aws import cloudfront
from cloudfront_extensions.aws.config_capture import capture_live
from cloudfront_extensions.aws.rollback_planning import PlannedRollback, plan_rollback
from cloudfront_extensions.aws.snapshots import Snapshots
from cloudfront_extensions.aws.version_store import VersionStore
from cloudfront_extensions.errors import RequestTokenConflict
from cloudfront_extensions.versions.content import content_hash
from cloudfront_extensions.versions.records import Seen, VersionKind
from cloudfront_extensions.versions.references import ReferenceKind
from localaws.instance import Instance
from tests.dangling_config import dangling_config
from tests.integration.localaws import edge
from tests.integration.rollback.calls import counted
from tests.integration.rollback.conftest import JOBS

Json = dict[str, Any]


def made(instance: Instance, **settings: Any) -> str:
    """A new distribution's id; its configuration is not captured yet."""
    return str(edge.distribution(instance, **settings)["Id"])


def changed(instance: Instance, distribution_id: str, **changes: Any) -> None:
    client = instance.client("cloudfront")
    found = client.get_distribution_config(Id=distribution_id)
    client.update_distribution(
        Id=distribution_id, IfMatch=found["ETag"], DistributionConfig=found["DistributionConfig"] | changes
    )


def with_certificate(arn: str) -> Json:
    return {
        "ViewerCertificate": {
            "ACMCertificateArn": arn,
            "SSLSupportMethod": "sni-only",
            "MinimumProtocolVersion": "TLSv1.2_2021",
        }
    }


def version_of(distribution_id: str) -> int:
    recorded = capture_live(distribution_id)
    assert recorded
    return recorded.version.number


def plan(targets: list[str], source: Json, **more: Any) -> PlannedRollback:
    token = more.pop("requestToken", None) or edge.new_token()
    return plan_rollback({"requestToken": token, "targets": targets, "source": source, **more})


def read(instance: Instance, key: str) -> Any:
    return json.loads(instance.client("s3").get_object(Bucket=JOBS, Key=key)["Body"].read())


def targets_of(instance: Instance, state: PlannedRollback) -> list[Json]:
    found: list[Json] = read(instance, state["planKey"])["targets"]
    return found


def reasons(instance: Instance, state: PlannedRollback) -> list[list[str]]:
    return [[reason["error"] for reason in target["refusedBecause"]] for target in targets_of(instance, state)]


def test_a_distribution_is_planned_to_get_back_what_it_had(instance: Instance) -> None:
    target = made(instance)
    good = version_of(target)
    changed(instance, target, Comment="bad", PriceClass="PriceClass_100")

    state = plan([target], {"distributionId": target, "version": good})

    live = cloudfront.distribution(target)
    assert live
    (planned,) = targets_of(instance, state)
    assert (state["status"], state["risk"], state["totals"]["planned"]) == ("PLANNED", "low", 1)
    assert [change["path"] for change in planned["changes"]] == ["Comment", "PriceClass"]
    assert (planned["etag"], planned["versionBefore"]) == (live.etag, good + 1)
    (entry,) = read(instance, state["manifestKey"])
    assert read(instance, entry["beforeKey"]) == live.config
    assert content_hash(read(instance, entry["plannedKey"])) == entry["plannedHash"] == planned["plannedHash"]
    assert content_hash(VersionStore().content(target, good)) == entry["plannedHash"]
    assert entry["hashBefore"] == content_hash(live.config)


def test_what_was_live_and_had_no_version_has_one_when_the_plan_stands(instance: Instance) -> None:
    target = made(instance)
    version_of(target)
    changed(instance, target, Comment="unseen")

    state = plan([target], {"distributionId": target, "version": 1})

    (entry,) = read(instance, state["manifestKey"])
    assert entry["versionBefore"] == 2
    assert VersionStore().content(target, 2)["Comment"] == "unseen"


def test_planning_writes_nothing_to_cloudfront_and_reads_each_target_once(instance: Instance) -> None:
    source, targets = made(instance, PriceClass="PriceClass_200"), [made(instance) for _ in range(3)]
    number = version_of(source)
    for target in targets:
        version_of(target)

    with counted("cloudfront") as calls:
        state = plan(targets, {"distributionId": source, "version": number})

    assert state["totals"]["planned"] == 3
    assert calls == {"GetDistribution": 3}


def test_across_distributions_a_target_stays_itself(instance: Instance) -> None:
    source = made(instance, Comment="template", PriceClass="PriceClass_200")
    target = made(instance, Comment="shop")
    number = version_of(source)

    state = plan([target], {"distributionId": source, "version": number})

    (planned,) = targets_of(instance, state)
    assert [change["path"] for change in planned["changes"]] == ["PriceClass"]
    assert "comment" in planned["kept"]


def test_a_target_that_is_so_already_is_identical_and_not_in_the_manifest(instance: Instance) -> None:
    target = made(instance)
    number = version_of(target)

    state = plan([target], {"distributionId": target, "version": number})

    assert (state["status"], state["risk"]) == ("IDENTICAL", None)
    assert read(instance, state["manifestKey"]) == []


def test_a_snapshot_stands_for_its_version(instance: Instance) -> None:
    target = made(instance)
    good = version_of(target)
    Snapshots().create(target, "good", good)
    changed(instance, target, Comment="bad")

    state = plan([target], {"distributionId": target, "snapshot": "good"})

    (planned,) = targets_of(instance, state)
    assert [change["after"] for change in planned["changes"]] == [""]


def test_the_latest_is_what_is_live_now_though_nobody_has_captured_it(instance: Instance) -> None:
    source, target = made(instance), made(instance)
    version_of(source)
    changed(instance, source, PriceClass="PriceClass_100")

    state = plan([target], {"distributionId": source, "snapshot": "latest"})

    (planned,) = targets_of(instance, state)
    assert [change["after"] for change in planned["changes"]] == ["PriceClass_100"]


def test_a_file_is_a_source_and_what_it_leaves_out_is_as_cloudfront_has_it(instance: Instance) -> None:
    target = made(instance, PriceClass="PriceClass_100")
    document = {"DistributionConfig": edge.distribution_config(), "ETag": "E1"}
    instance.client("s3").put_object(Bucket=JOBS, Key="shop.json", Body=json.dumps(document))

    state = plan([target], {"bucket": JOBS, "key": "shop.json"})

    (entry,) = read(instance, state["manifestKey"])
    planned = read(instance, entry["plannedKey"])
    assert planned["PriceClass"] == "PriceClass_All"
    assert planned.keys() >= {"Logging", "Restrictions", "WebACLId", "HttpVersion"}


@pytest.mark.parametrize(
    ("source", "error"),
    [
        ({"distributionId": "ENONE", "version": 1}, "VersionNotFound"),
        ({"distributionId": "ENONE", "snapshot": "good"}, "SnapshotNotFound"),
        ({"distributionId": "ENONE", "snapshot": "latest"}, "VersionNotFound"),
        ({"bucket": JOBS, "key": "none.json"}, "SourceConfigNotFound"),
        ({"bucket": JOBS, "key": "no-config.json"}, "InvalidDistributionConfig"),
        ({"bucket": JOBS, "key": "nowhere.json"}, "InvalidDistributionConfig"),
    ],
)
def test_without_a_source_every_target_is_refused_and_none_is_read(
    instance: Instance, source: Json, error: str
) -> None:
    nowhere = edge.distribution_config(DefaultCacheBehavior=edge.behavior(TargetOriginId="nowhere"))
    for key, document in {"no-config.json": {"Comment": 7}, "nowhere.json": nowhere}.items():
        instance.client("s3").put_object(Bucket=JOBS, Key=key, Body=json.dumps(document))

    state = plan(["E1", "E2"], source)

    assert state["status"] == "REFUSED"
    assert reasons(instance, state) == [[error], [error]]


def test_a_target_that_is_not_there_is_refused_by_its_name(instance: Instance) -> None:
    target = made(instance)
    number = version_of(target)
    changed(instance, target, Comment="bad")

    state = plan(["ENONE", target], {"distributionId": target, "version": number})

    assert (state["status"], reasons(instance, state)) == ("REFUSED", [["DistributionNotFound"], []])
    state = plan(["ENONE", target], {"distributionId": target, "version": number}, onFailure="continue")
    assert state["status"] == "PLANNED"
    assert [entry["distributionId"] for entry in read(instance, state["manifestKey"])] == [target]


def test_what_a_version_refers_to_and_was_deleted_is_found_in_the_plan(instance: Instance) -> None:
    client = instance.client("cloudfront")
    made_policy = client.create_cache_policy(CachePolicyConfig={"Name": edge.new_token(), "MinTTL": 1})
    policy = made_policy["CachePolicy"]["Id"]
    target = made(instance, DefaultCacheBehavior=edge.behavior(CachePolicyId=policy))
    number = version_of(target)
    changed(instance, target, DefaultCacheBehavior=edge.behavior())
    client.delete_cache_policy(Id=policy, IfMatch=made_policy["ETag"])

    state = plan([target], {"distributionId": target, "version": number})

    ((reason,),) = [planned["refusedBecause"] for planned in targets_of(instance, state)]
    assert reason["error"] == "ReferenceNotFound"
    assert reason["reason"] == f"DefaultCacheBehavior.CachePolicyId: there is no cache policy {policy}"


def test_everything_that_can_be_missing_is_looked_up(instance: Instance) -> None:
    """In one plan, since what the configurations of all targets refer to is asked for at once."""
    instance.client("s3").put_object(Bucket=JOBS, Key="dangling.json", Body=json.dumps(dangling_config()))
    targets = [made(instance), made(instance)]
    for target in targets:
        version_of(target)
    with counted("cloudfront", "lambda", "wafv2", "acm") as calls:
        state = plan(targets, {"bucket": JOBS, "key": "dangling.json"}, keep=[])

    for target in targets_of(instance, state):
        assert {reason["error"] for reason in target["refusedBecause"]} == {"ReferenceNotFound"}
        assert len({reason["reason"].partition(":")[0] for reason in target["refusedBecause"]}) == len(ReferenceKind)
    assert calls.pop("GetDistribution") == len(targets)
    assert calls.pop("ListDistributions") == 1  # for the alias
    assert list(calls.values()) == [1] * len(ReferenceKind)


def test_an_alias_that_another_distribution_has_by_now_is_not_taken_away(instance: Instance) -> None:
    name, other = edge.new_name(), edge.new_name()
    arn = edge.issued(instance, name, other)
    target = made(instance, Aliases=edge.block(name, other), **with_certificate(arn))
    number = version_of(target)
    changed(instance, target, Aliases=edge.block(name))
    taker = made(instance, Aliases=edge.block(other), **with_certificate(arn))

    state = plan([target], {"distributionId": target, "version": number}, keep=[])

    ((reason,),) = [planned["refusedBecause"] for planned in targets_of(instance, state)]
    assert (reason["error"], taker in reason["reason"]) == ("AliasInUse", True)
    assert plan([target], {"distributionId": target, "version": number})["status"] == "IDENTICAL"


def test_aliases_come_back_with_consent_where_the_certificate_covers_them(instance: Instance) -> None:
    name, other = edge.new_name(), edge.new_name()
    both, one = edge.issued(instance, name, other), edge.issued(instance, name)
    target = made(instance, Aliases=edge.block(name, other), **with_certificate(both))
    number = version_of(target)
    changed(instance, target, Aliases=edge.block(name), **with_certificate(one))
    source = {"distributionId": target, "version": number}

    assert plan([target], source, keep=[])["status"] == "PLANNED"
    assert reasons(instance, plan([target], source, keep=["certificate"])) == [["CertificateDoesNotCoverAlias"]]


def test_a_canary_is_refused_where_cloudfront_can_not_do_it(instance: Instance) -> None:
    target = made(instance)
    number = version_of(target)
    changed(instance, target, PriceClass="PriceClass_100")

    state = plan([target], {"distributionId": target, "version": number}, strategy={"type": "canary"})

    assert reasons(instance, state) == [["CanaryNotPossible"]]


def test_a_version_that_is_known_in_part_leaves_the_target_what_it_lacks(instance: Instance) -> None:
    target = made(instance, Comment="the shop")
    live = cloudfront.distribution(target)
    assert live
    told = {name: value for name, value in live.config.items() if name != "Comment"} | {"PriceClass": "PriceClass_100"}
    store = VersionStore()
    partial = store.record(Seen(target, "ETAG-OVERTAKEN", VersionKind.PARTIAL, told, hidden=("Comment",))).version

    state = plan([target], {"distributionId": target, "version": partial.number}, keep=[])

    (planned,) = targets_of(instance, state)
    assert [change["path"] for change in planned["changes"]] == ["PriceClass"]
    hidden = ("Origins.Items[0].CustomHeaders.Items[0].HeaderValue",)
    lacking = store.record(Seen(target, "ETAG-SECRET", VersionKind.PARTIAL, told, hidden=hidden)).version
    state = plan([target], {"distributionId": target, "version": lacking.number})
    assert reasons(instance, state) == [["VersionIncomplete"]]


def test_another_start_with_the_same_token_goes_on_with_the_plan_that_stands(instance: Instance) -> None:
    target = made(instance)
    number = version_of(target)
    changed(instance, target, Comment="bad")
    token, source = edge.new_token(), {"distributionId": target, "version": number}

    first = plan([target], source, requestToken=token)
    changed(instance, target, Comment="worse")

    assert plan([target], source, requestToken=token, onFailure="revert") == first
    assert read(instance, f"{first['prefix']}/before/{target}.json")["Comment"] == "bad"
    with pytest.raises(RequestTokenConflict, match=token):
        plan([target], source, requestToken=token, keep=[])


def test_a_refused_plan_is_made_anew(instance: Instance) -> None:
    target = made(instance)
    token, source = edge.new_token(), {"distributionId": target, "version": 1}
    assert plan([target], source, requestToken=token)["status"] == "REFUSED"

    version_of(target)

    assert plan([target], source, requestToken=token)["status"] == "IDENTICAL"


def test_a_dry_run_leaves_its_token_free_and_its_plan_where_plans_are_forgotten(instance: Instance) -> None:
    target = made(instance)
    number = version_of(target)
    token, source = edge.new_token(), {"distributionId": target, "version": number}

    dry = plan([target], source, requestToken=token, dryRun=True)
    changed(instance, target, Comment="bad")
    real = plan([target], source, requestToken=token)

    assert (dry["prefix"], real["prefix"]) == (f"dry-runs/rollbacks/{token}", f"rollbacks/{token}")
    assert (dry["dryRun"], real["status"]) == (True, "PLANNED")


def test_the_plan_is_written_for_people_too(instance: Instance) -> None:
    target = made(instance)
    number = version_of(target)
    changed(instance, target, Comment="Grüße")

    state = plan([target], {"distributionId": target, "version": number})

    text = instance.client("s3").get_object(Bucket=JOBS, Key=state["textKey"])["Body"].read().decode()
    assert f"{target} (version {number + 1}): planned, 1 change, risk low\n" in text
    assert "Grüße" in text
