"""A rule of EventBridge and the queue behind it, which hear what happens in an instance while a test runs."""

from __future__ import annotations

import itertools
import json
from typing import Any

from localaws.instance import Instance
from tests.integration.localaws import edge

_numbers = itertools.count()


class Listener:
    """Hears from when it is made until `stop`; `pattern` is that of its rule."""

    def __init__(self, instance: Instance, **pattern: Any) -> None:
        self._rule = f"listener-{next(_numbers)}"
        self._sqs, self._events = instance.client("sqs"), instance.client("events")
        self._queue = self._sqs.create_queue(QueueName=self._rule)["QueueUrl"]
        arn = edge.let_in_rules(instance, self._queue)
        self._events.put_rule(Name=self._rule, EventPattern=json.dumps(pattern))
        self._events.put_targets(Rule=self._rule, Targets=[{"Id": "queue", "Arn": arn}])
        self._heard: list[edge.Json] = []

    def heard(self, count: int) -> list[edge.Json]:
        """All events so far, as soon as there are so many."""
        edge.eventually(lambda: len(self._received()) >= count)
        return self._heard

    def stop(self) -> None:
        self._events.remove_targets(Rule=self._rule, Ids=["queue"])
        self._events.delete_rule(Name=self._rule)
        self._sqs.delete_queue(QueueUrl=self._queue)

    def _received(self) -> list[edge.Json]:
        answer = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10)
        for message in answer.get("Messages", []):
            self._heard.append(json.loads(message["Body"]))
            self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])
        return self._heard
