"""What CloudFormation does to distributions is told like a call that it makes for whoever deploys."""

from __future__ import annotations

import json

from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.listening import Listener
from tests.integration.localaws.test_certificate_and_distribution_stacks import create, distribution, ends, physical_id


def test_a_distribution_of_a_stack_is_told_when_it_is_made_changed_and_deleted(
    instance: Instance, trail: Listener
) -> None:
    stack = create(instance, Shop=distribution())
    ends(instance, stack, "CREATE_COMPLETE")
    distribution_id = physical_id(instance, stack, "Shop")
    first = edge.deployed(instance, distribution_id)
    changed = json.dumps({"Resources": {"Shop": distribution(comment="new")}})
    instance.client("cloudformation").update_stack(StackName=stack, TemplateBody=changed)
    ends(instance, stack, "UPDATE_COMPLETE")
    second = edge.deployed(instance, distribution_id)
    instance.client("cloudformation").delete_stack(StackName=stack)
    created, updated, deleted = (event["detail"] for event in trail.heard(3))
    assert created["eventName"] == "CreateDistributionWithTags"
    assert created["sourceIPAddress"] == created["userIdentity"]["invokedBy"] == "cloudformation.amazonaws.com"
    assert created["responseElements"]["eTag"] == first["ETag"]
    assert created["responseElements"]["distribution"]["id"] == distribution_id
    assert created["requestParameters"]["distributionConfigWithTags"]["distributionConfig"]["enabled"] is True
    assert updated["eventName"] == "UpdateDistribution"
    assert updated["requestParameters"]["ifMatch"] == first["ETag"]
    assert updated["responseElements"]["eTag"] == second["ETag"]
    assert deleted["eventName"] == "DeleteDistribution"
    assert deleted["requestParameters"] == {"id": distribution_id, "ifMatch": second["ETag"]}
