"""Searching a hall's notices: those that the website shows now, by title and text (NT4)."""

import asyncio
import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from msgspec import Struct

from backend.catalogue.guide import Catalogue
from backend.core.ids import HallId
from backend.core.notices import NoticeContent, WrittenNotice
from backend.core.rules.notice_text import plain
from backend.core.rules.written_notices import shown_on_website
from backend.search.index import Index, Item
from backend.site.notice_desk import NoticeDesk
from backend.store.stream import StoreError

FOUND_MAX = 5
SCORE_MIN = 0.42
"""Below it a notice only has a word of what is looked for."""
TEXT_MAX = 1_000
"""Characters of a text that are looked at, in each language: fifty notices in some milliseconds."""
_ENDS = re.compile(r"(?<=[。！？；!?;])|(?<=[.:]) ")
"""Where one phrase of a text ends: what is looked for stands together."""


class _Made(Struct, frozen=True, kw_only=True):
    """An index, and of which notices."""

    of: tuple[tuple[str, int], ...]
    index: Index


class NoticeSearch:
    """One index a hall, made in a thread when there are other notices than before."""

    def __init__(self, notice_desk: NoticeDesk) -> None:
        self._notice_desk = notice_desk
        self._made: dict[HallId, _Made] = {}
        self._making = asyncio.Lock()

    async def find(self, hall_id: HallId, query: str, at: datetime) -> list[WrittenNotice]:
        """What fits, best first, at most FOUND_MAX; nothing when no notice can be read."""
        try:
            written = await self._notice_desk.running(hall_id)
        except StoreError:
            return []
        shown = shown_on_website(written, at)
        if not shown:
            return []
        index = await self._index(hall_id, shown)
        hits = await asyncio.to_thread(index.find, query)
        by_id = {str(one.notice_id): one for one in shown}
        found = (by_id[hit.item_id] for hit in hits if hit.score >= SCORE_MIN)
        return list(found)[:FOUND_MAX]

    async def _index(self, hall_id: HallId, shown: Sequence[WrittenNotice]) -> Index:
        of = tuple((one.notice_id, one.revision) for one in shown)
        async with self._making:
            made = self._made.get(hall_id)
            if made is None or made.of != of:
                index = await asyncio.to_thread(index_of, shown)
                made = self._made[hall_id] = _Made(of=of, index=index)
        return made.index


def index_of(notices: Sequence[WrittenNotice]) -> Index:
    """What these are found by."""
    items = [
        Item(item_id=one.notice_id, title=one.content.title, texts=tuple(_phrases(one.content)))
        for one in notices
    ]
    return Index(Catalogue(guides=(), questions=()), more=items)


def _phrases(content: NoticeContent) -> Iterator[str]:
    for text in (content.text.zh, content.text.en):
        words = plain(text, is_markdown=content.is_markdown)[:TEXT_MAX]
        yield from (phrase for phrase in _ENDS.split(words) if phrase.strip())
