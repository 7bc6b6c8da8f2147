"""The one place of wiring: settings in, what a web process is made of out."""

import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any

from backend.assistant.model import ChatModel
from backend.cards import Cards
from backend.core.ids import HallId
from backend.core.plan import Appointment
from backend.core.rules.forecast import DAYS_MAX
from backend.exchanging import Exchange
from backend.facts import Facts, facts_of
from backend.facts.config import read_config
from backend.gate import Gate
from backend.hub.beats import Screens
from backend.hub.clock import now
from backend.hub.hall import Hall
from backend.hub.halls import Halls
from backend.hub.history import (
    History,
)
from backend.hub.sockets import Sockets
from backend.hub.visits import PastVisits
from backend.hub.websocket import Entrance
from backend.identity import Identity
from backend.link_check import LinkChecker
from backend.messaging.config import read_config as read_notify
from backend.messaging.desk import ContactDesk
from backend.messaging.seal import Seal
from backend.office.assistant import Assistants
from backend.office.case_desk import CaseDesk
from backend.office.consult_desk import ConsultDesk
from backend.office.draft_desk import DraftDesk
from backend.office.figure_desk import FigureDesk
from backend.office.findings import LinkDesk
from backend.rate import Limits, all_limits
from backend.rostering import Rostering
from backend.second_factor import SecondFactor
from backend.settings import Settings, SettingsError, card_key
from backend.site.booking_desk import BookingDesk
from backend.site.card_tries import CardTries
from backend.site.case_tries import CaseTries
from backend.site.home import MostAsked
from backend.site.notice_desk import NoticeDesk
from backend.site.notice_search import NoticeSearch
from backend.site.pages import Pages
from backend.site.published import PublishedDesk
from backend.site.visit_times import VisitTimesDesk
from backend.sso import protocol_of
from backend.store.appointments import Appointments
from backend.store.archive import Archive, restore
from backend.store.audit import Audit
from backend.store.beats import Beats
from backend.store.bookings import Bookings
from backend.store.calendars import Calendars
from backend.store.contacts import Contacts
from backend.store.database import ANSWER_S, Database
from backend.store.devices import Devices
from backend.store.directory import Directory
from backend.store.followups import FollowUps
from backend.store.health import look_at_stores
from backend.store.known import Known
from backend.store.locks import Locks
from backend.store.misses import Misses
from backend.store.notices import Notices
from backend.store.persons import Persons
from backend.store.plans import Plans
from backend.store.proposals import Proposals
from backend.store.quotas import Quotas
from backend.store.redis_servers import Links, connect_redis
from backend.store.redis_stream import RedisStream
from backend.store.rosters import Rosters
from backend.store.sessions import Sessions
from backend.store.sign_ins import SignIns
from backend.store.staff import Staff
from backend.store.statistics import Statistics
from backend.store.visit_times import VisitTimes
from backend.store.visitors import Visitors, VisitorSessions
from backend.visiting import Visiting
from backend.web.sso import (
    BACK,
    Campus,
)


@dataclass(frozen=True, kw_only=True)
class Parts:
    """What a web process is made of."""

    directory: Directory
    sessions: Sessions
    staff: Staff
    gate: Gate
    plans: Plans
    devices: Devices
    identity: Identity
    halls: Halls
    sockets: Sockets
    entrance: Entrance
    limits: Limits
    history: History
    booking_desk: BookingDesk
    visit_times_desk: VisitTimesDesk
    case_desk: CaseDesk
    consult_desk: ConsultDesk
    draft_desk: DraftDesk
    assistants: Assistants
    exchange: Exchange
    link_desk: LinkDesk
    facts: Facts
    follow_ups: FollowUps
    rostering: Rostering
    visits: PastVisits
    audit: Audit
    figure_desk: FigureDesk
    published_desk: PublishedDesk
    pages: Pages
    most_asked: MostAsked
    misses: Misses
    card_tries: CardTries
    case_tries: CaseTries
    notice_desk: NoticeDesk
    notice_search: NoticeSearch
    campus: Campus | None
    visiting: Visiting
    contact_desk: ContactDesk
    is_demo: bool
    look_at_stores: Callable[[], Awaitable[None]]
    closing: tuple[Callable[[], Awaitable[None]], ...]
    """What ends the connections to the stores."""


