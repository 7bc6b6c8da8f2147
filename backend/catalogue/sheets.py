"""A catalogue as the sheets of a workbook, one thing a row, and back (CX1).

A row that belongs to a service names it by its id; the rows of one service stand in its order.
What a service is asked beforehand (its questionnaire) is in no sheet and stays as it is.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

import msgspec

from backend.catalogue.exchange import (
    FAULTS_MAX,
    CatalogueFile,
    FaultCode,
    ImportFault,
    Line,
    Loaded,
    Placed,
    converted,
    fault,
    loaded_from,
)
from backend.catalogue.guide import Department, Guide, Question
from backend.core.ids import ServiceId, Text

Cell = str | int | float | bool | None
HEAD_ROWS = 2
"""Names of fields, then what they mean."""
_NUMBER = re.compile(r"-?[0-9]{1,12}")
_FIRST = {FaultCode.SHEET_MISSING, FaultCode.COLUMN_MISSING, FaultCode.FORMULA}
"""Whatever else is wrong may come of it."""
YES, NO = frozenset({"true", "yes", "1", "是"}), frozenset({"false", "no", "0", "否", ""})


class Formula(str):
    """A cell whose value somebody's program would reckon; never taken."""

    __slots__ = ()


class Row(NamedTuple):
    """A row of a sheet as it was read."""

    number: int
    """As spreadsheets show it, from 1."""
    cells: Sequence[Cell]


class In(Enum):
    """How a field stands in its cells."""

    ID = "id"
    LINE = "line"
    TEXT = "text"
    """Two columns, `…_zh` and `…_en`."""
    SOME_TEXT = "some text"
    """The same; there is none when both are empty."""
    WORDS = "words"
    """Two columns, a word a line."""
    LIST = "list"
    """With commas."""
    NUMBER = "number"
    SOME_NUMBER = "some number"
    FLAG = "flag"


