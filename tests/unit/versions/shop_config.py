"""The example configuration that the tests of this folder change."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Config = dict[str, Any]

SOURCE_FILE = Path(__file__).parents[3] / "events/distribution_creation/source_config.json"


def shop_config() -> Config:
    """A fresh copy: two origins, behaviors for /api/*, /assets/* and *.ico, CloudFront's own certificate."""
    config: Config = json.loads(SOURCE_FILE.read_text(encoding="utf-8"))
    return config


def patterns(config: Config) -> list[str]:
    return [behavior["PathPattern"] for behavior in config["CacheBehaviors"]["Items"]]
