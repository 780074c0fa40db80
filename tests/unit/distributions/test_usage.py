"""What a configuration shares with other distributions."""

from __future__ import annotations

import json
from pathlib import Path

from cloudfront_extensions.distributions.usage import SharedKind, SharedThing, shared_things

SOURCE_FILE = Path(__file__).parents[3] / "events/distribution_creation/source_config.json"
FUNCTION = "arn:aws:cloudfront::123456789012:function/redirects"


def test_everything_shared_is_found_once() -> None:
    found = shared_things(json.loads(SOURCE_FILE.read_text(encoding="utf-8")))

    assert found == {
        SharedThing(SharedKind.CACHE_POLICY, "83da9c7e-98b4-4e11-a168-04f0df8e2c65"),
        SharedThing(SharedKind.CACHE_POLICY, "4135ea2d-6df8-44a3-9df3-4b5a84be39ad"),
        SharedThing(SharedKind.CACHE_POLICY, "658327ea-f89d-4fab-a63d-7e88639e58f6"),
        SharedThing(SharedKind.ORIGIN_REQUEST_POLICY, "216adef6-5c7f-47e4-b989-5492eafa07d3"),
        SharedThing(SharedKind.ORIGIN_REQUEST_POLICY, "88a5eaf4-2fd4-4709-b370-b4c650ea3fcf"),
        SharedThing(SharedKind.RESPONSE_HEADERS_POLICY, "67f7725c-6f97-4210-82d7-5512b31e9d03"),
        SharedThing(SharedKind.RESPONSE_HEADERS_POLICY, "60669652-455b-4ae9-85a4-c4c02393f86c"),
        SharedThing(SharedKind.ORIGIN_ACCESS_CONTROL, "E3QWERTYSTATIC"),
    }


def test_functions_of_every_behavior_count() -> None:
    associations = {"Quantity": 1, "Items": [{"FunctionARN": FUNCTION, "EventType": "viewer-request"}]}
    config = {
        "DefaultCacheBehavior": {"FunctionAssociations": associations},
        "CacheBehaviors": {"Quantity": 1, "Items": [{"FunctionAssociations": associations}]},
        "Origins": {"Quantity": 0},
    }

    assert shared_things(config) == {SharedThing(SharedKind.FUNCTION, FUNCTION)}
