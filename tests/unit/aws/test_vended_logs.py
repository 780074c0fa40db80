"""What the delivery API's one code for conflicts means: somebody is changing the same thing, or it is as it was to be."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients, vended_logs
from cloudfront_extensions.aws.error_table import StillInUse
from cloudfront_extensions.errors import AwsRefused, AwsUnavailable, CloudFrontExtensionsError

BEING_CHANGED = "Requested resource is currently being updated. Please try again later."
CHANGES: dict[str, tuple[Callable[[], object], type[CloudFrontExtensionsError]]] = {
    "put_delivery_destination": (lambda: vended_logs.put_destination("ours", "arn:aws:s3:::logs"), AwsRefused),
    "put_delivery_source": (lambda: vended_logs.put_source("ours", "arn"), vended_logs.SourceElsewhere),
    "create_delivery": (lambda: vended_logs.create_delivery("ours", "arn"), vended_logs.AlreadyDelivered),
    "update_delivery_configuration": (lambda: vended_logs.update_delivery("a1"), AwsRefused),
    "delete_delivery": (lambda: vended_logs.delete_delivery("a1"), AwsRefused),
    "delete_delivery_source": (lambda: vended_logs.delete_source("ours"), StillInUse),
    "delete_delivery_destination": (lambda: vended_logs.delete_destination("ours"), StillInUse),
}
"""By the operation: a call of it, and what any other conflict is."""


@pytest.fixture
def logs(monkeypatch: pytest.MonkeyPatch) -> Iterator[Stubber]:
    for name, value in (
        ("AWS_DEFAULT_REGION", "us-east-1"),
        ("AWS_ACCESS_KEY_ID", "test"),
        ("AWS_SECRET_ACCESS_KEY", "test"),
    ):
        monkeypatch.setenv(name, value)
    with Stubber(clients.client("logs")) as stubber:
        yield stubber


@pytest.mark.parametrize("operation", CHANGES)
def test_a_change_that_meets_another_one_is_tried_again(logs: Stubber, operation: str) -> None:
    call, _ = CHANGES[operation]
    logs.add_client_error(operation, "ConflictException", BEING_CHANGED)
    with pytest.raises(AwsUnavailable, match="currently being updated"):
        call()


@pytest.mark.parametrize("operation", CHANGES)
def test_any_other_conflict_is_what_the_situation_says(logs: Stubber, operation: str) -> None:
    call, meaning = CHANGES[operation]
    logs.add_client_error(operation, "ConflictException", "There is one already")
    with pytest.raises(meaning):
        call()
