"""What an instance can be told besides AWS's own APIs, over HTTP below `/_localaws/`: its DNS, its quotas, how ACM ends."""

from __future__ import annotations

import base64
import json
import urllib.error
import urllib.request
from typing import Any

from localaws.instance import Instance


class ControlRefused(Exception):
    """The instance does not take what it was told; the message has its words."""


def control(instance: Instance, method: str, path: str, body: object = None) -> Any:
    """Call `/_localaws/<path>`; the answer decoded. Raises ControlRefused."""
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{instance.endpoint_url}/_localaws/{path}", data=data, method=method)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)
    except urllib.error.HTTPError as error:
        raise ControlRefused(f"{method} {path}: {error.read().decode()}") from error


def publish(instance: Instance, name: str, record_type: str, value: str) -> None:
    """Publish a DNS record outside Route 53, as the owner of a name does at his own provider."""
    control(instance, "PUT", "dns", {"name": name, "type": record_type, "value": value})


def deliver_log_file(
    instance: Instance, distribution_id: str, kind: str, hour: str, content: bytes
) -> list[dict[str, str]]:
    """Deliver a log file as CloudFront would; the `bucket` and `key` of each copy, none where nobody asks for it.

    `kind` is standard (a Parquet file with every field) or legacy (a gzipped text), `hour` such as 2026-11-22-14.
    """
    body = {
        "distributionId": distribution_id,
        "kind": kind,
        "hour": hour,
        "content": base64.b64encode(content).decode(),
    }
    files: list[dict[str, str]] = control(instance, "PUT", "log-files", body)["files"]
    return files
