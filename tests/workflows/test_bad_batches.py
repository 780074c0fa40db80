"""Batches and requests that can't be used: each ends with a clear error, and nothing is created."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pytest

from tests.unit.jobs.test_bad_input import CASES, data_of
from tests.workflows.account import hosted_zone
from tests.workflows.application import Application, Json
from tests.workflows.batches import assert_each_made_once, from_file, nothing_made, onboarding, report, row
from tests.workflows.cases import Case, new_case

BATCHES = {
    case["case"]: case
    for case in CASES["batches"]
    if case["case"]
    in (
        "empty file",
        "header only",
        "missing column",
        "extra column",
        "duplicated row",
        "11 names in one certificate",
        "quotation mark never closed",
        "Latin-1 bytes",
        "UTF-16 with byte order mark",
        "NUL bytes between all characters",
        "NUL in a row",
        "10,001 rows",
        "JSON: cut off",
        "JSON: unknown key",
    )
}
"""Of those that the unit tests go through whole."""
SKIPPABLE = ("duplicated row", "11 names in one certificate", "Latin-1 bytes", "NUL in a row", "JSON: unknown key")
"""Those with faulty rows in a batch that can be read: it would go on with the others if it were told to skip them."""
FIFTY_MEGABYTES = next(case for case in CASES["batches"] if case["case"] == "file of 50 MB")


@dataclass(frozen=True, slots=True)
class Refused:
    """A job that was started for a bad batch or request, and how it ended."""

    case: Case
    execution: Json


@pytest.fixture(scope="module")
def refused(application: Application) -> dict[str, Refused]:
    """A job for each of BATCHES."""
    jobs = {name: new_case(name) for name in BATCHES}
    with nothing_made(application):
        started = {}
        for name, bad in BATCHES.items():
            way = "refuse" if name in SKIPPABLE else "skip"
            request = from_file(application, jobs[name], data_of(bad), format=bad["format"], invalidRows=way)
            started[name] = application.start("domain_onboarding", request)
        return {name: Refused(jobs[name], application.wait(execution)) for name, execution in started.items()}


@pytest.mark.parametrize("name", BATCHES)
def test_a_bad_batch_is_refused_with_every_fault_in_its_place(
    application: Application, refused: dict[str, Refused], name: str
) -> None:
    job_id, ended = refused[name].case.job_id, refused[name].execution
    assert (ended["status"], ended["error"]) == ("FAILED", "BatchRefused")
    assert report(application, job_id)["status"] == "REFUSED"
    faults = application.document(f"jobs/{job_id}/preflight.json")["faults"]
    expected = BATCHES[name]["faults"]
    assert [(fault["code"], fault["line"], fault["column"]) for fault in faults] == [
        (fault["code"], fault["line"], fault["column"]) for fault in expected
    ]
    for fault, one in zip(faults, expected, strict=True):
        assert one["says"] in fault["message"]
    assert application.items(job_id) == []


def test_a_file_of_50_megabytes_is_not_even_read(application: Application, case: Case) -> None:
    with nothing_made(application):
        ended = application.run("domain_onboarding", from_file(application, case, data_of(FIFTY_MEGABYTES)))

    assert (ended["status"], ended["error"]) == ("FAILED", "BatchTooLarge")
    assert "50,000,000 bytes" in ended["cause"]
    told = report(application, case.job_id)
    assert told["status"] == "FAILED"
    assert "Split the file" in told["interruption"]["nextAction"]
    assert application.items(case.job_id) == []


def test_one_faulty_row_among_ten_thousand_is_found_and_told(application: Application, case: Case) -> None:
    others = " ".join(case.host(f"{label}.{{number:05d}}") for label in ("www", "api", "media", "help", "jobs", "news"))
    rows = (f"{case.host(f'{number:05d}')},{others.format(number=number)}" for number in range(9_999))
    content = "\n".join(["domainName,subjectAlternativeNames", *rows, "shop_1.example.com,"])
    with nothing_made(application):
        ended = application.run("domain_onboarding", from_file(application, case, content))

    assert (ended["status"], ended["error"]) == ("FAILED", "BatchRefused")
    (fault,) = application.document(f"jobs/{case.job_id}/preflight.json")["faults"]
    assert (fault["line"], fault["column"]) == (10_001, "domainName")
    assert report(application, case.job_id)["status"] == "REFUSED"


def test_a_file_that_is_not_there_is_named(application: Application, case: Case) -> None:
    source = {"bucket": application.bucket, "key": "batches/nowhere.csv", "format": "csv"}
    request = from_file(application, case, "domainName\n", source=source)
    with nothing_made(application):
        ended = application.run("domain_onboarding", request)

    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidBatch")
    assert "batches/nowhere.csv" in ended["cause"]
    assert "nowhere.csv" in report(application, case.job_id)["interruption"]["reason"]


def test_a_source_distribution_that_is_not_there_is_named(application: Application, case: Case) -> None:
    template = {"source": {"distributionId": "E2QWRUHAPOMQZL"}}
    with nothing_made(application):
        ended = application.run("domain_onboarding", onboarding(case, row(case, "shop"), distribution=template))

    assert (ended["status"], ended["error"]) == ("FAILED", "SourceConfigNotFound")
    assert application.items(case.job_id) == []


def test_byte_order_mark_and_carriage_returns_do_no_harm(application: Application, case: Case) -> None:
    hosted_zone(application, case.domain)
    text = f'comment,domainName\r\n"one,\r\ntwo",{case.host("shop")}\r\n,{case.host("blog")}\r\n'
    ended = application.run("domain_onboarding", from_file(application, case, b"\xef\xbb\xbf" + text.encode()))

    assert ended["output"]["totals"]["done"] == 2
    assert [item.line for item in application.items(case.job_id)] == [2, 4]
    assert_each_made_once(application, [case.host("shop"), case.host("blog")])


REQUESTS: dict[str, tuple[dict[str, Any], str]] = {
    "unknown way with failed items": ({"onFailure": "delete"}, "onFailure"),
    "token with spaces": ({"requestToken": "two words"}, "requestToken"),
    "rows and a file": ({"source": {"bucket": "b", "key": "k", "format": "csv"}}, "source, domains"),
    "101 rows": ({"domains": [{}] * 101}, "domains: give 1 to 100 rows"),
    "no rows": ({"domains": []}, "domains"),
    "distribution as a text": ({"distribution": "E2QWRUHAPOMQZL"}, "distribution"),
    "unknown way with faulty rows": ({"invalidRows": "ignore"}, "invalidRows"),
    "topic that is none": ({"notificationTopic": "me@example.com"}, "notificationTopic"),
    "unknown field": ({"colour": "blue"}, "colour"),
}


@pytest.fixture(scope="module")
def invalid(application: Application) -> dict[str, Refused]:
    """A job for each of REQUESTS."""
    jobs = {name: new_case(name) for name in REQUESTS}
    with nothing_made(application):
        started = {
            name: application.start("domain_onboarding", onboarding(jobs[name], row(jobs[name], "shop")) | wrong)
            for name, (wrong, _) in REQUESTS.items()
        }
        return {name: Refused(jobs[name], application.wait(execution)) for name, execution in started.items()}


@pytest.mark.parametrize("name", REQUESTS)
def test_an_invalid_request_is_refused_by_the_name_of_its_field(
    application: Application, invalid: dict[str, Refused], name: str
) -> None:
    ended = invalid[name].execution
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert ended["cause"].startswith(REQUESTS[name][1])
    assert application.store.job(invalid[name].case.job_id) is None
