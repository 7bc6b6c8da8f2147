"""Guides on their way from a draft to a version, as they are stored."""

import asyncio
from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

import pytest
from msgspec.structs import replace

from backend.catalogue import commands as c
from backend.catalogue.faults import Frame
from backend.catalogue.guide import Department, Guide, Question
from backend.core.ids import CommandId, DepartmentId, ServiceId, StaffId, Text
from backend.core.rules.content import ContentRefusal, Deed, DraftState
from backend.demo.catalogue import demo_catalogue
from backend.drafting import Drafting, GuideStamp, IdInUseError, Versions
from backend.store.catalogue import Catalogues, Entered
from backend.store.database import Database
from backend.store.drafts import Draft, Drafts
from tests.hall import HALL_ID

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
GUIDE = next(guide for guide in demo_catalogue().guides if guide.questionnaire)
SERVICE = GUIDE.service_id
ANNA, BEN = StaffId("anna"), StaffId("ben")
_ids = count(1)


class Desk:
    """A hall's guides, of which one is in force."""

    def __init__(self, database: Database) -> None:
        self.catalogues = Catalogues(database)
        self.drafting = Drafting(Drafts(database))
        self.drafts = self.drafting.drafts
        self.today = TODAY

    def stamp(self, by: StaffId) -> GuideStamp:
        department = Department(department_id=GUIDE.department_id, name=GUIDE.department)
        frame = Frame(
            departments={GUIDE.department_id}, zones={GUIDE.zone_id}, counters=GUIDE.counter_ids
        )
        return GuideStamp(
            hall_id=HALL_ID,
            by=by,
            at=datetime(2026, 11, 23, 1, tzinfo=UTC) + next(_ids) * timedelta(seconds=1),
            today=self.today,
            departments={GUIDE.department_id: department},
            frame=frame,
        )

    async def begin(self, by: StaffId = ANNA, id: str = "") -> Draft:
        command = c.BeginDraft(service_id=SERVICE)
        draft_id = await self.drafting.begin(fresh(id), command, self.stamp(by), beside=nothing)
        return await self.draft(draft_id)

    async def draft(self, draft_id: str) -> Draft:
        found = await self.drafts.find(HALL_ID, draft_id)
        assert found is not None
        return found

    async def work(self, by: StaffId, draft: Draft, command: c.OnDraft, id: str = "") -> Draft:
        await self.drafting.work(fresh(id), draft, command, self.stamp(by), nothing)
        return await self.draft(draft.draft_id)

    async def written(self, draft: Draft, by: StaffId = ANNA, **changes: Any) -> Draft:
        guide = replace(draft.guide, **changes)
        return await self.work(by, draft, c.WriteDraft(revision=rev(draft), guide=guide))

    async def submitted(self, draft: Draft) -> Draft:
        return await self.work(ANNA, draft, c.SubmitDraft(revision=rev(draft), words="请看"))

    async def published(
        self, draft: Draft, by: StaffId = BEN, valid_from: date = TODAY, over: int | None = None
    ) -> Draft:
        command = c.PublishDraft(revision=rev(draft), valid_from=valid_from, over=over)
        return await self.work(by, draft, command)

    async def change(self, command: c.OnVersion, id: str = "") -> None:
        await self.drafting.change(fresh(id), SERVICE, command, self.stamp(BEN), nothing)

    async def in_force(self, day: date = TODAY) -> Guide | None:
        await self.catalogues.refresh(TODAY - DAY)
        return self.catalogues.of(HALL_ID).guides_on(day).get(SERVICE)

    async def versions(self) -> list[int]:
        return [row.version for row in await self.drafts.versions(HALL_ID, SERVICE)]


def rev(draft: Draft) -> int:
    return draft.standing.revision


def fresh(id: str) -> CommandId:
    return CommandId(id or f"c{next(_ids)}")


async def nothing(_connection: Any, _versions: Versions | None) -> None:
    """No record beside the change."""


def said(words: str) -> Text:
    return Text(zh=words, en=words)


@pytest.fixture
async def desk(database: Database) -> Desk:
    found = Desk(database)
    entry = Entered(valid_from=TODAY - 30 * DAY, place=7, author="chief")
    await found.catalogues.put_service(HALL_ID, GUIDE, entry)
    return found