class Field(NamedTuple):
    """A field of a thing."""

    name: str
    form: In
    zh: str
    en: str

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns that it has."""
        if self.form in {In.TEXT, In.SOME_TEXT, In.WORDS}:
            return f"{self.name}_zh", f"{self.name}_en"
        return (self.name,)


OWNER = Field("service_id", In.ID, "事项编号", "Service id")
_ITEM = Field("text", In.TEXT, "内容", "Words")
DEPARTMENTS = (
    Field("department_id", In.ID, "部门编号，不可更改", "Id, for ever the same"),
    Field("name", In.TEXT, "名称", "Name"),
    Field("phone", In.LINE, "电话", "Phone"),
)
SERVICES = (
    Field("service_id", In.ID, "事项编号，不可更改", "Id, for ever the same"),
    Field("name", In.TEXT, "名称", "Name"),
    Field("department_id", In.ID, "部门编号", "Department's id"),
    Field("also", In.WORDS, "别名，一行一个", "Other names, one a line"),
    Field("keywords", In.WORDS, "搜索词，一行一个", "Words that lead to it, one a line"),
    Field("summary", In.TEXT, "简介", "Summary"),
    Field("audience", In.LIST, "对象：staff, student, alumni, external", "For whom"),
    Field("kind", In.ID, "immediate 即办件，deferred 承诺件", "immediate or deferred"),
    Field("trips", In.NUMBER, "到场次数", "Visits"),
    Field("is_online", In.FLAG, "可网办", "Online"),
    Field("is_self_service", In.FLAG, "可自助机办", "At a machine"),
    Field("promised_working_days", In.NUMBER, "承诺工作日，0 为当场", "Promised, working days"),
    Field("statutory_working_days", In.SOME_NUMBER, "法定工作日", "By law, working days"),
    Field("fee", In.TEXT, "收费", "Fee"),
    Field("zone_id", In.ID, "分厅编号", "Zone's id"),
    Field("place", In.TEXT, "地点", "Place"),
    Field("counter_ids", In.LIST, "窗口编号", "Windows' ids"),
    Field("hours", In.TEXT, "时间", "Hours"),
    Field("result", In.TEXT, "结果和送达", "Result and delivery"),
    Field("phone", In.LINE, "电话", "Phone"),
    Field("complaint", In.TEXT, "投诉", "Complaints"),
)
ITEMS: dict[str, tuple[Field, ...]] = {
    "conditions": (_ITEM,),
    "materials": (
        Field("material_id", In.ID, "材料编号，不可更改", "Id, for ever the same"),
        Field("name", In.TEXT, "名称", "Name"),
        Field("is_required", In.FLAG, "必需", "Required"),
        Field("is_tolerable", In.FLAG, "可容缺", "May follow later"),
        Field("copies", In.NUMBER, "份数", "Copies"),
        Field("source", In.SOME_TEXT, "来源", "Where one gets it"),
        Field("takes_files", In.FLAG, "可传文件", "A file will do"),
    ),
    "steps": (_ITEM,),
    "questions": (
        Field("asked", In.TEXT, "问题", "Question"),
        Field("answer", In.TEXT, "回答", "Answer"),
        Field("also", In.WORDS, "其他问法，一行一个", "Other ways to ask it, one a line"),
    ),
    "forms": (
        Field("digest", In.ID, "文件 SHA-256", "SHA-256 of the file"),
        Field("name", In.TEXT, "名称", "Name"),
        Field("media_type", In.ID, "类型", "Kind of file"),
        Field("size", In.NUMBER, "字节", "Bytes"),
    ),
}
HALL = "hall_questions"
"""The sheet of the questions about the hall itself; a workbook may do without it."""
SHEETS: dict[str, tuple[Field, ...]] = {
    "departments": DEPARTMENTS,
    "services": SERVICES,
    **{name: (OWNER, *fields) for name, fields in ITEMS.items()},
    HALL: ITEMS["questions"],
}
"""The sheets and their fields, in order."""


def columns_of(fields: Sequence[Field]) -> list[str]:
    """The names of the columns."""
    return [column for field in fields for column in field.columns]


def rows_of(file: CatalogueFile) -> dict[str, list[list[Cell]]]:
    """The rows of each sheet, without its two heads."""
    found: dict[str, list[list[Cell]]] = {name: [] for name in SHEETS}
    for department in file.departments:
        found["departments"].append(_cells(DEPARTMENTS, msgspec.to_builtins(department)))
    for guide in file.services:
        raw = msgspec.to_builtins(guide)
        found["services"].append(_cells(SERVICES, raw))
        for name, fields in ITEMS.items():
            for item in raw[name]:
                own = {"text": item} if fields == (_ITEM,) else item
                found[name].append([guide.service_id, *_cells(fields, own)])
    for question in file.questions:
        found[HALL].append(_cells(SHEETS[HALL], msgspec.to_builtins(question)))
    return found


def read_rows(book: Mapping[str, Sequence[Row]], before: Mapping[ServiceId, Guide]) -> Loaded:
    """What the sheets say; `before`: the services that keep what is in no sheet."""
    faults: list[ImportFault] = []
    found = {name: list(_things(name, book.get(name), faults)) for name in SHEETS}
    if any(f.code in _FIRST for f in faults):
        return Loaded(faults=tuple(faults[:FAULTS_MAX]))
    items = {name: _by_service(name, found, faults) for name in ITEMS}
    departments: list[Placed[Department]] = []
    for line, raw in found["departments"]:
        department = converted(line.place, raw, Department, faults, {"": line})
        departments += [department] if department is not None else []
    services: list[Placed[Guide]] = []
    for line, raw in found["services"]:
        own = before.get(raw["service_id"])
        kept = msgspec.to_builtins(own.questionnaire) if own is not None else []
        lists = {name: items[name].get(raw["service_id"], []) for name in ITEMS}
        lines = {
            f"/{name}/{n}": own_line
            for name, rows in lists.items()
            for n, (own_line, _) in enumerate(rows)
        }
        said = {name: [item for _, item in rows] for name, rows in lists.items()}
        whole = raw | said | {"questionnaire": kept, "department": {"zh": "", "en": ""}}
        guide = converted(line.place, whole, Guide, faults, lines | {"": line})
        services += [guide] if guide is not None else []
    questions: list[Placed[Question]] = []
    for line, raw in found[HALL]:
        question = converted(line.place, raw, Question, faults, {"": line})
        questions += [question] if question is not None else []
    return loaded_from(departments, services, questions, faults)


def _by_service(
    name: str, found: Mapping[str, list[tuple[Line, dict[str, Any]]]], faults: list[ImportFault]
) -> dict[str, list[tuple[Line, Any]]]:
    known = {raw["service_id"] for _, raw in found["services"]}
    lists: dict[str, list[tuple[Line, Any]]] = {}
    for line, raw in found[name]:
        owner = raw.pop("service_id")
        if owner not in known:
            faults.append(fault(line.place, FaultCode.NO_SUCH_SERVICE, owner))
        said = raw["text"] if ITEMS[name] == (_ITEM,) else raw
        lists.setdefault(owner, []).append((line, said))
    return lists


def _things(
    name: str, rows: Sequence[Row] | None, faults: list[ImportFault]
) -> Iterator[tuple[Line, dict[str, Any]]]:
    """Each row with the fields that it says."""
    if rows is None:
        if name == HALL:
            return
        faults.append(fault(name, FaultCode.SHEET_MISSING))
        return
    head = [str(cell).strip() if cell is not None else "" for cell in rows[0].cells] if rows else []
    missing = [column for column in columns_of(SHEETS[name]) if column not in head]
    faults += [fault(name, FaultCode.COLUMN_MISSING, column) for column in missing]
    if missing:
        return
    places = {column: head.index(column) for column in head if column}
    letters = {column: _letters(place) for column, place in places.items()}
    for row in rows[1:]:
        if row.number <= HEAD_ROWS or all(cell is None or cell == "" for cell in row.cells):
            continue
        raw: dict[str, Any] = {}
        for field in SHEETS[name]:
            at = [places[column] for column in field.columns]
            cells = [row.cells[n] if n < len(row.cells) else None for n in at]
            where = f"{name}!{_letters(at[0])}{row.number}"
            raw[field.name] = _value(field.form, cells, where, faults)
        yield Line(sheet=name, number=row.number, columns=letters), raw


def _value(form: In, cells: Sequence[Cell], place: str, faults: list[ImportFault]) -> Any:
    """What the cells say; of a fault nothing, which is none of the field's values."""
    for cell in cells:
        if isinstance(cell, Formula):
            faults.append(fault(place, FaultCode.FORMULA, cell))
            return _nothing(form)
    words = [_words(cell) for cell in cells]
    match form:
        case In.ID:
            return words[0].strip()
        case In.LINE:
            return words[0]
        case In.TEXT:
            return {"zh": words[0], "en": words[1]}
        case In.SOME_TEXT:
            return {"zh": words[0], "en": words[1]} if any(words) else None
        case In.WORDS:
            zh, en = ([word for word in text.split("\n") if word.strip()] for text in words)
            return {"zh": zh, "en": en}
        case In.LIST:
            return [word.strip() for word in words[0].replace("，", ",").split(",") if word.strip()]
        case In.NUMBER | In.SOME_NUMBER:
            if form is In.SOME_NUMBER and not words[0].strip():
                return None
            if _NUMBER.fullmatch(words[0].strip()):
                return int(words[0].strip())
        case In.FLAG:
            if words[0].strip().lower() in YES | NO:
                return words[0].strip().lower() in YES
    faults.append(fault(place, FaultCode.WRONG_VALUE, words[0]))
    return _nothing(form)


