"""Functions run on an interpreter of their own, and see what Lambda gives them and nothing of the server.

MiniStack runs every `python*` function on the server's interpreter, with the server's packages and variables in reach.
"""

from __future__ import annotations

from pathlib import Path

from ministack.core import lambda_runtime

from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    worker = Path(__file__).with_name("worker.py").read_text()
    detect_stock = lambda_runtime._detect_runtime_binary

    def detect(runtime: str) -> tuple[str, str]:
        """The program that runs a function of this runtime, and the text of its worker script."""
        if runtime.startswith("python3."):
            return settings.function_interpreter, worker
        stock: tuple[str, str] = detect_stock(runtime)
        return stock

    lambda_runtime._detect_runtime_binary = detect
