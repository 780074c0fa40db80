"""Put our functions in the place of MiniStack's, by name, so that a missing name stops the server at its start."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any


def wrap(module: ModuleType, name: str, wrapper: Callable[[Any], Any]) -> None:
    """Replace `module.name` by `wrapper(what it was)`. Raises AttributeError when the module has no such name."""
    setattr(module, name, wrapper(getattr(module, name)))


def on_reset(module: ModuleType, forget: Callable[[], None]) -> None:
    """Call `forget` whenever `POST /_ministack/reset` resets the module."""

    def also_forget(stock_reset: Callable[[], None]) -> Callable[[], None]:
        def reset() -> None:
            stock_reset()
            forget()

        return reset

    wrap(module, "reset", also_forget)


def provide_type(name: str, handlers: dict[str, Any]) -> None:
    """Answer for a CloudFormation type, in threads of its own: other types are called on the server's event loop."""
    from ministack.services.cloudformation import provisioners, stacks

    def also_ours(stock: Callable[[str], bool]) -> Callable[[str], bool]:
        return lambda resource_type: resource_type == name or stock(resource_type)

    provisioners._RESOURCE_HANDLERS[name] = handlers
    wrap(stacks, "_runs_on_worker_thread", also_ours)
