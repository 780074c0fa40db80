"""A layer is unpacked once for the instance, and Python compiles it once: a function that starts cold finds both done.

MiniStack unpacks every layer into the folder of each process that it starts, hundreds of files each time.
"""

from __future__ import annotations

import hashlib
import threading
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zipfile import BadZipFile, LargeZipFile, ZipFile

from ministack.core import lambda_runtime

from localaws.server.settings import Settings

FOLDER_OF_A_LAYER = "layer_"
"""How MiniStack calls the folders that it unpacks layers into."""


def install(settings: Settings) -> None:
    unpacked = settings.state_directory / "layers"
    unpacking = threading.Lock()

    class SharedZipFile(ZipFile):
        """What MiniStack unpacks with: a layer's folder becomes a link to the one where the layer lies already."""

        def extractall(self, path: Any = None, *rest: Any) -> None:
            target = Path(path or ".")
            if not target.name.startswith(FOLDER_OF_A_LAYER) or self.filename is None:
                super().extractall(path, *rest)
                return
            shared = unpacked / hashlib.sha256(Path(self.filename).read_bytes()).hexdigest()
            with unpacking:
                if not shared.exists():
                    unpacked.mkdir(exist_ok=True)
                    super().extractall(target, *rest)
                    target.rename(shared)
                else:
                    target.rmdir()
            target.symlink_to(shared)

    lambda_runtime.zipfile = SimpleNamespace(ZipFile=SharedZipFile, BadZipFile=BadZipFile, LargeFileError=LargeZipFile)
