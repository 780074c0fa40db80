"""The functions of MiniStack that we replace, by signature: a change here is to be read before MiniStack is upgraded.

A name that has gone stops the server at its start; a parameter that has changed might not.
"""

from __future__ import annotations

import json
import subprocess

import pytest

from localaws.instance import PROJECT, SERVER_INTERPRETER

STEP_FUNCTIONS = "ministack.services.stepfunctions"
SEAMS = {
    (STEP_FUNCTIONS, "_add_event"): "(execution, event_type, details=None)",
    (STEP_FUNCTIONS, "_apply_input_path"): "(state_def, data, ctx=None)",
    (STEP_FUNCTIONS, "_apply_output_path"): "(state_def, data, ctx=None)",
    (STEP_FUNCTIONS, "_apply_parameters"): "(state_def, data, ctx=None)",
    (STEP_FUNCTIONS, "_call_lambda"): "(func_ref, event)",
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
    ("ministack.app", "app"): "(scope, receive, send)",
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
    ("ministack.services.lambda_svc", "_execute_function"): "(func: dict, event: dict) -> dict",
    ("ministack.services.lambda_svc", "_execute_function_warm"): "(func: dict, event: dict, request_id: str) -> dict",
    ("ministack.services.sts", "register_session"): "(access_key: str, session: dict) -> None",
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
