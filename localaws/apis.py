"""Where the deployed APIs answer on this machine, and who may try them: what `up --deploy` prints."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from localaws.instance import Instance

GROUPS = ("viewer", "operator", "admin")

_EXECUTE_API = re.compile(r"https://(?P<api>[a-z0-9]+)\.execute-api\.[a-z0-9-]+\.[a-z.]+/(?P<stage>[\w-]+)$")


def here(instance: Instance, url: str) -> str:
    """The URL of a stage of API Gateway on this instance, where outputs name a host of AWS; any other URL as it is."""
    return _EXECUTE_API.sub(rf"{instance.endpoint_url}/restapis/\g<api>/\g<stage>/_user_request_", url)


def introduction(instance: Instance, outputs: Mapping[str, str]) -> Iterator[str]:
    """A user of each group with a password, and a token if that is all that the pool asks for.

    Nothing for an application without a user pool.
    """
    if "UserPoolId" not in outputs:
        return
    # The tools of developers alone have what signing in takes.
    from localaws.sign_in import NotSignedIn, member, signed_in

    for group in GROUPS:
        email, password = member(instance, outputs["UserPoolId"], group)
        try:
            tokens = signed_in(instance, outputs["UserPoolId"], outputs["UserPoolClientId"], email, password)
            more = f" for 15 minutes:\nexport {group.upper()}={tokens['IdToken']}"
        except NotSignedIn as asked:
            more = f" without a token: {asked}, a second factor"
        yield f"\n{email} (password {password}){more}"
    if "PeopleApiUrl" in outputs:
        yield f'\ncurl -H "Authorization: $VIEWER" {here(instance, outputs["PeopleApiUrl"])}/jobs'