def make_parts(settings: Settings) -> Parts:
    """Everything wired, nothing started."""
    if settings.redis_url is None or settings.database_url is None:
        raise SettingsError("Set REDIS_URL and DATABASE_URL, or start all with `make run`.")
    redis = connect_redis(settings.redis_url)
    links = Links(settings.redis_url, settings.redis_replicas)
    database = Database(settings.database_url, patience_s=ANSWER_S)
    patient = Database(settings.database_url)
    directory = Directory(database, redis)
    archive, plans = Archive(patient), Plans(database)
    rostering = Rostering(Rosters(database), Calendars(database))
    history, staff = History(Archive(database)), Staff(database)
    visits = PastVisits(Archive(database), history.readings.ask)
    sessions, persons = Sessions(redis, now, time.monotonic), Persons(database, redis)
    identity = Identity(directory, sessions, is_demo=settings.is_demo, origins=settings.origins)
    limits = all_limits(Quotas(redis, time.monotonic), time.monotonic)
    sockets, audit = Sockets(), Audit(patient)  # its records are kept once it answers
    visitors_kept = VisitorSessions(redis, now), SignIns(redis)

    def make_hall(hall_id: HallId) -> Hall:
        stream = RedisStream(links.of(hall_id), hall_id)
        return Hall(
            hall_id,
            stream,
            restore=partial(restore, stream, archive, hall_id),
            plan_in_force=partial(plans.newest, hall_id),
            cards=Cards(card_key(settings), persons.find),
            lessons=partial(archive.lessons, hall_id, DAYS_MAX),
            expected=partial(_expected, Appointments(database), Bookings(database), hall_id),
            past_visit=partial(visits.find, hall_id),
            rostered=rostering.shifts,
            screens=Screens(hall_id, Beats(redis, hall_id)),
            straight=sockets.straight,
            audit_soon=audit.note_soon,
            ends_stale_day=settings.is_demo,
        )

    halls = Halls(directory, persons, make_hall)
    return Parts(
        directory=directory,
        sessions=sessions,
        staff=staff,
        gate=_gate(settings, staff, sessions, (Locks(redis), Proposals(redis)), limits),
        plans=plans,
        devices=Devices(database, redis),
        identity=identity,
        halls=halls,
        sockets=sockets,
        entrance=Entrance(halls=halls, identity=identity, sockets=sockets, limits=limits),
        limits=limits,
        **_tries(limits, Known(redis, "book"), Known(redis, "track")),
        history=history,
        visits=visits,
        audit=audit,
        **_office(settings, database, rostering, halls, identity),
        **_visitors(settings, database, visitors_kept, persons, halls),
        is_demo=settings.is_demo,
        look_at_stores=partial(look_at_stores, redis, database),
        closing=(history.close, database.close, patient.close, links.aclose, redis.aclose),
    )


def _tries(limits: Limits, booked: Known, tracked: Known) -> dict[str, Any]:
    """What keeps cards from being tried out."""
    return {
        "card_tries": CardTries(limits.cards, booked),
        "case_tries": CaseTries(limits, tracked),
    }


async def _expected(
    appointments: Appointments, bookings: Bookings, hall_id: HallId, day: date
) -> tuple[Appointment, ...]:
    """Who is expected on the day: imported from elsewhere, and booked here (AP1, AP2)."""
    imported = await appointments.of_day(hall_id, day)
    return imported + await bookings.expected(hall_id, day)


def _office(
    settings: Settings, database: Database, rostering: Rostering, halls: Halls, identity: Identity
) -> dict[str, Any]:
    """What works on what outlives a day, and tells it."""
    case_desk = CaseDesk(database, settings.home / "files", halls, identity)
    statistics = Statistics(database)
    consult_desk = ConsultDesk(database, case_desk, halls, card_key(settings))
    notice_desk = NoticeDesk(Notices(database))
    return {
        "visit_times_desk": VisitTimesDesk(VisitTimes(database)),
        "booking_desk": BookingDesk(database, rostering, case_desk),
        "case_desk": case_desk,
        "consult_desk": consult_desk,
        "draft_desk": DraftDesk(database, case_desk),
        "assistants": Assistants(consult_desk, _model(settings)),
        "exchange": Exchange(database),
        "link_desk": LinkDesk(
            database,
            LinkChecker(settings.link_networks, settings.link_networks_refused),
            settings.public_url,
        ),
        "facts": facts_of(read_config(settings.facts), database),
        "rostering": rostering,
        "follow_ups": FollowUps(database),
        "most_asked": MostAsked(case_desk),
        "misses": Misses(database),
        "notice_desk": notice_desk,
        "notice_search": NoticeSearch(notice_desk),
        "pages": Pages(settings.public_url, halls, case_desk),
        "published_desk": PublishedDesk(statistics),
        "figure_desk": FigureDesk(statistics, case_desk, halls, identity),
    }


def _visitors(
    settings: Settings,
    database: Database,
    kept: tuple[VisitorSessions, SignIns],
    persons: Persons,
    halls: Halls,
) -> dict[str, Any]:
    """What is for visitors who sign in, or want to be told."""
    sessions, sign_ins = kept
    key = card_key(settings)
    kinds = read_notify(settings.notify).kinds
    contacts = Contacts(database)

    def holders(card: str) -> list[str]:
        return [hall.holder(card).person_hash for hall in halls]

    return {
        "campus": _campus(settings, sign_ins),
        "visiting": Visiting(
            key,
            sessions,
            Visitors(database),
            contacts,
            now=now,
            holders=holders,
            origin_of=persons.origin_of,
        ),
        "contact_desk": ContactDesk(database, Seal(key), kinds, now),
    }


def _gate(
    settings: Settings,
    staff: Staff,
    sessions: Sessions,
    kept: tuple[Locks, Proposals],
    limits: Limits,
) -> Gate:
    locks, proposals = kept
    second_factor = SecondFactor(card_key(settings), staff, proposals, now)
    return Gate(staff, sessions, locks, second_factor, limits.sign_ins, is_demo=settings.is_demo)


def _model(settings: Settings) -> ChatModel | None:
    found = settings.model
    if found is None:
        return None
    return ChatModel(found.url, found.name, found.key, timeout_s=found.timeout_s)


def _campus(settings: Settings, sign_ins: SignIns) -> Campus | None:
    if settings.sso is None:
        return None
    return Campus(protocol_of(settings.sso, f"{settings.public_url}{BACK}"), sign_ins)
