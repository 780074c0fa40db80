"""All routes, with requests validated and with answers that can be asked for again at no cost."""

from __future__ import annotations

from aws_lambda_powertools.event_handler.api_gateway import APIGatewayRestResolver, Response
from aws_lambda_powertools.event_handler.middlewares import NextMiddleware

from cloudfront_extensions.errors import InvalidInput, NoSuchRoute
from rest import certificates, distributions, jobs, key_bundles, metrics, prewarms, rollbacks, snapshots, versions
from rest.answers import Answer, etag, is_known
from rest.problems import problem_answer
from rest.routing import STATUS

resolver = APIGatewayRestResolver(enable_validation=True, debug=False)
for subject in (jobs, certificates, key_bundles, distributions, versions, snapshots, rollbacks, metrics, prewarms):
    resolver.include_router(subject.router)


def same_route(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Answer:
    """What the gateway let in is what is answered: an encoded slash in an id must not lead to another route."""
    if app.context["_route"].openapi_path != app.current_event.resource:
        raise NoSuchRoute("there is no such operation")
    return next_middleware(app)


def known_parameters(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Answer:
    """A misspelt parameter, and one that is there twice, would silently be something else than what was meant."""
    known = {field.alias for field in app.context["_route"].dependant.query_params}
    for name, values in (app.current_event.multi_value_query_string_parameters or {}).items():
        if name not in known:
            raise InvalidInput(f"there is no query parameter {name[:64]!r} here; leave it out")
        if len(values) > 1:
            raise InvalidInput(f"{name}: the query parameter is there {len(values)} times; give it once")
    return next_middleware(app)


def conditional(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Answer:
    """What is read has an ETag, and who has that already is told so in place of the document."""
    answer = next_middleware(app)
    if app.current_event.http_method != "GET":
        return answer
    tag = etag(answer)
    if is_known(app.current_event.raw_event, tag):
        return Response(304, headers={"ETag": tag})
    answer.headers["ETag"] = tag
    return answer


def promised_status(app: APIGatewayRestResolver, next_middleware: NextMiddleware) -> Answer:
    answer = next_middleware(app)
    answer.status_code = STATUS[app.context["_route"].operation_id]
    return answer


def takes_body(operation: str) -> bool:
    routes = (*resolver._static_routes, *resolver._dynamic_routes)  # noqa: SLF001 - it has no other way to its routes
    (route,) = (route for route in routes if route.operation_id == operation)
    return bool(route.dependant.body_params)


def refuse(error: Exception) -> Answer:
    return problem_answer(error, resolver.current_event.raw_event)


resolver.use([same_route, known_parameters, conditional, promised_status])
resolver.exception_handler(Exception)(refuse)
