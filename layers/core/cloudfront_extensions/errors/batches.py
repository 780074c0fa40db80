"""Batches of domains, their rows and names."""

from __future__ import annotations

from cloudfront_extensions.errors.base import InvalidInput


class InvalidDomainName(InvalidInput):
    """A text is not a host name that a certificate can be issued for.

    `position` is where in the text the trouble stands, counted in characters from 1; None where it is all of it.
    """

    next_action = "Correct the name in its row and start a job for it."

    def __init__(self, message: str, position: int | None = None) -> None:
        super().__init__(message)
        self.position = position


class InvalidRow(InvalidInput):
    """A row of a batch lacks a value, has one too many, or one that its column does not take."""

    next_action = "Correct the row and start a job for it."


class KeyExposed(InvalidInput):
    """A private key or certificate stands itself where only the reference to a staged bundle belongs; it is never quoted."""

    next_action = (
        "Treat the key as exposed, for many can read what was started: get a certificate for a new key, stage the two with "
        "python -m cloudfront_extensions.stage_bundle, and give the reference that it prints."
    )


class DuplicateName(InvalidInput):
    """A name stands in an earlier row of the batch as well; one name has one distribution."""

    next_action = "Leave the name in one row alone, and start a job for the corrected row."


class TooManyNames(InvalidInput):
    """A row has more names than a certificate or a distribution may have under the account's quotas."""

    next_action = "Spread the names over several rows, or ask AWS for a higher quota in Service Quotas."


class InvalidBatch(InvalidInput):
    """A batch can't be read as a whole: not found, too large, not text, without a header or without rows."""

    next_action = "Correct the file and start again; nothing was created."


class InvalidHeader(InvalidBatch):
    """The first line of a CSV batch does not name the columns as documented."""

    next_action = "Correct the first line of the file and start again; nothing was created."


class NotUtf8(InvalidBatch):
    """A batch holds bytes that are not UTF-8 text."""

    next_action = "Save the file as UTF-8 and start again; nothing was created."


class EmptyBatch(InvalidBatch):
    """A batch has no row."""

    next_action = "Write at least one row and start again; nothing was created."


class BatchTooLarge(InvalidBatch):
    """A batch has more rows or bytes than one job takes."""

    next_action = (
        "Split the file, start one job for each part, each with a request token of its own; nothing was created."
    )


class BatchRefused(InvalidInput):
    """Preflight found errors and the job does not skip faulty rows, or a quota would be exceeded."""

    next_action = "Read the preflight report, correct what it lists, and start again; nothing was created."
