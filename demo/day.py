"""Yesterday's requests to the domains of act one, as the log files that CloudFront would have delivered."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cloudfront_extensions.metrics.sources import Source
from demo import shop
from demo.stage import Stage
from logs.distributions import from_file
from logs.files import generate

HOURLY = (2, 1, 1, 1, 1, 2, 3, 5, 7, 8, 9, 9, 10, 9, 8, 8, 8, 9, 11, 12, 12, 9, 6, 4)
"""How much goes on in each hour of the day."""
LINES_EACH = 400
LINES = LINES_EACH * sum(HOURLY)
"""Requests of the day."""


def yesterday() -> datetime:
    """Its first moment, UTC."""
    return datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) - timedelta(days=1)


def deliver(stage: Stage, begins: datetime) -> int:
    """Put the files of all live distributions for a day into the logs bucket; how many."""
    distributions = [
        {"distributionId": one["Id"], "edgeDomain": one["DomainName"], "aliases": one["Aliases"].get("Items", [])}
        for page in stage.client("cloudfront").get_paginator("list_distributions").paginate()
        for one in page["DistributionList"].get("Items", [])
        if one["Aliases"].get("Items")
    ]
    # The first has most requests.
    distributions.sort(key=lambda one: shop.NAME not in one["aliases"])
    s3 = stage.client("s3")
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        files = [
            file
            for hour, share in enumerate(HOURLY)
            for file in generate(
                root,
                Source.STANDARD,
                from_file(distributions),
                seed=hour,
                lines=LINES_EACH * share,
                start=begins + timedelta(hours=hour),
                hours=1,
            )
        ]
        for file in files:
            key = file.relative_to(root).as_posix()
            s3.put_object(Bucket=stage.outputs["LogsBucket"], Key=key, Body=file.read_bytes())
    return len(files)
