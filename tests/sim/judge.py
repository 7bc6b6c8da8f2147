"""Watches the true history as it is stored, and fails at the first commit that breaks a rule."""

from collections import defaultdict
from collections.abc import Callable
from datetime import date

from msgspec.structs import replace

from backend.core.commands import AddAppointment, CallNext, ChangePlan, Command, TakeTicket
from backend.core.day import HallDay
from backend.core.decide import decide
from backend.core.errors import Refusal, RefusalCode
from backend.core.events import Event, TicketTaken
from backend.core.evolve import evolve, fold
from backend.core.hall_events import DayOpened, PlanChanged, RosterChanged
from backend.core.ids import CommandId, TicketToken
from backend.core.stamp import Caller, Role, Stamp
from backend.hub.follower import answer_of
from backend.hub.session import reply
from backend.store.stream import Entry
from backend.wire.messages import Done, Refused
from tests.support.model import Model


class Book:
    """One day's history and what it adds up to."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self.kept: dict[CommandId, Entry] = {}
        self.day = HallDay()
        self.model = Model()
        self.owed: list[Entry] = []
        """Archived commits that Redis has lost: they come back before anything new does."""
        self.was_archive_away = False
        """Whether since that loss PostgreSQL was away too: then a hub may go on without them."""

    def add(self, entry: Entry) -> None:
        """Fold one more commit, checking each event."""
        assert entry.position.seq == len(self.entries) + 1, "I8: a gap in seq"
        assert entry.commit.id not in self.kept, "I7: a command has two effects"
        self.entries.append(entry)
        self.kept[entry.commit.id] = entry
        for event in entry.commit.events:
            self.model.before(self.day, event)
            evolve(self.day, event)
            self.model.step(self.day, event)

    def at(self, seq: int) -> HallDay:
        """The day as it was after so many commits."""
        events = (event for entry in self.entries[:seq] for event in entry.commit.events)
        return fold(HallDay(), events)


class Judge:
    """Every day's book, what was asked, and what was lost with Redis."""

    def __init__(self, card_hash: Callable[[str], str]) -> None:
        """`card_hash` is the hub's, for a card of any form."""
        self.card_hash = card_hash
        self.books: dict[date, Book] = {}
        self.asked: dict[CommandId, tuple[Command, Caller]] = {}
        self.lost: dict[CommandId, list[Entry]] = defaultdict(list)
        self.acknowledged: set[CommandId] = set()
        self.answers = self.restored = 0
        self.was_without_day = False
        """Whether Redis lost a whole day before anything of it was archived."""

    def asks(self, id: CommandId, command: Command, by: Caller) -> None:
        """Take note that a client is about to give a command."""
        self.asked.setdefault(id, (command, by))

    def stored(self, day: date, entry: Entry) -> None:
        """Check one commit at the moment it is stored."""
        book = self.books.get(day)
        if book is None:
            assert not any(other.day.is_open for other in self.books.values()), "DY1: two days"
            book = self.books[day] = Book()
        if book.owed:
            if entry == book.owed[0]:
                book.owed.pop(0)
                self.restored += 1
            else:
                assert book.was_archive_away, "I1: what was archived did not come back first"
                book.owed.clear()
        self._decided_rightly(book.day, entry)
        book.add(entry)

    def answered(self, id: CommandId, answer: Done | Refused) -> None:
        """Check that what a client is told is what is stored (I1, I7)."""
        self.answers += 1
        command, by = self.asked[id]
        versions = [book.kept[id] for book in self.books.values() if id in book.kept]
        versions += self.lost[id]
        self.acknowledged.add(id)
        if not versions:
            # The refusals that leave no entry: a visitor's, and without any day to keep them in.
            is_dayless = self.was_without_day and answer_code(answer) is RefusalCode.DAY_NOT_OPEN
            is_unstored = by.role is Role.VISITOR or is_dayless
            assert isinstance(answer, Refused), f"I1: {command} was acknowledged and is not stored"
            assert is_unstored, f"I7: the refusal of {command} is not stored"
            return
        told = [reply(id, answer_of(entry.position, entry.commit)) for entry in versions]
        assert answer in told, f"I7: {answer} is not what is stored: {told}"

    def fails_over(self, day: date, keep: int) -> None:
        """Check that what a replica lacks was acknowledged to nobody (I1)."""
        for entry in self.books[day].entries[keep:]:
            assert entry.commit.id not in self.acknowledged, f"I1: {entry} did not last"

    def lose(self, day: date, keep: int, archived: list[Entry]) -> None:
        """Take note that Redis has forgotten all but the first `keep` commits of a day."""
        before, owed = self.books[day].entries, self.books[day].owed
        for entry in before[keep:]:
            self.lost[entry.commit.id].append(entry)
        book = Book()
        for entry in before[:keep]:
            book.add(entry)
        whole = before + owed  # what was still to come back when it forgot once more
        if archived == whole[: len(archived)]:
            book.owed = whole[keep : len(archived)]
        if keep or book.owed:
            self.books[day] = book
        else:
            del self.books[day]
            self.was_without_day = True

    def archive_away(self) -> None:
        """Take note that PostgreSQL does not answer."""
        for book in self.books.values():
            book.was_archive_away = True

    def check_whole(self) -> None:
        """Check each day from end to end (I1-I6, I8, I9, I13)."""
        for book in self.books.values():
            if book.entries:  # else all of it is still to come back
                book.model.whole(book.day)

    def _decided_rightly(self, day: HallDay, entry: Entry) -> None:
        """What is stored is what the rules say of the command at this place of the history."""
        commit = entry.commit
        if commit.id not in self.asked:
            assert commit.by.role is Role.SYSTEM, f"I18: nobody asked for {commit.id}"
            return
        command, by = self.asked[commit.id]
        assert commit.by == by, "I18: another one asked"
        stamp = Stamp(by=by, at=commit.at, ticket_token=TicketToken(""))
        for event in commit.events:  # what the shell brought in shows in the events
            match event:
                case TicketTaken():
                    stamp = replace(stamp, ticket_token=event.token, origin=event.origin)
                case PlanChanged():
                    stamp = replace(stamp, plan=event.plan)
                case RosterChanged():
                    stamp = replace(stamp, shifts=event.shifts)
                case DayOpened():
                    raise AssertionError("DY1: opened by the clock only")
                case _:
                    pass
        if isinstance(command, TakeTicket | AddAppointment) and command.card is not None:
            command = replace(command, card=self.card_hash(command.card))
        if isinstance(command, ChangePlan) and stamp.plan is None:
            return  # refused for the plan that the hub found, which is not on record
        outcome: tuple[Event, ...] | RefusalCode
        try:
            outcome = decide(day, command, stamp)
        except Refusal as refusal:
            outcome = refusal.code
        stored = commit.refused or commit.events
        assert outcome == stored, f"{command}: {stored} is stored, the rules say {outcome}"
        if isinstance(command, CallNext) and commit.refused is RefusalCode.QUEUE_EMPTY:
            _nobody_waits(day, command)


def answer_code(answer: Done | Refused) -> RefusalCode | None:
    """Why it was refused, if it was."""
    return answer.code if isinstance(answer, Refused) else None


def _nobody_waits(day: HallDay, command: CallNext) -> None:
    """I20: an idle open counter that asks while a ticket waits gets one."""
    counter = next(c for c in day.counters.values() if c.counter_id == command.counter_id)
    served = counter.serving.queue_ids
    waiting = [t for t in day.tickets.values() if t.state.value == "waiting"]
    alone = {f"counter:{counter.counter_id}", f"clerk:{counter.clerk_id}"}
    for ticket in waiting:
        is_ours = ticket.queue_id in served if ticket.only is None else ticket.only in alone
        assert not is_ours, f"I20: {ticket.number} waits and the counter was told nobody does"
