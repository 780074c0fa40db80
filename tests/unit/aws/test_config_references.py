"""Long lists of what configurations refer to, which the embedded AWS gives on one page.

What is found there and what is missing: `tests/integration/rollback/test_config_references.py`.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.stub import Stubber

from cloudfront_extensions.aws import clients
from cloudfront_extensions.aws.config_references import missing_things
from cloudfront_extensions.versions.references import ReferenceKind, Thing
from tests.unit.conftest import Account


def page(*functions: str, **more: Any) -> dict[str, Any]:
    items = [
        {
            "Name": name,
            "FunctionConfig": {"Comment": "", "Runtime": "cloudfront-js-2.0"},
            "FunctionMetadata": {"FunctionARN": f"arn:{name}", "LastModifiedTime": "2026-11-23T02:00:00Z"},
        }
        for name in functions
    ]
    return {"FunctionList": {"MaxItems": 2, "Quantity": len(items), **({"Items": items} if items else {}), **more}}


@pytest.mark.parametrize(("name", "missing"), [("one", False), ("three", False), ("four", True)])
def test_a_list_is_read_to_its_end(account: Account, name: str, missing: bool) -> None:
    wanted = Thing(ReferenceKind.FUNCTION, f"arn:{name}")
    with Stubber(clients.client("cloudfront")) as stub:
        stub.add_response("list_functions", page("one", "two", NextMarker="two"), {"Stage": "LIVE"})
        stub.add_response("list_functions", page("three"), {"Stage": "LIVE", "Marker": "two"})

        assert missing_things([wanted]) == ({wanted} if missing else set())
        stub.assert_no_pending_responses()


def test_an_account_may_have_none_at_all(account: Account) -> None:
    wanted = Thing(ReferenceKind.FUNCTION, "arn:one")
    with Stubber(clients.client("cloudfront")) as stub:
        stub.add_response("list_functions", page(), {"Stage": "LIVE"})

        assert missing_things([wanted]) == {wanted}
