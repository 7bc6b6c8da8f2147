"""Files of cases: what is taken, how it is given, and to whom."""

from urllib.parse import quote

import pytest

from backend.office.files import plain_name
from backend.store.files import ENDINGS
from tests.hall import Hall, Reply
from tests.office.desk import (
    ACCEPT,
    ALL_HR_04,
    ROOT,
    START,
    TO_THE_END,
    cmd,
    done,
    headers,
    open_case,
)
from tests.web.test_problems import problem

PDF = b"%PDF-1.7\n1 0 obj\nendobj\n"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 40
JPEG = b"\xff\xd8\xff\xe0" + b"\0" * 40


@pytest.fixture(scope="module")
def hr(hall: Hall) -> dict[str, str]:
    return headers(hall, "w02")


@pytest.fixture(scope="module")
def case_id(hall: Hall, hr: dict[str, str]) -> str:
    return str(done(hall, hr, open_case("HR-04"), ALL_HR_04)["case_id"])


def upload(
    hall: Hall, who: dict[str, str], case_id: str, content: bytes, name: str = "a.pdf", **more: str
) -> Reply:
    query = f"name={quote(name)}&material_id={more.pop('material_id', 'm2')}"
    kind = more.pop("kind", "application/octet-stream")
    path = f"{ROOT}/{case_id}/files?{query}"
    return hall.ask("POST", path, content, **who, Content_Type=kind)


KINDS = ((PDF, "application/pdf"), (PNG, "image/png"), (JPEG, "image/jpeg"))


@pytest.mark.parametrize("kind", KINDS)
def test_file_is_kept_by_its_bytes_and_given_as_a_download(
    hall: Hall, hr: dict[str, str], case_id: str, kind: tuple[bytes, str]
) -> None:
    """Whatever the sender calls it."""
    content, media_type = kind
    ending = ENDINGS[media_type]
    reply = upload(hall, hr, case_id, content, "申请 表.html", kind="text/html")
    assert reply.status == 201, reply.body
    file = reply.json
    assert (file["name"], file["media_type"]) == (f"申请 表.html{ending}", media_type)
    assert upload(hall, hr, case_id, content, "申请 表.html").json["file_id"] == file["file_id"]
    given = hall.ask("GET", f"{ROOT}/{case_id}/files/{file['file_id']}", **hr)
    assert (given.status, given.body) == (200, content)
    assert given.headers["Content-Type"].startswith(media_type)
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    assert given.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert given.headers["Content-Disposition"].startswith("attachment; filename*=UTF-8''%E7")
    view = hall.ask("GET", f"{ROOT}/{case_id}", **hr).json
    assert [f["file_id"] for f in view["files"]].count(file["file_id"]) == 1


OTHERS = (b"", b"<html>", b"MZ\x90", b" %PDF-1.7", b"GIF89a", b"PK\3\4", b"<svg/>", b"\xff\xd8")


@pytest.mark.parametrize("content", OTHERS)
def test_other_kinds_are_not_taken(
    hall: Hall, hr: dict[str, str], case_id: str, content: bytes
) -> None:
    problem(upload(hall, hr, case_id, content, kind="application/pdf"), 415, "file_kind")


def test_size_is_bounded_and_names_reach_no_path(
    hall: Hall, hr: dict[str, str], case_id: str
) -> None:
    huge = PDF + b"\0" * (10 * 1024 * 1024)
    assert upload(hall, hr, case_id, huge).status == 413
    before = {path.name for path in (hall.home / "files").rglob("*") if path.is_file()}
    kept = upload(hall, hr, case_id, PDF + b"x", "../../../etc/passwd")
    assert kept.json["name"] == "passwd.pdf"
    (added,) = {p.name for p in (hall.home / "files").rglob("*") if p.is_file()} - before
    assert len(added) == 64
    assert not list(hall.home.rglob("*passwd*"))


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("../../x", "x.pdf"),
        ("..\\..\\x.PDF", "x.pdf"),
        ("", "file.pdf"),
        ("...", "file.pdf"),
        ("a\r\nSet-Cookie: x", "a  Set-Cookie: x.pdf"),
        ("\u202efdp.exe", "fdp.exe.pdf"),
        ("长" * 300, "长" * 116 + ".pdf"),
    ],
)
def test_name_keeps_no_path_and_nothing_unseen(name: str, plain: str) -> None:
    assert plain_name(name, "application/pdf") == plain


