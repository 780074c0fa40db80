"""Lambda@Edge functions run as far from this machine as the edge is: clock, network, secrets, memory, time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from extensions.harness.engines.calls import Call, Outcome
from extensions.harness.engines.python import Python

NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)
HELLO = {"request": "GET https://www.example.com/hello?a=1", "headers": {"x-a": "1"}, "body": "hello"}
OBJECT = {"request": "GET https://pictures.s3.eu-west-1.amazonaws.com/a/b.png", "body": {"base64": "/wD/"}}


def outcome(body: str, **surroundings: Any) -> Outcome:
    code = "def handler(event, context):\n" + "".join(f"    {line}\n" for line in body.splitlines())
    (found,) = Python().run(code, [Call({}, now=NEW_YEAR, **surroundings)])
    return found


def test_every_clock_stands_still() -> None:
    found = outcome("""\
import datetime, email.utils, time
now = datetime.datetime.now(datetime.UTC)
return [time.time(), time.time_ns(), now.isoformat(), str(datetime.date.today()), time.strftime("%Y"), time.gmtime().tm_year,
        email.utils.formatdate(usegmt=True), isinstance(now, datetime.datetime)]""")

    assert found.value == [
        1767225600.0,
        1767225600000000000,
        "2026-01-01T00:00:00+00:00",
        "2026-01-01",
        "2026",
        2026,
        "Thu, 01 Jan 2026 00:00:00 GMT",
        True,
    ]


def test_a_request_is_answered_as_the_case_says() -> None:
    found = outcome(
        """\
import urllib.request
with urllib.request.urlopen("https://www.example.com/hello?a=1", timeout=2) as answer:
    return [answer.status, answer.headers["x-a"], answer.read().decode()]""",
        network=[HELLO],
    )

    assert (found.value, found.unanswered) == ([200, "1", "hello"], ())


def test_a_status_that_is_an_error_is_one() -> None:
    found = outcome(
        """\
import urllib.request, urllib.error
try:
    urllib.request.urlopen("https://www.example.com/hello?a=1", timeout=2)
except urllib.error.HTTPError as error:
    return error.code""",
        network=[{**HELLO, "status": 503}],
    )

    assert found.value == 503


def test_a_host_that_the_case_does_not_name_is_unreachable() -> None:
    found = outcome(
        """\
import urllib.request, urllib.error
try:
    urllib.request.urlopen("http://www.example.com:8080/", timeout=2)
except urllib.error.URLError as error:
    return str(error.reason)""",
        network=[HELLO],
    )

    assert found.value == "[Errno 113] No route to host"
    assert found.unanswered == ("http://www.example.com:8080",)


def test_a_path_that_the_case_does_not_name_has_no_answer() -> None:
    found = outcome(
        """\
import urllib.request
try:
    urllib.request.urlopen("https://www.example.com/other", timeout=2)
except OSError as error:
    return type(error).__name__""",
        network=[HELLO],
    )

    assert (found.value, found.unanswered) == ("RemoteDisconnected", ("GET https://www.example.com/other",))


def test_a_socket_of_ones_own_reaches_nobody() -> None:
    found = outcome("""\
import socket
try:
    socket.create_connection(("192.0.2.1", 80), timeout=1)
except OSError as error:
    return str(error)""")

    assert found.value == "[Errno 113] No route to host"
    assert found.unanswered == ("a connection to 192.0.2.1",)


def test_secrets_manager_has_the_secrets_of_the_case_and_no_other() -> None:
    found = outcome(
        """\
import boto3
client = boto3.client("secretsmanager", region_name="eu-west-1")
try:
    client.get_secret_value(SecretId="arn:none")
except client.exceptions.ResourceNotFoundException:
    return client.get_secret_value(SecretId="arn:there")["SecretString"]""",
        secrets={"arn:there": "s"},
    )

    assert (found.value, found.unanswered) == ("s", ("the secret arn:none",))


def test_s3_has_the_objects_of_the_case() -> None:
    found = outcome(
        """\
import boto3
bucket = boto3.client("s3", region_name="eu-west-1")
return list(bucket.get_object(Bucket="pictures", Key="a/b.png")["Body"].read())""",
        network=[OBJECT],
    )

    assert found.value == [255, 0, 255]


def test_the_environment_has_reserved_variables_alone() -> None:
    found = outcome("import os\nreturn sorted(name for name in os.environ if not name.startswith('AWS_'))")

    assert set(found.value or ()) <= {"LANG", "LC_CTYPE", "PATH", "TZ"}


def test_what_lambda_has_not_can_not_be_imported() -> None:
    assert outcome("import yaml").error == "ModuleNotFoundError: No module named 'yaml' (line 2)"


def test_what_is_printed_is_the_log() -> None:
    assert outcome("print('one')\nprint('two')\nreturn 1").log == ("one", "two")


def test_an_error_names_its_kind_and_line() -> None:
    assert outcome("a = {}\nreturn a['x']").error == "KeyError: 'x' (line 3)"


def test_a_result_that_is_no_json_is_an_error() -> None:
    assert outcome("return {1, 2}").error == "TypeError: Object of type set is not JSON serializable"


def test_code_that_is_no_python_is_an_error() -> None:
    (found,) = Python().run("def handler(:", [Call({})])

    assert found.error == "SyntaxError: invalid syntax (index.py, line 1)"


def test_memory_without_end_is_an_error() -> None:
    assert (outcome("return len(bytearray(4 << 30))").error or "").startswith("MemoryError")


def test_a_function_keeps_its_memory_only_where_a_call_continues() -> None:
    counting = "count = 0\ndef handler(event, context):\n    global count\n    count += 1\n    return count"
    outcomes = Python().run(counting, [Call({}), Call({}, continues=True), Call({})])

    assert [one.value for one in outcomes] == [1, 2, 1]


def test_a_function_without_end_is_ended_and_the_next_call_answered() -> None:
    hanging = "def handler(event, context):\n    while event: pass\n    return 'well'"
    endless, next_one = Python(time_limit=1).run(hanging, [Call({"hangs": True}), Call({})])

    assert (endless.error, next_one.value) == ("timed out: no result after 1 s", "well")


def test_a_crash_is_told_and_the_next_call_answered() -> None:
    crashing = (
        "import os, signal\ndef handler(event, context):\n    return event or os.kill(os.getpid(), signal.SIGSEGV)"
    )
    crash, next_one = Python().run(crashing, [Call({}), Call({"a": 1})])

    assert (crash.error, next_one.value) == ("crashed (exit 139)", {"a": 1})
