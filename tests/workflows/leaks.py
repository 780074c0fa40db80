"""Looks for a private key in everything that an instance keeps or tells, in every form in which it could stand there."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import PrivateFormat

from tests.bundles import key_pem
from tests.workflows.application import Application
from tests.workflows.inbox import Inbox

LINE = 64
"""Characters of a full line of PEM. In a key on P-256 these lines hold the private number; the last one the public point."""
BASE64_GROUP = 3
Found = tuple[str, bytes]
"""A place, and what stands there."""


def marks_of(key: EllipticCurvePrivateKey) -> dict[str, str]:
    """Texts by which a key is known wherever it goes: its lines of PEM in both formats, and its private number."""
    number = key.private_numbers().private_value
    lines = {
        f"{name} line {index}": line
        for name, form in (("PKCS#8", PrivateFormat.PKCS8), ("SEC 1", PrivateFormat.TraditionalOpenSSL))
        for index, line in enumerate(key_pem(key, form).decode().splitlines()[1:-1])
        if len(line) == LINE
    }
    return {**lines, "number, hexadecimal": f"{number:064x}", "number, decimal": str(number)}


def pattern_of(key: EllipticCurvePrivateKey) -> re.Pattern[bytes]:
    """The marks and the number's bytes, as they are, in hexadecimal, in base64 at any place of it, and as parts of URLs."""
    number = key.private_numbers().private_value.to_bytes(32, "big")
    plain = [number, *(text.encode() for text in marks_of(key).values())]
    forms = {form for data in plain for form in (data, data.hex().encode(), data.hex().upper().encode())}
    forms |= {form for data in plain for form in _in_base64(data)}
    forms |= {quote(data, safe="").encode() for data in plain}
    return re.compile(b"|".join(re.escape(form) for form in sorted(forms)))


def _in_base64(data: bytes) -> Iterator[bytes]:
    for skipped in range(BASE64_GROUP):
        whole = data[skipped : skipped + (len(data) - skipped) // BASE64_GROUP * BASE64_GROUP]
        yield base64.b64encode(whole)
        yield base64.urlsafe_b64encode(whole)


@dataclass(frozen=True)
class Sinks:
    """Everything that could hold a key after a moment: what was there before is left aside."""

    application: Application
    since: datetime
    inbox: Inbox

    def holding(self, pattern: re.Pattern[bytes]) -> list[str]:
        """The places where the pattern stands."""
        return [place for sink in self.all() for place, content in sink() if pattern.search(content)]

    def all(self) -> list[Callable[[], Iterator[Found]]]:
        return [
            self.executions,
            self.logs,
            self.tables,
            self.objects,
            self.secrets,
            self.messages,
            self.certificates,
            self.records,
        ]

    def executions(self) -> Iterator[Found]:
        """Inputs, outputs, causes and histories, with what tasks were given and answered."""
        states = self._client("stepfunctions")
        for machine in self._pages(states, "list_state_machines", "stateMachines"):
            arn = machine["stateMachineArn"]
            for execution in self._pages(states, "list_executions", "executions", stateMachineArn=arn):
                if execution["startDate"] < self.since:
                    continue
                own = {"executionArn": execution["executionArn"]}
                yield own["executionArn"], _text(states.describe_execution(**own))
                for event in self._pages(states, "get_execution_history", "events", **own):
                    yield f"history of {own['executionArn']}", _text(event)

    def logs(self) -> Iterator[Found]:
        logs = self._client("logs")
        start = int(self.since.timestamp() * 1_000)
        for group in self._pages(logs, "describe_log_groups", "logGroups"):
            name = group["logGroupName"]
            for event in self._pages(logs, "filter_log_events", "events", logGroupName=name, startTime=start):
                yield f"log {name}", _text(event)

    def tables(self) -> Iterator[Found]:
        dynamodb = self._client("dynamodb")
        for table in dynamodb.list_tables()["TableNames"]:
            for item in self._pages(dynamodb, "scan", "Items", TableName=table):
                yield f"table {table}", _text(item)

    def objects(self) -> Iterator[Found]:
        """Every version of every object, and its metadata."""
        s3 = self._client("s3")
        for bucket in s3.list_buckets()["Buckets"]:
            named = {"Bucket": bucket["Name"]}
            for version in self._pages(s3, "list_object_versions", "Versions", **named):
                if version["LastModified"] >= self.since.replace(microsecond=0):
                    got = s3.get_object(**named, Key=version["Key"], VersionId=version["VersionId"])
                    yield f"object {version['Key']}", _text(version) + _text(got["Metadata"]) + got["Body"].read()

    def secrets(self) -> Iterator[Found]:
        secrets = self._client("secretsmanager")
        for secret in self._pages(secrets, "list_secrets", "SecretList", IncludePlannedDeletion=True):
            yield f"secret {secret['Name']}", _text(secret)
            if "DeletedDate" not in secret:
                yield f"secret {secret['Name']}", _text(secrets.get_secret_value(SecretId=secret["ARN"]))

    def messages(self) -> Iterator[Found]:
        for message in self.inbox.naming(""):
            yield "message", _text(message)

    def certificates(self) -> Iterator[Found]:
        acm = self._client("acm")
        for one in self._pages(
            acm, "list_certificates", "CertificateSummaryList", Includes={"keyTypes": ["EC_prime256v1"]}
        ):
            yield one["CertificateArn"], _text(acm.describe_certificate(CertificateArn=one["CertificateArn"]))

    def records(self) -> Iterator[Found]:
        """What the embedded AWS itself writes down: calls, states, permissions, and its log."""
        instance = self.application.instance
        for path in (instance.calls, instance.states, instance.permissions, instance.log):
            yield path.name, path.read_bytes()

    def _client(self, service: str) -> Any:
        return self.application.client(service)

    @staticmethod
    def _pages(client: Any, operation: str, member: str, **parameters: Any) -> Iterator[Any]:
        for page in client.get_paginator(operation).paginate(**parameters):
            yield from page.get(member, ())


def _text(answer: Any) -> bytes:
    return json.dumps(answer, default=str, ensure_ascii=False).encode()
