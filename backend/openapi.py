"""The OpenAPI document, with what the framework does not see of our routes.

    @post("/api/halls/{hall_id:str}/devices")
    @audited("device.enrol", "device")
    @takes(_enrol_decoder)
    async def enrol_device(request: AnyRequest, ...) -> ...:

Handlers decode their bodies themselves, so that a fault is told with a code and its place; the
document has the form that this very decoder takes, and the problem that comes back.
"""

from collections.abc import Callable
from typing import Any, NamedTuple, TypeVar

import msgspec
from litestar import Litestar, Request
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.routes import HTTPRoute

from backend.problem import MEDIA_TYPE, Problem

F = TypeVar("F", bound=Callable[..., Any])

JSON = "application/json"
ANY = "application/octet-stream"


class Body(NamedTuple):
    """What a handler reads."""

    form: Any
    """The type it is decoded to; None: any bytes will do."""
    media_type: str


def takes(decoder: "msgspec.json.Decoder[Any] | None") -> Callable[[F], F]:
    """Say which body the handler reads, as its attribute `takes`; None: any bytes."""
    body = Body(None, ANY) if decoder is None else Body(decoder.type, JSON)

    def mark(handler: F) -> F:
        handler.takes = body  # type: ignore[attr-defined]
        return handler

    return mark


def gives(*media_types: str) -> Callable[[F], F]:
    """Say that the handler answers with a file of one of these, as its attribute `gives`."""

    def mark(handler: F) -> F:
        handler.gives = media_types  # type: ignore[attr-defined]
        return handler

    return mark


class WholeDocument(JsonRenderPlugin):
    """Gives the document as JSON."""

    def __init__(self) -> None:
        super().__init__(path=["/openapi.json", "/"])
        self._whole: bytes | None = None

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        """See JsonRenderPlugin; put together when it is first asked for."""
        if self._whole is None:
            complete(openapi_schema, request.app)
            self._whole = self.render_json(request, openapi_schema)
        return self._whole


def complete(document: dict[str, Any], app: Litestar) -> None:
    """Add to the operations the bodies they take, the files they give, and what may go wrong."""
    bodies: dict[tuple[str, str], Body] = _marked(app, "takes")
    forms = [body.form for body in bodies.values() if body.form is not None]
    (problem, *schemas), components = msgspec.json.schema_components(
        [Problem, *forms], ref_template="#/components/schemas/body.{name}"
    )
    named = {f"body.{name}": schema for name, schema in components.items()}
    document.setdefault("components", {}).setdefault("schemas", {}).update(named)
    left = iter(schemas)
    for (path, method), body in bodies.items():
        schema = next(left) if body.form is not None else {}
        content = {body.media_type: {"schema": schema}}
        document["paths"][path][method]["requestBody"] = {"content": content, "required": True}
    for (path, method), media_types in _marked(app, "gives").items():
        files: dict[str, Any] = {media_type: {"schema": {}} for media_type in media_types}
        document["paths"][path][method]["responses"]["200"]["content"] = files
    wrong = {"description": "What was wrong.", "content": {MEDIA_TYPE: {"schema": problem}}}
    for operations in document["paths"].values():
        for operation in operations.values():
            operation["responses"].pop("400", None)  # of a form that we never answer
            operation["responses"]["default"] = wrong


def _marked(app: Litestar, name: str) -> dict[tuple[str, str], Any]:
    """What handlers were marked with, by path and method as the document names them."""
    return {
        (route.path_format, method.lower()): getattr(handler.fn, name)
        for route in app.routes
        if isinstance(route, HTTPRoute)
        for handler in route.route_handlers
        if hasattr(handler.fn, name)
        for method in handler.http_methods
    }
