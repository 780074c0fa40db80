"""What the subscribers of a topic get."""

from __future__ import annotations

import json
from dataclasses import dataclass, field

from tests.workflows.application import Application, Json, eventually


@dataclass
class Inbox:
    """A queue that subscribes to a topic, and the messages that came."""

    application: Application
    topic: str
    queue_url: str
    received: list[Json] = field(default_factory=list)

    def about(self, job_id: str, count: int) -> list[Json]:
        """The messages about a job, at least so many of them, in the order in which they came."""

        def enough() -> list[Json]:
            self.receive(seconds=1)
            found = [message for message in self.received if job_id in message["Subject"]]
            return found if len(found) >= count else []

        return eventually(enough)

    def naming(self, text: str) -> list[Json]:
        """The messages with a text in them, of those that have been sent by now."""
        while self.receive(seconds=0):
            pass
        return [message for message in self.received if text in message["Message"]]

    def receive(self, *, seconds: int) -> int:
        """Take up to ten messages, waiting so long for the first; how many came."""
        answer = self.application.client("sqs").receive_message(
            QueueUrl=self.queue_url, MaxNumberOfMessages=10, WaitTimeSeconds=seconds
        )
        messages = answer.get("Messages", [])
        self.received += [json.loads(message["Body"]) for message in messages]
        return len(messages)


def subscribed(application: Application, name: str, topic: str) -> Inbox:
    sqs = application.client("sqs")
    url = sqs.create_queue(QueueName=name)["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(letting_in(topic, arn))})
    application.client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)
    return Inbox(application, topic, url)


def letting_in(topic: str, queue: str) -> Json:
    """The policy of a queue that a topic may send to."""
    sending = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    return {"Statement": [{**sending, "Resource": queue, "Condition": {"ArnEquals": {"aws:SourceArn": topic}}}]}
