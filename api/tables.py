"""The tables of docs/api.md: who may do what, and which types of problems there are."""

from __future__ import annotations

import re
from collections.abc import Iterator

from api.raised import raised_by
from cloudfront_extensions import errors
from cloudfront_extensions.errors import CloudFrontExtensionsError
from cloudfront_extensions.operations.access import OPERATIONS, Group
from cloudfront_extensions.problems import status_of, type_of

_PLACE = "<!-- {0} -->\n{1}<!-- end of {0} -->"


def filled_in(guide: str) -> str:
    """The guide with its tables as they are now, each between its two marks."""
    for name, table in (("operations", _operations()), ("problems", _problems())):
        place = re.compile(_PLACE.format(name, ".*?"), re.DOTALL)
        text = "".join(f"{line}\n" for line in table)
        guide = place.sub(lambda _, name=name, text=text: _PLACE.format(name, text), guide)  # type: ignore[misc]
    return guide


def _operations() -> Iterator[str]:
    yield "| operation | REST | GraphQL | " + " | ".join(Group) + " |"
    yield "|---|---|---|" + ":-:|" * len(Group)
    for operation in OPERATIONS.values():
        may = ("yes" if group in operation.groups else "no" for group in Group)
        graphql = f"`{operation.graphql_type}.{operation.graphql_field}`"
        yield f"| `{operation.name}` | `{operation.method} {operation.path}` | {graphql} | {' | '.join(may)} |"


def _problems() -> Iterator[str]:
    told = {error for operation in OPERATIONS.values() for error in raised_by(operation, has_body=True)}
    told |= {errors.NoSuchRoute}
    yield "| type | status | |"
    yield "|---|---|---|"
    for error in sorted(told, key=lambda one: (status_of(one), one.__name__)):
        yield f"| `{type_of(error).rsplit(':', 1)[1]}` | {status_of(error)} | {_meaning(error)} |"
    yield "| `refused-by-gateway` | 4xx | API Gateway refused it; `detail` has its words, and there is no `status`. |"
    yield "| `too-many-requests` | 429 | The API takes no more requests at the moment; `Retry-After` says when it does. |"
    yield "| `unexpected-error` | 500 | Something went wrong that nobody had thought of; the log knows more. |"
    yield "| `time-out` | 504 | It took longer than 29 seconds; read what became of it before you send it again. |"


def _meaning(error: type[CloudFrontExtensionsError]) -> str:
    return (error.__doc__ or "").partition("\n\n")[0].replace("\n", " ").replace("    ", "").strip()
