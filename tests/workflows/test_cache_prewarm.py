"""URLs are fetched through points of presence, so that viewers find them in the caches there."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cloudfront_extensions.aws import prewarm_beginning
from localaws.executions import lines
from localaws.faults import Fault, faults
from tests.workflows.account import issued_certificate
from tests.workflows.application import Application, Json, eventually
from tests.workflows.baselines import calls_of, invocation
from tests.workflows.cases import Case
from tests.workflows.prewarms import FUNCTIONS, POPS, Shop, report_of, shop

READER = "*/CachePrewarm"
"""Who reads the lists of batches."""


@pytest.fixture
def films(application: Application) -> Iterator[Shop]:
    with shop(application) as made:
        yield made


def warmed(application: Application, request: Json) -> Json:
    """The totals of a pre-warming in which everything came through."""
    ended = application.run("cache_prewarm", request)
    assert ended["status"] == "SUCCEEDED", ended
    totals: Json = ended["output"]["totals"]
    return totals


def test_every_url_is_fetched_through_every_pop(application: Application, case: Case, films: Shop) -> None:
    request = films.request(case.job_id, "/film.mp4", "/poster.jpg?size=2", headers={"X-Variant": "b"})
    assert warmed(application, request) == {"fetches": 4, "warm": 4, "failed": 0, "hits": 0, "bytes": 4_000}

    for address in POPS:
        assert sorted(films.pops.paths(address)) == ["/film.mp4", "/poster.jpg?size=2"]
    assert {asked.headers["host"] for asked in films.pops.asked} == {f"{films.domain_name}:{films.pops.port}"}
    assert {asked.headers["x-variant"] for asked in films.pops.asked} == {"b"}
    told = report_of(application, case.job_id)
    assert {pop: counts["warm"] for pop, counts in told["pops"].items()} == dict.fromkeys(POPS.values(), 2)
    assert told["failures"] == []


def test_urls_come_from_a_file_too_and_each_is_fetched_once(application: Application, case: Case, films: Shop) -> None:
    application.put(
        "batches/urls.txt", f"# the front page\n{films.url('/')}\n\n{films.url('/a b')}\n{films.url('/a%20b')}\n"
    )
    request = films.request(case.job_id, source={"bucket": application.bucket, "key": "batches/urls.txt"})
    del request["urls"]
    assert warmed(application, request)["fetches"] == 4
    assert sorted(films.pops.paths()) == ["/", "/a%20b"]


def test_more_urls_than_a_batch_has_are_several_batches(application: Application, case: Case, films: Shop) -> None:
    paths = [f"/{number}" for number in range(prewarm_beginning.BATCH_SIZE + 1)]
    execution = application.start("cache_prewarm", films.request(case.job_id, *paths))
    assert application.wait(execution)["output"]["totals"]["warm"] == 2 * len(paths)
    assert len(application.document(f"prewarms/{case.job_id}/manifest.json")) == 4
    assert application.largest_state(execution) < 8_192


def test_an_alias_of_the_distribution_is_a_host_of_its_urls_and_another_name_is_not(
    application: Application, case: Case
) -> None:
    alias = case.host("*")
    certificate = {
        "ACMCertificateArn": issued_certificate(application, alias),
        "SSLSupportMethod": "sni-only",
        "MinimumProtocolVersion": "TLSv1.2_2021",
    }
    aliases = {"Quantity": 1, "Items": [alias]}
    with shop(application, Aliases=aliases, ViewerCertificate=certificate) as made:
        urls = [f"http://{case.host('www')}:{made.pops.port}/"]
        assert warmed(application, made.request(case.job_id, urls=urls))["warm"] == 2
        assert made.pops.asked[0].headers["host"] == f"{case.host('www')}:{made.pops.port}"

        ended = application.run("cache_prewarm", made.request("other", urls=["https://www.example.net/"]))
    assert (ended["status"], ended["error"]) == ("FAILED", "InvalidInput")
    assert f"urls[0]: www.example.net is no name of distribution {made.id}; its names are" in ended["cause"]


def test_what_fails_is_told_and_stops_nothing_else(application: Application, case: Case, films: Shop) -> None:
    request = films.request(case.job_id, "/film.mp4", "/404", "/elsewhere", target={"pops": ["FRA56-P4", "CDG50-P1"]})
    ended = application.run("cache_prewarm", request)

    assert (ended["status"], ended["error"]) == ("FAILED", "PrewarmIncomplete")
    assert "5 of 6 fetches failed" in ended["cause"]
    told = report_of(application, case.job_id)
    assert told["outcomes"] == {"warm": 1, "badStatus": 1, "answeredElsewhere": 1, "noSuchPop": 3}
    assert told["failedPops"] == ["CDG50-P1"]
    assert told["failedUrls"] == [films.url("/404"), films.url("/elsewhere")]
    rows = application.text(f"prewarms/{case.job_id}/failures.csv").splitlines()
    assert rows[0].startswith("pop,url,outcome,status,answeredBy,attempts,reason")
    assert len(rows) == 6


def test_started_again_it_fetches_what_did_not_come_through(application: Application, case: Case, films: Shop) -> None:
    request = films.request(case.job_id, "/film.mp4", "/404")
    for _ in range(2):
        assert application.run("cache_prewarm", request)["error"] == "PrewarmIncomplete"
    assert sorted(films.pops.paths()) == ["/404", "/404", "/film.mp4"]

    other = application.run("cache_prewarm", {**request, "timeoutSeconds": 61})
    assert (other["status"], other["error"]) == ("FAILED", "RequestTokenConflict")


@pytest.mark.parametrize(
    ("invalidate", "paths"), [(True, ["/film.mp4", "/film.mp4?a=1"]), (["/films/*"], ["/films/*"])]
)
def test_caches_are_invalidated_first(
    application: Application, case: Case, films: Shop, invalidate: object, paths: list[str]
) -> None:
    mark = len(lines(application.instance.calls))
    request = films.request(case.job_id, "/film.mp4?a=1", invalidate=invalidate)
    assert warmed(application, request)["warm"] == 2
    assert "cloudfront:GetInvalidation" in calls_of(application, mark, "LookAtInvalidation")
    cloudfront = application.client("cloudfront")
    (made,) = cloudfront.list_invalidations(DistributionId=films.id)["InvalidationList"]["Items"]
    told = cloudfront.get_invalidation(DistributionId=films.id, Id=made["Id"])["Invalidation"]
    assert (told["Status"], told["InvalidationBatch"]["Paths"]["Items"]) == ("Completed", paths)

    # AND a further start does not invalidate again
    assert warmed(application, request)["warm"] == 2
    assert cloudfront.list_invalidations(DistributionId=films.id)["InvalidationList"]["Quantity"] == 1
    assert len(films.pops.paths()) == 1


def test_what_has_no_turn_in_time_is_told(application: Application, case: Case, films: Shop) -> None:
    begun = application.invoke("BeginPrewarm", {"request": films.request(case.job_id, "/film.mp4"), "runId": "late"})
    batch = {name: begun[name] for name in ("bucket", "prefix", "runId", "domainName", "headers")}
    state = application.invoke("FetchUrls", {**batch, "deadline": 1, "number": 0, "pop": "FRA56-P4", "chunk": 0})

    assert (state["done"], state["failed"]) == (True, 1)
    (fetch,) = application.document(f"prewarms/{case.job_id}/results/0.json")["fetches"]
    assert (fetch["outcome"], fetch["reason"]) == ("timedOut", "the time of the pre-warming was over")
    assert films.pops.asked == []


def test_an_invocation_without_time_for_another_answer_leaves_the_rest_to_the_next(
    application: Application, case: Case, films: Shop
) -> None:
    """The embedded AWS counts an invocation's time as AWS does: a function with little of it begins nothing."""
    name = application.function("FetchUrls")
    client = application.client("lambda")
    before = client.get_function_configuration(FunctionName=name)["Timeout"]
    client.update_function_configuration(FunctionName=name, Timeout=30)
    try:
        mark = len(lines(application.instance.calls))
        execution = application.start("cache_prewarm", films.request(case.job_id, "/film.mp4"))
        eventually(lambda: calls_of(application, mark, "FetchUrls").count("s3:GetObject") > 4)
        assert films.pops.asked == []
    finally:
        client.update_function_configuration(FunctionName=name, Timeout=before)
    assert application.wait(execution)["output"]["totals"]["warm"] == 2


