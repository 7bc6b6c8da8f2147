"""Every text that the body of a request may have, found in the OpenAPI document."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

CONTAINERS = ("anyOf", "oneOf", "allOf")
SAMPLES = {"date": "2027-01-05", "date-time": "2027-01-05T01:00:00Z"}


class Field(NamedTuple):
    """A text in the body of a route."""

    route: str
    """`POST /api/halls/{hall_id}/commands`"""
    path: str
    """`.command<evaluate>.comment`: the tag of what it stands in, `[]` for any part of a list."""

    def __str__(self) -> str:
        return f"{self.route} {self.path}"


class Document:
    """The document, with its parts by name."""

    def __init__(self, document: dict[str, Any]) -> None:
        self._paths = document["paths"]
        self._parts = document["components"]["schemas"]

    def texts(self) -> list[Field]:
        """Every text of every JSON body; what no sender chooses, as a tag, is none."""
        found = [
            Field(route, path)
            for route, form in self.bodies().items()
            for path in self._texts_in(form, "", frozenset())
        ]
        return list(dict.fromkeys(found))

    def bodies(self) -> dict[str, Any]:
        """The form of every JSON body, by its route."""
        return {
            f"{method.upper()} {path}": body["schema"]
            for path, operations in self._paths.items()
            for method, operation in operations.items()
            for kind, body in operation.get("requestBody", {}).get("content", {}).items()
            if kind == "application/json"
        }

    def body(self, field: Field, text: Any) -> Any:
        """The smallest body with the text in this place."""
        return self._made(self.bodies()[field.route], "", field.path, text)

    def _part(self, form: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        name = form["$ref"].rpartition("/")[2]
        return name, self._parts[name]

    def _texts_in(self, form: Any, path: str, seen: frozenset[str]) -> Iterator[str]:
        if "$ref" in form:
            name, part = self._part(form)
            if name not in seen:
                yield from self._texts_in(part, path, seen | {name})
            return
        for name in CONTAINERS:
            for one in form.get(name, ()):
                yield from self._texts_in(one, path, seen)
        if _is_text(form):
            yield path
        for name, one in form.get("properties", {}).items():
            yield from self._texts_in(one, f"{path}{_tag(form)}.{name}", seen)
        if "items" in form:
            yield from self._texts_in(form["items"], f"{path}[]", seen)

    def _made(self, form: Any, path: str, goal: str, text: Any) -> Any:
        """A value of the form; the text where the goal is."""
        if "$ref" in form:
            return self._made(self._part(form)[1], path, goal, text)
        for name in CONTAINERS:
            if form.get(name):
                fit = (one for one in form[name] if goal in self._texts_in(one, path, frozenset()))
                return self._made(next(fit, form[name][0]), path, goal, text)
        if path == goal and _is_text(form):
            return text
        if "properties" in form:
            required, tag = form.get("required", ()), f"{path}{_tag(form)}"
            return {
                name: self._made(one, f"{tag}.{name}", goal, text)
                for name, one in form["properties"].items()
                if name in required or _leads(f"{tag}.{name}", goal)
            }
        if "items" in form:
            is_empty = form.get("minItems", 0) == 0 and not goal.startswith(f"{path}[]")
            return [] if is_empty else [self._made(form["items"], f"{path}[]", goal, text)]
        return _sample(form)


def _tag(form: dict[str, Any]) -> str:
    tag = form["properties"].get("type", {}).get("enum")
    return f"<{tag[0]}>" if tag else ""


def _leads(path: str, goal: str) -> bool:
    """Whether the goal is at this path or below it."""
    return goal == path or (goal.startswith(path) and goal[len(path)] in ".<[")


def _is_text(form: dict[str, Any]) -> bool:
    kind = form.get("type")
    is_chosen = "enum" in form or "const" in form or "format" in form
    return not is_chosen and (kind == "string" or (isinstance(kind, list) and "string" in kind))


def _sample(form: dict[str, Any]) -> Any:
    """Something that the form allows."""
    match form:
        case {"enum": [first, *_]} | {"const": first}:
            return first
        case {"default": default}:
            return default
        case {"type": "string"}:
            return SAMPLES.get(form.get("format", ""), "ABC234")
        case {"type": "integer" | "number"}:
            return form.get("minimum", 1)
        case {"type": "boolean"}:
            return True
    return None


def placed_in(body: Any, mark: str, path: str = "") -> Iterator[str]:
    """The paths of the places where a body has the mark."""
    match body:
        case dict():
            tag = f"<{body['type']}>" if "type" in body else ""
            for name, one in body.items():
                yield from placed_in(one, mark, f"{path}{tag}.{name}")
        case list() | tuple():
            for one in body:
                yield from placed_in(one, mark, f"{path}[]")
        case _ if body == mark:
            yield path


def route_of(method: str, path: str, routes: list[str]) -> str:
    """The route of the document that an address is of."""
    address = f"{method} {path.partition('?')[0]}"
    (found,) = (
        route for route in routes if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", route), address)
    )
    return found
