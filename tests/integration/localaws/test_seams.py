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
    ("ministack.services.eventbridge", "_dispatch_event"): "(event, view=None)",
    ("ministack.services.cloudfront", "_build_distribution_xml"): "(parent, dist)",
    ("ministack.services.cloudfront", "_build_str_list_block"): "(parent, block_tag, item_tag, items)",
    ("ministack.services.cloudfront", "_cf_delete_function"): "(name: str, headers)",
    ("ministack.services.cloudfront", "_delete_oac"): "(oac_id, headers)",
    ("ministack.services.cloudfront", "_distributions_using_cache_policy"): "(policy_id)",
    ("ministack.services.cloudfront", "_distributions_using_policy"): "(policy_id)",
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
    ("ministack.services.lambda_svc", "_execute_function"): "(func: dict, event: dict) -> dict",
    ("ministack.services.lambda_svc", "_execute_function_warm"): "(func: dict, event: dict, request_id: str) -> dict",
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
}
SIGNATURES = """
import importlib, inspect, json, sys
wanted = json.load(sys.stdin)
print(json.dumps([str(inspect.signature(getattr(importlib.import_module(module), name))) for module, name in wanted]))
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
