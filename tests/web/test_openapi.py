"""The document that /schema gives: it has every body that is read, as it is read."""

import inspect
import re
from typing import Any

import msgspec
import pytest
from litestar.routes import HTTPRoute

from backend.app import make_app
from backend.parts import make_parts
from backend.settings import read_settings
from tests.hall import Hall

NOWHERE = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:9/x",
    "REDIS_URL": "redis://127.0.0.1:9",
}
WITHOUT_BODY = {
    "POST /api/halls/{hall_id}/catalogue/links",
    "POST /api/sso/back",  # a form of the campus's protocol
    "PUT /api/session",
    "POST /api/halls/{hall_id}/accounts/{username}/password",
}
pytestmark = pytest.mark.filterwarnings("ignore::litestar.exceptions.LitestarDeprecationWarning")


def test_document_has_every_body_that_is_read(hall: Hall) -> None:
    document: Any = hall.ask("GET", "/schema/openapi.json").json
    bodies = {
        f"{method.upper()} {path}": operation.get("requestBody")
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        if method in {"post", "put"}
    }
    assert {name for name, body in bodies.items() if body is None} == WITHOUT_BODY
    refs = set(
        re.findall(r'"#/components/schemas/([^"]+)"', msgspec.json.encode(document).decode())
    )
    assert refs <= set(document["components"]["schemas"])
    assert "body.CallNext" in refs


def test_document_has_the_form_that_is_decoded() -> None:
    read = 0
    for route in make_app(make_parts(read_settings(NOWHERE))).routes:
        for handler in route.route_handlers if isinstance(route, HTTPRoute) else ():
            source = inspect.getsource(inspect.unwrap(handler.fn))
            named = re.search(r"decoded_body\(\s*request, (\w+)", source)
            if named is not None:
                module: Any = inspect.getmodule(inspect.unwrap(handler.fn))
                assert handler.fn.takes.form == getattr(module, named[1]).type  # type: ignore[attr-defined]
                read += 1
    assert read > 20
