"""A distribution from the options of `serve`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Iterator, Sequence
from itertools import chain
from pathlib import Path
from typing import Any

from extensions.harness.emulator.behaviors import AttachedFunction, Behavior, Distribution
from extensions.harness.emulator.origins import ECHO, Origin, origin_at
from extensions.harness.emulator.policies import ALL, NONE, CachePolicy, OriginRequestPolicy, Selection
from extensions.harness.folders import EdgeFunction, code_with, read_extension, read_file
from extensions.harness.rules import code_violations, store_violations

EVERYTHING = "*"
SELECTED = ("query", "headers", "cookies")
SECONDS = ("minimum", "default", "maximum")
OF_EXTENSIONS = ("parameter", "key_value", "key_values", "secret", "network")
"""Options that begin with the slug of the extension that they are for."""


class OptionsAreWrong(Exception):
    """What is asked for makes no distribution; the message says which option to change."""


def distribution_of(arguments: argparse.Namespace) -> Distribution:
    """Raises OptionsAreWrong, OSError where a file can't be read, and what `folders` raises."""
    attached: dict[str, dict[str, AttachedFunction]] = {}
    slugs = set()
    for folder in arguments.folders:
        path, _, pattern = folder.partition("@")
        slug, functions = _read_functions(Path(path))
        slugs.add(slug)
        _attach(attached.setdefault(pattern or EVERYTHING, {}), _deployed(slug, functions, arguments), folder)
    _refuse_options_of_others(arguments, slugs)
    origins = _origins(arguments.origin)
    cache = CachePolicy(**_policy("--cache", arguments.cache, SECONDS))
    origin_request = OriginRequestPolicy(**_policy("--forward", arguments.forward, ()))
    last = attached.pop(EVERYTHING, {})
    distribution = Distribution(
        origins=origins,
        behaviors=[
            Behavior(next(iter(origins)), pattern, functions, cache, origin_request)
            for pattern, functions in (*attached.items(), (EVERYTHING, last))
        ],
    )
    for violation in distribution.violations():
        raise OptionsAreWrong(str(violation))
    return distribution


def _attach(to: dict[str, AttachedFunction], functions: dict[str, AttachedFunction], folder: str) -> None:
    for event, function in functions.items():
        if event in to:
            what = f"{folder}: {event} has {to[event].name} already"
            raise OptionsAreWrong(f"{what}; compose the two into one, or give one a path of its own: folder@/path/*")
        to[event] = function


def _read_functions(path: Path) -> tuple[str, Sequence[EdgeFunction]]:
    """Those of an extension's folder with its slug, or anyone's in a file with the name of the folder that it is in."""
    if path.is_file():
        return path.resolve().parent.name, [read_file(path)]
    extension = read_extension(path)
    return extension.slug, extension.functions


def _deployed(
    slug: str, functions: Sequence[EdgeFunction], arguments: argparse.Namespace
) -> dict[str, AttachedFunction]:
    """By event, with the parameters in the code and beside it what it may read."""
    parameters = dict(_pairs(slug, "parameter", arguments))
    from_files = (_keys(file).items() for file in _of(slug, "key_values", arguments))
    store = dict(chain(*from_files, _pairs(slug, "key_value", arguments)))
    deployed = {}
    for function in functions:
        code = code_with(function, parameters)
        if function.language == "javascript":
            for violation in chain(code_violations(code), store_violations(store)):
                raise OptionsAreWrong(f"{function.path}: {violation}")
        deployed[function.event] = AttachedFunction(
            name=f"{slug}/{function.path.name}",
            language=function.language,
            code=code,
            key_value_store=store,
            secrets=dict(_pairs(slug, "secret", arguments)),
            network=[one for file in _of(slug, "network", arguments) for one in _answers(file)],
            timeout=function.timeout,
        )
    return deployed


def _keys(file: str) -> dict[str, str]:
    keys = _json(file)
    if not isinstance(keys, dict) or not all(isinstance(value, str) for value in keys.values()):
        raise OptionsAreWrong(f"{file}: make it a JSON object whose values are strings")
    return keys


def _answers(file: str) -> list[dict[str, Any]]:
    answers = _json(file)
    if not isinstance(answers, list) or not all(isinstance(answer, dict) for answer in answers):
        raise OptionsAreWrong(f"{file}: make it a JSON list of answers, as `network` of a case is")
    return answers


def _json(file: str) -> object:
    try:
        return json.loads(Path(file).read_text(encoding="utf-8"))
    except json.JSONDecodeError as error:
        raise OptionsAreWrong(f"{file}: is no JSON: {error}") from error


def _of(slug: str, option: str, arguments: argparse.Namespace) -> Iterator[str]:
    """What follows `slug:` in an option that may be given several times."""
    for text in getattr(arguments, option):
        owner, _, rest = text.partition(":")
        if owner == slug:
            yield rest


def _pairs(slug: str, option: str, arguments: argparse.Namespace) -> Iterator[tuple[str, str]]:
    for text in _of(slug, option, arguments):
        name, equals, value = text.partition("=")
        if not equals:
            raise OptionsAreWrong(f"--{option.replace('_', '-')} {slug}:{text}: write {slug}:name=value")
        yield name, value


def _refuse_options_of_others(arguments: argparse.Namespace, slugs: set[str]) -> None:
    for option in OF_EXTENSIONS:
        for text in getattr(arguments, option):
            if text.partition(":")[0] not in slugs:
                served = ", ".join(sorted(slugs))
                raise OptionsAreWrong(
                    f"--{option.replace('_', '-')} {text}: begin it with one of {served}, and a colon"
                )


def _origins(given: Sequence[str]) -> dict[str, Origin]:
    """By id; the first is the one that behaviors name. Without any, requests are echoed."""
    origins = {}
    for number, text in enumerate(given, start=1):
        name, equals, place = text.partition("=")
        if not equals or "/" in name:
            name, place = f"origin-{number}", text
        origins[name] = origin_at(name, place)
    return origins or {ECHO.id: ECHO}


def _policy(option: str, given: Sequence[str], seconds: Sequence[str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for text in given:
        name, _, which = text.partition("=")
        if name in SELECTED:
            values[name] = _selection(name, which)
        elif name in seconds and which.isdigit():
            values[name] = int(which)
        else:
            allowed = [f"{one}=all|none|a,b" for one in SELECTED] + [f"{one}=<seconds>" for one in seconds]
            raise OptionsAreWrong(f"{option} {text}: write one of {', '.join(allowed)}")
    return values


def _selection(name: str, which: str) -> Selection:
    if which in ("all", "none"):
        return ALL if which == "all" else NONE
    names = which.lower() if name == "headers" else which
    return Selection(names=frozenset(filter(None, names.split(","))))
