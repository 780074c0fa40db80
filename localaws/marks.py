"""`python -m localaws marks`: mark a text, such as a secret, and find out where it went.

From then on the instance looks for the text in every request and answer, in the inputs and outputs of states, in what
functions print, and in events, also where it is encoded ([how](server/records/marks.py)). The calls also bear `marked` in
`calls.jsonl`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from localaws.control import control
from localaws.instance import Instance
from localaws.tables import aligned


@dataclass(frozen=True, slots=True)
class Sighting:
    """A place where the marked text was seen, and how often."""

    mark: str
    sink: str
    """`call`, `state`, `log`, `event` or `invocation`."""
    who: str
    """The caller, the state machine, the function, or the source of the event."""
    what: str
    """The operation, the state, or the event's type; empty for a log."""
    direction: str
    """`request` and `answer`, `input` and `output`, or empty."""
    count: int


def mark(instance: Instance, text: str, name: str = "mark") -> None:
    """Look for this text from now on. Raises ControlRefused when it is too short to be told from others."""
    control(instance, "PUT", "marks", {"text": text, "name": name})


def forget(instance: Instance) -> None:
    """Look for nothing any more, and forget what was seen."""
    control(instance, "DELETE", "marks")


def sightings(instance: Instance) -> list[Sighting]:
    return [Sighting(**seen) for seen in control(instance, "GET", "marks")]


def add_options(parser: argparse.ArgumentParser) -> None:
    parser.description = (
        "Without an option: list where marked texts were seen. A text is looked for from the moment when it is marked."
    )
    parser.set_defaults(run=run)
    actions = parser.add_mutually_exclusive_group()
    actions.add_argument("--file", type=Path, help="mark the text of this file, without white space at its ends")
    actions.add_argument("--text", help="mark this text")
    actions.add_argument("--forget", action="store_true", help="forget the marks and what was seen of them")
    parser.add_argument("--as", dest="mark", metavar="NAME", default="mark", help="how a list calls it (%(default)s)")


def run(instance: Instance, chosen: argparse.Namespace) -> None:
    if chosen.forget:
        forget(instance)
    elif chosen.file:
        mark(instance, chosen.file.read_text().strip(), chosen.mark)
    elif chosen.text is not None:
        mark(instance, chosen.text, chosen.mark)
    else:
        found = sightings(instance)
        header = ("count", "mark", "sink", "who", "what", "direction")
        rows = [(str(seen.count), seen.mark, seen.sink, seen.who, seen.what, seen.direction) for seen in found]
        for line in aligned([header, *rows]):
            print(line)
