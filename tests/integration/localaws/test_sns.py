"""Messages that SNS refuses."""

from __future__ import annotations

import pytest
from botocore.exceptions import ClientError

from tests.integration.localaws.workbench import Json, Workbench

REFUSED = [
    pytest.param({"Message": ""}, id="empty message"),
    pytest.param({"Message": "m", "Subject": "two\nlines"}, id="line break"),
    pytest.param({"Message": "m", "Subject": "caf\u00e9"}, id="not ASCII"),
    pytest.param({"Message": "m", "Subject": " begins with a space"}, id="space"),
    pytest.param({"Message": "m", "Subject": "x" * 100}, id="hundred characters"),
]


def topic(bench: Workbench) -> str:
    return str(bench.client("sns").create_topic(Name="published-messages")["TopicArn"])


@pytest.mark.parametrize("message", REFUSED)
def test_a_message_without_text_or_with_an_improper_subject_is_refused(bench: Workbench, message: Json) -> None:
    with pytest.raises(ClientError) as refused:
        bench.client("sns").publish(TopicArn=topic(bench), **message)
    assert refused.value.response["Error"]["Code"] == "InvalidParameter"


@pytest.mark.parametrize("subject", ["x" * 99, "[Job 1] 3 of 4 domains done", "a"])
def test_a_line_of_ascii_text_is_taken_for_a_subject(bench: Workbench, subject: str) -> None:
    assert bench.client("sns").publish(TopicArn=topic(bench), Message="text", Subject=subject)["MessageId"]


@pytest.mark.parametrize("message", REFUSED)
def test_ministack_alone_takes_any_message(stock: Workbench, message: Json) -> None:
    assert stock.client("sns").publish(TopicArn=topic(stock), **message)["MessageId"]
