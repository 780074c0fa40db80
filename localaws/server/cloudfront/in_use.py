"""What a distribution names can't be deleted: policies, functions, origin access controls, web ACLs.

MiniStack says so of key groups and public keys by itself; of policies it means to, and finds no user.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from localaws.server.cloudfront import distributions
from localaws.server.cloudfront.answers import Answer, RefusedError
from localaws.server.seams import wrap

WEB_ACL = "AWS::WAFv2::WebACL"


def install() -> None:
    from ministack.services import cloudfront, waf
    from ministack.services.cloudformation import provisioners

    cloudfront._distributions_using_cache_policy = cloudfront._distributions_using_policy = ids_of_users
    wrap(cloudfront, "_cf_delete_function", unless_function_is_used)
    wrap(cloudfront, "_delete_oac", unless_control_is_used)
    wrap(waf, "_delete_web_acl", unless_web_acl_is_used)
    of_stacks = provisioners._RESOURCE_HANDLERS[WEB_ACL]
    of_stacks["delete"] = unless_web_acl_of_stack_is_used(of_stacks["delete"])


def unless_function_is_used(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    def delete(name: str, headers: dict[str, str]) -> Answer:
        from ministack.services import cloudfront

        function = cloudfront._functions.get(name)
        is_meant = function is not None and headers.get("if-match") == function["dev_etag"]
        if is_meant and (users := ids_of_users(function["arn"])):
            return RefusedError("FunctionInUse", f"The function {name} is used by {', '.join(users)}").answer()
        return stock(name, headers)

    return delete


def unless_control_is_used(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    def delete(control_id: str, headers: dict[str, str]) -> Answer:
        from ministack.services import cloudfront

        control = cloudfront._oacs.get(control_id)
        is_meant = control is not None and headers.get("if-match") == control["ETag"]
        if is_meant and (users := ids_of_users(control_id)):
            message = f"The origin access control {control_id} is used by {', '.join(users)}"
            return RefusedError("OriginAccessControlInUse", message).answer()
        return stock(control_id, headers)

    return delete


def unless_web_acl_is_used(stock: Callable[..., Answer]) -> Callable[..., Answer]:
    def delete(request: dict[str, Any]) -> Answer:
        from ministack.services import waf

        web_acl = waf._resource_from_scope(waf._web_acls, request["Id"], request["Scope"])
        is_meant = web_acl is not None and request["LockToken"] == web_acl["LockToken"]
        if is_meant and (users := ids_of_users(web_acl["ARN"])):
            answer: Answer = waf._waf_err("WAFAssociatedItemException", f"The web ACL is used by {', '.join(users)}")
            return answer
        return stock(request)

    return delete


def unless_web_acl_of_stack_is_used(stock: Callable[..., None]) -> Callable[..., None]:
    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        from ministack.services import waf

        name, web_acl_id, _ = physical_id.split("|")
        for web_acl in list(waf._web_acls.values()):
            if web_acl["Id"] == web_acl_id and (users := ids_of_users(web_acl["ARN"])):
                raise ValueError(f"{WEB_ACL}: WAFAssociatedItemException: {name} is used by {', '.join(users)}")
        stock(physical_id, properties)

    return delete


def ids_of_users(value: str) -> list[str]:
    """The distributions that name this id or ARN."""
    return [distribution["Id"] for distribution in distributions.users_of(value)]
