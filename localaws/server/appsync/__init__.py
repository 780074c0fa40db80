"""AppSync's GraphQL, executed by graphql-core: schemas, callers, directives, limits, and functions that resolve fields.

MiniStack keeps what belongs to an API (the API, its schema, data sources and resolvers) and checks signatures; what it makes
of a request is replaced as a whole: it checks no token and no directive, keeps no limit, and takes failures for data. What
of AppSync is not embedded here is refused when it is made (`apis`, `data_sources`), so that a gap can't look like an answer.
"""

from __future__ import annotations

from localaws.server.appsync import apis, data_sources, execution, news, schemas
from localaws.server.settings import Settings


def install(settings: Settings) -> None:
    apis.install(settings)
    schemas.install(settings)
    data_sources.install(settings)
    execution.install(settings)
    news.install(settings)
