"""A hall's whole catalogue to a file and back: shown first, then taken as it was shown (CX1)."""

import asyncio
import hashlib
from collections.abc import Awaitable, Callable
from datetime import date
from enum import StrEnum
from typing import Any

from msgspec import Struct

from backend import workbook
from backend.catalogue import exchange, sheets
from backend.catalogue.differences import Change, Compared, Unplanned, compared
from backend.catalogue.exchange import CatalogueFile, FaultCode, ImportFault, Loaded, fault
from backend.catalogue.faults import frame_of
from backend.core.ids import HallId
from backend.store.database import Database
from backend.store.exchange import CatalogueState, Exchanges, Import, ImportDone
from backend.store.plans import Plans

FILE_MAX = 8 * 1024 * 1024
CHANGES_MAX = 1_000
"""Told of a file; all are made."""
NOTES = (
    "一站 · 服务目录 / Yizhan · service catalogue",
    "大厅 {hall}，{day} 的内容。 / Hall {hall}, as of {day}.",
    "每行一项：修改单元格、加行、删行后，在“内容 → 导入导出”上传；先看会改什么，再确定。",
    "One thing a row: change cells, add or delete rows, then upload it under content → exchange; "
    "what would change is shown first.",
    "第一行是字段名，不要改；第二行是说明。编号不可更改，也不可再用于别的事项。",
    "The first row names the fields and stays; the second explains. Ids are for ever the same.",
    "条件、材料、步骤、问题、表格按行的顺序排列；某事项在这些表里没有行，就是没有这些内容。",
    "Conditions, materials, steps, questions and forms stand in the order of their rows; without "
    "rows a service has none.",
    "表里没有的事项和部门保持不变，除非上传时要求撤下。事项的先后不由行序决定。",
    "Services and departments that are not in the sheets stay, unless their end is asked for. "
    "Rows do not change the order of services.",
    "办事前的提问（引导问卷）不在表中，导入时保持不变；要改请用 JSON 文件。",
    "Questionnaires are in no sheet and stay as they are; a JSON file has them.",
    "hall_questions 是大厅自己的常见问题，不属于某个事项；整张表一起替换，没有行就保持不变。",
    "hall_questions has the frequent questions about the hall itself; the sheet replaces them all, "
    "and without rows they stay.",
    "不要用公式：含公式的单元格不被接受。",
    "No formulas: a cell with one is refused.",
)


class FileForm(StrEnum):
    """What a catalogue is written as."""

    JSON = "json"
    XLSX = "xlsx"


