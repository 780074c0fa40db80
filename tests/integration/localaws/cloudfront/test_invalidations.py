"""Beginning an invalidation, and looking at it until it is completed."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from localaws.instance import Instance
from tests.integration.localaws import edge


def batch(*paths: str, reference: str = "sale") -> dict[str, Any]:
    return {"CallerReference": reference, "Paths": {"Quantity": len(paths), "Items": list(paths)}}


@pytest.fixture
def cloudfront(instance: Instance) -> Any:
    return instance.client("cloudfront")


@pytest.fixture
def distribution_id(instance: Instance) -> str:
    return str(edge.distribution(instance)["Id"])


def test_an_invalidation_is_in_progress_and_then_completed(cloudfront: Any, distribution_id: str) -> None:
    begun = cloudfront.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch("/a", "/b/*"))
    assert begun["Invalidation"]["Status"] == "InProgress"
    cloudfront.get_waiter("invalidation_completed").wait(
        DistributionId=distribution_id, Id=begun["Invalidation"]["Id"], WaiterConfig={"Delay": 0.05, "MaxAttempts": 200}
    )
    (listed,) = cloudfront.list_invalidations(DistributionId=distribution_id)["InvalidationList"]["Items"]
    assert (listed["Id"], listed["Status"]) == (begun["Invalidation"]["Id"], "Completed")


def test_the_same_reference_with_the_same_paths_is_the_same_invalidation(cloudfront: Any, distribution_id: str) -> None:
    ids = {
        cloudfront.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch("/a"))["Invalidation"][
            "Id"
        ]
        for _ in range(2)
    }
    assert len(ids) == 1


@pytest.mark.parametrize("paths", [("a",), ("/a", "https://www.example.com/b"), ()])
def test_what_is_no_path_is_refused(cloudfront: Any, distribution_id: str, paths: tuple[str, ...]) -> None:
    with pytest.raises(ClientError, match="InvalidArgument"):
        cloudfront.create_invalidation(DistributionId=distribution_id, InvalidationBatch=batch(*paths))
    assert cloudfront.list_invalidations(DistributionId=distribution_id)["InvalidationList"]["Quantity"] == 0


def test_there_is_no_invalidation_of_a_distribution_that_is_not_there(cloudfront: Any) -> None:
    with pytest.raises(ClientError, match="NoSuchDistribution"):
        cloudfront.create_invalidation(DistributionId="E0NOTTHERE", InvalidationBatch=batch("/a"))
