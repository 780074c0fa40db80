"""docs/configuration-diff.md says what the tables say, and its example is what comes out."""

from __future__ import annotations

import json
import re
from pathlib import Path

from cloudfront_extensions.versions.diff import diff
from cloudfront_extensions.versions.risk import RISKS, Risk
from cloudfront_extensions.versions.shape import BEHAVIORS, LISTS
from cloudfront_extensions.versions.text import lines
from tests.json_patching import patched
from tests.unit.versions.shop_config import shop_config

TEXT = (Path(__file__).parents[3] / "docs/configuration-diff.md").read_text(encoding="utf-8")


def rows(first_heading: str) -> list[str]:
    """The rows of the table with this first heading."""
    table = TEXT.split(f"| {first_heading} |", 1)[1].split("\n\n", 1)[0]
    return table.split("\n")[2:]


def code_block(kind: str) -> str:
    found = re.search(rf"```{kind}\n(.*?)```", TEXT, re.DOTALL)
    assert found
    return found[1]


def for_one_behavior(places: list[str]) -> list[str]:
    """Places of the default behavior stand for those of all behaviors."""
    default, other = BEHAVIORS
    return [
        place.replace(default, "(behavior)")
        for place in places
        if not (place == other or place.startswith(f"{other}."))
    ]


def test_the_table_of_lists() -> None:
    assert rows("list") == [
        f"| `{place}` | {LISTS[original].kind} | {f'`{key}`' if (key := LISTS[original].key) else ''} |"
        for place in for_one_behavior([*LISTS])
        for original in [place.replace("(behavior)", BEHAVIORS[0])]
    ]


def test_the_table_of_risks() -> None:
    places: dict[tuple[str, str], list[str]] = {}
    for risk in reversed(Risk):
        for place, assessment in RISKS.items():
            if assessment.risk == risk:
                places.setdefault(assessment, []).append(place)

    assert rows("risk") == [
        f"| {risk} | {reason} | {', '.join(f'`{place}`' for place in for_one_behavior(those))} |"
        for (risk, reason), those in places.items()
    ]


def test_the_example() -> None:
    after = patched(shop_config(), json.loads(code_block("json")))

    assert lines(diff(shop_config(), after)) == code_block("text").splitlines()
