"""Rule 17: what CloudFront Functions and their key-value stores may hold."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from extensions.harness.rules.exchange import KIB, MIB
from extensions.harness.rules.violation import Violation

LARGEST_CODE = 10 * KIB
LARGEST_LOG = 10 * KIB
LARGEST_KEY = 512
LARGEST_VALUE = 1 * KIB
LARGEST_STORE = 5 * MIB
MOST_KEYS_OF_UPDATE = 50
LARGEST_UPDATE = 3 * MIB
STORES_OF_FUNCTION = 1
FUNCTIONS_OF_STORE = 10
FUNCTIONS_OF_ACCOUNT = 100
STORES_OF_ACCOUNT = 50


def code_violations(code: str) -> Iterator[Violation]:
    """Of the code as it is deployed: with its parameters in it."""
    if (length := len(code.encode())) > LARGEST_CODE:
        what = f"has {length:,} bytes with its parameters; CloudFront Functions take {LARGEST_CODE:,}"
        yield Violation(17, f"code: {what}: shorten it, or move data into a key-value store")


def log_violations(log: Sequence[str]) -> Iterator[Violation]:
    """Of the lines of one run; CloudFront cuts off what is beyond."""
    if (length := sum(len(line.encode()) + 1 for line in log)) > LARGEST_LOG:
        what = f"has {length:,} bytes; {LARGEST_LOG:,} are kept of a run: log one short line"
        yield Violation(17, f"log: {what}", is_warning=True)


def store_violations(contents: Mapping[str, str]) -> Iterator[Violation]:
    for key, value in contents.items():
        where = f"key-value store, key {key[:40]!r}"
        if not 0 < (length := len(key.encode())) <= LARGEST_KEY:
            yield Violation(17, f"{where}: the key has {length:,} bytes; make it 1 to {LARGEST_KEY}")
        if (length := len(value.encode())) > LARGEST_VALUE:
            yield Violation(17, f"{where}: the value has {length:,} bytes; {LARGEST_VALUE:,} are allowed: split it")
    if (total := _total(contents)) > LARGEST_STORE:
        yield Violation(17, f"key-value store: holds {total:,} bytes; {LARGEST_STORE:,} are allowed: drop keys")


def update_violations(changes: Mapping[str, str]) -> Iterator[Violation]:
    """Of one update of a store."""
    if len(changes) > MOST_KEYS_OF_UPDATE:
        what = f"has {len(changes)} keys; send at most {MOST_KEYS_OF_UPDATE} at a time"
        yield Violation(17, f"update of a key-value store: {what}")
    if (total := _total(changes)) > LARGEST_UPDATE:
        what = f"has {total:,} bytes; send at most {LARGEST_UPDATE:,} at a time"
        yield Violation(17, f"update of a key-value store: {what}")


def account_violations(stores_by_function: Mapping[str, Sequence[str]]) -> Iterator[Violation]:
    """Of all functions of an account, each with the stores that it reads."""
    if (count := len(stores_by_function)) > FUNCTIONS_OF_ACCOUNT:
        yield Violation(17, f"account: has {count} functions; {FUNCTIONS_OF_ACCOUNT} are allowed: delete some")
    readers: dict[str, int] = {}
    for function, stores in stores_by_function.items():
        if len(stores) > STORES_OF_FUNCTION:
            what = f"reads {len(stores)} key-value stores; {STORES_OF_FUNCTION} is allowed: put the keys into one"
            yield Violation(17, f"function {function}: {what}")
        for store in stores:
            readers[store] = readers.get(store, 0) + 1
    for store, count in readers.items():
        if count > FUNCTIONS_OF_STORE:
            what = f"is read by {count} functions; {FUNCTIONS_OF_STORE} are allowed: make a second store"
            yield Violation(17, f"key-value store {store}: {what}")
    if len(readers) > STORES_OF_ACCOUNT:
        what = f"has {len(readers)} key-value stores; {STORES_OF_ACCOUNT} are allowed: delete some"
        yield Violation(17, f"account: {what}")


def _total(contents: Mapping[str, str]) -> int:
    return sum(len(key.encode()) + len(value.encode()) for key, value in contents.items())
