"""Cognito user pools: who signs in has proved who he is, and a token is what it says.

MiniStack keeps pools, clients, users and groups, signs tokens and checks passwords. Beyond the password it believes
everything: whoever answers a challenge, and whoever shows a token. Sources: the API reference of Cognito user pools and
its developer guide.
"""

from __future__ import annotations

from localaws.server.cognito import challenges, clients, one_time_codes, sessions, sign_up, users
from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    sign_up.install()
    clients.install()
    users.install()
    sessions.install(settings)
    challenges.install()
    one_time_codes.install()