def test_a_batch_that_fails_stops_no_other_and_is_told(application: Application, case: Case, films: Shop) -> None:
    dies = invocation(application, "FetchUrls", "function-error", error_type="NameError", times=1)
    with faults(application.instance, dies):
        ended = application.run("cache_prewarm", films.request(case.job_id, "/film.mp4"))
    assert (ended["status"], ended["error"]) == ("FAILED", "PrewarmIncomplete")
    assert report_of(application, case.job_id)["outcomes"] == {"notTried": 1, "warm": 1}


def test_a_run_under_other_faults_gets_through(application: Application, case: Case, films: Shop) -> None:
    with faults(
        application.instance,
        *(invocation(application, function, "throttle", nth=1) for function in FUNCTIONS),
        *(invocation(application, function, "error", code="ServiceException", nth=2) for function in FUNCTIONS),
        Fault("unavailable", operation="GetObject", caller=READER, nth=[1, 3]),
        Fault("throttle", operation="CreateInvalidation", times=1),
    ) as injected:
        assert warmed(application, films.request(case.job_id, "/film.mp4", invalidate=True))["warm"] == 2
    assert all(injected.struck()), injected.struck()


@pytest.mark.parametrize("function", ["BeginPrewarm", "LookAtInvalidation", "FinishPrewarm"])
def test_a_run_of_which_a_step_fails_has_failed(
    application: Application, case: Case, films: Shop, function: str
) -> None:
    with faults(application.instance, invocation(application, function, "function-error", error_type="NameError")):
        ended = application.run("cache_prewarm", films.request(case.job_id, "/film.mp4", invalidate=True))
    assert (ended["status"], ended["error"]) == ("FAILED", "NameError")


def test_a_list_that_can_not_be_read_fails_the_run(application: Application, case: Case, films: Shop) -> None:
    denied = Fault("error", code="AccessDenied", operation="GetObject", caller=READER, nth=[1, 2, 3, 4])
    with faults(application.instance, denied):
        ended = application.run("cache_prewarm", films.request(case.job_id, "/film.mp4"))
    assert (ended["status"], ended["error"]) == ("FAILED", "States.ItemReaderFailed")


def test_a_distribution_that_is_not_there_is_named(application: Application, case: Case) -> None:
    request = {"requestToken": case.job_id, "distributionId": "E1NOWHERE", "urls": ["/"]}
    ended = application.run("cache_prewarm", request)
    assert (ended["status"], ended["error"]) == ("FAILED", "DistributionNotFound")