async def test_draft_that_somebody_else_publishes_is_the_next_version__DR2(desk: Desk) -> None:
    draft = await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    with pytest.raises(ContentRefusal, match="own_draft"):
        await desk.published(draft, by=ANNA)
    assert await desk.in_force() == GUIDE
    draft = await desk.published(draft, valid_from=TODAY + DAY)
    assert draft.standing.state is DraftState.PUBLISHED
    assert await desk.in_force() == GUIDE
    new = replace(GUIDE, fee=said("十元"))
    assert await desk.in_force(TODAY + DAY) == new
    (row, _) = await desk.drafts.versions(HALL_ID, SERVICE)
    assert (row.version, row.valid_from, row.author) == (2, TODAY + DAY, ANNA)
    deeds = await desk.drafts.deeds(HALL_ID, SERVICE, draft.draft_id)
    assert [(one.deed, one.author, one.words, one.version) for one in reversed(deeds)] == [
        (Deed.BEGIN, ANNA, "", None),
        (Deed.WRITE, ANNA, "", None),
        (Deed.SUBMIT, ANNA, "请看", None),
        (Deed.PUBLISH, BEN, "", 2),
    ]


async def test_repeat_of_a_command_has_one_effect__I7(desk: Desk) -> None:
    draft = await desk.begin(id="b")
    assert await desk.begin(id="b") == draft
    draft = await desk.submitted(await desk.written(draft, fee=said("十元")))
    publish = c.PublishDraft(revision=rev(draft), valid_from=TODAY)
    once = await desk.work(BEN, draft, publish, id="p")
    assert await desk.work(BEN, draft, publish, id="p") == once
    assert await desk.versions() == [2, 1]
    with pytest.raises(IdInUseError):
        await desk.work(BEN, draft, replace(publish, valid_from=TODAY + DAY), id="p")
    with pytest.raises(IdInUseError):
        await desk.begin(BEN, id="b")


async def test_of_two_who_write_at_once_one_is_told_and_nothing_is_lost__DR1(desk: Desk) -> None:
    draft = await desk.begin()
    told = await asyncio.gather(
        desk.written(draft, fee=said("甲")),
        desk.written(draft, BEN, fee=said("乙")),
        return_exceptions=True,
    )
    (refused,) = (one for one in told if isinstance(one, ContentRefusal))
    (kept,) = (one for one in told if isinstance(one, Draft))
    assert refused.code == "draft_changed"
    assert await desk.draft(draft.draft_id) == kept


async def test_a_guide_has_one_draft_at_a_time__DR1(desk: Desk) -> None:
    draft = await desk.begin()
    with pytest.raises(ContentRefusal, match="draft_open"):
        await desk.begin(BEN)
    await desk.work(ANNA, draft, c.DiscardDraft(revision=1))
    again = await desk.begin(BEN)
    assert again.guide == GUIDE
    (row,) = await desk.drafts.guides(HALL_ID, TODAY)
    assert (row.service_id, row.version, row.draft_id) == (SERVICE, 1, again.draft_id)


async def test_draft_with_a_fault_or_without_a_change_is_not_reviewed__DR4(desk: Desk) -> None:
    draft = await desk.begin()
    with pytest.raises(ContentRefusal, match="nothing_changed"):
        await desk.submitted(draft)
    draft = await desk.written(draft, audience=())
    with pytest.raises(ContentRefusal, match="guide_too_large"):
        await desk.written(draft, steps=(said("去"),) * 241)
    with pytest.raises(ContentRefusal, match="guide_faulty"):
        await desk.submitted(draft)


async def test_draft_that_is_sent_back_says_why_and_is_written_on__DR1(desk: Desk) -> None:
    draft = await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    back = c.SendBackDraft(revision=rev(draft), words="请写币种")
    draft = await desk.work(BEN, draft, back)
    assert draft.standing.state is DraftState.SENT_BACK
    (deed, *_) = await desk.drafts.deeds(HALL_ID, SERVICE, draft.draft_id)
    assert deed.words == "请写币种"
    draft = await desk.written(draft, fee=said("十元人民币"))
    assert (await desk.submitted(draft)).standing.state is DraftState.IN_REVIEW


