"""Whether a distribution may serve its aliases with its certificate."""

from __future__ import annotations

from typing import Any

from localaws.server.acm.names import covers
from localaws.server.cloudfront.answers import RefusedError

CERTIFICATE_REGION = "us-east-1"
VIP_POLICIES = ("SSLv3", "TLSv1")
"""Security policies for dedicated addresses; "Supported protocols and ciphers" of the Developer Guide."""


def check(chosen: dict[str, Any], aliases: list[str], account: str) -> None:
    """Raises RefusedError. `chosen` is the configuration's ViewerCertificate."""
    arn = chosen.get("ACMCertificateArn")
    if chosen.get("IAMCertificateId"):
        raise _invalid("server certificates of IAM are not implemented by this embedded AWS; use ACMCertificateArn")
    if not arn:
        if aliases:
            raise _invalid(f"aliases need a certificate that covers them: {', '.join(aliases)}")
        return
    if chosen.get("CloudFrontDefaultCertificate"):
        raise _invalid("CloudFrontDefaultCertificate and ACMCertificateArn exclude each other")
    _check_protocol(chosen)
    names = _names_of_issued(arn, account)
    for alias in aliases:
        if not any(covers(name, alias) for name in names):
            raise _invalid(f"the certificate does not cover the alias {alias}; it covers {', '.join(names)}")


def covers_alias(arn: str | None, alias: str, account: str) -> bool:
    """Whether this is a usable certificate that covers the alias."""
    try:
        return bool(arn) and any(covers(name, alias) for name in _names_of_issued(str(arn), account))
    except RefusedError:
        return False


def _check_protocol(chosen: dict[str, Any]) -> None:
    method, policy = chosen.get("SSLSupportMethod"), chosen.get("MinimumProtocolVersion")
    if method is None or policy is None:
        raise _invalid("with ACMCertificateArn, SSLSupportMethod and MinimumProtocolVersion are required")
    if method == "sni-only" and policy == "SSLv3":
        raise RefusedError("InvalidMinimumProtocolVersion", "sni-only needs TLSv1 or higher")
    if method == "vip" and policy not in VIP_POLICIES:
        raise RefusedError("InvalidMinimumProtocolVersion", f"vip goes with {' or '.join(VIP_POLICIES)}")
    if method == "static-ip":
        raise _invalid("static-ip is only for those whom CloudFront has enabled for it")


def _names_of_issued(arn: str, account: str) -> list[str]:
    """The certificate is looked up in MiniStack's table, whoever answers for ACM in this instance."""
    from ministack.services import acm

    certificate = acm._certificates.get_scoped(account, CERTIFICATE_REGION, arn)
    if certificate is None:
        raise _invalid(f"the certificate does not exist, or is not in {CERTIFICATE_REGION}: {arn}")
    if certificate["Status"] != "ISSUED":
        raise _invalid(f"the certificate is {certificate['Status']}, not ISSUED: {arn}")
    names: list[str] = certificate["SubjectAlternativeNames"]
    return names


def _invalid(message: str) -> RefusedError:
    return RefusedError("InvalidViewerCertificate", f"The viewer certificate can't be used: {message}")
