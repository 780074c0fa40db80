"""Reading one row: from the values as they were written to a usable row, or to all that is wrong with it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cloudfront_extensions.certificates.arn import parse_certificate_arn
from cloudfront_extensions.certificates.key_bundle_reference import KeyBundleReference, parse_key_bundle_text
from cloudfront_extensions.certificates.names import MAXIMUM_FIRST_NAME_BYTES, MAXIMUM_NAME_CHARACTERS, normalise, shown
from cloudfront_extensions.certificates.request import KeyAlgorithm
from cloudfront_extensions.distributions.config import MAXIMUM_COMMENT_CHARACTERS
from cloudfront_extensions.errors import (
    CloudFrontExtensionsError,
    InvalidDomainName,
    InvalidInput,
    InvalidRow,
    TooManyNames,
)
from cloudfront_extensions.jobs.rows import Column, Fault, FaultyRow, Row, RowWarning, WarningCode

MAXIMUM_ORIGIN_CHARACTERS = 128
"""CloudFront's limit on the domain name of an origin."""
_NAMES_LOOKED_AT = 100
"""No quota on names can be raised above this; what a row has beyond it is counted and not looked at."""
_HOSTED_ZONE_ID = re.compile(r"Z[A-Z0-9]{1,31}\Z")


@dataclass(frozen=True, slots=True)
class Written:
    """A value without the white space around it, and how many characters of its cell stand before it."""

    text: str
    offset: int = 0


@dataclass(frozen=True, slots=True)
class WrittenRow:
    """A row as a file holds it, before anybody asked whether its values make sense. Empty values are left out."""

    line: int
    cells: Mapping[Column, Written] = field(default_factory=dict)
    alternative_names: Sequence[Written] = ()
    faults: tuple[Fault, ...] = ()
    """What the format itself has against it."""
    misaligned: bool = False
    """Whether its values can't be told apart by column, or are not to be looked at."""


@dataclass(frozen=True, slots=True)
class Reading:
    row: Row | FaultyRow
    names: tuple[str, ...]
    """The names that could be read, of a faulty row as well."""
    domain_name: str | None
    """The first of them, if it was the row's `domainName`."""
    import_places: Mapping[Column, str]
    """What no other row may name as well: the bundle, and the certificate to import into; of a faulty row too."""
    faults: tuple[Fault, ...]
    warnings: tuple[RowWarning, ...]


def read_row(written: WrittenRow, names_per_certificate: int) -> Reading:
    """Everything that one row says, or everything that is wrong with it."""
    if written.misaligned:
        return Reading(_faulty(written), (), None, {}, written.faults, ())
    is_import = Column.KEY_BUNDLE in written.cells or any(fault.column == Column.KEY_BUNDLE for fault in written.faults)
    reader = _RowReader(written.line, list(written.faults), is_import=is_import)
    domain_name = reader.domain_name(written.cells.get(Column.DOMAIN_NAME))
    names = reader.names(domain_name, written.alternative_names, names_per_certificate)
    origin = reader.origin(written.cells.get(Column.ORIGIN_DOMAIN_NAME))
    key_algorithm = reader.key_algorithm(written.cells.get(Column.KEY_ALGORITHM))
    hosted_zone_id = reader.hosted_zone_id(written.cells.get(Column.HOSTED_ZONE_ID))
    comment = reader.comment(written.cells.get(Column.COMMENT))
    key_bundle = reader.key_bundle(written.cells.get(Column.KEY_BUNDLE))
    import_into = reader.import_into(written.cells.get(Column.CERTIFICATE_ARN))
    places = {Column.KEY_BUNDLE: key_bundle and str(key_bundle), Column.CERTIFICATE_ARN: import_into}
    import_places = {column: place for column, place in places.items() if place}
    faults, warnings = tuple(reader.faults), tuple(reader.warnings)
    if faults:
        return Reading(_faulty(written), names, domain_name, import_places, faults, warnings)
    row = Row(written.line, names, origin, key_algorithm, hosted_zone_id, comment, key_bundle, import_into)
    return Reading(row, names, domain_name, import_places, (), warnings)


def _faulty(written: WrittenRow) -> FaultyRow:
    domain_name = written.cells.get(Column.DOMAIN_NAME, Written("")).text
    printable = "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in domain_name)
    return FaultyRow(written.line, printable[:MAXIMUM_NAME_CHARACTERS])


