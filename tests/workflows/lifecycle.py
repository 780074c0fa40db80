"""Certificates near their end, and what the inventory makes of them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

from cloudfront_extensions.aws.certificate_inventory import CertificateInventory
from cloudfront_extensions.aws.table import Table
from localaws.control import control, publish
from tests.bundles import Bundle, bundle
from tests.workflows.account import certificate, issued_certificate, plain_config
from tests.workflows.application import Application, Json


def imported_certificate(application: Application, made: Bundle, arn: str | None = None) -> str:
    """A certificate that somebody imported without this library, or imported again into `arn`; returns its ARN."""
    answer = application.client("acm").import_certificate(
        Certificate=made.certificate_pem,
        PrivateKey=made.key_pem,
        CertificateChain=made.chain_pem,
        **({"CertificateArn": arn} if arn else {}),
    )
    return str(answer["CertificateArn"])


def serve(application: Application, arn: str, alias: str) -> str:
    """Let a distribution use a certificate; returns the distribution's ARN."""
    config = plain_config(alias, certificate_arn=arn)
    answer = application.client("cloudfront").create_distribution(DistributionConfig=config)
    return str(answer["Distribution"]["ARN"])


def import_in_use(application: Application, alias: str, *, days: float) -> str:
    arn = imported_certificate(application, bundle(alias, days=days))
    serve(application, arn, alias)
    return arn


def managed_in_use(application: Application, *names: str, days: float | None = None, **renewal: str) -> str:
    """A certificate that ACM has issued and a distribution uses, with so many days left, whose renewal stands as given."""
    arn = issued_certificate(application, *names)
    serve(application, arn, names[0])
    order = {"certificateArn": arn, **renewal}
    if days is not None:
        ends = datetime.now(UTC) + timedelta(days=days)
        order["notAfter"] = ends.isoformat(timespec="seconds").replace("+00:00", "Z")
    control(application.instance, "PUT", "acm/renewal", order)
    return arn


def validation_records(application: Application, arn: str) -> list[Json]:
    options = certificate(application, arn)["DomainValidationOptions"]
    return list({option["ResourceRecord"]["Name"]: option["ResourceRecord"] for option in options}.values())


def withdraw(application: Application, record: Json) -> None:
    """The owner of a name takes its validation record out of DNS, as people do who tidy up."""
    gone = {"name": record["Name"], "type": record["Type"], "value": record["Value"]}
    control(application.instance, "DELETE", "dns", gone)


def put_back(application: Application, record: Json) -> None:
    publish(application.instance, record["Name"], record["Type"], record["Value"])


def take_inventory(application: Application, **request: Any) -> Json:
    """The output of a run."""
    ended = application.run("certificate_inventory", request)
    assert ended["status"] == "SUCCEEDED", ended
    output: Json = ended["output"]
    return output


def report(application: Application, output: Json) -> Json:
    document: Json = application.document(output["report"]["jsonKey"])
    return document


def told(application: Application, output: Json, arn: str) -> Json:
    """What the report of a run says of a certificate."""
    (found,) = [one for one in report(application, output)["certificates"] if one["arn"] == arn]
    answer: Json = found
    return answer


def inventory(application: Application) -> CertificateInventory:
    return CertificateInventory(Table(application.outputs["InventoryTable"], application.client("dynamodb")))


def arns(entries: Iterable[Any]) -> list[str]:
    return [entry.arn for entry in entries]
