"""A Lambda@Edge function as a module, for what cases can't show: time that passes, chance, and real connections."""

from __future__ import annotations

import types
from collections.abc import Mapping
from typing import Any

from extensions.catalog.folders import ROOT
from extensions.harness.folders import code_with, read_extension


def edge_module(slug: str, event: str, parameters: Mapping[str, str]) -> Any:
    function = read_extension(ROOT / slug).function_at(event)
    module = types.ModuleType("index")
    code = compile(code_with(function, parameters), str(function.path), "exec")
    exec(code, module.__dict__)  # noqa: S102 (the code under test, as Lambda gets it)
    return module
