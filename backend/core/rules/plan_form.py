"""The form of a plan that comes from outside: each field that is missing or of another kind."""

from collections.abc import Iterator
from datetime import date
from enum import StrEnum
from itertools import islice
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

import msgspec
from msgspec import Meta, Struct
from msgspec.structs import FieldInfo, fields

from backend.core.plan import Plan
from backend.core.rules.plan_faults import FAULTS_MAX, PlanFault, PlanFaultCode, faults_of


def faults_in(found: object) -> tuple[PlanFault, ...]:
    """Everything that is wrong with what JSON gave: of its form, else of what it says (PL1)."""
    try:
        return faults_of(msgspec.convert(found, Plan))
    except msgspec.ValidationError:
        return tuple(islice(_faults(found, Plan, ""), FAULTS_MAX))


def _faults(found: object, kind: Any, path: str) -> Iterator[PlanFault]:
    """The faults of `found`, which should be of the kind, down to single fields."""
    options = [part for part in _options(kind) if part is not type(None)]
    if found is None and len(options) < len(_options(kind)):
        return
    (option,) = options
    whole, *metas = get_args(option) if get_origin(option) is Annotated else (option,)
    if isinstance(whole, type) and issubclass(whole, Struct) and isinstance(found, dict):
        hints = get_type_hints(whole, include_extras=True)
        for field in fields(whole):
            yield from _of_field(found, field, hints[field.name], path)
    elif get_origin(whole) is tuple and isinstance(found, list):
        for n, part in enumerate(found):
            yield from _faults(part, get_args(whole)[0], f"{path}/{n}")
    else:
        yield from _of_value(found, option, whole, metas, path)


def _options(kind: Any) -> tuple[Any, ...]:
    return get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)


def _of_field(
    found: dict[str, object], field: FieldInfo, kind: Any, path: str
) -> Iterator[PlanFault]:
    at = f"{path}/{field.encode_name}"
    if field.encode_name in found:
        yield from _faults(found[field.encode_name], kind, at)
    elif field.required:
        yield PlanFault(code=PlanFaultCode.MISSING, path=at)


def _of_value(
    found: object, kind: Any, whole: Any, metas: list[Any], path: str
) -> Iterator[PlanFault]:
    try:
        msgspec.convert(found, kind)
    except msgspec.ValidationError:
        meta = next((meta for meta in metas if isinstance(meta, Meta)), Meta())
        words = str(found) if isinstance(found, str | int | float) else ""
        code, hint = _why(found, whole, meta)
        yield PlanFault(code=code, path=path, found=words[:64], hint=hint)


def _why(found: object, kind: Any, meta: Meta) -> tuple[PlanFaultCode, str]:
    """What is wrong with a single field, and the hint."""
    is_number = isinstance(found, int) and not isinstance(found, bool)
    if is_number and meta.ge is not None:
        return PlanFaultCode.OUT_OF_RANGE, f"{meta.ge}–{meta.le}"
    if isinstance(found, str) and meta.pattern is not None:
        return PlanFaultCode.LETTER_NOT_ALLOWED, ""
    if isinstance(found, str) and meta.max_length is not None:
        if len(found) > meta.max_length:
            return PlanFaultCode.TOO_LONG, str(meta.max_length)
        return PlanFaultCode.MISSING, ""
    if isinstance(found, str) and isinstance(kind, type) and issubclass(kind, StrEnum | date):
        return PlanFaultCode.UNKNOWN_VALUE, ""
    return PlanFaultCode.WRONG_KIND, ""
