"""Files of cases over HTTP: judged by their bytes when taken, given as downloads only."""

import hashlib
import re
import unicodedata
from http import HTTPStatus
from typing import Annotated, Any
from urllib.parse import quote

import msgspec
from litestar import Response, delete, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, QueryParameter
from msgspec import Meta, Struct

from backend.audited import audited
from backend.core.access import Reading, Writing
from backend.core.cases.access import is_over, may_put_files
from backend.core.cases.words import CaseId, MaterialId
from backend.core.ids import Name
from backend.hub.http import AnyRequest, decoded_body, denied
from backend.office.case_desk import At, CaseDesk
from backend.office.case_views import case_file
from backend.office.cases import encode, tied_case
from backend.openapi import gives, takes
from backend.problem import ProblemError
from backend.store.cases import CaseEntry, folded
from backend.store.files import ENDINGS, SIZE_MAX, FileRow, Files, NoRoomError, media_type_of
from backend.wire.cases import CaseFile

NAME_MAX = 120
REFERENCE_MAX = 500
_APART = re.compile(r"[/\\]")
HEADERS = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "X-Content-Type-Options": "nosniff",
}


class Reference(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where something lies that belongs to a case."""

    name: Annotated[str, Meta(min_length=1, max_length=NAME_MAX)]
    reference: Annotated[str, Meta(min_length=1, max_length=REFERENCE_MAX)]
    """As the system calls it that has it: an address, a number."""
    material_id: Name | None = None


_decoder = msgspec.json.Decoder(Reference)


@post(
    "/api/halls/{hall_id:str}/cases/{case_id:str}/files",
    status_code=HTTPStatus.CREATED,
    request_max_body_size=SIZE_MAX,
)
@audited("case.file_put", "file")
@takes(None)
async def add_file(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
    name: Annotated[str, QueryParameter(max_length=500)] = "",
    material_id: Annotated[str, QueryParameter(max_length=64)] = "",
) -> CaseFile:
    """Keep the body as a file for a material whose service takes files."""
    at = await case_desk.at(request, hall_id, Writing.CASE)
    entries = await _writable(at, case_desk, case_id)
    _check_takes_files(at, entries, material_id)
    content = await request.body()
    media_type = media_type_of(content)
    if media_type is None:
        detail = "only PDF, PNG and JPEG files are taken"
        raise ProblemError(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "file_kind", detail)
    row = FileRow(
        file_id=_file_id(material_id, plain_name(name, media_type), content),
        material_id=MaterialId(material_id),
        name=plain_name(name, media_type),
        media_type=media_type,
        size=len(content),
        digest=hashlib.sha256(content).hexdigest(),
        reference=None,
        added_by=at.by.id,
        added_at=at.hall.now(),
    )
    return await _put(at, case_desk.files, CaseId(case_id), row, content)


@post("/api/halls/{hall_id:str}/cases/{case_id:str}/references", status_code=HTTPStatus.CREATED)
@audited("case.file_put", "file")
@takes(_decoder)
async def add_reference(
    request: AnyRequest,
    hall_id: FromPath[str],
    case_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> CaseFile:
    """Keep where something lies that another system has."""
    at = await case_desk.at(request, hall_id, Writing.CASE)
    entries = await _writable(at, case_desk, case_id)
    asked = await decoded_body(request, _decoder, 4096)
    if asked.material_id is not None:
        _check_material(entries, asked.material_id)
    row = FileRow(
        file_id=_file_id(asked.material_id, asked.name, asked.reference.encode()),
        material_id=MaterialId(asked.material_id) if asked.material_id is not None else None,
        name=asked.name,
        media_type=None,
        size=None,
        digest=None,
        reference=asked.reference,
        added_by=at.by.id,
        added_at=at.hall.now(),
    )
    return await _put(at, case_desk.files, CaseId(case_id), row, None)


@get("/api/halls/{hall_id:str}/cases/{case_id:str}/files/{file_id:str}")
@audited("case.file_read", "file")
@gives(*ENDINGS)
async def one_file(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_id: FromPath[str],
    file_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> Response[bytes]:
    """The bytes, to be saved and not to be shown; 404 also when the case is nothing to them."""
    at = await case_desk.at(request, hall_id, Reading.CASES)
    await tied_case(at, case_desk, CaseId(case_id))
    rows = await case_desk.files.of_case(at.hall.hall_id, CaseId(case_id))
    row = next((row for row in rows if row.file_id == file_id and row.digest is not None), None)
    if row is None or row.media_type is None:
        raise _unknown_file()
    name = f"attachment; filename*=UTF-8''{quote(row.name, safe='')}"
    headers = HEADERS | {"Content-Disposition": name}
    return Response(await case_desk.files.read(row), media_type=row.media_type, headers=headers)


@delete(
    "/api/halls/{hall_id:str}/cases/{case_id:str}/files/{file_id:str}",
    status_code=HTTPStatus.NO_CONTENT,
)
@audited("case.file_remove", "file")
async def remove_file(
    request: AnyRequest,
    *,
    hall_id: FromPath[str],
    case_id: FromPath[str],
    file_id: FromPath[str],
    case_desk: NamedDependency[CaseDesk],
) -> None:
    """Take a file away from a case that is not over."""
    at = await case_desk.at(request, hall_id, Writing.CASE)
    await _writable(at, case_desk, case_id)
    rows = await case_desk.files.of_case(at.hall.hall_id, CaseId(case_id))
    if file_id not in {row.file_id for row in rows}:
        raise _unknown_file()
    await case_desk.files.remove(
        at.hall.hall_id, CaseId(case_id), file_id, by=at.by.id, at=at.hall.now()
    )


ROUTES: list[Any] = [add_file, add_reference, one_file, remove_file]


def plain_name(name: str, media_type: str) -> str:
    """The name as it is shown and saved: no path, nothing that cannot be seen, its true ending."""
    last = _APART.split(unicodedata.normalize("NFC", name))[-1]
    seen = "".join(c if c.isprintable() else " " for c in last).strip(" .")
    ending = ENDINGS[media_type]
    stem = seen[: -len(ending)] if seen.casefold().endswith(ending) else seen
    return (stem[: NAME_MAX - len(ending)] or "file") + ending


async def _writable(at: At, case_desk: CaseDesk, case_id: str) -> list[CaseEntry]:
    """What happened to the case, if files may be put to it by whoever asks."""
    entries, tied = await tied_case(at, case_desk, CaseId(case_id))
    case = folded(entries)
    if not may_put_files(case, tied):
        if is_over(case):
            raise ProblemError(HTTPStatus.CONFLICT, f"case_{case.state}", "the case is over")
        raise denied(at.by)
    return entries


def _check_material(entries: list[CaseEntry], material_id: str) -> None:
    terms = folded(entries).terms
    assert terms is not None
    if material_id not in {m.material_id for m in terms.materials}:
        detail = "the service does not ask for this material"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "unknown_material", detail)


def _check_takes_files(at: At, entries: list[CaseEntry], material_id: str) -> None:
    _check_material(entries, material_id)
    terms = folded(entries).terms
    guide = at.known.guides.get(terms.service_id) if terms is not None else None
    taken = {m.material_id for m in guide.materials if m.takes_files} if guide else set()
    if material_id not in taken:
        detail = "the service takes no file for this material"
        raise ProblemError(HTTPStatus.UNPROCESSABLE_ENTITY, "file_not_taken", detail)


async def _put(
    at: At, files: Files, case_id: CaseId, row: FileRow, content: bytes | None
) -> CaseFile:
    try:
        await files.put(at.hall.hall_id, case_id, row, content)
    except NoRoomError as error:
        detail = "the case has as many files as it may, or the hall took too many today"
        raise ProblemError(HTTPStatus.INSUFFICIENT_STORAGE, "no_room", detail) from error
    return case_file(row)


def _file_id(material_id: str | None, name: str, content: bytes) -> str:
    """The same for the same file, so that a repeat puts no second one."""
    digest = hashlib.sha256(encode((material_id, name)))
    digest.update(content)
    return digest.hexdigest()[:24]


def _unknown_file() -> ProblemError:
    return ProblemError(HTTPStatus.NOT_FOUND, "unknown_file", "there is no such file")
