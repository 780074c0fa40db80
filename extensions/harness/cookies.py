"""Cookies as headers carry them."""

from __future__ import annotations

from collections.abc import Iterable

from extensions.harness.messages import Cookie, Cookies


def cookie_header(cookies: Cookies) -> str:
    """The value of a request's `cookie`."""
    return "; ".join(f"{name}={cookie.value}" for name, several in cookies.items() for cookie in several)


def read_cookie_headers(values: Iterable[str]) -> dict[str, tuple[Cookie, ...]]:
    cookies: dict[str, tuple[Cookie, ...]] = {}
    for pair in (pair.strip() for value in values for pair in value.split(";")):
        if pair:
            name, _, value = pair.partition("=")
            cookies[name] = (*cookies.get(name, ()), Cookie(value))
    return cookies


def set_cookie_headers(cookies: Cookies) -> list[str]:
    """The values of a response's `set-cookie`."""
    return [
        f"{name}={cookie.value}" + (f"; {cookie.attributes}" if cookie.attributes else "")
        for name, several in cookies.items()
        for cookie in several
    ]


def read_set_cookie_headers(values: Iterable[str]) -> dict[str, tuple[Cookie, ...]]:
    cookies: dict[str, tuple[Cookie, ...]] = {}
    for line in values:
        pair, _, attributes = line.partition(";")
        name, _, value = pair.strip().partition("=")
        cookies[name] = (*cookies.get(name, ()), Cookie(value, attributes.strip()))
    return cookies