def test_files_are_for_those_with_the_right_only__I18(
    hall: Hall, hr: dict[str, str], case_id: str
) -> None:
    library = headers(hall, "w30")
    file_id = upload(hall, hr, case_id, PDF + b"own").json["file_id"]
    path = f"{ROOT}/{case_id}/files/{file_id}"
    problem(hall.ask("GET", path), 401, "unauthenticated")
    problem(hall.ask("GET", path, **library), 404, "unknown_case")
    problem(hall.ask("DELETE", path, **library), 404, "unknown_case")
    problem(upload(hall, library, case_id, PDF), 404, "unknown_case")
    other = done(hall, hr, open_case("HR-04"))["case_id"]
    problem(hall.ask("GET", f"{ROOT}/{other}/files/{file_id}", **hr), 404, "unknown_file")
    for name in ("none", "%00", "..%2f..%2fetc%2fpasswd"):
        assert hall.ask("GET", f"{ROOT}/{case_id}/files/{name}", **hr).status == 404
    offices = [{"department_id": "LI", "limit_days": 2}]
    done(hall, hr, ACCEPT, START, cmd("ask_offices", offices=offices), case_id=case_id)
    assert hall.ask("GET", path, **library).body == PDF + b"own"
    problem(upload(hall, library, case_id, PDF), 403, "forbidden")


def test_file_is_taken_where_the_catalogue_says_so_and_while_the_case_goes_on(
    hall: Hall, hr: dict[str, str]
) -> None:
    case_id = done(hall, hr, open_case("HR-01"))["case_id"]
    problem(upload(hall, hr, case_id, PDF, material_id="m1"), 422, "file_not_taken")
    problem(upload(hall, hr, case_id, PDF, material_id="m9"), 422, "unknown_material")
    receive = cmd("receive_forms", handed_in=["m1"])
    done(hall, hr, receive, *TO_THE_END, case_id=case_id)
    problem(upload(hall, hr, case_id, PDF, material_id="m1"), 409, "case_closed")


def test_removed_file_is_gone_from_disk_unless_another_case_has_it(
    hall: Hall, hr: dict[str, str]
) -> None:
    one, other = (done(hall, hr, open_case("HR-04"))["case_id"] for _ in range(2))
    content = PDF + b"shared"
    ids = {case: upload(hall, hr, case, content).json["file_id"] for case in (one, other)}

    def gone(case: str) -> bool:
        return hall.ask("GET", f"{ROOT}/{case}/files/{ids[case]}", **hr).status == 404

    for case in (one, other):
        assert not gone(other)
        assert hall.ask("DELETE", f"{ROOT}/{case}/files/{ids[case]}", **hr).status == 204
        assert gone(case)
    on_disk = [path for path in (hall.home / "files").rglob("*") if path.is_file()]
    assert content not in [path.read_bytes() for path in on_disk]
    assert upload(hall, hr, one, content).status == 201
    assert not gone(one)


def test_reference_tells_where_something_lies(hall: Hall, hr: dict[str, str]) -> None:
    case_id = done(hall, hr, open_case("HR-04"))["case_id"]
    body = {"name": "聘用合同", "reference": "OA 2026-118", "material_id": "m2"}
    kept = hall.ask("POST", f"{ROOT}/{case_id}/references", body, **hr)
    assert (kept.status, kept.json["reference"]) == (201, "OA 2026-118")
    path = f"{ROOT}/{case_id}/files/{kept.json['file_id']}"
    problem(hall.ask("GET", path, **hr), 404, "unknown_file")
    bad = hall.ask("POST", f"{ROOT}/{case_id}/references", body | {"material_id": "m9"}, **hr)
    problem(bad, 422, "unknown_material")