MEDIA_TYPES = {
    FileForm.JSON: "application/json",
    FileForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


class ImportPreview(Struct, frozen=True, kw_only=True):
    """What a file would change."""

    mark: int
    """The state of the catalogue; whoever takes the file says which one they looked at."""
    valid_from: date
    changes: tuple[Change, ...]
    """The first CHANGES_MAX."""
    more: int
    """Changes that are not told."""
    unchanged: int
    faults: tuple[ImportFault, ...]
    """With any of them nothing is taken."""
    unplanned: tuple[Unplanned, ...]
    """With any of them it is taken only by whoever says that the plan follows."""


class FaultyFileError(Exception):
    """A file with faults is not taken."""


class Exchange:
    """Writes and reads files, one at a time; methods may raise StoreError."""

    def __init__(self, database: Database) -> None:
        self._exchanges = Exchanges(database)
        self._plans = Plans(database)
        self._at_work = asyncio.Lock()
        """Files are large and read by one thread: others wait for their turn."""

    async def written(self, hall_id: HallId, day: date, form: FileForm) -> bytes:
        """The catalogue as of the day.  Raises WorkbookError: words that fit into no cell."""
        state = await self._exchanges.state(hall_id, day)
        async with self._at_work:
            return await asyncio.to_thread(written, file_of(hall_id, day, state), form)

    async def preview(
        self, hall_id: HallId, content: bytes, valid_from: date, *, withdraws: bool
    ) -> ImportPreview:
        """What the file would change from that day on."""
        state = await self._exchanges.state(hall_id, valid_from)
        found = await self._compared(hall_id, state, content, withdraws=withdraws)
        changes = tuple(step.change for step in found.steps)
        return ImportPreview(
            mark=state.mark,
            valid_from=valid_from,
            changes=changes[:CHANGES_MAX],
            more=max(0, len(changes) - CHANGES_MAX),
            unchanged=found.unchanged,
            faults=found.faults,
            unplanned=found.unplanned,
        )

    async def take(
        self,
        asked: "TakeFile",
        content: bytes,
        note_in: Callable[[Any, str], Awaitable[None]],
    ) -> ImportDone:
        """Have the file count, whole, as it was shown.

        `note_in` keeps the record in the same transaction, given its connection and the SHA-256
        of the catalogue as it was: of the JSON file of that day.

        Raises FaultyFileError, OutdatedError, IdInUseError.
        """
        state = await self._exchanges.state(asked.hall_id, asked.valid_from)
        found = await self._compared(asked.hall_id, state, content, withdraws=asked.withdraws)
        if found.faults or (found.unplanned and not asked.plan_follows):
            raise FaultyFileError(f"{len(found.faults)} faults, {len(found.unplanned)} unplanned")
        file = file_of(asked.hall_id, asked.valid_from, state)
        before = await asyncio.to_thread(exchange.written, file)
        digest = hashlib.sha256(before).hexdigest()
        how = f"{asked.hall_id}/{asked.valid_from}/{asked.withdraws}/".encode()
        return await self._exchanges.put(
            Import(
                hall_id=asked.hall_id,
                command_id=asked.id,
                sha256=hashlib.sha256(how + content).hexdigest(),
                mark=asked.mark if asked.mark == state.mark else -1,
                valid_from=asked.valid_from,
                author=asked.author,
                steps=found.steps,
                places=state.places,
            ),
            lambda connection: note_in(connection, digest),
        )

    async def _compared(
        self, hall_id: HallId, state: CatalogueState, content: bytes, *, withdraws: bool
    ) -> Compared:
        plan = await self._plans.newest(hall_id)
        assert plan is not None, "a hall begins with its plan"
        frame = frame_of(plan, ())

        def work() -> Compared:
            return compared(read(content, state), state.standing, frame, withdraws=withdraws)

        async with self._at_work:
            return await asyncio.to_thread(work)


class TakeFile(Struct, frozen=True, kw_only=True):
    """How a file is to be taken."""

    id: str
    """Of the request: repeated, it has one effect."""
    hall_id: HallId
    mark: int
    valid_from: date
    withdraws: bool
    plan_follows: bool = False
    """Zones and counters that the plan does not have yet are taken."""
    author: str


def file_of(hall_id: HallId, day: date, state: CatalogueState) -> CatalogueFile:
    """The catalogue as a file has it."""
    standing = state.standing
    return CatalogueFile(
        hall_id=hall_id,
        day=day,
        departments=tuple(standing.departments.values()),
        services=tuple(standing.guides.values()),
        questions=standing.questions,
    )


def written(file: CatalogueFile, form: FileForm) -> bytes:
    """The file's bytes.  Raises WorkbookError."""
    if form is FileForm.JSON:
        return exchange.written(file)
    lines = [line.format(hall=file.hall_id, day=file.day) for line in NOTES]
    heads = {
        name: (
            sheets.columns_of(fields),
            [f"{text.zh}\n{text.en}" for text in sheets.meaning_of(fields)],
        )
        for name, fields in sheets.SHEETS.items()
    }
    return workbook.written(("说明 about", lines), heads, sheets.rows_of(file))


def read(content: bytes, state: CatalogueState) -> Loaded:
    """What the bytes say, whichever form they have; a workbook begins as a ZIP file."""
    if len(content) > FILE_MAX:
        return Loaded(faults=(fault("", FaultCode.TOO_LARGE, f"> {FILE_MAX}"),))
    if not content.startswith(b"PK"):
        return exchange.read_json(content)
    try:
        book = workbook.read(content, list(sheets.SHEETS))
    except workbook.TooLargeError as error:
        return Loaded(faults=(fault("", FaultCode.TOO_LARGE, error),))
    except workbook.WorkbookError as error:
        return Loaded(faults=(fault("", FaultCode.UNREADABLE, error),))
    return sheets.read_rows(book, state.standing.guides)
