"""What of a hall's figures is asked for, and what of it may be told (ST3)."""

from collections.abc import Iterable, Mapping
from datetime import date
from http import HTTPStatus
from typing import Annotated

from litestar.di import Provide
from litestar.params import QueryParameter
from msgspec import Meta, Struct

from backend.core.access import Reading, has
from backend.core.figures import Dimension, Figures
from backend.core.ids import StaffId
from backend.core.rules.disclosure import Sight, ratings_told_until, sight_of
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, asker_of, denied, hall_of
from backend.identity import Identity
from backend.office.case_desk import CaseDesk, Known
from backend.problem import ProblemError
from backend.store.asked_figures import Query
from backend.store.measures.form import Measure
from backend.store.measures.listed import MEASURES
from backend.store.statistics import Statistics, TooManyRowsError
from backend.wire.messages import ErrorCode

BY_MAX = 2
DAYS_MAX = 3 * 366
YEAR_MIN = 2000
VALUES_MAX = 60
HALLS_MAX = 20

Listed = Annotated[str, QueryParameter(max_length=2000)]
Value = Annotated[str, Meta(max_length=128)]


class Address(Struct, frozen=True, kw_only=True):
    """What an address asks for, as it came."""

    measures: str
    first: str
    last: str
    by: str
    only: tuple[str, ...]
    also: tuple[str, ...]


def address_in(
    *,
    measures: Listed = "",
    first: Annotated[Value, QueryParameter(name="from")] = "",
    last: Annotated[Value, QueryParameter(name="to")] = "",
    by: Listed = "",
    only: Annotated[list[Value] | None, QueryParameter(max_items=VALUES_MAX)] = None,
    also: Annotated[list[Value] | None, QueryParameter(max_items=HALLS_MAX)] = None,
) -> Address:
    """`measures` and `by` are lists with commas, `from` and `to` days.

    `only`: `queue:A`, of these values of a dimension; `queue:` of what has none.  `also`: further
    halls, whose figures are put together with this one's, or told apart by `hall`.
    """
    return Address(
        measures=measures,
        first=first,
        last=last,
        by=by,
        only=tuple(only or ()),
        also=tuple(also or ()),
    )


ADDRESS = {"address": Provide(address_in, sync_to_thread=False)}


class Asked(Struct, frozen=True, kw_only=True):
    """Whose figures are asked for, and what of them is told."""

    known: Known
    sight: Sight
    query: Query


class FigureDesk:
    """Answers what is asked of figures; methods may raise StoreError."""

    def __init__(
        self, statistics: Statistics, case_desk: CaseDesk, halls: Halls, identity: Identity
    ) -> None:
        self.statistics = statistics
        self._case_desk = case_desk
        self._halls = halls
        self._identity = identity

    async def at(self, request: AnyRequest, hall_id: str) -> tuple[Hall, Sight]:
        """The hall, and what of its figures whoever asks is told; a problem when nothing is."""
        hall = hall_of(self._halls, hall_id)
        asker = await asker_of(request, hall.hall_id, self._identity)
        own = [grant for grant in asker.grants if has(grant.role, Reading.STATISTICS)]
        sight = sight_of(own, StaffId(asker.by.id))
        if sight is None:
            raise denied(asker.by)
        return hall, sight

    async def known(self, hall: Hall) -> Known:
        """How the hall's things are called."""
        return await self._case_desk.known(hall)

    async def asked(self, request: AnyRequest, hall_id: str, address: Address) -> Asked:
        """What the address asks for, narrowed to what may be told; a problem when it is nothing."""
        hall, sight = await self.at(request, hall_id)
        others = []
        for other in address.also:
            further, its_sight = await self.at(request, other)
            if its_sight != sight:
                raise ProblemError(HTTPStatus.FORBIDDEN, ErrorCode.FORBIDDEN, f"not of {other}")
            others.append(further.hall_id)
        first, last = day_of(address.first), day_of(address.last)
        if not first <= last or (last - first).days >= DAYS_MAX or first.year < YEAR_MIN:
            raise malformed(f"ask for 1 to {DAYS_MAX} days, the first before the last")
        by = tuple(_dimension(name) for name in address.by.split(",") if name)
        if len(by) > BY_MAX or len(set(by)) < len(by):
            raise malformed(f"`by` names at most {BY_MAX} dimensions, each once")
        measures = tuple(_measure(name) for name in address.measures.split(",") if name)
        if not measures:
            raise malformed("`measures` names at least one")
        known = await self.known(hall)
        query = Query(
            hall_ids=(hall.hall_id, *others),
            first=first,
            last=last,
            measures=measures,
            by=by,
            only=_narrowed(_only(address.only), sight),
            at=hall.now(),
            keeps_back=sight.keeps_back,
            ratings_until=None if sight.clerk_id is None else ratings_told_until(known.today),
        )
        return Asked(known=known, sight=sight, query=query)

    async def figures(self, wanted: Asked) -> Figures:
        """The figures; a problem when they are too many."""
        try:
            return await self.statistics.figures(wanted.query)
        except TooManyRowsError as error:
            detail = "too many rows: ask for a shorter period or fewer dimensions"
            raise ProblemError(
                HTTPStatus.UNPROCESSABLE_ENTITY, ErrorCode.TOO_LARGE, detail
            ) from error


def day_of(text: str) -> date:
    """The day that an address names; a problem when it names none."""
    try:
        return date.fromisoformat(text)
    except ValueError as error:
        raise malformed("a day is written as 2026-11-23") from error


def _measure(name: str) -> Measure:
    found = MEASURES.get(name)
    if found is None:
        raise malformed("there is no such measure; see /statistics/guide")
    return found


def _dimension(name: str) -> Dimension:
    try:
        return Dimension(name)
    except ValueError as error:
        raise malformed("there is no such dimension; see /statistics/guide") from error


def _only(values: Iterable[str]) -> dict[Dimension, tuple[str, ...]]:
    found: dict[Dimension, tuple[str, ...]] = {}
    for value in values:
        name, _, key = value.partition(":")
        if "\0" in key:
            raise malformed("no such value")
        dimension = _dimension(name)
        found[dimension] = (*found.get(dimension, ()), key)
    return found


def _narrowed(
    only: Mapping[Dimension, tuple[str, ...]], sight: Sight
) -> dict[Dimension, tuple[str, ...]]:
    """What is asked for, of what is told; of anything else there is nothing."""
    found = dict(only)
    limits: dict[Dimension, Iterable[str] | None] = {
        Dimension.CLERK: None if sight.clerk_id is None else (sight.clerk_id,),
        Dimension.DEPARTMENT: sight.department_ids,
    }
    for dimension, limit in limits.items():
        if limit is not None:
            told = sorted(limit)
            wanted = found.get(dimension)
            found[dimension] = tuple(v for v in told if wanted is None or v in wanted)
    return found


def malformed(detail: str) -> ProblemError:
    """The problem for a question that makes no sense."""
    return ProblemError(HTTPStatus.BAD_REQUEST, ErrorCode.MALFORMED, detail)
