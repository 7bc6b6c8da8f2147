"""What the catalogue lacks, over HTTP, and whether its addresses are still there (CX2)."""

import asyncio
from datetime import datetime
from http import HTTPStatus
from typing import Any

from litestar import get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from msgspec import Struct

from backend.audited import audited
from backend.catalogue.findings import Finding, Surroundings, findings_of, links_of
from backend.core.access import Reading, Writing
from backend.core.ids import ServiceId
from backend.hub.halls import Halls
from backend.hub.http import AnyRequest, aware, granted
from backend.identity import Identity
from backend.link_check import LinkChecker, Outcome, is_too_long
from backend.office.case_desk import CaseDesk, Known
from backend.store.database import Database
from backend.store.links import CheckedLink, CheckedLinks

BATCH = 12
"""Addresses asked for in one request: it is answered within half a minute."""
LINKS_MAX = 2_000


class LinkFound(Struct, frozen=True, kw_only=True):
    """An address that guides name."""

    url: str
    service_ids: tuple[ServiceId, ...]
    outcome: str | None
    """None: it was never asked for."""
    status: int | None
    at: datetime | None


class CatalogueFindings(Struct, frozen=True, kw_only=True):
    """What wants looking after."""

    time_zone: str
    findings: tuple[Finding, ...]
    links: tuple[LinkFound, ...]


class LinksChecked(Struct, frozen=True, kw_only=True):
    """A part of the addresses that was asked for now."""

    checked: int
    left: int
    """Those that were last asked for before `since`, or never."""
    since: datetime
    """What the next part is asked for with: when the first one was, by the hall's clock."""


class LinkDesk:
    """What is known of addresses, and who asks for them."""

    def __init__(self, database: Database, checker: LinkChecker, public_url: str) -> None:
        self.links = CheckedLinks(database)
        self.checker = checker
        self.public_url = public_url

    def named(self, known: Known) -> dict[str, tuple[ServiceId, ...]]:
        """The addresses that the guides of today name."""
        return dict(list(links_of(known.guides, self.public_url).items())[:LINKS_MAX])


@get("/api/halls/{hall_id:str}/catalogue/findings")
@audited("catalogue.findings", "catalogue", only_denied=True)
async def catalogue_findings(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    link_desk: NamedDependency[LinkDesk],
) -> CatalogueFindings:
    """What the guides of today lack or lead nowhere with, and what is known of addresses."""
    hall, _ = await granted(request, hall_id, Reading.CATALOGUE, halls, identity)
    known = await case_desk.known(hall)
    digests = {form.digest for guide in known.guides.values() for form in guide.forms}
    around = Surroundings(
        departments=known.departments,
        plan=known.plan,
        forms=await case_desk.files.kept(digests),
        public_url=link_desk.public_url,
    )
    checked = await link_desk.links.of(hall.hall_id)
    return CatalogueFindings(
        time_zone=known.plan.time_zone,
        findings=await asyncio.to_thread(findings_of, known.guides, around),
        links=tuple(
            _found(url, service_ids, checked.get(url))
            for url, service_ids in link_desk.named(known).items()
        ),
    )


@post("/api/halls/{hall_id:str}/catalogue/links", status_code=HTTPStatus.OK)
@audited("catalogue.links", "catalogue")
async def check_links(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    halls: NamedDependency[Halls],
    identity: NamedDependency[Identity],
    case_desk: NamedDependency[CaseDesk],
    link_desk: NamedDependency[LinkDesk],
    since: FromQuery[datetime | None] = None,
) -> LinksChecked:
    """Ask for a part of the addresses now: those asked for longest ago, before `since`, first.

    The first part is asked for without it, the others with what that one was answered with.
    """
    hall, _ = await granted(request, hall_id, Writing.LINK, halls, identity)
    known = await case_desk.known(hall)
    named, checked = link_desk.named(known), await link_desk.links.of(hall.hall_id)
    begun = aware(since) if since is not None else hall.now()
    due = [
        url
        for url in named
        if not is_too_long(url) and (url not in checked or checked[url].at < begun)
    ]
    due.sort(key=lambda url: (url in checked, checked[url].at if url in checked else begun))
    now = due[:BATCH]
    await link_desk.links.put(hall.hall_id, await link_desk.checker.check(now), named, hall.now())
    return LinksChecked(checked=len(now), left=len(due) - len(now), since=begun)


ROUTES: list[Any] = [catalogue_findings, check_links]


def _found(url: str, service_ids: tuple[ServiceId, ...], last: CheckedLink | None) -> LinkFound:
    unasked = Outcome.MALFORMED if is_too_long(url) else None
    return LinkFound(
        url=url,
        service_ids=service_ids,
        outcome=last.outcome if last is not None else unasked,
        status=last.status if last is not None else None,
        at=last.at if last is not None else None,
    )
