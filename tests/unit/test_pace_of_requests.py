"""A job requests certificates as fast as ACM allows: children, retries and ACM's token bucket, played without a clock."""

from __future__ import annotations

import heapq
import json
import random
from dataclasses import dataclass, field

import pytest
import yaml

from cloudfront_extensions.aws.retries import MOST_ATTEMPTS, delay
from localaws.server.quotas.token_bucket import TokenBucket
from tests.templates import PROJECT, CloudFormationLoader

DOMAINS = 1_000
RATE = 5
SPREAD = (0.9, 1.1)
"""Children take more or less than the average. Without it they would come back just when a token does."""
CHILDREN = yaml.load((PROJECT / "template.yaml").read_text(), CloudFormationLoader)["Parameters"][  # noqa: S506
    "CertificateRequestConcurrency"
]["Default"]
STATES = json.loads((PROJECT / "statemachines" / "certificate_creation.asl.json").read_text())["States"]
RETRY = next(retry for retry in STATES["Request certificate"]["Retry"] if "AwsThrottled" in retry["ErrorEquals"])


@dataclass(slots=True, order=True)
class Child:
    """One child of the map at the time of its next request."""

    at: float
    attempts: int = field(default=0, compare=False)
    """Of this run of its function."""
    runs_again: int = field(default=0, compare=False)

    def try_later(self) -> None:
        self.attempts += 1
        if self.attempts < MOST_ATTEMPTS:
            self.at += delay(self.attempts)
            return
        longest = min(RETRY["MaxDelaySeconds"], RETRY["IntervalSeconds"] * RETRY["BackoffRate"] ** self.runs_again)
        self.at += longest * random.random()  # noqa: S311
        self.attempts, self.runs_again = 0, self.runs_again + 1


@dataclass(frozen=True, slots=True)
class Played:
    efficiency: float
    """What the rate allows, over how long it took from the first request to the last."""
    tries_per_request: float
    most_runs_again: int


def play(children: int, seconds_of_a_child: float) -> Played:
    """All requests of a batch; a child takes so many seconds besides waiting to be admitted."""
    random.seed(1)
    bucket = TokenBucket.full(RATE, RATE, 0)
    waiting = [Child(random.random()) for _ in range(children)]  # noqa: S311
    to_start, tries, runs_again = DOMAINS - children, 0, 0
    requested: list[float] = []
    heapq.heapify(waiting)
    while waiting:
        child = heapq.heappop(waiting)
        tries += 1
        if not bucket.admits(child.at):
            child.try_later()
            runs_again = max(runs_again, child.runs_again)
            heapq.heappush(waiting, child)
            continue
        requested.append(child.at)
        if to_start:
            to_start -= 1
            heapq.heappush(waiting, Child(child.at + seconds_of_a_child * random.uniform(*SPREAD)))  # noqa: S311
    floor = (DOMAINS - RATE) / RATE
    return Played(floor / (requested[-1] - requested[0]), tries / DOMAINS, runs_again)


@pytest.mark.parametrize("seconds_of_a_child", [6, 7, 8, 9, 10])
def test_a_thousand_certificates_are_requested_at_95_percent_of_the_rate_at_least(seconds_of_a_child: float) -> None:
    assert play(CHILDREN, seconds_of_a_child).efficiency >= 0.95


@pytest.mark.parametrize("jobs", [2, 3])
def test_jobs_that_share_the_rate_do_not_starve_each_other(jobs: int) -> None:
    played = play(jobs * CHILDREN, seconds_of_a_child=7)

    assert played.efficiency >= 0.95
    assert played.most_runs_again < RETRY["MaxAttempts"]


def test_children_that_are_too_few_leave_most_of_the_rate_unused() -> None:
    assert play(5, seconds_of_a_child=7).efficiency < 0.2


def test_the_shortest_children_do_not_drown_in_throttling() -> None:
    assert play(CHILDREN, seconds_of_a_child=6).tries_per_request < 10
