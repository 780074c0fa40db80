"""Events that are lost, come twice, late or out of turn."""

from __future__ import annotations

import itertools
import json

from localaws.faults import Fault, faults
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.edge import eventually

numbers = itertools.count()


class Listener:
    """A source of events of its own, and a queue that receives them."""

    def __init__(self, instance: Instance) -> None:
        self.instance = instance
        self.source = f"test.events-{next(numbers)}"
        self.sqs, self.events = instance.client("sqs"), instance.client("events")
        name = self.source.replace(".", "-")
        self.queue = self.sqs.create_queue(QueueName=name)["QueueUrl"]
        arn = edge.let_in_rules(instance, self.queue)
        self.events.put_rule(Name=name, EventPattern=json.dumps({"source": [self.source]}))
        self.events.put_targets(Rule=name, Targets=[{"Id": "queue", "Arn": arn}])

    def send(self, *names: str, detail_type: str = "Told") -> None:
        for name in names:
            entry = {"Source": self.source, "DetailType": detail_type, "Detail": json.dumps({"name": name})}
            assert self.events.put_events(Entries=[entry])["FailedEntryCount"] == 0

    def received(self, count: int) -> list[str]:
        """The names of the events that have come when there are so many."""
        names: list[str] = []

        def enough() -> bool:
            answer = self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10)
            for message in answer.get("Messages", []):
                names.append(json.loads(message["Body"])["detail"]["name"])
                self.sqs.delete_message(QueueUrl=self.queue, ReceiptHandle=message["ReceiptHandle"])
            return len(names) >= count

        eventually(enough)
        return names


def test_an_event_is_lost(instance: Instance) -> None:
    listener = Listener(instance)
    with faults(instance, Fault("event-lost", source=listener.source, nth=2)) as injected:
        listener.send("one", "two", "three")
    assert listener.received(2) == ["one", "three"]
    assert (injected.matched(), injected.struck()) == ([3], [1])


def test_only_events_that_the_rule_means_are_struck(instance: Instance) -> None:
    listener = Listener(instance)
    fault = Fault("event-lost", source=listener.source, detail_type="Tol*", containing='"name": "two"')
    with faults(instance, fault):
        listener.send("one", "two")
        listener.send("two", detail_type="Heard")
    assert listener.received(2) == ["one", "two"]


def test_an_event_comes_twice(instance: Instance) -> None:
    listener = Listener(instance)
    with faults(instance, Fault("event-duplicated", source=listener.source, containing="two")):
        listener.send("one", "two", "three")
    assert listener.received(4) == ["one", "two", "two", "three"]


def test_an_event_comes_late(instance: Instance) -> None:
    listener = Listener(instance)
    with faults(instance, Fault("event-delayed", source=listener.source, seconds=0.5, nth=1)):
        listener.send("one", "two")
    assert listener.received(2) == ["two", "one"]


def test_an_event_is_overtaken_by_the_next(instance: Instance) -> None:
    listener = Listener(instance)
    with faults(instance, Fault("event-reordered", source=listener.source, nth=[1, 3], seconds=60)):
        listener.send("one", "two", "three", "four")
    assert listener.received(4) == ["two", "one", "four", "three"]


def test_an_event_that_none_overtakes_comes_all_the_same(instance: Instance) -> None:
    listener = Listener(instance)
    with faults(instance, Fault("event-reordered", source=listener.source, seconds=0.1)):
        listener.send("one")
    assert listener.received(1) == ["one"]


def test_the_same_seed_loses_the_same_events(instance: Instance) -> None:
    listener, names = Listener(instance), [f"event-{number}" for number in range(40)]

    def arrived(seed: int, *sent: str) -> list[str]:
        with faults(instance, Fault("event-lost", source=listener.source, probability=0.5), seed=seed) as injected:
            listener.send(*sent)
        return sorted(listener.received(len(sent) - injected.struck()[0]))

    once = arrived(7, *names)
    assert 0 < len(once) < len(names)
    assert arrived(7, *reversed(names)) == once
    assert arrived(8, *names) != once


def test_a_strike_is_told_in_the_log(instance: Instance) -> None:
    listener = Listener(instance)
    with faults(instance, Fault("event-lost", source=listener.source)) as injected:
        listener.send("one")
    assert f"faults: rule {injected.numbers[0]} event-lost: {listener.source} Told\n" in instance.log.read_text()
