"""The semantic diff of two configurations, beside difflib on the same pair as indented JSON.

difflib gets its lines ready-made, and its answer would still have to be understood.
"""

from __future__ import annotations

import copy
import difflib
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any

from cloudfront_extensions.versions.content import canonical
from cloudfront_extensions.versions.diff import diff
from localaws.instance import PROJECT

RUNS = 25
LARGE = 500_000
"""Bytes of JSON without spaces: some 600 cache behaviors, where CloudFront's quota is 75."""
AIM = 5
"""Milliseconds for the large pair."""
SOURCE = PROJECT / "events/distribution_creation/source_config.json"


@dataclass(frozen=True, slots=True)
class ConfigDiff:
    pair: str
    bytes: int
    """Of one configuration as JSON without spaces."""
    behaviors: int
    changes: int
    diff_milliseconds: float
    """Processor time of the fastest run, as of difflib: the others tell of what else the machine did (Python's `timeit`)."""
    difflib_milliseconds: float
    ratio: float
    """difflib's time in times of the diff's."""


def run() -> list[ConfigDiff]:
    small: dict[str, Any] = json.loads(SOURCE.read_text(encoding="utf-8"))
    return [_measured("small", small), _measured("large", _enlarged(small))]


def _measured(pair: str, config: dict[str, Any]) -> ConfigDiff:
    text = json.dumps(config, separators=(",", ":"))
    before, after = json.loads(text), _changed(json.loads(text))
    was, now = (json.dumps(canonical(each), indent=2, sort_keys=True).splitlines() for each in (before, after))
    ours = _milliseconds(lambda: diff(before, after))
    theirs = _milliseconds(lambda: list(difflib.unified_diff(was, now)))
    return ConfigDiff(
        pair=pair,
        bytes=len(text),
        behaviors=len(config["CacheBehaviors"]["Items"]),
        changes=len(diff(before, after)),
        diff_milliseconds=round(ours, 2),
        difflib_milliseconds=round(theirs, 2),
        ratio=round(theirs / ours, 1),
    )


def _enlarged(config: dict[str, Any]) -> dict[str, Any]:
    """The same with so many more behaviors that it has LARGE bytes."""
    large = copy.deepcopy(config)
    behaviors = large["CacheBehaviors"]["Items"]
    model, size = behaviors[0], len(json.dumps(large, separators=(",", ":")))
    for number in count():
        if size >= LARGE:
            break
        function = {
            "EventType": "viewer-request",
            "FunctionARN": f"arn:aws:cloudfront::123456789012:function/f{number}",
        }
        own = {"PathPattern": f"/shops/{number:04d}/*", "FunctionAssociations": {"Quantity": 1, "Items": [function]}}
        behaviors.append({**copy.deepcopy(model), **own})
        size += len(json.dumps(behaviors[-1], separators=(",", ":"))) + 1
    large["CacheBehaviors"]["Quantity"] = len(behaviors)
    return large


def _changed(config: dict[str, Any]) -> dict[str, Any]:
    """What a day of work may change: members of every thirtieth behavior, one new, one gone, two in another order."""
    behaviors = config["CacheBehaviors"]["Items"]
    for behavior in behaviors[::30]:
        behavior["ViewerProtocolPolicy"] = "https-only"
    behaviors.insert(1, {**behaviors[0], "PathPattern": "/new/*"})
    behaviors.append(behaviors.pop(0))
    del behaviors[2]
    config["CacheBehaviors"]["Quantity"] = len(behaviors)
    config["Aliases"] = {"Quantity": 1, "Items": ["shop.example.com"]}
    config["Comment"] = "changed"
    return config


def _milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(RUNS):
        began = time.process_time()
        work()
        times.append((time.process_time() - began) * 1000)
    return min(times)
