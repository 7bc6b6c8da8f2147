"""How many cards may be named at one address: nobody tries them out, or books for all (AP1)."""

from http import HTTPStatus

from backend.booking import Person
from backend.cards import Holder
from backend.core.bookings import BookingRefusal, BookingRefusalCode
from backend.core.ids import HallId
from backend.problem import ProblemError
from backend.rate import CARD_WRONG_COST, Quota
from backend.store.known import Known
from backend.wire.messages import ErrorCode


class CardTries:
    """Counts the different cards that are named, and more for those that nobody holds."""

    def __init__(self, cards: Quota, known: Known) -> None:
        """`known`: which persons named their card at which address lately."""
        self._cards, self._known = cards, known

    async def person(self, hall_id: HallId, holder: Holder, who: str) -> Person:
        """Who holds the card that was named at the address `who`.

        A problem after too many, of cards that are right, too: else it told which those are.

        Raises BookingRefusal: card_unknown.
        """
        person = f"{hall_id}/{holder.person_hash}"
        is_right = holder.origin is not None
        if not (is_right and await self._known.is_told(person, who)):
            if not await self._cards.take(who, CARD_WRONG_COST):
                detail = "too many cards were named at this address"
                status = HTTPStatus.TOO_MANY_REQUESTS
                raise ProblemError(status, ErrorCode.TOO_MANY_REQUESTS, detail)
            if not is_right:
                raise BookingRefusal(BookingRefusalCode.CARD_UNKNOWN)
            await self._cards.charge(who, 1.0 - CARD_WRONG_COST)
            await self._known.tell(person, who)
        return Person(person_hash=holder.person_hash, origin=holder.origin)
