"""Guides as they are stored."""

from datetime import date

import pytest
from msgspec.structs import replace

from backend.demo.catalogue import demo_catalogue
from backend.store.catalogue import Catalogues, Entered, FaultyGuideError
from backend.store.database import Database
from tests.hall import HALL_ID

DAY = date(2026, 11, 23)
GUIDE = next(guide for guide in demo_catalogue().guides if guide.questionnaire)


async def test_guide_whose_questions_lead_nowhere_is_not_stored__GD2(database: Database) -> None:
    catalogues = Catalogues(database)
    entry = Entered(valid_from=DAY, author="editor")
    first, *others = GUIDE.questionnaire
    with pytest.raises(FaultyGuideError) as raised:
        await catalogues.put_service(HALL_ID, replace(GUIDE, questionnaire=(first,)), entry)
    assert others
    assert "which is not there" in raised.value.faults[0]
    await catalogues.refresh(DAY)
    assert catalogues.of(HALL_ID).guides_on(DAY) == {}
    await catalogues.put_service(HALL_ID, GUIDE, entry)
    await catalogues.refresh(DAY)
    known = catalogues.of(HALL_ID)
    assert known.guides_on(DAY) == {GUIDE.service_id: GUIDE}
    assert known.guide_since(GUIDE.service_id, DAY) == DAY
    assert known.guide_since(GUIDE.service_id, date(2026, 11, 22)) is None
