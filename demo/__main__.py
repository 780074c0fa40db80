"""Start the embedded AWS, deploy the application, and play three acts on it.

An onboarding, a change that is rolled back, and a day of logs that becomes metrics.
"""

from __future__ import annotations

import argparse
import os
import re
import sys
import time
from pathlib import Path

from rich.console import Console

from demo.onboarding import Onboarding
from demo.rolling_back import RollingBack
from demo.scene import prepare
from demo.stage import Stage
from demo.watching import Watching
from localaws import permissions
from localaws.deployment import build, deploy
from localaws.instance import Instance

TIME_SCALE = 0.00002
"""An hour passes in 0.07 s: the 72 hours that one certificate is waited for in vain, in 5 s."""
PICTURE_WIDTH = 120
"""Columns."""


def play(instance: Instance, console: Console) -> bool:
    """Whether everything came as it should."""
    console.print("\n[bold]Deploying template.yaml with sam deploy[/bold]")
    stage = Stage(instance, console, deploy(instance, parameters={"DomainConcurrency": "6"}))
    os.environ.update(instance.environment)
    stage.say("Setting the scene: a hosted zone, a source distribution, and an alias that somebody else has")
    scene = prepare(instance)
    came_right = (
        Onboarding(stage, scene.source_distribution_id).play() and RollingBack(stage).play() and Watching(stage).play()
    )
    return nothing_denied(stage) and came_right


def nothing_denied(stage: Stage) -> bool:
    """Whether the policies of the template were enough; says which statements are missing."""
    denied = permissions.denials(permissions.decisions(stage.instance))
    for denial in denied:
        stage.tell(permissions.in_words(denial), "red")
    return not denied


def without_web_fonts(svg: str) -> str:
    """The picture in the viewer's own fixed-width font: nothing is fetched to show it."""
    return re.sub(r"@font-face \{.*?\}", "", svg, flags=re.DOTALL)


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m demo", description=__doc__)
    parser.add_argument("--picture", metavar="FILE", help="also write what is shown to an SVG file")
    picture = parser.parse_args().picture
    console = Console(record=bool(picture), width=PICTURE_WIDTH if picture else None)
    began = time.monotonic()
    console.print("[bold]CloudFront Extensions[/bold] on the embedded AWS. Nothing leaves this machine.")
    build()
    with Instance("demo", time_scale=TIME_SCALE, certificate_validation_timeout=600) as instance:
        came_right = play(instance, console)
    console.print(f"\nTook {time.monotonic() - began:.0f} s. `make up` leaves it running for your own executions.")
    if picture:
        Path(picture).write_text(without_web_fonts(console.export_svg(title="make demo")))
    return 0 if came_right else 1


if __name__ == "__main__":
    sys.exit(main())
