"""The tags on everything that the library makes: its own, by which it finds again what it made, and the user's."""

from __future__ import annotations

import re

from cloudfront_extensions.errors import InvalidInput

TAG_PREFIX = "cloudfront-extensions:"
JOB_TAG = f"{TAG_PREFIX}job"
ITEM_TAG = f"{TAG_PREFIX}item"
DEPLOYMENT_TAG = f"{TAG_PREFIX}deployment"
USED_BY_TAG = f"{TAG_PREFIX}used-by"
"""On a certificate that one job made and an item of another has come to use: which item."""

MAXIMUM_TAGS = 46
"""A user's own, at most: ACM and CloudFront take 50 on a resource, and up to four are the library's."""

_ALLOWED = re.compile(r"[\w\s.:/=+@-]*")


def parse_tags(value: object, field: str = "tags") -> dict[str, str]:
    """A user's tags as workflows are given them; nothing given is none. The limits are those of AWS's tagging.

    Raises:
        InvalidInput: they are not texts, too many, too long, or use a reserved prefix. `field` names their place.
    """
    if value is None:
        return {}
    if not isinstance(value, dict) or not all(isinstance(text, str) for pair in value.items() for text in pair):
        raise InvalidInput(f'{field} must be an object of texts, such as {{"team": "web"}}')
    if len(value) > MAXIMUM_TAGS:
        raise InvalidInput(f"{field}: {len(value)} tags; {MAXIMUM_TAGS} fit beside the library's own four")
    for key, text in value.items():
        if not 1 <= len(key) <= 128 or len(text) > 256 or not _ALLOWED.fullmatch(key + text):
            raise InvalidInput(
                f"{field}.{key!r}: a key has 1 to 128 and a value at most 256 letters, digits, spaces, . : / = + @ - _"
            )
        if key.lower().startswith(("aws:", TAG_PREFIX)):
            raise InvalidInput(f"{field}.{key!r}: keys must not begin with aws: or {TAG_PREFIX}")
    return dict(value)


def with_own_tags(user_tags: dict[str, str], job_id: str, item_id: str) -> dict[str, str]:
    return {**user_tags, JOB_TAG: job_id, ITEM_TAG: item_id}


def used_by(job_id: str, item_id: str) -> str:
    """What USED_BY_TAG says of an item: 97 characters at most, of the 256 of a tag's value."""
    return f"{job_id}/{item_id}"
