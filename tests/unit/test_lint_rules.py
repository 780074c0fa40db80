"""What each of our cfn-lint rules refuses, beside the template that it lets pass."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from cfnlint.config import ConfigMixIn
from cfnlint.match import Match
from cfnlint.rules import Rules
from cfnlint.runner.template import run_template_by_file_path

from tests.templates import PROJECT, TEMPLATES

RULES = Rules.create_from_directory(str(PROJECT / "lint_rules"))

Lint = Callable[[str, str], list[str]]


def matches(template: Path) -> list[Match]:
    return list(run_template_by_file_path(str(template), ConfigMixIn([]), RULES, ignore_bad_template=False))


@pytest.fixture
def lint(tmp_path: Path) -> Lint:
    """Where a rule finds a fault in a SAM template, which may name files of `tmp_path`."""

    def run(rule: str, template: str) -> list[str]:
        file = tmp_path / "template.yaml"
        file.write_text("Transform: AWS::Serverless-2016-10-31\n" + dedent(template))
        found = matches(file)
        assert not [match for match in found if match.rule.id not in RULES], "the template itself is at fault"
        return ["/".join(map(str, match.path)) for match in found if match.rule.id == rule]

    return run


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda template: str(template.relative_to(PROJECT)))
def test_the_templates_keep_all_rules(template: Path) -> None:
    assert [f"{match.rule.id} {match.message}" for match in matches(template)] == []


def test_cfn_lint_called_in_the_project_runs_the_rules() -> None:
    listed = subprocess.run(
        [Path(sys.executable).with_name("cfn-lint"), "--list-rules"],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert [rule for rule in RULES if f"\n{rule}: " not in listed.stdout] == []


def test_a_parameter_that_nothing_uses_is_found(lint: Lint) -> None:
    template = """
        Parameters:
          Referred: { Type: String }
          Substituted: { Type: String }
          AlsoSubstituted: { Type: String }
          Forgotten: { Type: String }
        Resources:
          Topic:
            Type: AWS::SNS::Topic
            Properties:
              TopicName: !Ref Referred
              DisplayName: !Sub "${Substituted} of ${AWS::StackName}"
              KmsMasterKeyId: !Sub ["${AlsoSubstituted}/${key}", { key: sns }]
        """
    assert lint("E9001", template) == ["Parameters/Forgotten"]


def test_a_parameter_that_an_included_file_uses_is_used(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "people.yaml").write_text('pool: { Ref: Referred }\norigin: { "Fn::Sub": "${Substituted}" }\n')
    template = """
        Parameters:
          Referred: { Type: String }
          Substituted: { Type: String }
          Forgotten: { Type: String }
        Resources:
          Api:
            Type: AWS::Serverless::Api
            Properties:
              StageName: v1
              DefinitionBody:
                Fn::Transform: { Name: AWS::Include, Parameters: { Location: people.yaml } }
        """
    assert lint("E9001", template) == ["Parameters/Forgotten"]


MACHINE = """
    Resources:
      Machine:
        Type: AWS::Serverless::StateMachine
        Properties:
          DefinitionUri: machine.asl.json
          DefinitionSubstitutions: {}
    """


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ("{ First: a, Second: b }", []),
        ("{ First: a }", ["DefinitionUri"]),
        ("{ First: a, Second: b, Third: c }", ["DefinitionSubstitutions/Third"]),
    ],
    ids=["all", "one is missing", "one is too many"],
)
def test_a_definition_gets_exactly_the_substitutions_that_it_names(
    lint: Lint, tmp_path: Path, given: str, found: list[str]
) -> None:
    (tmp_path / "machine.asl.json").write_text('{"Comment": "${First} and ${Second}"}')
    assert lint("E9002", MACHINE.replace("{}", given)) == [f"Resources/Machine/Properties/{place}" for place in found]


def test_a_definition_that_is_not_there_is_found(lint: Lint) -> None:
    assert lint("E9002", MACHINE) == ["Resources/Machine/Properties/DefinitionUri"]


def test_a_log_group_that_keeps_its_events_for_ever_is_found(lint: Lint) -> None:
    template = """
        Resources:
          ForAMonth: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 30 } }
          ForEver: { Type: AWS::Logs::LogGroup }
        """
    assert lint("E9003", template) == ["Resources/ForEver"]


def test_a_function_without_a_log_group_of_its_template_is_found(lint: Lint) -> None:
    template = """
        Parameters:
          GroupOfAnotherStack: { Type: String }
        Resources:
          Group: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 30 } }
          WithGroup:
            Type: AWS::Serverless::Function
            Properties: { LoggingConfig: { LogGroup: !Ref Group } }
          WithoutGroup:
            Type: AWS::Serverless::Function
            Properties: { Handler: app.handler }
          WithForeignGroup:
            Type: AWS::Lambda::Function
            Properties: { LoggingConfig: { LogGroup: !Ref GroupOfAnotherStack } }
        """
    assert lint("E9004", template) == ["Resources/WithoutGroup", "Resources/WithForeignGroup"]


def test_the_log_group_of_all_functions_may_stand_in_globals(lint: Lint) -> None:
    template = """
        Globals:
          Function: { LoggingConfig: { LogGroup: !Ref Group } }
        Resources:
          Group: { Type: AWS::Logs::LogGroup, Properties: { RetentionInDays: 30 } }
          Function: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler } }
        """
    assert lint("E9004", template) == []


@pytest.mark.parametrize(
    ("kind", "setting"),
    [("AWS::Serverless::StateMachine", "Logging"), ("AWS::StepFunctions::StateMachine", "LoggingConfiguration")],
)
def test_a_state_machine_that_logs_elsewhere_is_found(lint: Lint, kind: str, setting: str) -> None:
    template = f"""
        Resources:
          Group: {{ Type: AWS::Logs::LogGroup, Properties: {{ RetentionInDays: 30 }} }}
          LogsNothing: {{ Type: {kind}, Properties: {{ Name: silent }} }}
          LogsHere:
            Type: {kind}
            Properties:
              {setting}:
                Level: ERROR
                Destinations: [{{ CloudWatchLogsLogGroup: {{ LogGroupArn: !GetAtt Group.Arn }} }}]
          LogsElsewhere:
            Type: {kind}
            Properties:
              {setting}:
                Level: ERROR
                Destinations: [{{ CloudWatchLogsLogGroup: {{ LogGroupArn: "arn:aws:logs:us-east-1:1:log-group:a:*" }} }}]
        """
    assert lint("E9004", template) == [f"Resources/LogsElsewhere/Properties/{setting}"]


ENCRYPTED = "SSESpecification: { SSEEnabled: true }"
RECOVERABLE = "PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true }"


@pytest.mark.parametrize("kind", ["AWS::DynamoDB::Table", "AWS::Serverless::SimpleTable"])
def test_a_table_without_encryption_or_recovery_is_found(lint: Lint, kind: str) -> None:
    template = f"""
        Resources:
          Good: {{ Type: {kind}, Properties: {{ {ENCRYPTED}, {RECOVERABLE} }} }}
          NotEncrypted: {{ Type: {kind}, Properties: {{ {RECOVERABLE} }} }}
          NotRecoverable: {{ Type: {kind}, Properties: {{ {ENCRYPTED} }} }}
          SwitchedOff: {{ Type: {kind}, Properties: {{ {ENCRYPTED.replace("true", "false")}, {RECOVERABLE} }} }}
        """
    assert lint("E9005", template) == ["Resources/NotEncrypted", "Resources/NotRecoverable", "Resources/SwitchedOff"]


def test_every_replica_of_a_global_table_needs_recovery(lint: Lint) -> None:
    template = f"""
        Resources:
          Table:
            Type: AWS::DynamoDB::GlobalTable
            Properties:
              {ENCRYPTED}
              Replicas:
                - {{ Region: us-east-1, {RECOVERABLE} }}
                - {{ Region: eu-west-1 }}
        """
    assert lint("E9005", template) == ["Resources/Table"]


TLS_ONLY = {
    "bucket": """
        Resources:
          Place: { Type: AWS::S3::Bucket }
          Policy:
            Type: AWS::S3::BucketPolicy
            Properties:
              Bucket: !Ref Place
              PolicyDocument:
                Statement:
                  - Effect: Deny
                    Principal: "*"
                    Action: s3:*
                    Resource: [!GetAtt Place.Arn, !Sub "${Place.Arn}/*"]
                    Condition: { Bool: { aws:SecureTransport: "false" } }
        """,
    "topic": """
        Resources:
          Place: { Type: AWS::SNS::Topic }
          Policy:
            Type: AWS::SNS::TopicPolicy
            Properties:
              Topics: [!Ref Place]
              PolicyDocument:
                Statement:
                  Effect: Deny
                  Principal: { AWS: "*" }
                  Action: [sns:Publish]
                  Resource: !Ref Place
                  Condition: { Bool: { aws:SecureTransport: false } }
        """,
    "queue": """
        Resources:
          Place: { Type: AWS::SQS::Queue }
          Policy:
            Type: AWS::SQS::QueuePolicy
            Properties:
              Queues: [!Ref Place]
              PolicyDocument:
                Statement:
                  - Effect: Deny
                    Principal: "*"
                    Action: sqs:*
                    Resource: !GetAtt Place.Arn
                    Condition: { Bool: { aws:SecureTransport: "false" } }
        """,
}


@pytest.mark.parametrize("template", TLS_ONLY.values(), ids=TLS_ONLY)
def test_a_bucket_a_topic_and_a_queue_that_deny_everyone_without_tls_pass(lint: Lint, template: str) -> None:
    assert lint("E9006", template) == []


HOLES = {
    "allowed": ("Effect: Deny", "Effect: Allow"),
    "not everyone": ('"*"', '"arn:aws:iam::123456789012:root"'),
    "of others": ("[!Ref Place]", "[!Ref Other]"),
    "of another": ("Bucket: !Ref Place", "Bucket: !Ref Other"),
    "other actions": ("Action: ", "NotAction: "),
    "other condition": ("aws:SecureTransport", "aws:ViaAWSService"),
    "more conditions": ("Bool: {", "Bool: { aws:ViaAWSService: true,"),
    "elsewhere": ("Resource: ", "Resource: !Sub arn:aws:other # "),
}


@pytest.mark.parametrize(
    "template",
    [
        pytest.param(template.replace(right, wrong), id=f"{name}, {hole}")
        for name, template in TLS_ONLY.items()
        for hole, (right, wrong) in HOLES.items()
        if right in template
    ],
)
def test_a_policy_that_lets_plain_http_in_is_found(lint: Lint, template: str) -> None:
    assert lint("E9006", template) == ["Resources/Place"]


def test_the_objects_of_a_bucket_need_tls_as_well(lint: Lint) -> None:
    template = TLS_ONLY["bucket"].replace('[!GetAtt Place.Arn, !Sub "${Place.Arn}/*"]', "!GetAtt Place.Arn")
    assert lint("E9006", template) == ["Resources/Place"]


def task(seconds: int, arguments: str = "Parameters") -> dict[str, Any]:
    return {"Type": "Task", "TimeoutSeconds": seconds, arguments: {"FunctionName": "${WorkFunctionArn}"}}


@pytest.mark.parametrize(
    "wrap",
    [
        lambda state: {"Work": state},
        lambda state: {"Each": {"Type": "Map", "ItemProcessor": {"States": {"Work": state}}}},
        lambda state: {"Both": {"Type": "Parallel", "Branches": [{"States": {}}, {"States": {"Work": state}}]}},
    ],
    ids=["at the top", "in a map", "in a branch"],
)
@pytest.mark.parametrize(("state", "found"), [(task(61), 0), (task(60), 1), (task(60, "Arguments"), 1)])
def test_a_task_that_gives_up_before_its_function_is_found(
    lint: Lint, tmp_path: Path, wrap: Callable[[Any], Any], state: dict[str, Any], found: int
) -> None:
    (tmp_path / "machine.asl.json").write_text(json.dumps({"States": wrap(state)}))
    template = """
        Globals:
          Function: { Timeout: 60 }
        Resources:
          Work: { Type: AWS::Serverless::Function, Properties: { Handler: app.handler } }
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              DefinitionUri: machine.asl.json
              DefinitionSubstitutions: { WorkFunctionArn: !GetAtt Work.Arn }
        """
    assert lint("E9007", template) == ["Resources/Machine/Properties/DefinitionUri"] * found


@pytest.mark.parametrize(
    ("handler", "fault"),
    [
        ("app.handler", False),
        ("app.assigned", False),
        ("app.dumps", False),
        ("inner.app.handler", False),
        ("edge.handler", False),
        ("app.other", True),
        ("other.handler", True),
    ],
)
def test_a_handler_that_is_not_in_the_code_is_found(lint: Lint, tmp_path: Path, handler: str, fault: bool) -> None:
    python = "from json import dumps\n\ndef handler(event, context):\n    other = 1\n\nassigned = handler\n"
    (tmp_path / "code/inner").mkdir(parents=True)
    (tmp_path / "code/app.py").write_text(python)
    (tmp_path / "code/inner/app.py").write_text(python)
    (tmp_path / "code/edge.mjs").write_text("export const handler = () => {};\n")
    template = f"""
        Resources:
          Function: {{ Type: AWS::Serverless::Function, Properties: {{ CodeUri: code, Handler: {handler} }} }}
        """
    assert lint("E9008", template) == ["Resources/Function/Properties/CodeUri"] * fault


def test_code_that_is_not_there_is_found(lint: Lint) -> None:
    template = """
        Resources:
          Function: { Type: AWS::Serverless::Function, Properties: { CodeUri: nowhere, Handler: app.handler } }
        """
    assert lint("E9008", template) == ["Resources/Function/Properties/CodeUri"]


@pytest.mark.parametrize(("timeout", "fault"), [(0, True), (1, False), (900, False), (901, True)])
def test_a_timeout_that_lambda_refuses_is_found(lint: Lint, timeout: int, fault: bool) -> None:
    template = f"""
        Resources:
          Function: {{ Type: AWS::Serverless::Function, Properties: {{ Timeout: {timeout} }} }}
        """
    assert lint("E9009", template) == ["Resources/Function/Properties/Timeout"] * fault


def test_an_output_that_a_nested_application_does_not_have_is_found(lint: Lint, tmp_path: Path) -> None:
    (tmp_path / "nested.yaml").write_text("Resources: {}\nOutputs: { Table: { Value: a } }\n")
    template = """
        Resources:
          Nested: { Type: AWS::Serverless::Application, Properties: { Location: nested.yaml } }
        Outputs:
          Right: { Value: !GetAtt Nested.Outputs.Table }
          RightInText: { Value: !Sub "the ${Nested.Outputs.Table}" }
          Wrong: { Value: !GetAtt Nested.Outputs.Tabel }
          WrongInText: { Value: !Sub "the ${Nested.Outputs.Tabel}" }
        """
    assert lint("E9010", template) == ["Outputs/Wrong/Value/Fn::GetAtt", "Outputs/WrongInText/Value/Fn::Sub"]


PATTERNS = {
    "{ source: [aws.s3], detail: { object: { key: [{ prefix: in/ }, { exists: false }, whole] } } }": [],
    "{ source: [!Ref AWS::StackName], $or: [{ account: [a] }, { detail: { a: [1] } }] }": [],
    "{ source: aws.s3 }": ["source"],
    "{ source: [] }": ["source"],
    "{ detail: {} }": ["detail"],
    "{ detailType: [Object Created] }": ["detailType"],
    "{ detail: { key: [{ begins-with: in/ }] } }": ["detail/key/0"],
    "{ detail: { key: [{ prefix: in/, suffix: .csv }] } }": ["detail/key/0"],
    "{ $or: [{ account: [a] }, { account: b }] }": ["$or/1/account"],
}


@pytest.mark.parametrize(("pattern", "found"), PATTERNS.items())
@pytest.mark.parametrize(
    ("kind", "place"),
    [("AWS::Events::Rule", "EventPattern"), ("AWS::Serverless::Function", "Events/Seen/Properties/Pattern")],
)
def test_a_pattern_that_matches_no_event_is_found(
    lint: Lint, kind: str, place: str, pattern: str, found: list[str]
) -> None:
    in_rule = f"{{ EventPattern: {pattern} }}"
    in_event = f"{{ Events: {{ Seen: {{ Type: EventBridgeRule, Properties: {{ Pattern: {pattern} }} }} }} }}"
    template = f"""
        Resources:
          Rule: {{ Type: {kind}, Properties: {in_rule if place == "EventPattern" else in_event} }}
        """
    assert lint("E9011", template) == [f"Resources/Rule/Properties/{place}/{where}" for where in found]


SCHEDULES = {
    "rate(1 hour)": True,
    "rate(5 minutes)": True,
    "cron(0 3 * * ? *)": True,
    "cron(0 3 ? * MON-FRI *)": True,
    "rate(1 hours)": False,
    "rate(5 minute)": False,
    "rate(0 minutes)": False,
    "cron(0 3 * * * *)": False,
    "cron(0 3 * * ?)": False,
    "every day": False,
}


ONCE = "at(2030-01-31T12:00:00)"
"""The Scheduler's alone."""


