"""`POST /_ministack/reset` also forgets what our modules of the edge keep."""

from __future__ import annotations

import os
import urllib.request

from localaws.faults import Fault, inject
from localaws.instance import Instance
from tests.integration.localaws import edge
from tests.integration.localaws.cloudfront.test_staging import copied, policy_for, primary
from tests.integration.localaws.workbench import Workbench


def test_a_reset_forgets_certificates_distributions_records_and_controls() -> None:
    with Instance(f"tests-reset-{os.getpid()}", time_scale=0.001) as instance:
        arn = edge.issued(instance, "shop.example.com", IdempotencyToken="token")
        client = instance.client("cloudfront")
        edge.distribution(instance, "shop.example.com", certificate=arn)
        edge.control(instance, "PUT", "quotas", serviceCode="acm", quotaCode="L-FB94F0B0", value=1)
        inject(instance, Fault("event-lost"), Fault("stale"), Fault("throttle", service="route53"))
        edge.control(instance, "PUT", "acm/outcome", domain="shop.example.com", status="VALIDATION_TIMED_OUT")
        edge.control(instance, "PUT", "cloudfront/foreign-aliases", alias="shop.example.com")
        policy_for(client, copied(client, primary(client)))

        urllib.request.urlopen(f"{instance.endpoint_url}/_ministack/reset", data=b"").close()  # noqa: S310

        assert edge.control(instance, "GET", "dns") == []
        assert edge.control(instance, "GET", "acm/outcome") == []
        assert edge.control(instance, "GET", "faults") == {"rules": []}
        assert edge.control(instance, "GET", "cloudfront/foreign-aliases") == []
        assert all(quota["value"] == quota["default"] for quota in edge.control(instance, "GET", "quotas"))
        assert client.list_distributions()["DistributionList"]["Quantity"] == 0
        assert client.list_continuous_deployment_policies()["ContinuousDeploymentPolicyList"]["Quantity"] == 0
        assert edge.request(instance, "shop.example.com", IdempotencyToken="token") != arn
    instance.remove()


def test_who_called_before_a_reset_may_call_after_it() -> None:
    task = {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:dynamodb:listTables", "Parameters": {}, "End": True}
    with Instance(f"tests-reset-roles-{os.getpid()}", time_scale=0.001) as instance:
        for _ in ("before", "after"):
            assert Workbench(instance).run({"List": task})["output"] == {"TableNames": []}
            edge.reset(instance)
    instance.remove()