async def test_number_and_department_s_name_are_not_written__DR1(desk: Desk) -> None:
    draft = await desk.written(
        await desk.begin(), service_id=ServiceId("XX-01"), department=said("自称")
    )
    assert draft.guide == GUIDE


async def test_question_answered_meanwhile_stays_when_the_draft_is_published__DR5(
    desk: Desk,
) -> None:
    draft = await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    question = Question(asked=said("可以代办吗"), answer=said("可以"))
    entry = Entered(valid_from=TODAY, author="clerk")
    async with desk.drafts.hold(HALL_ID, SERVICE) as held:
        await desk.catalogues.add_question(held.connection, HALL_ID, SERVICE, question, entry)
    await desk.published(draft)
    questions = (*GUIDE.questions, question)
    assert await desk.in_force() == replace(GUIDE, fee=said("十元"), questions=questions)


async def test_newer_version_is_not_written_over_unseen__DR5(desk: Desk) -> None:
    draft = await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    imported = replace(GUIDE, hours=said("全天"))
    entry = Entered(valid_from=TODAY, place=7, author="import")
    await desk.catalogues.put_service(HALL_ID, imported, entry)
    with pytest.raises(ContentRefusal, match="base_outdated"):
        await desk.published(draft)
    with pytest.raises(ContentRefusal, match="base_outdated"):
        await desk.published(draft, over=1)
    await desk.published(draft, over=2)
    assert await desk.in_force() == replace(imported, fee=said("十元"))


async def test_where_both_changed_the_same_the_draft_is_written_on_first__DR5(desk: Desk) -> None:
    draft = await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    imported = replace(GUIDE, fee=said("五元"), hours=said("全天"))
    entry = Entered(valid_from=TODAY, place=7, author="import")
    await desk.catalogues.put_service(HALL_ID, imported, entry)
    with pytest.raises(ContentRefusal, match="base_conflict"):
        await desk.published(draft, over=2)
    draft = await desk.work(ANNA, draft, c.FollowNewest(revision=rev(draft)))
    assert (draft.standing.state, draft.base_version) == (DraftState.DRAFT, 2)
    assert draft.guide == replace(imported, fee=said("十元"))
    await desk.published(await desk.submitted(draft))
    assert await desk.in_force() == draft.guide


async def test_what_an_earlier_version_said_counts_again__DR6(desk: Desk) -> None:
    await desk.published(
        await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    )
    back = c.TakeBack(version=1, after=2, valid_from=TODAY, words="写错了")
    with pytest.raises(ContentRefusal, match="base_outdated"):
        await desk.change(replace(back, after=1))
    with pytest.raises(ContentRefusal, match="unknown_version"):
        await desk.change(replace(back, version=9))
    with pytest.raises(ContentRefusal, match="nothing_changed"):
        await desk.change(replace(back, version=2))
    await desk.change(back, id="t")
    await desk.change(back, id="t")
    assert await desk.versions() == [3, 2, 1]
    assert await desk.in_force() == GUIDE


async def test_version_to_come_is_called_off__DR6(desk: Desk) -> None:
    draft = await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    await desk.published(draft, valid_from=TODAY + 9 * DAY)
    draft = await desk.submitted(await desk.written(await desk.begin(), hours=said("全天")))
    with pytest.raises(ContentRefusal, match="day_before_newest"):
        await desk.published(draft)
    await desk.change(c.CallOff(version=2, words="不改了"))
    assert await desk.in_force(TODAY + 9 * DAY) == GUIDE
    with pytest.raises(ContentRefusal, match="not_to_come"):
        await desk.change(c.CallOff(version=1, words="不改了"))
    # What the draft took over from the version called off goes with it.
    await desk.published(draft, over=1)
    assert await desk.in_force() == replace(GUIDE, hours=said("全天"))
    rows = await desk.drafts.versions(HALL_ID, SERVICE)
    assert [(row.version, row.is_called_off) for row in rows] == [(3, False), (2, True), (1, False)]


