"""AssociateAlias: an alias moves from the distribution that has it to another one, or is added to it.

After "Move an alternate domain name" of the Developer Guide: the target's certificate covers the alias, a TXT record proves
that the domain is the caller's, and a source in another account is disabled. The codes are those that people report.
"""

from __future__ import annotations

from localaws.server.cloudfront import aliases, continuous_deployment, distributions, staging, structure
from localaws.server.cloudfront import viewer_certificate as certificates
from localaws.server.cloudfront.answers import RefusedError
from localaws.server.cloudfront.configuration import Config, items
from localaws.server.cloudfront.distributions import AliasOwner, Distribution
from localaws.server.route53 import dns


def source_of(alias: str, target: Distribution, account: str) -> Distribution | None:
    """The distribution that the alias is to be taken from; None if it belongs to nobody. Raises RefusedError."""
    certificate = distributions.config_of(target)["ViewerCertificate"].get("ACMCertificateArn")
    if not certificates.covers_alias(certificate, alias, account):
        raise RefusedError("InvalidArgument", f"The certificate of {target['Id']} does not cover {alias!r}")
    _check_proof(alias, target["DomainName"])
    source = None
    for _, owner in aliases.rivals([alias], target["Id"], account):
        if owner.alias != alias:
            raise RefusedError("IllegalUpdate", f"{owner.alias} of another account overlaps with {alias}")
        source = _released(owner, account)
    return source


def with_alias(target: Distribution, alias: str) -> Config:
    """The target's configuration with the alias. Raises RefusedError when it can't have it."""
    config = distributions.config_of(target)
    config["Aliases"] = _block([*items(config["Aliases"]), alias])
    structure.check(config)
    staging.check(config)
    continuous_deployment.check_change(config, target)
    return config


def without_alias(source: Distribution, alias: str) -> Config:
    """The source's configuration without the alias. Raises RefusedError when it can't let it go."""
    config = distributions.config_of(source)
    config["Aliases"] = _block([each for each in items(config["Aliases"]) if each.lower() != alias])
    continuous_deployment.check_change(config, source)
    return config


def _check_proof(alias: str, target_domain: str) -> None:
    """The record is `_www.example.com`, and `_.example.com` may stand for it at the top of a zone."""
    records = dns.everything()
    for name in (f"_{alias}", f"_.{alias}"):
        values = records.get((name, "TXT"), [])
        if target_domain in [dns.normalised(value.strip('"')) for value in values]:
            return
    raise RefusedError("IllegalUpdate", "Invalid or missing alias DNS TXT records")


def _released(owner: AliasOwner, account: str) -> Distribution:
    source = distributions.of(owner)
    if owner.account != account and (source is None or source["enabled"]):
        raise RefusedError("IllegalUpdate", "Alias move is not allowed since the source distribution is enabled")
    if source is None:
        raise RefusedError("IllegalUpdate", f"{owner.alias} belongs to a distribution tenant")
    return source


def _block(names: list[str]) -> Config:
    return {"Quantity": len(names), "Items": names} if names else {"Quantity": 0}
