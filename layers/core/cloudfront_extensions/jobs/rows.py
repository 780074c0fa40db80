"""What a batch says, row by row: the rows that can be used, and what is wrong with those that can't."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from cloudfront_extensions.certificates.key_bundle_reference import KeyBundleReference
from cloudfront_extensions.certificates.request import KeyAlgorithm
from cloudfront_extensions.errors import CloudFrontExtensionsError, InvalidBatch


class Column(StrEnum):
    """The columns of a CSV batch, and the keys of a row in JSON."""

    DOMAIN_NAME = "domainName"
    SUBJECT_ALTERNATIVE_NAMES = "subjectAlternativeNames"
    ORIGIN_DOMAIN_NAME = "originDomainName"
    KEY_ALGORITHM = "keyAlgorithm"
    HOSTED_ZONE_ID = "hostedZoneId"
    COMMENT = "comment"
    KEY_BUNDLE = "keyBundle"
    CERTIFICATE_ARN = "certificateArn"


@dataclass(frozen=True, slots=True)
class Row:
    """One usable row, normalised: a set of names that gets one distribution."""

    line: int
    """Line of the file where the row begins (the header is line 1), or position in the list, from 1."""
    names: tuple[str, ...]
    """All names, the row's `domainName` first, none twice; an import row may have none: those of its certificate."""
    origin_domain_name: str | None = None
    key_algorithm: KeyAlgorithm | None = None
    hosted_zone_id: str | None = None
    comment: str | None = None
    key_bundle: KeyBundleReference | None = None
    """Where the certificate to import is staged; None: ACM is asked for one."""
    import_into: str | None = None
    """ARN of the imported certificate whose content the bundle replaces."""

    @property
    def domain_name(self) -> str:
        return self.names[0] if self.names else ""


@dataclass(frozen=True, slots=True)
class FaultyRow:
    """A row that can't be used; its faults are found by its line."""

    line: int
    domain_name: str
    """The row's `domainName` as it was written, made printable and cut to a name's length; empty where a key was pasted."""


@dataclass(frozen=True, slots=True)
class Fault:
    """Something in a batch that keeps one row, or the batch as a whole, from being used."""

    line: int | None
    """As in `Row`; None where it is about no line, such as a file that is too large."""
    error: type[CloudFrontExtensionsError]
    message: str
    column: str | None = None
    """The column's name, where the fault is in one value."""
    position: int | None = None
    """Where in the value, in characters from 1; for bytes that are not UTF-8, where in the line, in bytes from 1."""

    @property
    def code(self) -> str:
        return self.error.__name__

    @property
    def spoils_batch(self) -> bool:
        """Whether nothing of the batch can be relied on: skipping this row would not do."""
        return issubclass(self.error, InvalidBatch)


class WarningCode(StrEnum):
    OVERLAPPING_NAMES = "OverlappingNames"
    REPEATED_NAME = "RepeatedName"
    NAMES_PARTLY_HOSTED = "NamesPartlyHosted"


@dataclass(frozen=True, slots=True)
class RowWarning:
    """Something in a batch that is worth a look and stops nothing."""

    line: int
    code: WarningCode
    message: str
    column: str | None = None


@dataclass(frozen=True, slots=True)
class Batch:
    rows: tuple[Row, ...] = ()
    faulty_rows: tuple[FaultyRow, ...] = ()
    faults: tuple[Fault, ...] = ()
    """In the order of their lines."""
    warnings: tuple[RowWarning, ...] = ()

    @property
    def size(self) -> int:
        return len(self.rows) + len(self.faulty_rows)
