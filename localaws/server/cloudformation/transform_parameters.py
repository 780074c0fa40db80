"""The SAM transform is given the values of the template's parameters, as on AWS; MiniStack gives it none.

Without them it takes the defaults: code with a parameter baked in never changes, and has no new version. It also means,
here as there, that a placeholder of `Fn::Sub` with the name of a parameter has the parameter's value inside a serverless
resource, whatever the map of the same `Fn::Sub` says.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from ministack.services.cloudformation import changesets, engine, handlers

from localaws.server.seams import wrap
from localaws.server.settings import Settings

Template = dict[str, Any]

_values: ContextVar[dict[str, Any]] = ContextVar("values", default={})  # noqa: B039 - never changed in place


def install(settings: Settings) -> None:
    for module in (engine, handlers, changesets):
        wrap(module, "_apply_transforms", with_values)


@functools.cache
def hook() -> None:
    """When the first template asks for it: importing the transform takes as long as starting the server."""
    from samtranslator.translator import transform as sam

    wrap(sam, "transform", given_values)


def with_values(stock: Callable[..., Template]) -> Callable[..., Template]:
    def apply_transforms(template: Template, provided: Any = None, previous: Any = None) -> Template:
        if engine._SAM_TRANSFORM in engine.declared_transforms(template):
            hook()
        token = _values.set(engine._transform_parameters(template, provided, previous))
        try:
            return stock(template, provided, previous)
        finally:
            _values.reset(token)

    return apply_transforms


def given_values(stock: Callable[..., Template]) -> Callable[..., Template]:
    def transform(fragment: Template, parameters: dict[str, Any], *more: Any, **named: Any) -> Template:
        return stock(fragment, {**_values.get(), **parameters}, *more, **named)

    return transform