def _nothing(form: In) -> Any:
    """What stands for a cell that has a fault already, so that it is told once."""
    match form:
        case In.TEXT | In.SOME_TEXT:
            return {"zh": "-", "en": ""}
        case In.WORDS:
            return {"zh": [], "en": []}
        case In.LIST:
            return []
        case In.NUMBER | In.SOME_NUMBER:
            return 0
        case In.FLAG:
            return False
        case In.ID | In.LINE:
            return "-"


def _words(cell: Cell) -> str:
    """A cell as text: spreadsheets make numbers of what looks like one."""
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float():
            return str(int(cell)) if cell.is_integer() else str(cell)
        case int():
            return str(cell)
        case str():
            return cell.replace("\r\n", "\n")


def _cells(fields: Sequence[Field], raw: Mapping[str, Any]) -> list[Cell]:
    return [cell for field in fields for cell in _written(field.form, raw.get(field.name))]


def _written(form: In, value: Any) -> tuple[Cell, ...]:
    match form:
        case In.TEXT:
            return value["zh"], value["en"]
        case In.SOME_TEXT:
            return (value["zh"], value["en"]) if value is not None else ("", "")
        case In.WORDS:
            found = value or {"zh": (), "en": ()}  # what is as usual is not written
            return "\n".join(found["zh"]), "\n".join(found["en"])
        case In.LIST:
            return (", ".join(value),)
        case _:
            return (value,)


def meaning_of(fields: Sequence[Field]) -> list[Text]:
    """What each column is, for the second head."""
    return [
        Text(zh=f"{field.zh}{suffix[0]}", en=f"{field.en}{suffix[1]}")
        for field in fields
        for suffix in _suffixes(field)
    ]


def _suffixes(field: Field) -> tuple[tuple[str, str], ...]:
    if len(field.columns) == 1:
        return (("", ""),)
    return ("（中文）", " (Chinese)"), ("（英文）", " (English)")


def _letters(place: int) -> str:
    """A column as spreadsheets call it: A, …, Z, AA."""
    first, last = divmod(place, 26)
    return (_letters(first - 1) if first else "") + chr(ord("A") + last)
