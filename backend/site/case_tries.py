"""How many wrong numbers and cards anybody may try, without locking out whose case it is (VA3)."""

from collections.abc import Awaitable, Callable, Sequence
from http import HTTPStatus

from backend.problem import ProblemError
from backend.rate import Limits, Quota
from backend.store.known import Known
from backend.wire.messages import ErrorCode

Taken = tuple[Quota, str]


class CaseTries:
    """Counts what is looked for in vain."""

    def __init__(self, limits: Limits, known: Known) -> None:
        """`known`: who found which case lately."""
        self._limits, self._known = limits, known

    async def find(
        self, look: Callable[[], Awaitable[str | None]], *, who: str, case: str, card: str
    ) -> str | None:
        """What `look` finds; counted, before it looks, until it has found something.

        A problem, and nothing is looked at, after too many: by them (`who`) at this case or card;
        by them at others, or by all together, unless they found this case before.
        """
        own = [(self._limits.tries, f"{who} {one}") for one in (case, card)]
        wider = [(self._limits.tracks, who)]
        wider += [(self._limits.tries_of_all, one) for one in (case, card)]
        taken = await _taken(own)
        is_wrong = False
        try:
            if len(taken) < len(own):
                raise _too_many()  # and nothing is taken of what is everybody's
            taken += await _taken(wider)
            if len(taken) < len(own + wider) and not await self._known.is_told(case, who):
                raise _too_many()
            found = await look()
            is_wrong = found is None
        finally:
            if not is_wrong:
                for quota, key in taken:
                    await quota.charge(key, -1.0)
        if found is not None:
            await self._known.tell(case, who)
        return found


def _too_many() -> ProblemError:
    detail = "too many attempts; wait 20 minutes, or scan the code of the receipt"
    return ProblemError(HTTPStatus.TOO_MANY_REQUESTS, ErrorCode.TOO_MANY_REQUESTS, detail)


async def _taken(wanted: Sequence[Taken]) -> list[Taken]:
    """Those that had one left, up to the first that had none."""
    taken: list[Taken] = []
    for quota, key in wanted:
        if not await quota.take(key):
            break
        taken.append((quota, key))
    return taken
