"""Every request and every answer is held against botocore's model of its operation; what is wrong is noted in its record.

`wire` in a line of `calls.jsonl` is a list of sentences, each beginning with `request:` or `answer:`. Nothing is refused for
it here: whether a request is let through is the service's affair, and an answer is the service's own. Not judged: bodies
above LARGEST_JUDGED, streams, the CBOR protocol, and calls that no service model knows (an API of one's own, a website).
"""

from __future__ import annotations

from localaws.server import front_door
from localaws.server.front_door import Answer, Call, Proceed
from localaws.server.settings import Settings
from localaws.server.wire import answers, requests
from localaws.server.wire.exchange import exchange_of

LARGEST_JUDGED = 256 * 1024
LONGEST_SENTENCE = 240
"""Some name every value of an enum."""


def install(settings: Settings) -> None:
    front_door.add(judged)


async def judged(call: Call, proceed: Proceed) -> Answer:
    exchange = exchange_of(call)
    if exchange is None:
        return await proceed(call)
    if len(call.body) <= LARGEST_JUDGED:
        note(call, [f"request: {sentence}" for sentence in requests.violations_in(exchange, call)])
    answer = await proceed(call)
    if len(answer.body) <= LARGEST_JUDGED:
        note(call, [f"answer: {sentence}" for sentence in answers.violations_in(exchange, call, answer)])
    return answer


def note(call: Call, sentences: list[str]) -> None:
    if sentences:
        call.notes.setdefault("wire", []).extend(sentence[:LONGEST_SENTENCE] for sentence in sentences)
