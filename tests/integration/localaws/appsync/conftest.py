from __future__ import annotations

import pytest

from localaws.instance import Instance
from tests.integration.localaws.appsync import graphql
from tests.integration.localaws.appsync.graphql import ECHO, SAYER, SAYING, Api, Pool
from tests.integration.localaws.workbench import Workbench


@pytest.fixture(scope="session")
def pool(instance: Instance) -> Pool:
    return Pool.made(instance)


@pytest.fixture(scope="session")
def sayer(bench: Workbench) -> str:
    """A function that answers what its argument `say` says."""
    return bench.function(SAYER)


@pytest.fixture(scope="session")
def echo(bench: Workbench) -> str:
    """A function that answers with its event."""
    return bench.function(ECHO)


@pytest.fixture(scope="session")
def saying(bench: Workbench, sayer: str) -> Api:
    """An API of IAM alone whose fields answer what they are told to."""
    api = graphql.made(bench, SAYING)
    api.resolve(sayer, *(f"Query.{name}" for name in ("job", "jobs", "number", "text", "document")), "Mutation.set")
    return api
