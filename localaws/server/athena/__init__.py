"""Athena: statements are run by DuckDB over the objects of the embedded S3, with the caller's permissions.

Replaces MiniStack's Athena, which translates statements, reads every object there is as nobody, and counts the bytes of
the answer as scanned; its table of workgroups stays. `tables`, `planning`, `engine` and `local` need no server.
"""

from __future__ import annotations

from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    from ministack.services import athena

    from localaws.server import front_door
    from localaws.server.athena import calls, operations, outcomes
    from localaws.server.seams import on_reset, wrap

    answering = operations.service(settings)
    wrap(athena, "handle_request", lambda _: answering.handle_request)
    for forget in (operations.forget, outcomes.forget):
        on_reset(athena, forget)
    outcomes.serve()
    front_door.add(calls.noted)
