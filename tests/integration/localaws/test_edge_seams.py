"""The names of MiniStack that our modules of the edge hook or read, and what MiniStack still does wrong without them.

When the first part fails, MiniStack has changed underneath; when the second part fails, one of our modules may go.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator

import pytest

from localaws.instance import PROJECT, SERVER_INTERPRETER, Instance
from tests.integration.localaws import edge

SEAMS = """
ministack.app: app SERVICE_REGISTRY SERVICE_HANDLERS _loaded_modules _lazy_handler
ministack.core.router: SERVICE_PATTERNS
ministack.core.iam_actions: SERVICE_TO_IAM_NAMESPACE
ministack.core.responses: get_account_id get_region request_scope AccountScopedDict new_uuid
ministack.services.acm: handle_request reset _certificates _signing_profiles_using
ministack.services.athena: handle_request reset _workgroups _ensure_default_workgroup _create_workgroup _update_workgroup
ministack.services.athena: _delete_workgroup _list_workgroups _tag_resource _untag_resource _list_tags_for_resource
ministack.services.dynamodb: _ttl_settings _update_ttl _update_continuous_backups
ministack.services.cloudfront: handle_request reset _distributions _distribution_tenants _tags _functions _oacs
ministack.services.cloudfront: _cache_policies _origin_request_policies _response_headers_policies _key_groups
ministack.services.cloudfront: _invalidations
ministack.services.cloudfront: _MANAGED_CACHE_POLICIES _MANAGED_ORIGIN_REQUEST_POLICIES
ministack.services.cloudfront: _MANAGED_RESPONSE_HEADERS_POLICIES _error _parse_body _text _dist_config_el
ministack.services.cloudfront: _unwrap_distribution_create_xml _build_distribution_list_xml _add_config_block _now_iso
ministack.services.cloudfront: _kvstores _build_kvs_xml _kvs_arn _function_dev_status new_uuid
ministack.services.cloudfront_keyvaluestore: _stores _compute_size
ministack.services.cloudformation: _stacks _change_sets reset
ministack.services.cloudformation.handlers: _ACTION_HANDLERS _apply_transforms
ministack.services.cloudformation.changesets: _apply_transforms
ministack.services.cloudformation.engine: _apply_transforms _SAM_TRANSFORM declared_transforms
ministack.services.cloudformation.provisioners: _RESOURCE_HANDLERS _cf_distribution_config
ministack.services.cloudformation.stacks: _runs_on_worker_thread
ministack.services.apigateway_v1: reset _rest_apis _resources _models _request_validators _authorizers_v1 _stages_v1
ministack.services.apigateway_v1: _gateway_responses _deployed_gateway_responses _account_settings
ministack.services.apigateway_v1: _AUTHENTICATION_GATEWAY_ERRORS _GATEWAY_RESPONSE_ERROR_TYPES _GATEWAY_TEMPLATE_VARIABLE
ministack.services.cloudwatch_logs: _log_groups handle_request reset _delivery_sources _delivery_destinations _deliveries
ministack.services.cloudwatch_logs: _metric_filters
ministack.core.appsync_graphql: APPSYNC_PRELUDE
ministack.services.appsync: _apis _schemas _resolvers _data_sources _json
ministack.services.cloudwatch: reset _alarms _composite_alarms _error _p _metrics _dims_key _dims_from_list _stat_value
ministack.services.cloudwatch: _calc_stats _store_datum _evaluate_all_alarms _evaluate_parent_alarms _dispatch_alarm_actions
ministack.services.cloudwatch: _put_composite_alarm _delete_alarms
ministack.services.cognito: _user_pools _totp_session_secrets
ministack.services.eventbridge: _put_events _events_log_list _rules _rule_last_fired
ministack.services.firehose: reset _streams _HANDLERS
ministack.services.iam: _access_keys _roles _users
ministack.services.route53: reset _change_resource_record_sets _zones _records _lock _parse_body _text _error_response
ministack.services.s3: _buckets _object_versions _multipart_uploads _put_object _bucket_owner_enforced
ministack.services.s3: _put_bucket_ownership_controls
ministack.core.iam_evaluator: _resource_policy evaluate_resource_policy EvalContext
ministack.services.sts: _sessions
ministack.services.tagging: _COLLECTORS _HANDLERS _invalid_parameter _json
ministack.services.waf: _web_acls _waf_err _get_web_acl
"""
CHECK = """
import importlib, sys
for line in sys.stdin.read().split("\\n"):
    module, _, names = line.partition(":")
    for name in names.split():
        if not hasattr(importlib.import_module(module), name):
            print(f"{module}.{name}")
