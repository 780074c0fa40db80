"""Whether a certificate is for all the names that it shall serve."""

from __future__ import annotations

from collections.abc import Sequence

from cloudfront_extensions.certificates.names import uncovered
from cloudfront_extensions.errors import CertificateDoesNotCoverAlias


def check_covers(
    certificate_names: Sequence[str], aliases: Sequence[str], certificate: str = "the staged certificate"
) -> None:
    """Raises CertificateDoesNotCoverAlias, naming every alias that is not covered. All names are normalised."""
    if missing := uncovered(aliases, certificate_names):
        raise CertificateDoesNotCoverAlias(
            f"{certificate} does not cover {', '.join(missing)}; it covers {', '.join(certificate_names)}"
        )
