"""Who works on a deployment, where others want to at the same time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier

from cloudfront_extensions.aws.deployment_store import DeploymentStore
from cloudfront_extensions.extensions.deployment_records import Claim, Deployment
from tests.integration.localaws import edge

RIVALS = 8


def new_deployment() -> Deployment:
    return Deployment(edge.new_token(), "directory-index", "spring", "hash", "execution-0")


def test_one_of_many_makes_a_deployment() -> None:
    deployment, together = new_deployment(), Barrier(RIVALS)

    def create(number: int) -> bool:
        together.wait()
        return DeploymentStore().create(replace(deployment, execution_arn=f"execution-{number}"))

    with ThreadPoolExecutor(RIVALS) as pool:
        won = list(pool.map(create, range(RIVALS)))
    assert won.count(True) == 1
    assert DeploymentStore().existing(deployment.name).execution_arn == f"execution-{won.index(True)}"


def test_one_of_many_takes_a_deployment_over() -> None:
    DeploymentStore().create(new := new_deployment())
    standing, together = DeploymentStore().existing(new.name), Barrier(RIVALS)

    def take_over(number: int) -> bool:
        together.wait()
        return DeploymentStore().take_over(standing, Claim(f"summer-{number}", "hash", f"execution-{number + 1}"))

    with ThreadPoolExecutor(RIVALS) as pool:
        won = list(pool.map(take_over, range(RIVALS)))
    assert won.count(True) == 1
    assert DeploymentStore().existing(new.name).token == f"summer-{won.index(True)}"
