"""Service Quotas, which MiniStack lacks: answers from the same numbers that are enforced here.

`PUT /_localaws/quotas` with `{"serviceCode": "acm", "quotaCode": "L-FB94F0B0", "value": 100}` changes one until the
next reset, null takes the change back; a quota without a confirmed code is named by `quotaName` instead. `GET` lists
all with their values, units and sources.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from typing import Any

from localaws.server import control, quotas
from localaws.server.aws_json import Answer, JsonService, ServiceError
from localaws.server.quotas import Quota
from localaws.server.settings import Settings

SERVICE = "servicequotas"
TARGET_PREFIX = "ServiceQuotasV20190624"
"""By it MiniStack's router knows the service; otherwise it reads every model of botocore first, for three seconds."""
DEFAULT_PAGE = 100
"""MaxResults of the API: 100 is also its greatest value."""

UNITS = {"bytes": "Bytes", "seconds": "Seconds"}
"""As CloudWatch names them; counts and rates have the unit None."""


def reset() -> None:
    quotas.forget_changes()


def install(settings: Settings) -> None:
    from ministack import app
    from ministack.core import iam_actions, router

    quotas.start_with(settings.quotas)
    router.SERVICE_PATTERNS[SERVICE] = {"target_prefixes": [TARGET_PREFIX], "credential_scope": SERVICE}
    iam_actions.SERVICE_TO_IAM_NAMESPACE[SERVICE] = SERVICE
    app.SERVICE_REGISTRY[SERVICE] = {"module": SERVICE}
    app._loaded_modules[SERVICE] = sys.modules[__name__]
    app.SERVICE_HANDLERS[SERVICE] = app._lazy_handler(SERVICE)
    control.serve("/_localaws/quotas", GET=_list_all, PUT=_change)


async def handle_request(
    method: str, path: str, headers: Mapping[str, str], body: bytes, query_params: Mapping[str, Any]
) -> Answer:
    return await _service.handle_request(method, path, headers, body, query_params)


def get_state() -> None:
    """Nothing is kept across restarts; MiniStack asks every service."""


def _get(value: Callable[[Quota], float | None]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def operation(request: dict[str, Any]) -> dict[str, Any]:
        for quota in _listed(request["ServiceCode"], value):
            if quota.code == request["QuotaCode"]:
                return {"Quota": _shape(quota, value(quota))}
        raise ServiceError(
            "NoSuchResourceException", f"{request['ServiceCode']} has no quota {request['QuotaCode']} here"
        )

    return operation


def _list(value: Callable[[Quota], float | None]) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def operation(request: dict[str, Any]) -> dict[str, Any]:
        listed = _listed(request["ServiceCode"], value)
        found = [quota for quota in listed if request.get("QuotaCode") in (None, quota.code)]
        start = _start(request.get("NextToken"), len(found))
        end = start + request.get("MaxResults", DEFAULT_PAGE)
        page: dict[str, Any] = {"Quotas": [_shape(quota, value(quota)) for quota in found[start:end]]}
        return page | ({"NextToken": str(end)} if end < len(found) else {})

    return operation


def _start(token: str | None, length: int) -> int:
    if token is None:
        return 0
    if not token.isdecimal() or int(token) >= length:
        raise ServiceError("InvalidPaginationTokenException", "the NextToken is not one of this list")
    return int(token)


def _listed(service_code: str, value: Callable[[Quota], float | None]) -> list[Quota]:
    """The quotas of a service that have a value."""
    if service_code not in quotas.SERVICES:
        raise ServiceError("NoSuchResourceException", f"no quotas of service {service_code} are known here")
    return [quota for quota in quotas.QUOTAS if quota.service_code == service_code and value(quota) is not None]


def _shape(quota: Quota, value: float | None) -> dict[str, Any]:
    from ministack.core.responses import get_account_id, get_region

    region = "" if quota.is_global else get_region()
    account = "" if quota.is_global else get_account_id()
    arn = f"arn:aws:servicequotas:{region}:{account}:{quota.service_code}"
    return {
        "ServiceCode": quota.service_code,
        "ServiceName": quotas.SERVICES[quota.service_code].name,
        **({"QuotaCode": quota.code, "QuotaArn": f"{arn}/{quota.code}"} if quota.code else {}),
        "QuotaName": quota.name,
        "Value": value,
        "Unit": UNITS.get(quota.unit, "None"),
        **({"Period": {"PeriodValue": 1, "PeriodUnit": "SECOND"}} if quota.is_rate else {}),
        "Adjustable": quota.adjustable,
        "GlobalQuota": quota.is_global,
        "QuotaAppliedAtLevel": "ACCOUNT",
    }


_service = JsonService(
    "service-quotas",
    {
        "GetServiceQuota": _get(quotas.value),
        "GetAWSDefaultServiceQuota": _get(lambda quota: quota.default),
        "ListServiceQuotas": _list(quotas.value),
        "ListAWSDefaultServiceQuotas": _list(lambda quota: quota.default),
    },
    refusal="IllegalArgumentException",
)


def _list_all(_: dict[str, Any]) -> list[dict[str, Any]]:
    return [_described(quota) for quota in quotas.QUOTAS]


def _change(body: dict[str, Any]) -> dict[str, Any]:
    service_code, new_value, code, name = control.fields(
        body, "serviceCode", "value", optional=("quotaCode", "quotaName")
    )
    is_value = new_value is None or (isinstance(new_value, (int, float)) and new_value >= 0)
    if not is_value or (code is None) == (name is None):
        raise control.BadRequestError(
            "value must be a number from 0 up or null, and one of quotaCode and quotaName must be given"
        )
    try:
        quota = quotas.changeable(service_code, code or name)
    except LookupError as error:
        raise control.BadRequestError(str(error)) from error
    quotas.change(quota, new_value)
    return _described(quota)


def _described(quota: Quota) -> dict[str, Any]:
    return {
        "serviceCode": quota.service_code,
        "quotaCode": quota.code,
        "quotaName": quota.name,
        "value": quotas.value(quota),
        "default": quota.default,
        "unit": f"{quota.unit} a second" if quota.is_rate else quota.unit,
        "source": quota.source,
    }
