"""A hall's guides in their standard parts, in Chinese and English."""

from collections import Counter
from enum import StrEnum
from typing import Annotated

from msgspec import Meta, Struct

from backend.catalogue.questionnaire import Inquiry, faults_of
from backend.core.cases.words import Material, MaterialId, ServiceKind, Terms
from backend.core.ids import CounterId, DepartmentId, ServiceId, Text, ZoneId


class Audience(StrEnum):
    """Whom a service is for."""

    STAFF = "staff"
    STUDENT = "student"
    ALUMNI = "alumni"
    EXTERNAL = "external"


class Words(Struct, frozen=True, kw_only=True):
    """Words of both languages that are no translation of each other, most usual first."""

    zh: tuple[str, ...] = ()
    en: tuple[str, ...] = ()


class Question(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A frequent question and its answer."""

    asked: Text
    answer: Text
    also: Words = Words()
    """Other ways to ask it, and words that lead to it."""


class GuideMaterial(Struct, frozen=True, kw_only=True):
    """Something to bring."""

    material_id: MaterialId
    """Unique within the service, and never used again for something else."""
    name: Text
    is_required: bool = True
    is_tolerable: bool = False
    """It may follow later, and nobody is sent away for it."""
    copies: int = 1
    source: Text | None = None
    """Where one gets it; None where everybody has it."""
    takes_files: bool = False
    """Whether a file will do, so that one may be uploaded with a case."""


class GuideForm(Struct, frozen=True, kw_only=True):
    """A form to fill in before coming."""

    digest: Annotated[str, Meta(pattern="^[0-9a-f]{64}$(?!\n)")]
    """SHA-256 of its bytes, by which they are kept beside those of cases."""
    name: Text
    media_type: str
    size: int
    """Bytes."""


class Guide(Struct, frozen=True, kw_only=True):
    """Everything to know before coming for a service."""

    service_id: ServiceId
    name: Text
    department_id: DepartmentId
    department: Text
    also: Words
    """Other names that people have for it."""
    keywords: Words
    """Words that lead to it and are no name of it."""
    summary: Text
    audience: tuple[Audience, ...]
    conditions: tuple[Text, ...] = ()
    """All must hold, besides the audience."""
    materials: tuple[GuideMaterial, ...] = ()
    steps: tuple[Text, ...] = ()
    kind: ServiceKind = ServiceKind.IMMEDIATE
    trips: int = 1
    """How often one must come; 0 when it is all done online."""
    is_online: bool = False
    is_self_service: bool = False
    promised_working_days: int = 0
    """From the working day after acceptance (DL1); 0 is on the spot."""
    statutory_working_days: int | None = None
    fee: Text
    zone_id: ZoneId
    place: Text
    counter_ids: tuple[CounterId, ...] = ()
    hours: Text
    result: Text
    """What one gets, and how."""
    phone: str = ""
    complaint: Text
    questions: tuple[Question, ...] = ()
    questionnaire: tuple[Inquiry, ...] = ()
    """What is asked to find out whether it is for somebody, and what to bring (GD1)."""
    forms: tuple[GuideForm, ...] = ()


def guide_faults(guide: Guide) -> tuple[str, ...]:
    """What keeps the guide from being shown; empty for one that may be stored (GD2)."""
    ids = [material.material_id for material in guide.materials]
    often = Counter(ids).items()
    twice = sorted(f"{m}: two materials have this id" for m, n in often if n > 1)
    return (*twice, *faults_of(guide.questionnaire, ids))


def terms_of(guide: Guide) -> Terms:
    """What the service promises and asks for, as a case that is opened now keeps it."""
    return Terms(
        service_id=guide.service_id,
        department_id=guide.department_id,
        kind=guide.kind,
        limit_days=max(1, guide.promised_working_days),
        materials=tuple(
            Material(
                material_id=material.material_id,
                is_tolerable=material.is_tolerable,
                is_required=material.is_required,
            )
            for material in guide.materials
        ),
    )


class Department(Struct, frozen=True, kw_only=True):
    """An office whose services a hall offers."""

    department_id: DepartmentId
    name: Text
    phone: str = ""


class Catalogue(Struct, frozen=True, kw_only=True):
    """The guides of one hall, and the questions that are about the hall itself."""

    guides: tuple[Guide, ...]
    questions: tuple[Question, ...] = ()
