"""What the guides in force lack or lead nowhere with, service by service (CX2)."""

import re
from collections.abc import Collection, Iterable, Iterator, Mapping

from msgspec import Struct

from backend.catalogue.faults import Frame, faults_in, frame_of, lacks_of
from backend.catalogue.guide import Department, Guide
from backend.catalogue.parts import texts_of
from backend.core.ids import DepartmentId, ServiceId, Text
from backend.core.plan import Plan

FINDINGS_MAX = 5_000
NO_ENGLISH, NO_FORM, NO_GUIDE, NO_SERVICE = "no_english", "no_form", "no_guide", "no_such_service"
"""Codes beside those of a draft's faults (DR4)."""
NOT_PLANNED = "not_planned"
"""No gap of the guide: no number can be taken for the service, which may be meant."""
_URL = re.compile(r"https?://[A-Za-z0-9\[][^\s<>\"'，。；、（）《》「」！？]*", re.IGNORECASE)
_OWN = re.compile(r"(?<![\w/.-])(?:/en)?/services/([A-Za-z0-9_-]+)")
_PARTS = re.compile(r"(?i:https?)://(?P<host>[^/?#]*)(?P<path>[^?#]*).*")
_ENDS = ".,;:!?)]}"
"""What ends a sentence rather than an address."""


class Finding(Struct, frozen=True, kw_only=True):
    """Something that wants looking after."""

    service_id: ServiceId
    service: Text
    code: str
    path: str
    """Where in the guide, a JSON pointer; of the whole guide nothing."""
    detail: str


class Surroundings(Struct, frozen=True, kw_only=True):
    """What guides may lead to."""

    departments: Mapping[DepartmentId, Department]
    plan: Plan
    forms: Collection[str]
    """The digests of those that are kept."""
    public_url: str


def findings_of(guides: Mapping[ServiceId, Guide], around: Surroundings) -> tuple[Finding, ...]:
    """Everything that is found, in the order of the services.

    Then services without a guide, then those that the plan lacks.
    """
    frame = frame_of(around.plan, around.departments)
    found: list[Finding] = []
    for guide in guides.values():
        for code, path, detail in _of_guide(guide, guides, around, frame):
            finding = Finding(
                service_id=guide.service_id,
                service=guide.name,
                code=code,
                path=path,
                detail=detail,
            )
            found.append(finding)
    for service in around.plan.services:
        if service.service_id not in guides:
            gone = Finding(
                service_id=service.service_id,
                service=service.name,
                code=NO_GUIDE,
                path="",
                detail="",
            )
            found.append(gone)
    for guide in not_planned(guides.values(), around.plan):
        unplanned = Finding(
            service_id=guide.service_id,
            service=guide.name,
            code=NOT_PLANNED,
            path="",
            detail="",
        )
        found.append(unplanned)
    return tuple(found[:FINDINGS_MAX])


def not_planned(guides: Iterable[Guide], plan: Plan) -> list[Guide]:
    """Those for which people come and no number can be taken."""
    planned = {service.service_id for service in plan.services}
    return [guide for guide in guides if guide.trips > 0 and guide.service_id not in planned]


def _of_guide(
    guide: Guide, guides: Mapping[ServiceId, Guide], around: Surroundings, frame: Frame
) -> Iterator[tuple[str, str, str]]:
    for fault in faults_in(guide, frame):
        yield fault.code, fault.path, fault.detail
    for path in lacks_of(guide):
        yield NO_ENGLISH, path, ""
    for n, form in enumerate(guide.forms):
        if form.digest not in around.forms:
            yield NO_FORM, f"/forms/{n}", form.name.zh
    for path, text in texts_of(guide):
        for language, words in (("zh", text.zh), ("en", text.en)):
            for service_id in _own_links(words, around.public_url):
                if service_id not in guides:
                    yield NO_SERVICE, f"{path}/{language}", service_id


def links_of(
    guides: Mapping[ServiceId, Guide], public_url: str
) -> dict[str, tuple[ServiceId, ...]]:
    """The addresses elsewhere that guides name, and whose guides they are."""
    found: dict[str, list[ServiceId]] = {}
    for guide in guides.values():
        for _, text in texts_of(guide):
            for url in (*urls_in(text.zh), *urls_in(text.en)):
                if _host(url) != _host(public_url):
                    owners = found.setdefault(url, [])
                    if guide.service_id not in owners:
                        owners.append(guide.service_id)
    return {url: tuple(owners) for url, owners in found.items()}


def urls_in(words: str) -> list[str]:
    """The addresses in a text, without what ends its sentences."""
    return [url.rstrip(_ENDS) for url in _URL.findall(words)]


def _own_links(words: str, public_url: str) -> Iterator[str]:
    """The services that the text leads to on this very site."""
    yield from _OWN.findall(_URL.sub(" ", words))
    for url in urls_in(words):
        if _host(url) == _host(public_url):
            yield from _OWN.findall(_PARTS.sub(r"\g<path>", url))


def _host(url: str) -> str:
    parts = _PARTS.match(url)
    return parts["host"].lower() if parts is not None else url
