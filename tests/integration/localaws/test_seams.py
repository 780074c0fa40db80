"""The functions of MiniStack that we replace, by signature: a change here is to be read before MiniStack is upgraded.

A name that has gone stops the server at its start; a parameter that has changed might not.
"""

from __future__ import annotations

import json
import subprocess

import pytest

from localaws.instance import PROJECT, SERVER_INTERPRETER

STEP_FUNCTIONS = "ministack.services.stepfunctions"
IAM_EVALUATOR = "ministack.core.iam_evaluator"
PROVISIONERS = "ministack.services.cloudformation.provisioners"
REST_APIS = "ministack.services.apigateway_v1"
COGNITO = "ministack.services.cognito"
APPSYNC = "ministack.services.appsync"
SEAMS = {
    (STEP_FUNCTIONS, "_add_event"): "(execution, event_type, details=None)",
    (STEP_FUNCTIONS, "_apply_input_path"): "(state_def, data, ctx=None)",
    (STEP_FUNCTIONS, "_apply_output_path"): "(state_def, data, ctx=None)",
    (STEP_FUNCTIONS, "_apply_parameters"): "(state_def, data, ctx=None)",
    (STEP_FUNCTIONS, "_call_lambda"): "(func_ref, event)",
    (STEP_FUNCTIONS, "_create_state_machine"): "(data)",
    (STEP_FUNCTIONS, "_emit_execution_status_event"): "(execution) -> None",
    (STEP_FUNCTIONS, "_error_matches"): "(error_equals, error)",
    (STEP_FUNCTIONS, "_evaluate_rule"): "(rule, data, ctx=None)",
    (STEP_FUNCTIONS, "_execute_choice"): "(state_def, raw_input, ctx=None)",
    (STEP_FUNCTIONS, "_execute_map"): "(state_def, raw_input, execution, ctx)",
    (STEP_FUNCTIONS, "_execute_parallel"): "(state_def, raw_input, execution, ctx)",
    (STEP_FUNCTIONS, "_execute_pass"): "(state_def, raw_input, ctx=None)",
    (STEP_FUNCTIONS, "_execute_task"): "(state_def, raw_input, execution, ctx)",
    (STEP_FUNCTIONS, "_execute_wait"): "(state_def, raw_input, ctx=None)",
    (STEP_FUNCTIONS, "_fail_execution"): "(execution, error, cause)",
    (STEP_FUNCTIONS, "_fail_state_error"): "(state_def, raw_input, ctx=None)",
    (STEP_FUNCTIONS, "_find_matching_catcher"): "(catchers, error)",
    (STEP_FUNCTIONS, "_find_matching_retrier"): "(retriers, error, retry_counts)",
    (STEP_FUNCTIONS, "_invoke_nested_start_execution"): "(resource, input_data)",
    (STEP_FUNCTIONS, "_invoke_nested_start_execution_sync"): "(resource, input_data)",
    (STEP_FUNCTIONS, "_invoke_resource"): "(resource, input_data)",
    (STEP_FUNCTIONS, "_invoke_resource_with_timeout"): "(resource, input_data, timeout)",
    (STEP_FUNCTIONS, "_invoke_with_callback"): "(resource, input_data, token, state_def)",
    (STEP_FUNCTIONS, "_parse_jsonpath_tokens"): "(path)",
    (STEP_FUNCTIONS, "_resolve_params_obj"): "(template, data, ctx=None)",
    (STEP_FUNCTIONS, "_resolve_path"): "(path, data)",
    (STEP_FUNCTIONS, "_run_distributed_map"): "(state_def, raw_input, effective, iterator, execution, ctx)",
    (STEP_FUNCTIONS, "_run_execution"): "(exec_arn)",
    (STEP_FUNCTIONS, "_run_sub_machine"): "(states, start_at, input_data, execution, ctx)",
    (STEP_FUNCTIONS, "_scaled_sleep"): "(seconds)",
    (STEP_FUNCTIONS, "_send_task_failure"): "(data)",
    (STEP_FUNCTIONS, "_send_task_heartbeat"): "(data)",
    (STEP_FUNCTIONS, "_send_task_success"): "(data)",
    (STEP_FUNCTIONS, "_start_execution"): "(data)",
    (STEP_FUNCTIONS, "_stop_execution"): "(data)",
    (STEP_FUNCTIONS, "_update_state_machine"): "(data)",
    ("ministack.app", "app"): "(scope, receive, send)",
    ("ministack.app", "pin_request_origin"): "(source_ip: str, secure_transport: bool) -> None",
    ("ministack.core.iam_actions", "access_denied_response"): (
        "(service: str, action: str, principal_arn: str, request_id: str, *, error_code: str = '', message: str = '', "
        "headers: dict | None = None, resource_arn: str = '*', explicit_deny: bool = False, "
        "resource_policy_arn: str = '') -> tuple"
    ),
    ("ministack.core.iam_actions", "extract_iam_action"): (
        "(service: str, method: str, path: str, headers: dict, body: bytes, query_params: dict) -> str | None"
    ),
    (IAM_EVALUATOR, "_gather_role_policies"): (
        f"(role_name: str, account_id: str) -> list[list[{IAM_EVALUATOR}.ParsedStatement]]"
    ),
    (IAM_EVALUATOR, "_resolve_condition_key"): f"(key: str, ctx: {IAM_EVALUATOR}.EvalContext) -> Any",
    (IAM_EVALUATOR, "_resource_policy"): "(service: str, resource_arn: str) -> tuple | None",
    (IAM_EVALUATOR, "enforce"): (
        "(access_key_id: str, iam_action: str, service: str, region: str, resource_arn: str = '*', "
        "service_context: dict[str, typing.Any] | None = None) -> "
        f"{IAM_EVALUATOR}.EvalResult | {IAM_EVALUATOR}.AuthError | None"
    ),
    (IAM_EVALUATOR, "parse_policy_document"): f"(doc: str | dict) -> list[{IAM_EVALUATOR}.ParsedStatement]",
    ("ministack.core.lambda_runtime", "_detect_runtime_binary"): "(runtime: str) -> tuple[str, str]",
    ("ministack.core.lambda_runtime", "execution_credentials"): "(config: dict) -> dict[str, str]",
    ("ministack.services.cloudformation.changesets", "_resolve_props_for_diff"): (
        "(template, params, stack_name, stack_id)"
    ),
    ("ministack.services.cloudformation.engine", "_apply_transforms"): (
        "(template: dict, provided_params=None, previous_params=None) -> dict"
    ),
    ("ministack.services.cloudformation.engine", "_parse_template"): "(template_body: str) -> dict",
    ("ministack.services.cloudformation.provisioners", "_update_resource"): (
        "(resource_type: str, physical_id: str, old_props: dict, new_props: dict, stack_name: str, "
        "logical_id: str | None = None, old_attrs: dict | None = None) -> tuple"
    ),
    (APPSYNC, "_auth_modes"): "(api)",
    (APPSYNC, "_create_api_cache"): "(api_id, data)",
    (APPSYNC, "_create_api_key"): "(api_id, body)",
    (APPSYNC, "_create_data_source"): "(api_id, body)",
    (APPSYNC, "_create_function"): "(api_id, body)",
    (APPSYNC, "_create_graphql_api"): "(body)",
    (APPSYNC, "_create_resolver"): "(api_id, type_name, body)",
    (APPSYNC, "_create_type"): "(api_id, body)",
    (APPSYNC, "_evaluate_code"): "(body)",
    (APPSYNC, "_execute_graphql"): "(api_id, data, request_headers=None, authorize=None)",
    (APPSYNC, "_get_graphql_api"): "(api_id)",
    (APPSYNC, "_graphql_error"): "(status, error_type, message)",
    (APPSYNC, "_graphql_request"): "(body)",
    (APPSYNC, "_has_sigv4_credentials"): "(headers, query_params)",
    (APPSYNC, "_iam_field_authorizer"): "(api_id, headers, query_params)",
    (APPSYNC, "_put_environment_variables"): "(api_id, body)",
    (APPSYNC, "_start_schema_creation"): "(api_id, body)",
    (APPSYNC, "_update_graphql_api"): "(api_id, body)",
    (PROVISIONERS, "_appsync_api_create"): "(logical_id, props, stack_name)",
    (PROVISIONERS, "_appsync_api_members"): "(props)",
    (PROVISIONERS, "_appsync_api_update"): "(physical_id, old_props, new_props, stack_name, logical_id=None)",
    (PROVISIONERS, "_appsync_apikey_create"): "(logical_id, props, stack_name)",
    (PROVISIONERS, "_appsync_function_create"): "(logical_id, props, stack_name)",
    (PROVISIONERS, "_cw_metric_alarm_record"): "(name, props)",
    (PROVISIONERS, "_appsync_schema_create"): "(logical_id, props, stack_name)",
    (COGNITO, "_admin_add_user_to_group"): "(data)",
    (COGNITO, "_admin_create_user"): "(data)",
    (COGNITO, "_admin_delete_user"): "(data)",
    (COGNITO, "_admin_remove_user_from_group"): "(data)",
    (COGNITO, "_admin_respond_to_auth_challenge"): "(data)",
    (COGNITO, "_admin_set_user_mfa_preference"): "(data)",
    (COGNITO, "_all_pools"): "()",
    (COGNITO, "_associate_software_token"): "(data)",
    (COGNITO, "_create_user_pool_client"): "(data)",
    (COGNITO, "_mfa_challenge_for_user"): "(pool: dict, user: dict, pid: str, username: str) -> dict | None",
    (COGNITO, "_password_auth_result"): (
        "(pool: dict, pid: str, cid: str, user: dict, username: str, client_metadata: dict | None = None, "
        "data: dict | None = None)"
    ),
    (COGNITO, "_pool_for_client"): "(cid)",
    (COGNITO, "_pool_signing_key"): "(pool_id: str, use: str)",
    (COGNITO, "_resolve_user"): "(pool: dict, username: str)",
    (COGNITO, "_respond_to_auth_challenge"): "(data)",
    (COGNITO, "_set_user_mfa_preference"): "(data)",
    (COGNITO, "_sign_up"): "(data)",
    (COGNITO, "_update_user_pool_client"): "(data)",
    (COGNITO, "_user_for_access_token"): "(access_token)",
    (COGNITO, "_user_pool_for_access_token"): "(access_token)",
    (COGNITO, "_validate_password"): "(pool, password)",
    (COGNITO, "_verify_software_token"): "(data)",
    ("ministack.services.eventbridge", "_dispatch_event"): "(event, view=None)",
    ("ministack.services.cloudfront", "_build_distribution_xml"): "(parent, dist)",
    ("ministack.services.cloudfront", "_build_str_list_block"): "(parent, block_tag, item_tag, items)",
    ("ministack.services.cloudfront", "_cf_delete_function"): "(name: str, headers)",
    ("ministack.services.cloudfront", "_cf_create_function"): "(headers, body)",
    ("ministack.services.cloudfront", "_cf_describe_function"): "(name: str, stage: str)",
    ("ministack.services.cloudfront", "_cf_get_function"): "(name: str, stage: str)",
    ("ministack.services.cloudfront", "_cf_publish_function"): "(name: str, headers)",
    ("ministack.services.cloudfront", "_cf_update_function"): "(name: str, headers, body)",
    ("ministack.services.cloudfront", "_create_kvs"): "(headers, body)",
    ("ministack.services.cloudfront", "_delete_kvs"): "(name, headers)",
    ("ministack.services.cloudfront", "_delete_oac"): "(oac_id, headers)",
    ("ministack.services.cloudfront", "_describe_kvs"): "(name)",
    ("ministack.services.cloudfront", "_function_summary_builder"): (
        "(fn: dict, stage: str, status: str, last_modified: str)"
    ),
    ("ministack.services.cloudfront", "_function_view"): "(fn: dict, stage: str) -> dict",
    ("ministack.services.cloudfront", "_resolve_taggable_cloudfront_arn"): "(arn: str)",
    ("ministack.services.cloudfront", "_update_kvs"): "(name, headers, body)",
    ("ministack.services.cloudfront_keyvaluestore", "_error"): "(code: str, message: str, status: int) -> tuple",
    ("ministack.services.cloudfront_keyvaluestore", "_put_key"): "(arn: str, key: str, headers, body)",
    ("ministack.services.cloudfront_keyvaluestore", "_update_keys"): "(arn: str, headers, body)",
    ("ministack.services.lambda_svc", "_delete_function"): (
        "(name: str, query_params: dict, path_qualifier: str | None = None)"
    ),
    (
        "ministack.services.lambda_svc",
        "_qualifier_from_path_or_query",
    ): "(path_qualifier: str | None, query_params: dict | None) -> str | None",
    ("ministack.services.cloudformation.changesets", "_find_change_set"): "(cs_name, stack_name='')",
    (
        "ministack.services.cloudformation.engine",
        "_transform_parameters",
    ): "(template: dict, provided_params, previous_params) -> dict",
    ("ministack.services.cloudformation.handlers", "_resolve_stack"): "(stack_name)",
    ("ministack.services.cloudformation.helpers", "_error"): "(code, message, status=400)",
    ("ministack.services.cloudformation.helpers", "_p"): "(params, key, default='')",
    (IAM_EVALUATOR, "_permissions_boundary"): (
        f"(store, name: str, account_id: str) -> list[list[list[{IAM_EVALUATOR}.ParsedStatement]]]"
    ),
    ("samtranslator.translator.transform", "transform"): (
        "(input_fragment: dict[str, typing.Any], parameter_values: dict[str, typing.Any], "
        "managed_policy_loader: samtranslator.translator.managed_policy_translator.ManagedPolicyLoader, "
        "feature_toggle: samtranslator.feature_toggle.feature_toggle.FeatureToggle | None = None, "
        "passthrough_metadata: bool | None = False) -> dict[str, typing.Any]"
    ),
    ("ministack.services.cloudfront", "_distributions_using_cache_policy"): "(policy_id)",
    ("ministack.services.cloudfront", "_distributions_using_policy"): "(policy_id)",
    ("ministack.services.cloudwatch", "_calc_stats"): "(points)",
    ("ministack.services.cloudwatch", "_delete_alarms"): "(params, cbor_data, is_cbor, is_json=False)",
    ("ministack.services.cloudwatch", "_dispatch_alarm_actions"): "(alarm, old_state, new_state, reason)",
    ("ministack.services.cloudwatch", "_evaluate_alarm"): "(alarm)",
    ("ministack.services.cloudwatch", "_evaluate_parent_alarms"): "(child, seen=frozenset())",
    ("ministack.services.cloudwatch", "_put_composite_alarm"): "(params, cbor_data, is_cbor, is_json=False)",
    ("ministack.services.cloudwatch", "_put_metric_alarm"): "(params, cbor_data, is_cbor, is_json=False)",
    ("ministack.services.cloudwatch", "_stat_value"): "(stats, stat_name, points=None)",
    ("ministack.services.cloudwatch", "_store_datum"): (
        "(namespace, name, dims, ts, unit, value, values, counts, stat_values)"
    ),
    ("ministack.services.cloudwatch", "_record_history"): (
        "(alarm_name, old_state, new_state, reason, alarm_type='MetricAlarm', reason_data=None)"
    ),
    ("ministack.services.cloudwatch", "_set_alarm_state"): "(params, cbor_data, is_cbor, is_json=False)",
    ("ministack.services.lambda_svc", "_emit_lambda_logs"): (
        "(func: dict, request_id: str, log_text: str, error: bool, duration_ms: int, *, "
        "log_source: str | None = None) -> None"
    ),
    ("ministack.services.eventbridge", "_dispatch_to_lambda"): "(arn, payload)",
    ("ministack.services.eventbridge", "_dispatch_to_sns"): "(arn, payload)",
    ("ministack.services.eventbridge", "_dispatch_to_sqs"): "(spec, payload, sqs_parameters=None)",
    ("ministack.services.eventbridge", "_dispatch_to_stepfunctions"): "(arn, payload)",
    ("ministack.services.eventbridge", "_invoke_target"): "(target, event, rule, view=None)",
    ("ministack.services.lambda_svc", "_create_function"): "(data: dict)",
    ("ministack.services.lambda_svc", "_get_function_config"): "(name: str, qualifier: str | None = None)",
    (
        "ministack.services.lambda_svc",
        "_get_func_record_for_ref",
    ): "(function_ref: str) -> tuple[dict | None, dict | None, str]",
    (
        "ministack.services.lambda_svc",
        "_get_func_record_for_ref_in_scope",
    ): (
        "(function_ref: str, *, account_id: str | None = None, region: str | None = None) "
        "-> tuple[dict | None, dict | None, str]"
    ),
    ("ministack.services.lambda_svc", "_execution_record_for_config"): "(func: dict, config: dict) -> dict",
    ("ministack.services.lambda_svc", "_execute_function_with_config_scope"): "(func: dict, event: dict) -> dict",
    ("ministack.services.lambda_svc", "_execute_function"): "(func: dict, event: dict) -> dict",
    ("ministack.services.lambda_svc", "_execute_function_warm"): "(func: dict, event: dict, request_id: str) -> dict",
    ("ministack.app", "call_service_handler_sync"): (
        "(handler, method, path, headers, body, query_params, timeout: float | None = None)"
    ),
    ("ministack.services.firehose", "_create_delivery_stream"): "(data: dict)",
    ("ministack.services.firehose", "_deliver_records_to_s3"): "(stream: dict, dest: dict, records: list)",
    ("ministack.services.firehose", "_evaluate_prefix"): (
        "(template, t, query_keys=None, lambda_keys=None, error_type=None)"
    ),
    ("ministack.services.firehose", "_resolve_dest_type_and_config"): "(data: dict)",
    ("ministack.services.firehose", "_resolve_dest_update_config"): "(data: dict)",
    ("ministack.services.firehose", "_update_destination"): "(data: dict)",
    ("ministack.services.firehose", "ingest_from_kinesis_source"): "(stream_arn: str, records: list) -> None",
    ("ministack.services.kinesis", "_put_records"): "(data)",
    ("ministack.services.kinesis", "_resolve_stream_by_arn"): "(stream_arn)",
    ("ministack.services.route53", "_change_resource_record_sets"): "(zone_id: str, body: bytes)",
    ("ministack.services.eventbridge", "_tick_scheduled_rules"): "()",
    ("ministack.services.kms", "_resolve_key"): "(key_id_or_arn)",
    ("ministack.services.s3", "_bucket_default_sse_headers"): "(bucket_name: str) -> dict",
    ("ministack.services.s3", "_stored_sse_headers"): "(obj: dict) -> dict",
    ("ministack.services.secretsmanager", "_create_secret"): "(data)",
    ("ministack.services.secretsmanager", "_delete_secret"): "(data)",
    ("ministack.services.secretsmanager", "_put_resource_policy"): "(data)",
    ("ministack.services.secretsmanager", "_put_secret_value"): "(data)",
    ("ministack.services.secretsmanager", "_resolve"): "(secret_id, *, use_arn_scope=False)",
    ("ministack.services.sts", "register_session"): "(access_key: str, session: dict) -> None",
    ("ministack.services.waf", "_delete_web_acl"): "(data)",
    ("ministack.services.waf", "_get_web_acl"): "(data)",
    ("ministack.services.waf", "_resource_from_scope"): "(store, uid, scope)",
    ("ministack.services.waf", "_values_for_scope"): "(store, scope)",
    ("ministack.app", "_enforce_execute_api"): (
        "(api_id: str, stage: str, method: str, execute_path: str, headers: dict, query_params: dict, "
        "iam_action: str = 'execute-api:Invoke')"
    ),
    ("ministack.app", "_handle_execute_api_request"): (
        "(host: str, path: str, method: str, headers: dict, body: bytes, query_params: dict, "
        "raw_path: str | None = None, raw_query_string: str | None = None)"
    ),
    ("ministack.app", "_parse_execute_api_url"): ("(host: str, path: str) -> tuple[str, str, str] | None"),
    ("ministack.core.arn", "execute_api_arn"): (
        "(region: str, account_id: str, api_id: str, stage: str, method: str, path: str) -> str"
    ),
    (IAM_EVALUATOR, "_query_signed"): ("(query_params: dict) -> bool"),
    (IAM_EVALUATOR, "evaluate_resource_policy"): (
        f"(doc: str | dict | None, ctx: {IAM_EVALUATOR}.EvalContext, service: str | None = None, "
        f"named_only: bool = False, direct_only: bool = False) -> {IAM_EVALUATOR}.EvalResult"
    ),
    (IAM_EVALUATOR, "resolve_caller_identity"): ("(access_key_id: str) -> dict | None"),
    ("ministack.core.sigv4", "foreign_authorization_failure"): (
        "(headers: collections.abc.Mapping[str, typing.Any]) -> tuple[str, str] | None"
    ),
    (REST_APIS, "_GatewayError"): ("(response_type, message, error_type=None)"),
    (REST_APIS, "_authorize_request_v1"): (
        "(api_id, stage_name, method_obj, method, request_path, resource, headers, body, query_params, "
        "path_params, stage, owner_account_id, owner_region)"
    ),
    (REST_APIS, "_build_lambda_event_v1"): (
        "(api_id, stage_name, stage, resource, request_path, method, headers, body, query_params, path_params, "
        "*, binary_media_types=None, authorizer_context=None, caller_identity=None)"
    ),
    (REST_APIS, "_call_lambda_raw"): ("(function_ref, event, *, account_id=None, region=None)"),
    (REST_APIS, "_check_request_validation"): ("(method_obj, api_id, request, headers, body, query_params)"),
    (REST_APIS, "_cognito_token_from_request"): ("(authorizer, headers, query_params, stage)"),
    (REST_APIS, "_create_authorizer"): ("(api_id, data)"),
    (REST_APIS, "_create_model"): ("(api_id, data)"),
    (REST_APIS, "_create_request_validator"): ("(api_id, data)"),
    (REST_APIS, "_create_resource"): ("(api_id, parent_id, data)"),
    (REST_APIS, "_create_rest_api"): ("(data)"),
    (REST_APIS, "_delete_request_validator"): ("(api_id, validator_id)"),
    (REST_APIS, "_delete_rest_api"): ("(api_id)"),
    (REST_APIS, "_execute_in_scope"): (
        "(request, api_id, stage_name, method, path, headers, body, query_params, owner_account_id, owner_region)"
    ),
    (REST_APIS, "_extract_lambda_ref_from_integration_uri"): ("(uri: str) -> str"),
    (REST_APIS, "_gateway_error_response"): ("(error, request)"),
    (REST_APIS, "_gateway_response_for_type"): ("(customized, response_type)"),
    (REST_APIS, "_handle_execute_in_scope"): (
        "(api_id, stage_name, method, path, headers, body, query_params, owner_account_id, owner_region)"
    ),
    (REST_APIS, "_header_ci"): ("(headers, name)"),
    (REST_APIS, "_iam_caller_identity"): ("(headers, query_params)"),
    (REST_APIS, "_import_identity_source"): ("(scheme, extension)"),
    (REST_APIS, "_import_rest_api"): ("(spec, base_data=None)"),
    (REST_APIS, "_invoke_authorizer_lambda"): ("(authorizer, event, account_id, region)"),
    (REST_APIS, "_invoke_mock_v1"): ("(integration)"),
    (REST_APIS, "_lambda_proxy_response"): ("(result)"),
    (REST_APIS, "_match_resource_tree"): ("(api_id, segments)"),
    (REST_APIS, "_missing_request_parameters"): ("(method_obj, request, headers, query_params)"),
    (REST_APIS, "_put_gateway_response"): ("(api_id, response_type, data)"),
    (REST_APIS, "_put_integration"): ("(api_id, resource_id, http_method, data)"),
    (REST_APIS, "_put_integration_response"): ("(api_id, resource_id, http_method, status_code, data)"),
    (REST_APIS, "_put_method"): ("(api_id, resource_id, http_method, data)"),
    (REST_APIS, "_put_method_response"): ("(api_id, resource_id, http_method, status_code, data)"),
    (REST_APIS, "_qp"): ("(query_params, key, default=None)"),
    (REST_APIS, "_rest_api_view"): ("(api)"),
    (REST_APIS, "_stringify_claims"): ("(claims)"),
    (REST_APIS, "_take_token"): ("(slot, limits)"),
    (REST_APIS, "_update_account"): ("(data)"),
    (REST_APIS, "_v1_error"): ("(code, message, status)"),
    (REST_APIS, "_validate_cognito_authorizer"): ("(authorizer, method_obj, headers, query_params, stage)"),
    (REST_APIS, "find_api_scope"): ("(api_id)"),
    (REST_APIS, "handle_request"): ("(method, path, headers, body, query_params)"),
    (PROVISIONERS, "_apigw_account_create"): ("(logical_id, props, stack_name)"),
    (PROVISIONERS, "_apigw_account_update"): ("(physical_id, old_props, new_props, stack_name, logical_id=None)"),
    (PROVISIONERS, "_apigw_method_create"): ("(logical_id, props, stack_name)"),
    (PROVISIONERS, "_apigw_method_settings"): ("(raw)"),
    (PROVISIONERS, "_apigw_method_update"): ("(physical_id, old_props, new_props, stack_name)"),
    (PROVISIONERS, "_apigw_request_validator_delete"): ("(physical_id, props)"),
    (PROVISIONERS, "_apigw_rest_api_create"): ("(logical_id, props, stack_name)"),
    (PROVISIONERS, "_apigw_rest_api_update"): ("(physical_id, old_props, new_props, stack_name, logical_id=None)"),
    (PROVISIONERS, "_apigw_stage_create"): ("(logical_id, props, stack_name)"),
    (PROVISIONERS, "_apigw_stage_update"): ("(physical_id, old_props, new_props, stack_name)"),
    ("ministack.services.cloudwatch_logs", "_append_log_events"): "(stream, events)",
    ("ministack.services.cloudwatch_logs", "_create_log_stream"): ("(data)"),
    ("ministack.services.cloudwatch_logs", "_put_log_events"): ("(data)"),
    ("ministack.services.cloudwatch_logs", "_put_metric_filter"): ("(data)"),
    ("ministack.services.s3", "_get_object_data"): (
        "(bucket_name: str, key: str, version_id: str | None = None) -> bytes | None"
    ),
    ("ministack.core.lambda_runtime", "Worker._drain_stderr_bounded"): (
        "(self, first_line_wait: float = 0.05, idle_confirm: float = 0.005, hard_cap: float = 0.25) -> str"
    ),
    ("ministack.core.lambda_runtime", "Worker._spawn"): "(self)",
}
SIGNATURES = """
import importlib, inspect, json, operator, sys
def signature(module, name): return str(inspect.signature(operator.attrgetter(name)(importlib.import_module(module))))
print(json.dumps([signature(module, name) for module, name in json.load(sys.stdin)]))
"""


@pytest.fixture(scope="module")
def signatures(tmp_path_factory: pytest.TempPathFactory) -> dict[tuple[str, str], str]:
    """As they are in the MiniStack that is installed, untouched by us."""
    ran = subprocess.run(
        [SERVER_INTERPRETER, "-c", SIGNATURES],
        cwd=PROJECT,
        env={"STATE_DIR": str(tmp_path_factory.mktemp("state"))},
        input=json.dumps(list(SEAMS)),
        capture_output=True,
        check=True,
        text=True,
    )
    return dict(zip(SEAMS, json.loads(ran.stdout), strict=True))


@pytest.mark.parametrize(("module", "name"), SEAMS)
def test_a_seam_is_as_we_know_it(signatures: dict[tuple[str, str], str], module: str, name: str) -> None:
    assert signatures[module, name] == SEAMS[module, name]
