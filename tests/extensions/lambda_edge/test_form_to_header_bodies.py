"""What extensions/form-to-header makes of a body that Lambda@Edge has cut off, which is larger than a case should be."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.extensions.lambda_edge.edge_module import edge_module


@pytest.mark.parametrize(("is_cut_off", "headers"), [(False, {"x-campaign"}), (True, set())])
def test_a_form_is_read_only_if_it_is_whole(is_cut_off: bool, headers: set[str]) -> None:
    extension = edge_module("form-to-header", "origin-request", {"Fields": '{"campaign": "x-campaign"}'})
    data = base64.b64encode(b"campaign=spring&text=" + b"x" * 1000).decode()
    request: dict[str, Any] = {
        "method": "POST",
        "uri": "/",
        "headers": {"content-type": [{"key": "Content-Type", "value": "application/x-www-form-urlencoded"}]},
        "body": {"inputTruncated": is_cut_off, "action": "read-only", "encoding": "base64", "data": data},
    }
    answer = extension.handler({"Records": [{"cf": {"request": request}}]}, None)
    assert answer["headers"].keys() - {"content-type"} == headers
    assert answer["body"]["action"] == "read-only"