async def test_any_version_to_come_is_called_off_in_any_order__DR6(desk: Desk) -> None:
    for n, day in enumerate((TODAY + 9 * DAY, TODAY + 12 * DAY)):
        draft = await desk.written(await desk.begin(), fee=said(f"{n}元"))
        await desk.published(await desk.submitted(draft), valid_from=day)
    await desk.change(c.CallOff(version=2, words="不改了"))
    assert await desk.in_force(TODAY + 10 * DAY) == GUIDE
    for version in (2, 9):
        with pytest.raises(ContentRefusal, match="unknown_version"):
            await desk.change(c.CallOff(version=version, words="不改了"))
    await desk.change(c.CallOff(version=3, words="不改了"))
    assert await desk.in_force(TODAY + 99 * DAY) == GUIDE
    # Whoever withdraws it then has withdrawn it for good.
    await desk.change(c.WithdrawGuide(after=1, valid_from=TODAY, words="不再办理"))
    assert await desk.in_force(TODAY + 99 * DAY) is None


async def test_version_that_never_counted_is_not_taken_back__DR2(desk: Desk) -> None:
    draft = await desk.submitted(await desk.written(await desk.begin(), fee=said("十元")))
    await desk.published(draft, valid_from=TODAY + 9 * DAY)
    back = c.TakeBack(version=2, after=2, valid_from=TODAY + 9 * DAY, words="恢复")
    with pytest.raises(ContentRefusal, match="unknown_version"):
        await desk.change(back)
    await desk.change(c.CallOff(version=2, words="不改了"))
    with pytest.raises(ContentRefusal, match="unknown_version"):
        await desk.change(replace(back, after=1, valid_from=TODAY))
    assert await desk.versions() == [2, 1]


async def test_service_that_is_withdrawn_may_come_back__DR6(desk: Desk) -> None:
    await desk.change(c.WithdrawGuide(after=1, valid_from=TODAY, words="不再办理"))
    assert await desk.in_force() is None
    with pytest.raises(ContentRefusal, match="not_offered"):
        await desk.begin()
    await desk.change(c.TakeBack(version=1, after=2, valid_from=TODAY, words="恢复"))
    assert await desk.in_force() == GUIDE


async def test_new_service_is_offered_once_it_is_published__DR1(desk: Desk) -> None:
    command = c.BeginGuide(service_id=ServiceId("NEW-1"), department_id=GUIDE.department_id)
    stamp = desk.stamp(ANNA)
    draft_id = await desk.drafting.begin(fresh(""), command, stamp, nothing)
    draft = await desk.draft(draft_id)
    assert draft.guide.department == GUIDE.department
    there = replace(command, service_id=SERVICE)
    with pytest.raises(ContentRefusal, match="service_there"):
        await desk.drafting.begin(fresh(""), there, stamp, nothing)
    nobodys = replace(command, service_id=ServiceId("NEW-2"), department_id=DepartmentId("XX"))
    with pytest.raises(ContentRefusal, match="unknown_department"):
        await desk.drafting.begin(fresh(""), nobodys, stamp, nothing)
    with pytest.raises(ContentRefusal, match="guide_faulty"):
        await desk.submitted(draft)
    whole = replace(GUIDE, name=said("新事项"), questions=())
    draft = await desk.work(ANNA, draft, c.WriteDraft(revision=1, guide=whole))
    await desk.published(await desk.submitted(draft))
    await desk.catalogues.refresh(TODAY)
    found = desk.catalogues.of(HALL_ID)
    assert list(found.guides_on(TODAY)) == [SERVICE, "NEW-1"]  # the new one stands last


async def test_guide_is_whose_it_is_and_is_to_be_and_nobody_s_by_a_version_called_off__DR2(
    desk: Desk,
) -> None:
    other, own = DepartmentId("ZZ"), GUIDE.department_id

    async def whose(day: date) -> tuple[DepartmentId, ...]:
        (row,) = await desk.drafts.guides(HALL_ID, day)
        found = await desk.drafts.departments(HALL_ID, SERVICE, day)
        assert set(found) == {row.department_id, row.department_now} - {None}
        return found

    guide = replace(GUIDE, department_id=other)
    entry = Entered(valid_from=TODAY + DAY, place=7, author="chief")
    await desk.catalogues.put_service(HALL_ID, guide, entry)
    assert [await whose(TODAY), await whose(TODAY + DAY)] == [(own, other), (other, other)]
    await desk.change(c.CallOff(version=2, words="不划转"))
    assert await whose(TODAY + DAY) == (own, own)
    await desk.catalogues.withdraw_service(HALL_ID, SERVICE, entry)
    assert await whose(TODAY + DAY) == (own, own)