class _RowReader:
    """Reads value after value of one row and keeps what is wrong with them."""

    def __init__(self, line: int, faults: list[Fault], *, is_import: bool) -> None:
        self.line = line
        self.faults = faults
        self.is_import = is_import
        self.warnings: list[RowWarning] = []

    def domain_name(self, written: Written | None) -> str | None:
        if written is None:
            if not self.is_import and not any(fault.column == Column.DOMAIN_NAME for fault in self.faults):
                message = "domainName is empty; every row needs one, or a keyBundle, whose certificate has the names"
                self._fault(InvalidRow, message, Column.DOMAIN_NAME)
            return None
        name = self._name(written, Column.DOMAIN_NAME)
        if name and not self.is_import and len(name) > MAXIMUM_FIRST_NAME_BYTES:
            self._fault(
                InvalidDomainName,
                f"{shown(name)} has {len(name)} characters; ACM takes {MAXIMUM_FIRST_NAME_BYTES} in the first name of "
                "a certificate: put a shorter name here, and this one in subjectAlternativeNames",
                Column.DOMAIN_NAME,
            )
        return name

    def names(
        self, domain_name: str | None, alternative_names: Sequence[Written], names_per_certificate: int
    ) -> tuple[str, ...]:
        names = dict.fromkeys([domain_name] if domain_name else [])
        for other in alternative_names[:_NAMES_LOOKED_AT]:
            name = self._name(other, Column.SUBJECT_ALTERNATIVE_NAMES)
            if name in names:
                self.warnings.append(
                    RowWarning(
                        self.line,
                        WarningCode.REPEATED_NAME,
                        f"{name} stands in this row more than once; it is used once",
                        Column.SUBJECT_ALTERNATIVE_NAMES,
                    )
                )
            elif name:
                names[name] = None
        count = len(names) + max(0, len(alternative_names) - _NAMES_LOOKED_AT)
        if self.is_import:
            if len(alternative_names) > _NAMES_LOOKED_AT:
                message = f"the row has {count} names; leave them out, and all names of the certificate are used"
                self._fault(TooManyNames, message, Column.SUBJECT_ALTERNATIVE_NAMES)
        elif count > names_per_certificate:
            self._fault(
                TooManyNames,
                f"the row has {count} names, a certificate has at most {names_per_certificate} in this account "
                "(quota 'Domain names per ACM certificate'); spread them over several rows or raise the quota",
                Column.SUBJECT_ALTERNATIVE_NAMES,
            )
        return tuple(names)

    def origin(self, written: Written | None) -> str | None:
        if written is None:
            return None
        name = self._name(written, Column.ORIGIN_DOMAIN_NAME)
        if name and name.startswith("*."):
            self._fault(
                InvalidDomainName,
                f"{shown(written.text)}: an origin is one host, not a wildcard",
                Column.ORIGIN_DOMAIN_NAME,
                written.offset + 1,
            )
        elif name and len(name) > MAXIMUM_ORIGIN_CHARACTERS:
            self._fault(
                InvalidDomainName,
                f"{shown(name)} has {len(name)} characters; CloudFront takes {MAXIMUM_ORIGIN_CHARACTERS} in an origin",
                Column.ORIGIN_DOMAIN_NAME,
            )
        return name

    def key_algorithm(self, written: Written | None) -> KeyAlgorithm | None:
        if written is None:
            return None
        if self.is_import:
            self._fault(InvalidRow, "a bundle has its key already; leave keyAlgorithm empty", Column.KEY_ALGORITHM)
            return None
        try:
            return KeyAlgorithm(written.text)
        except ValueError:
            self._fault(
                InvalidRow,
                f"ACM issues no keys of {shown(written.text)}; write {', '.join(KeyAlgorithm)}, or leave it empty",
                Column.KEY_ALGORITHM,
            )
            return None

    def key_bundle(self, written: Written | None) -> KeyBundleReference | None:
        """Whatever stands there is never quoted: it may be the bundle itself."""
        if written is None:
            return None
        try:
            return parse_key_bundle_text(written.text, Column.KEY_BUNDLE)
        except InvalidInput as error:
            self._fault(type(error), str(error), Column.KEY_BUNDLE)
            return None

    def import_into(self, written: Written | None) -> str | None:
        if written is None:
            return None
        if not self.is_import:
            message = "a certificate is replaced by what a keyBundle holds; name the bundle, or leave this one empty"
            self._fault(InvalidRow, message, Column.CERTIFICATE_ARN)
        try:
            return parse_certificate_arn(written.text).text
        except InvalidInput:
            message = f"{shown(written.text)} is not the ARN of an ACM certificate"
            self._fault(InvalidRow, message, Column.CERTIFICATE_ARN)
            return None

    def hosted_zone_id(self, written: Written | None) -> str | None:
        if written is None:
            return None
        zone_id = written.text.removeprefix("/hostedzone/")
        if not _HOSTED_ZONE_ID.match(zone_id):
            self._fault(
                InvalidRow,
                f"{shown(written.text)} is not the id of a hosted zone; Route 53 shows it as Z and capitals or digits",
                Column.HOSTED_ZONE_ID,
            )
            return None
        return zone_id

    def comment(self, written: Written | None) -> str | None:
        if written is None:
            return None
        comment = " ".join(written.text.split())
        for position, char in enumerate(comment, 1):
            if unicodedata.category(char) in ("Cc", "Cs"):
                self._fault(
                    InvalidRow,
                    f"control character U+{ord(char):04X} at character {position}; remove it",
                    Column.COMMENT,
                    position,
                )
                return None
        if len(comment) > MAXIMUM_COMMENT_CHARACTERS:
            self._fault(
                InvalidRow,
                f"the comment has {len(comment)} characters; CloudFront takes {MAXIMUM_COMMENT_CHARACTERS}, shorten it",
                Column.COMMENT,
            )
        return comment

    def _name(self, written: Written, column: Column) -> str | None:
        try:
            return normalise(written.text)
        except InvalidDomainName as error:
            position = None if error.position is None else written.offset + error.position
            self._fault(InvalidDomainName, str(error), column, position)
            return None

    def _fault(
        self, error: type[CloudFrontExtensionsError], message: str, column: Column, position: int | None = None
    ) -> None:
        self.faults.append(Fault(self.line, error, message, column, position))
