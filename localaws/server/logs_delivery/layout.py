"""Where in a bucket a delivered file lies: after "Send logs to Amazon S3" of CloudFront's guide to standard logging v2."""

from __future__ import annotations

import re
from datetime import datetime

from localaws.server.aws_json import ServiceError

HIVE_NAMES = {"yyyy": "year", "MM": "month", "dd": "day", "HH": "hour", "accountid": "accountid"}
"""By which name a variable stands in Hive-compatible paths; ids of distributions stand there under their own."""
VARIABLES = {*HIVE_NAMES, "DistributionId", "distributionid"}
_VARIABLE = re.compile(r"\{([^{}]*)\}")


def check(path: str, *, is_hive: bool) -> None:
    """Raises ServiceError for a suffix path that CloudFront does not deliver to."""
    unknown = set(_VARIABLE.findall(path)) - VARIABLES
    # Of Hive-compatible paths CloudFront writes the names itself.
    if unknown or (is_hive and "=" in path):
        raise ServiceError("ValidationException", "Provided suffixPath is invalid")


def folder(
    destination_arn: str, path: str, account: str, distribution_id: str, moment: datetime, *, is_hive: bool
) -> str:
    """`bucket/prefix/…`, without a slash at its end. A bucket without a prefix gets one of CloudFront's own."""
    bucket, _, prefix = destination_arn.rpartition(":")[2].partition("/")
    own = f"AWSLogs/{'aws-account-id=' if is_hive else ''}{account}/CloudFront"
    values = {
        "yyyy": f"{moment:%Y}",
        "MM": f"{moment:%m}",
        "dd": f"{moment:%d}",
        "HH": f"{moment:%H}",
        "accountid": account,
        "DistributionId": distribution_id,
        "distributionid": distribution_id,
    }

    def value(found: re.Match[str]) -> str:
        name = HIVE_NAMES.get(found[1], found[1])
        return f"{name}={values[found[1]]}" if is_hive else values[found[1]]

    parts = (bucket, prefix.strip("/") or own, _VARIABLE.sub(value, path).strip("/"))
    return "/".join(part for part in parts if part)
