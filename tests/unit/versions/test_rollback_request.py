"""What config_rollback is asked for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from cloudfront_extensions.distributions.source import FileSource
from cloudfront_extensions.errors import InvalidInput
from cloudfront_extensions.versions.edge_functions import EdgeEvent
from cloudfront_extensions.versions.function_source import FunctionSource, WantedFunction
from cloudfront_extensions.versions.keep import NAMES
from cloudfront_extensions.versions.rollback_request import (
    MAXIMUM_TARGETS,
    Approval,
    OnFailure,
    RollbackRequest,
    SnapshotSource,
    VersionSource,
    as_json,
    body_hash,
    parse_request,
)
from cloudfront_extensions.versions.rollback_strategy import Header, Strategy, StrategyType

SCHEMA = json.loads((Path(__file__).parents[3] / "schemas/config_rollback.schema.json").read_text(encoding="utf-8"))
MINIMAL: dict[str, Any] = {
    "requestToken": "spring",
    "targets": ["E1"],
    "source": {"distributionId": "E1", "version": 3},
}
FUNCTION = "arn:aws:cloudfront::123456789012:function/index"
EDGE_FUNCTION = "arn:aws:lambda:us-east-1:123456789012:function:resize"
ATTACHED: dict[str, Any] = {
    "distributionId": "E1",
    "pathPattern": "*",
    "eventType": "viewer-request",
    "functionArn": FUNCTION,
}
CANARY: dict[str, Any] = {**MINIMAL, "strategy": {"type": "canary"}}


def strategy(**fields: Any) -> dict[str, Any]:
    return {**MINIMAL, "strategy": fields}


def functions(*changes: dict[str, Any], **fields: Any) -> dict[str, Any]:
    """A request for functions, each of them ATTACHED but for what is said of it; `targets` are not named."""
    wanted = [{**ATTACHED, **change} for change in changes or ({},)]
    return {"requestToken": "spring", "source": {"functionAssociations": wanted}, **fields}


def is_valid(document: dict[str, Any]) -> bool:
    return bool(Draft202012Validator(SCHEMA).is_valid(document))


def test_what_is_left_out_has_the_careful_default() -> None:
    assert parse_request(MINIMAL) == RollbackRequest(
        token="spring",
        targets=("E1",),
        source=VersionSource("E1", 3),
        keep=None,
        approval=Approval.NONE,
        approval_seconds=86_400,
        strategy=Strategy(StrategyType.ONE_BY_ONE, bake_seconds=0, alarm_names=(), weight=None, header=None),
        on_failure=OnFailure.REVERT,
        dry_run=False,
        notification_topic=None,
    )


@pytest.mark.parametrize(
    ("source", "read"),
    [
        ({"distributionId": "E2", "version": 1}, VersionSource("E2", 1)),
        ({"distributionId": "E2", "snapshot": "before-launch"}, SnapshotSource("E2", "before-launch")),
        ({"distributionId": "E2", "snapshot": "latest"}, SnapshotSource("E2", "latest")),
        ({"bucket": "configs", "key": "shop.json"}, FileSource("configs", "shop.json")),
    ],
)
def test_a_source_is_a_version_a_snapshot_or_a_file(source: dict[str, Any], read: object) -> None:
    document = {**MINIMAL, "source": source}

    assert parse_request(document).source == read
    assert is_valid(document)


def test_a_source_may_be_functions_at_events_of_behaviors() -> None:
    edge = {"pathPattern": "/img/*", "eventType": "origin-request", "functionArn": f"{EDGE_FUNCTION}:3"}
    document = functions(
        {"replaces": [FUNCTION, FUNCTION, "*"]}, {**edge, "replaces": [EDGE_FUNCTION], "includeBody": True}
    )

    assert parse_request(document).source == FunctionSource(
        (
            WantedFunction("E1", "*", EdgeEvent.VIEWER_REQUEST, FUNCTION, (FUNCTION, "*"), None),
            WantedFunction("E1", "/img/*", EdgeEvent.ORIGIN_REQUEST, f"{EDGE_FUNCTION}:3", (EDGE_FUNCTION,), True),
        )
    )
    assert is_valid(document)


def test_functions_name_their_targets() -> None:
    apart = ({"distributionId": "E2"}, {}, {"distributionId": "E2", "eventType": "viewer-response"})

    assert parse_request(functions(*apart)).targets == ("E2", "E1")
    assert parse_request(functions(*apart, targets=["E1", "E2"])).targets == ("E1", "E2")
    assert body_hash(parse_request(functions(*apart, targets=["E2", "E1"]))) == body_hash(
        parse_request(functions(*apart))
    )


@pytest.mark.parametrize(
    ("document", "says"),
    [
        (functions(targets=["E1", "E2"]), "targets: E2 is not both here and in source.functionAssociations"),
        (functions({}, {"distributionId": "E2"}, targets=["E1"]), "targets: E2 is not both here and in source"),
        (
            functions({}, {"functionArn": None, "replaces": ["*"]}),
            "source.functionAssociations[1]: viewer-request of the behavior * of E1 is in the list already",
        ),
        (
            functions(*({"distributionId": f"E{number}"} for number in range(101))),
            "source.functionAssociations: it names 101 distributions; name up to 100",
        ),
    ],
)
def test_functions_that_do_not_go_together_are_refused(document: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_request(document)

    assert str(raised.value).startswith(says)


FOREIGN_REGION = f"{EDGE_FUNCTION}:1".replace("us-east-1", "eu-central-1")
WRONG_FUNCTIONS = [
    (functions(targets=None), "targets: it is missing"),
    (functions(targets=[]), "targets: it has 0 ids"),
    (functions(keep=[]), "keep: with functionAssociations each target keeps everything else"),
    (functions(keep=["aliases"]), "keep: with functionAssociations"),
    ({**MINIMAL, "source": {"functionAssociations": []}}, "source.functionAssociations: it has 0 elements"),
    (
        functions(*({"pathPattern": f"/{number}"} for number in range(501))),
        "source.functionAssociations: it has 501 elements; give a list of 1 to 500",
    ),
    ({**MINIMAL, "source": {"functionAssociations": {}}}, "source.functionAssociations: it is an object"),
    ({**MINIMAL, "source": {"functionAssociations": ["E1"]}}, "source.functionAssociations[0]: 'E1'; give an object"),
    (
        {**MINIMAL, "source": {"functionAssociations": [ATTACHED], "version": 1}},
        "source: it has 'functionAssociations', 'version'; give distributionId and version",
    ),
    (functions({"path": "*"}), "source.functionAssociations[0].path: there is no such field"),
    (functions({"distributionId": "e1"}), "source.functionAssociations[0].distributionId: 'e1'"),
    (functions({"pathPattern": ""}), "source.functionAssociations[0].pathPattern: ''; give the path pattern"),
    (functions({"pathPattern": "a" * 256}), "source.functionAssociations[0].pathPattern: 'aaa"),
    (functions({"eventType": "viewer_request"}), "source.functionAssociations[0].eventType: 'viewer_request'; give"),
    (functions({"eventType": ["viewer-request"]}), "source.functionAssociations[0].eventType: it is a list"),
    (
        functions({"eventType": "origin-request"}),
        "source.functionAssociations[0].eventType: functions of CloudFront run at viewer-request and viewer-response alone",
    ),
    *(
        (functions({"functionArn": arn}), f"source.functionAssociations[0].functionArn: '{arn}'; give the ARN")
        for arn in (EDGE_FUNCTION, f"{EDGE_FUNCTION}:$LATEST", f"{EDGE_FUNCTION}:live", f"{EDGE_FUNCTION}:0")
    ),
    (functions({"functionArn": FOREIGN_REGION}), "source.functionAssociations[0].functionArn: 'arn:aws:lambda:eu-"),
    (functions({"functionArn": f"{FUNCTION}/2"}), "source.functionAssociations[0].functionArn: 'arn:aws:cloudfront:"),
    (functions({"functionArn": 7}), "source.functionAssociations[0].functionArn: it is a number"),
    (functions({"replaces": "*"}), "source.functionAssociations[0].replaces: '*'; give a list"),
    (functions({"replaces": ["*"] * 21}), "source.functionAssociations[0].replaces: it has 21 elements"),
    (functions({"replaces": [FOREIGN_REGION]}), "source.functionAssociations[0].replaces[0]: 'arn:aws:lambda:eu-"),
    (functions({"replaces": [None]}), "source.functionAssociations[0].replaces[0]: it is missing"),
    (functions({"includeBody": "yes"}), "source.functionAssociations[0].includeBody: 'yes'; give true or false"),
    (functions({"includeBody": True}), "source.functionAssociations[0].includeBody: only Lambda@Edge sees bodies"),
    (
        functions({"includeBody": True, "functionArn": f"{EDGE_FUNCTION}:1", "eventType": "origin-response"}),
        "source.functionAssociations[0].includeBody: only Lambda@Edge sees bodies, at viewer-request and origin-request",
    ),
    *(
        (
            {**MINIMAL, "source": {"functionAssociations": [{k: v for k, v in ATTACHED.items() if k != name}]}},
            f"source.functionAssociations[0].{name}: it is missing",
        )
        for name in ATTACHED
    ),
]


@pytest.mark.parametrize(("document", "says"), WRONG_FUNCTIONS, ids=[says[28:90] for _, says in WRONG_FUNCTIONS])
def test_wrong_functions_are_refused_by_their_place_and_by_the_schema(document: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_request(document)

    assert str(raised.value).startswith(says)
    assert not is_valid(document)


def test_targets_stay_in_their_order() -> None:
    assert parse_request({**MINIMAL, "targets": ["E3", "E1", "E2"]}).targets == ("E3", "E1", "E2")


def test_so_many_targets_can_be_named() -> None:
    targets = [f"E{number}" for number in range(MAXIMUM_TARGETS)]

    assert parse_request({**MINIMAL, "targets": targets}).targets == tuple(targets)
    assert is_valid({**MINIMAL, "targets": targets})


@pytest.mark.parametrize(
    ("target", "source", "itself"),
    [
        ("E1", {"distributionId": "E1", "version": 3}, True),
        ("E1", {"distributionId": "E1", "snapshot": "latest"}, True),
        ("E1", {"distributionId": "E2", "version": 3}, False),
        ("E1", {"bucket": "configs", "key": "E1.json"}, False),
    ],
)
def test_a_target_gets_its_own_back_where_the_source_is_a_version_of_it(
    target: str, source: dict[str, Any], itself: bool
) -> None:
    assert parse_request({**MINIMAL, "source": source}).gives_back(target) is itself


def test_everything_can_be_kept_and_nothing() -> None:
    for keep in ([], list(NAMES)):
        document = {**MINIMAL, "keep": keep}
        assert parse_request(document).keep == tuple(keep)
        assert is_valid(document)


def test_a_canary_gets_a_small_share_of_requests_and_ten_minutes() -> None:
    assert parse_request(CANARY).strategy == Strategy(StrategyType.CANARY, bake_seconds=600, weight=0.05)


def test_a_canary_may_be_for_those_who_send_a_header() -> None:
    chosen = parse_request(strategy(type="canary", headers={"aws-cf-cd-try": "yes"})).strategy

    assert (chosen.header, chosen.weight) == (Header("aws-cf-cd-try", "yes"), None)


def test_alarms_are_watched_for_ten_minutes_with_every_strategy() -> None:
    chosen = parse_request(strategy(type="allAtOnce", alarmNames=["5xx", "latency", "5xx"])).strategy

    assert (chosen.alarm_names, chosen.bake_seconds) == (("5xx", "latency"), 600)


def test_nothing_to_watch_needs_no_time() -> None:
    assert parse_request(strategy(type="allAtOnce", bakeSeconds=0)).strategy.bake_seconds == 0


@pytest.mark.parametrize(
    "document",
    [
        MINIMAL,
        {**MINIMAL, "keep": ["comment", "aliases"], "approval": "required", "approvalSeconds": 60, "dryRun": True},
        {**MINIMAL, "source": {"bucket": "configs", "key": "a.json"}, "onFailure": "stop"},
        {**MINIMAL, "notificationTopic": "arn:aws:sns:us-east-1:123456789012:changes", "onFailure": "continue"},
        strategy(type="canary", weight=0.15, bakeSeconds=3600, alarmNames=["5xx"]),
        strategy(type="canary", headers={"aws-cf-cd-try": "yes"}),
        strategy(type="oneByOne", bakeSeconds=0),
        functions(),
        functions({"functionArn": None, "replaces": ["*"]}, {"distributionId": "E2"}, targets=["E2", "E1"]),
        functions({"functionArn": f"{EDGE_FUNCTION}:1", "includeBody": True}, keep=None),
    ],
)
def test_a_request_written_out_is_the_same_request(document: dict[str, Any]) -> None:
    request = parse_request(document)

    assert parse_request(as_json(request)) == request
    assert is_valid(document)
    assert is_valid(as_json(request))


def test_the_hash_is_of_what_is_to_be_done_alone() -> None:
    told = {**MINIMAL, "requestToken": "other", "notificationTopic": "arn:aws:sns:us-east-1:123456789012:changes"}
    spelt_out = {**MINIMAL, "onFailure": "revert", "approval": "none"}

    assert body_hash(parse_request(told)) == body_hash(parse_request(spelt_out)) == body_hash(parse_request(MINIMAL))
    assert body_hash(parse_request({**MINIMAL, "keep": []})) != body_hash(parse_request(MINIMAL))


PASTED = "-----BEGIN CERTIFICATE-----\n" * 20

REFUSED = [
    ({"requestToken": None}, "requestToken: it is missing"),
    ({"requestToken": "spring/1"}, "requestToken: 'spring/1'"),
    ({"targets": None}, "targets: it is missing; give a list of 1 to 100 ids of distributions"),
    ({"targets": []}, "targets: it has 0 ids; give a list of 1 to 100"),
    ({"targets": [f"E{number}" for number in range(101)]}, "targets: it has 101 ids"),
    ({"targets": "E1"}, "targets: 'E1'"),
    ({"targets": ["E1", 7]}, "targets[1]: it is a number"),
    ({"targets": ["e1"]}, "targets[0]: 'e1'; give a distribution's id"),
    ({"targets": [PASTED]}, "targets[0]: '-----BEGIN"),
    ({"targets": ["E1", "E2", "E1"]}, "targets[2]: E1 is in the list already"),
    ({"source": None}, "source: it is missing; give distributionId and version"),
    ({"source": "E1"}, "source: 'E1'"),
    ({"source": {}}, "source: it is an object"),
    ({"source": {"distributionId": "E1"}}, "source: it has 'distributionId'; give distributionId and version"),
    ({"source": {"distributionId": "E1", "version": 1, "snapshot": "a"}}, "source: it has 'distributionId', 'version'"),
    ({"source": {"bucket": "b", "key": "k", "version": 1}}, "source: it has 'bucket', 'key', 'version'"),
    ({"source": {PASTED: 1}}, "source: it has '-----BEGIN"),
    ({"source": {"distributionId": "E/1", "version": 1}}, "source.distributionId: 'E/1'"),
    ({"source": {"distributionId": "E1", "version": 0}}, "source.version: it is a number"),
    ({"source": {"distributionId": "E1", "version": "3"}}, "source.version: '3'"),
    ({"source": {"distributionId": "E1", "version": True}}, "source.version: it is true or false"),
    ({"source": {"distributionId": "E1", "snapshot": "before launch"}}, "source.snapshot: 'before launch'"),
    ({"source": {"bucket": "", "key": "k"}}, "source.bucket: ''"),
    ({"source": {"bucket": "b", "key": None}}, "source.key: it is missing"),
    ({"keep": "aliases"}, "keep: 'aliases'; give a list"),
    ({"keep": ["aliases", "Comment"]}, "keep[1]: 'Comment'; choose from callerReference, staging"),
    ({"keep": [["aliases"]]}, "keep[0]: it is a list"),
    ({"approval": "maybe"}, "approval: 'maybe'; give none or required"),
    ({"approval": True}, "approval: it is true or false"),
    ({"approvalSeconds": 59}, "approvalSeconds: it is 59; give a whole number of seconds from 60 to 604800"),
    ({"approvalSeconds": 604_801}, "approvalSeconds: it is 604801"),
    ({"approvalSeconds": "86400"}, "approvalSeconds: '86400'"),
    ({"onFailure": "rollback"}, "onFailure: 'rollback'; give revert or stop or continue"),
    ({"dryRun": "yes"}, "dryRun: 'yes'; give true or false"),
    ({"notificationTopic": "changes"}, "notificationTopic: 'changes'"),
    ({"strategy": None}, "strategy: it is missing; give an object with a type"),
    ({"strategy": "canary"}, "strategy: 'canary'"),
    ({"strategy": {}}, "strategy.type: it is missing; give allAtOnce or oneByOne or canary"),
    ({"strategy": {"type": "Canary"}}, "strategy.type: 'Canary'"),
    ({"strategy": {"type": ["canary"]}}, "strategy.type: it is a list"),
    ({"strategy": {"type": "canary", "weigth": 0.1}}, "strategy.weigth: there is no such field"),
    ({"strategy": {"type": "canary", "weight": 0}}, "strategy.weight: it is 0; give a share of requests above 0"),
    ({"strategy": {"type": "canary", "weight": 0.16}}, "strategy.weight: it is 0.16"),
    ({"strategy": {"type": "canary", "weight": 15}}, "strategy.weight: it is 15"),
    ({"strategy": {"type": "canary", "weight": "10 %"}}, "strategy.weight: '10 %'"),
    ({"strategy": {"type": "canary", "weight": True}}, "strategy.weight: it is true or false"),
    ({"strategy": {"type": "oneByOne", "weight": 0.1}}, "strategy.weight: only the strategy canary"),
    (
        {"strategy": {"type": "oneByOne", "headers": {"aws-cf-cd-try": "1"}}},
        "strategy.headers: only the strategy canary",
    ),
    (
        {"strategy": {"type": "canary", "weight": 0.1, "headers": {"aws-cf-cd-try": "1"}}},
        "strategy.headers: give this or weight",
    ),
    ({"strategy": {"type": "canary", "headers": {"x-try": "1"}}}, "strategy.headers: 'x-try'; the header's name must"),
    ({"strategy": {"type": "canary", "headers": {"aws-cf-cd-": "1"}}}, "strategy.headers: 'aws-cf-cd-'"),
    ({"strategy": {"type": "canary", "headers": {"aws-cf-cd-a b": "1"}}}, "strategy.headers: 'aws-cf-cd-a b'"),
    ({"strategy": {"type": "canary", "headers": {"aws-cf-cd-a": ""}}}, "strategy.headers: the value of aws-cf-cd-a"),
    ({"strategy": {"type": "canary", "headers": {"aws-cf-cd-a": 1}}}, "strategy.headers: the value of aws-cf-cd-a"),
    ({"strategy": {"type": "canary", "headers": {}}}, "strategy.headers: it has 0 headers"),
    (
        {"strategy": {"type": "canary", "headers": {"aws-cf-cd-a": "1", "aws-cf-cd-b": "1"}}},
        "strategy.headers: it has 2 headers; give one",
    ),
    ({"strategy": {"type": "canary", "headers": ["aws-cf-cd-a"]}}, "strategy.headers: it is a list"),
    ({"strategy": {"type": "canary", "bakeSeconds": 59}}, "strategy.bakeSeconds: it is 59"),
    ({"strategy": {"type": "canary", "bakeSeconds": 60.5}}, "strategy.bakeSeconds: it is 60.5"),
    ({"strategy": {"type": "allAtOnce", "bakeSeconds": -1}}, "strategy.bakeSeconds: it is -1"),
    (
        {"strategy": {"type": "allAtOnce", "bakeSeconds": 0, "alarmNames": ["5xx"]}},
        "strategy.bakeSeconds: it is 0; give a whole number of seconds from 60",
    ),
    ({"strategy": {"type": "canary", "alarmNames": "5xx"}}, "strategy.alarmNames: '5xx'"),
    ({"strategy": {"type": "canary", "alarmNames": ["5xx", ""]}}, "strategy.alarmNames[1]: ''"),
    ({"strategy": {"type": "canary", "alarmNames": ["a" * 256]}}, "strategy.alarmNames[0]: 'aaa"),
    ({"strategy": {"type": "canary", "alarmNames": ["a\nb"]}}, "strategy.alarmNames[0]: 'a\\u000ab'"),
    ({"strategy": {"type": "canary", "alarmNames": [f"a{n}" for n in range(101)]}}, "strategy.alarmNames: it has 101"),
    ({"dryrun": True}, "dryrun: there is no such field; the fields are approval"),
]


@pytest.mark.parametrize(("changes", "says"), REFUSED, ids=[says[:60] for _, says in REFUSED])
def test_what_is_wrong_is_refused_by_its_name(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidInput) as raised:
        parse_request({**MINIMAL, **changes})

    assert str(raised.value).startswith(says)
    assert len(str(raised.value)) < 1_000


@pytest.mark.parametrize(("changes", "says"), REFUSED, ids=[says[:60] for _, says in REFUSED])
def test_the_schema_refuses_it_too(changes: dict[str, Any], says: str) -> None:
    assert not is_valid({**MINIMAL, **changes})
