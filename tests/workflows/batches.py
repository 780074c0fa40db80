"""Batches as `domain_onboarding` is given them, and what is left of one when it has ended."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager

from tests.workflows.account import ALL_KEY_TYPES, certificates_for, distributions_of, plain_config
from tests.workflows.application import Application, Json
from tests.workflows.cases import Case

Row = Mapping[str, object]


def onboarding(case: Case, *rows: Row, **more: object) -> Json:
    """A request with its rows inline, whose distributions copy the smallest configuration."""
    return {
        "requestToken": case.job_id,
        "domains": list(rows),
        "distribution": {"source": {"config": plain_config(CallerReference="source")}},
        **more,
    }


def from_file(application: Application, case: Case, content: str | bytes, **more: object) -> Json:
    """A request whose rows are in a file of the jobs bucket."""
    file_format = str(more.pop("format", "csv"))
    key = application.put(f"batches/{case.job_id}.{file_format}", content)
    request = onboarding(case, **{"source": {"bucket": application.bucket, "key": key, "format": file_format}, **more})
    del request["domains"]
    return request


def row(case: Case, label: str, *others: str, **more: object) -> Row:
    """A row for hosts of the case's domain, by their labels."""
    names = {"subjectAlternativeNames": [case.host(other) for other in others]} if others else {}
    return {"domainName": case.host(label), **names, **more}


def csv_text(*rows: Row) -> str:
    """Rows as the CSV of a batch, with every column that any of them has."""
    columns = list(dict.fromkeys(column for one in rows for column in one))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows({column: _field(value) for column, value in one.items()} for one in rows)
    return text.getvalue()


def report(application: Application, job_id: str) -> Json:
    found: Json = application.document(f"jobs/{job_id}/report.json")
    return found


def outcomes(application: Application, job_id: str) -> dict[str, str]:
    """Domain name → how its row ended, as the report says."""
    return {item["domainName"]: item["outcome"] for item in report(application, job_id)["items"]}


def assert_each_made_once(application: Application, hosts: Iterable[str]) -> None:
    """Rows of one name each have exactly one certificate and one distribution."""
    for host in hosts:
        assert len(certificates_for(application, host)) == 1, host
        assert len(distributions_of(application, host)) == 1, host


@contextmanager
def nothing_made(application: Application) -> Iterator[None]:
    """No certificate and no distribution comes or goes in the block."""
    before = _everything(application)
    yield
    assert _everything(application) == before


def _everything(application: Application) -> set[str]:
    acm, cloudfront = application.client("acm"), application.client("cloudfront")
    certificates = acm.get_paginator("list_certificates").paginate(Includes={"keyTypes": ALL_KEY_TYPES})
    distributions = cloudfront.get_paginator("list_distributions").paginate()
    return {one["CertificateArn"] for page in certificates for one in page["CertificateSummaryList"]} | {
        one["ARN"] for page in distributions for one in page["DistributionList"].get("Items", [])
    }


def _field(value: object) -> str:
    return " ".join(value) if isinstance(value, list) else str(value)