"""


@pytest.fixture(scope="module")
def stock() -> Iterator[Instance]:
    """MiniStack's own ACM, CloudFront, Route 53 and tagging."""
    without = ("acm", "cloudfront", "route53.record_sets", "quotas.service_quotas")
    with Instance(f"stock-edge-{os.getpid()}", time_scale=0.001, without=without) as running:
        yield running
    running.remove()


def test_every_name_that_is_hooked_or_read_exists() -> None:
    assert in_server(CHECK, SEAMS) == ""


def test_stock_acm_issues_at_once(stock: Instance) -> None:
    assert edge.describe(stock, edge.request(stock, "shop.example.com"))["Status"] == "ISSUED"


def test_stock_acm_ignores_the_idempotency_token(stock: Instance) -> None:
    first, second = (edge.request(stock, "shop.example.com", IdempotencyToken="token") for _ in range(2))
    assert first != second


def test_stock_acm_imports_what_is_not_pem(stock: Instance) -> None:
    stock.client("acm").import_certificate(Certificate=b"junk", PrivateKey=b"junk")


def test_stock_cloudfront_takes_an_alias_twice_and_without_a_certificate(stock: Instance) -> None:
    edge.distribution(stock, "shop.example.com")
    edge.distribution(stock, "shop.example.com")


def test_stock_cloudfront_takes_references_to_nothing(stock: Instance) -> None:
    edge.distribution(stock, DefaultCacheBehavior=edge.behavior(TargetOriginId="nowhere", CachePolicyId="missing"))


def test_stock_cloudfront_deploys_at_once(stock: Instance) -> None:
    assert edge.distribution(stock)["Status"] == "Deployed"


def test_stock_cloudfront_completes_an_invalidation_at_once(stock: Instance) -> None:
    batch = {"CallerReference": "once", "Paths": {"Quantity": 1, "Items": ["/*"]}}
    made = edge.distribution(stock)
    begun = stock.client("cloudfront").create_invalidation(DistributionId=made["Id"], InvalidationBatch=batch)
    assert begun["Invalidation"]["Status"] == "Completed"


def test_stock_cloudfront_lists_all_on_one_page(stock: Instance) -> None:
    edge.distribution(stock)
    edge.distribution(stock)
    assert len(stock.client("cloudfront").list_distributions(MaxItems="1")["DistributionList"]["Items"]) > 1


def test_stock_cloudfront_neither_copies_nor_promotes_distributions_nor_has_policies_for_it(stock: Instance) -> None:
    client, made = stock.client("cloudfront"), edge.distribution(stock)
    policy = {"StagingDistributionDnsNames": edge.block(made["DomainName"]), "Enabled": True}
    for call in (
        lambda: client.copy_distribution(PrimaryDistributionId=made["Id"], CallerReference=edge.new_token()),
        lambda: client.update_distribution_with_staging_config(Id=made["Id"]),
        lambda: client.create_continuous_deployment_policy(ContinuousDeploymentPolicyConfig=policy),
        lambda: client.associate_alias(TargetDistributionId=made["Id"], Alias=edge.new_name()),
    ):
        with edge.refused("NoSuchResource"):
            call()


def test_stock_route53_takes_a_record_outside_its_zone(stock: Instance) -> None:
    route53 = stock.client("route53")
    zone = route53.create_hosted_zone(Name="example.com", CallerReference="stock")["HostedZone"]["Id"]
    record = {"Name": "www.example.net", "Type": "A", "TTL": 60, "ResourceRecords": [{"Value": "192.0.2.1"}]}
    route53.change_resource_record_sets(
        HostedZoneId=zone, ChangeBatch={"Changes": [{"Action": "CREATE", "ResourceRecordSet": record}]}
    )


def test_stock_tagging_answers_with_all_on_one_page(stock: Instance) -> None:
    for number in range(2):
        stock.client("sqs").create_queue(QueueName=f"queue-{number}", tags={"job": "1"})
    answer = stock.client("resourcegroupstaggingapi").get_resources(ResourcesPerPage=1)
    assert len(answer["ResourceTagMappingList"]) > 1


def test_stock_ministack_has_no_service_quotas() -> None:
    assert in_server("from ministack import app; print('servicequotas' in app.SERVICE_REGISTRY)") == "False\n"


def in_server(code: str, text: str = "") -> str:
    """What the code prints in the server's environment."""
    command = [SERVER_INTERPRETER, "-c", code]
    return subprocess.run(command, input=text, capture_output=True, text=True, check=True, cwd=PROJECT).stdout
