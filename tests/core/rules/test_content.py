"""Who does what with a draft, and from when a version counts."""

from datetime import date, timedelta

import pytest

from backend.core.ids import StaffId
from backend.core.rules.content import (
    DEEDS,
    ContentRefusal,
    ContentRefusalCode,
    Deed,
    DraftState,
    Standing,
    after_deed,
    may_count_from,
)

AUTHOR, OTHER = StaffId("author"), StaffId("other")
TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)

TABLE = {
    # draft, in_review, sent_back, published, discarded
    Deed.WRITE: "draft - draft - -",
    Deed.SUBMIT: "in_review - in_review - -",
    Deed.RECALL: "- draft - - -",
    Deed.SEND_BACK: "- sent_back - - -",
    Deed.FOLLOW: "draft draft draft - -",
    Deed.PUBLISH: "- published - - -",
    Deed.DISCARD: "discarded - discarded - -",
}
CELLS = [
    (deed, state, cell)
    for deed, row in TABLE.items()
    for state, cell in zip(DraftState, row.split(), strict=True)
]


def standing(state: DraftState, *writers: StaffId) -> Standing:
    return Standing(state=state, revision=3, writers=writers or (AUTHOR,))


@pytest.mark.parametrize(("deed", "state", "cell"), CELLS)
def test_every_deed_in_every_state__DR1(deed: Deed, state: DraftState, cell: str) -> None:
    if cell == "-":
        with pytest.raises(ContentRefusal, match=f"draft_{state}"):
            after_deed(standing(state), deed, OTHER, 3)
        return
    found = after_deed(standing(state), deed, OTHER, 3)
    assert (found.state, found.revision) == (DraftState(cell), 4)


def test_table_has_every_deed_on_a_draft__DR1() -> None:
    assert set(TABLE) == set(DEEDS)


@pytest.mark.parametrize("deed", DEEDS)
def test_draft_that_somebody_changed_meanwhile_is_left__DR1(deed: Deed) -> None:
    state = next(iter(DEEDS[deed][0]))
    with pytest.raises(ContentRefusal, match="draft_changed"):
        after_deed(standing(state), deed, OTHER, 2)


@pytest.mark.parametrize("deed", [Deed.PUBLISH, Deed.SEND_BACK])
@pytest.mark.parametrize("writers", [(AUTHOR,), (OTHER, AUTHOR)])
def test_who_wrote_on_it_does_not_review_it__DR2(deed: Deed, writers: tuple[StaffId, ...]) -> None:
    with pytest.raises(ContentRefusal, match="own_draft"):
        after_deed(standing(DraftState.IN_REVIEW, *writers), deed, AUTHOR, 3)


def test_whoever_writes_on_it_is_one_of_its_writers__DR2() -> None:
    for deed, state in ((Deed.WRITE, DraftState.DRAFT), (Deed.FOLLOW, DraftState.IN_REVIEW)):
        found = after_deed(standing(state), deed, OTHER, 3)
        assert found.writers == (AUTHOR, OTHER)
        assert after_deed(found, Deed.SUBMIT, OTHER, 4).writers == (AUTHOR, OTHER)


@pytest.mark.parametrize(
    ("valid_from", "newest_from", "code"),
    [
        (TODAY, None, None),
        (TODAY, TODAY - DAY, None),
        (TODAY + 2 * DAY, TODAY + 2 * DAY, None),
        (TODAY + 366 * DAY, None, None),
        (TODAY + 367 * DAY, None, ContentRefusalCode.DAY_TOO_FAR),
        (date.max, None, ContentRefusalCode.DAY_TOO_FAR),
        (TODAY - DAY, None, ContentRefusalCode.DAY_PAST),
        (TODAY + DAY, TODAY + 2 * DAY, ContentRefusalCode.DAY_BEFORE_NEWEST),
    ],
)
def test_version_counts_from_today_and_the_newest_one_on__DR3(
    valid_from: date, newest_from: date | None, code: ContentRefusalCode | None
) -> None:
    if code is None:
        may_count_from(valid_from, TODAY, newest_from)
        return
    with pytest.raises(ContentRefusal, match=code):
        may_count_from(valid_from, TODAY, newest_from)
