"""CloudFront: what MiniStack stores is checked first as CloudFront does, and takes its time to be deployed.

Storage, policies and the data plane stay MiniStack's.
"""

from __future__ import annotations

from localaws.server.cloudfront import (
    aliases,
    deployment_policies,
    function_type,
    functions,
    in_use,
    key_value_store_type,
    key_value_stores,
    moments,
    realtime_log_configs,
    realtime_log_type,
    replicas,
    resource_type,
    response_headers_policies,
    tagging,
)
from localaws.server.cloudfront.service import CloudFront
from localaws.server.seams import on_reset, provide_type, wrap
from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    from ministack.services import cloudfront
    from ministack.services.cloudformation import provisioners

    wrap(cloudfront, "_now_iso", lambda _: moments.present)
    wrap(cloudfront, "handle_request", lambda stock: CloudFront(stock, settings).handle_request)
    on_reset(cloudfront, aliases.forget)
    on_reset(cloudfront, deployment_policies.forget)
    on_reset(cloudfront, realtime_log_configs.forget)
    stock_type = provisioners._RESOURCE_HANDLERS[resource_type.NAME]
    provide_type(resource_type.NAME, resource_type.handlers(stock_type, settings))
    for resource in (realtime_log_type, function_type, key_value_store_type):
        provide_type(resource.NAME, resource.handlers())
    aliases.install()
    functions.install()
    key_value_stores.install()
    in_use.install()
    replicas.install(settings)
    response_headers_policies.install()
    tagging.install()