@pytest.mark.parametrize(("expression", "right"), [*SCHEDULES.items(), (ONCE, True)])
def test_a_schedule_that_the_scheduler_refuses_is_found(lint: Lint, expression: str, right: bool) -> None:
    template = f"""
        Resources:
          Schedule: {{ Type: AWS::Scheduler::Schedule, Properties: {{ ScheduleExpression: "{expression}" }} }}
        """
    assert lint("E9012", template) == ["Resources/Schedule/Properties/ScheduleExpression"] * (not right)


@pytest.mark.parametrize(("expression", "right"), [*SCHEDULES.items(), (ONCE, None)])
@pytest.mark.parametrize(
    ("event", "setting", "once"), [("Schedule", "Schedule", False), ("ScheduleV2", "ScheduleExpression", True)]
)
def test_a_schedule_of_sam_that_aws_refuses_is_found(
    lint: Lint, event: str, setting: str, once: bool, expression: str, right: bool | None
) -> None:
    template = f"""
        Resources:
          Machine:
            Type: AWS::Serverless::StateMachine
            Properties:
              Events:
                Tick: {{ Type: {event}, Properties: {{ {setting}: "{expression}" }} }}
        """
    passes = once if right is None else right
    assert lint("E9012", template) == [f"Resources/Machine/Properties/Events/Tick/Properties/{setting}"] * (not passes)
