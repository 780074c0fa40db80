"""The authorities between a certificate and its root, put in the order in which they signed one another."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice, pairwise

from cloudfront_extensions.certificates.bundled_certificate import BundledCertificate
from cloudfront_extensions.errors import ChainDoesNotVerify, ChainMissing, ChainOutOfOrder

Path = tuple[BundledCertificate, ...]


def find_chain(leaf: BundledCertificate, authorities: Sequence[BundledCertificate]) -> Path:
    """Those who signed, the leaf's issuer first, without a root at the end: viewers have it, or it is worth nothing.

    Authorities that stand in order are taken so. Others are put in order where that can be done in one way alone, and those
    that have nothing to do with the leaf are left out.

    Raises:
        WeakSignature: the leaf or an authority on the way is signed with SHA-1 or weaker.
        ChainMissing: the leaf is self-signed, or its issuer is not among the authorities.
        ChainDoesNotVerify: who has an issuer's name is no authority, has not signed, or was not to sign so far down.
        ChainOutOfOrder: there are several ways up.
    """
    leaf.check_signature_algorithm()
    if leaf.is_self_signed:
        raise ChainMissing(f"{leaf.title} is self-signed; CloudFront takes only what a public authority has signed")
    path = (leaf, *authorities)
    if not authorities or not all(_issued(upper, lower) for lower, upper in pairwise(path)):
        path = _only_path(leaf, authorities)
    _check_path_lengths(path[1:])
    return path[1:-1] if path[-1].is_self_signed else path[1:]


def _only_path(leaf: BundledCertificate, authorities: Sequence[BundledCertificate]) -> Path:
    path, *others = islice(_paths((leaf,), authorities), 2)
    if path == (leaf,):
        raise ChainMissing(f"the bundle does not have the authority's certificate that signed {leaf.title}")
    if others:
        raise ChainOutOfOrder(f"there are several ways up from {leaf.title}: authorities in it are cross-signed")
    return path


def _paths(path: Path, authorities: Sequence[BundledCertificate]) -> Iterator[Path]:
    """All ways up, each as far as the authorities lead."""
    top = path[-1]
    issuers = [] if top.is_self_signed else [found for found in _issuers(top, authorities) if found not in path]
    if not issuers:
        yield path
    for issuer in issuers:
        yield from _paths((*path, issuer), authorities)


def _issuers(certificate: BundledCertificate, authorities: Sequence[BundledCertificate]) -> list[BundledCertificate]:
    certificate.check_signature_algorithm()
    named = [authority for authority in authorities if authority.is_named_as_issuer_of(certificate)]
    issuers = [authority for authority in named if _issued(authority, certificate)]
    if named and not issuers:
        signer = named[0]
        entitled = signer.is_authority and signer.may_sign
        raise ChainDoesNotVerify(
            f"{signer.title} "
            + (f"has not signed {certificate.title}" if entitled else "is not entitled to sign certificates")
        )
    return issuers


def _issued(authority: BundledCertificate, certificate: BundledCertificate) -> bool:
    return (
        authority.is_named_as_issuer_of(certificate)
        and authority.is_authority
        and authority.may_sign
        and authority.has_signed(certificate)
    )


def _check_path_lengths(authorities: Path) -> None:
    for below, authority in enumerate(authorities):
        if authority.path_length is not None and below > authority.path_length:
            raise ChainDoesNotVerify(
                f"{authority.title} allows {authority.path_length} authorities below itself; here are {below}"
            )
