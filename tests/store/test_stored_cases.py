"""What is stored of cases is for ever: `golden_cases/<tag>.json` has a commit for each event.

As in `test_stored_form.py`: a new event gets a new file, a file that exists stays.
"""

from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from backend.core.cases import commands as c
from backend.core.cases.events import CaseEvent
from backend.core.cases.refusals import CaseRefusalCode
from backend.core.cases.words import CaseState, OfficeLimit, Promise
from backend.core.ids import CommandId
from backend.store.cases import CaseCommit
from tests.support.cases import (
    ALL,
    ARCHIVES,
    DELIVER,
    FORM,
    GRANT,
    LI,
    MONDAY,
    NOTIFY,
    PHOTO,
    PROOF,
    SUSPEND,
    WITHDRAW,
    CaseWorld,
    case_in,
    noon,
)

GOLDEN = Path(__file__).parent / "golden_cases"
decode = msgspec.json.Decoder(CaseCommit).decode


def lives() -> list[CaseEvent]:
    """Of two cases, which live through every event."""
    world = CaseWorld()
    promised = (Promise(material_id=PROOF, by_day=MONDAY),)
    world.do(c.ReceiveForms(handed_in=(FORM,), promised=promised))
    world.do(c.AskCorrection(materials=(PHOTO,)), c.SupplyMaterials(handed_in=ALL))
    world.do(c.AcceptCase(), c.HandOver(department_id=ARCHIVES, reason="theirs"))
    world.do(c.StartProcess())
    world.do(c.AskOffices(offices=(OfficeLimit(department_id=ARCHIVES, limit_days=2),)))
    world.do(SUSPEND)
    world.later(2).do(c.ResumeCase())
    world.do(c.AnswerForOffice(department_id=ARCHIVES, agrees=True), GRANT, NOTIFY, DELIVER)
    world.do(c.CloseCase())
    other = case_in(CaseState.DRAFT)
    other.do(WITHDRAW)
    return [*world.events, *other.events]


def commit(event: CaseEvent) -> CaseCommit:
    return CaseCommit(
        id=CommandId("0194-golden"),
        by=LI,
        at=noon(MONDAY),
        mark="9f86d081884c7d65",
        events=(event,),
    )


SAMPLES = {str(event.__struct_config__.tag): commit(event) for event in lives()}
SAMPLES["refused"] = CaseCommit(
    id=CommandId("0194-golden"),
    by=LI,
    at=noon(MONDAY),
    mark="9f86d081884c7d65",
    refused=CaseRefusalCode.MATERIALS_MISSING,
)
_world = CaseWorld()
_world.stamp = replace(_world.stamp, replaceable=frozenset({PHOTO}))
_world.do(c.ReceiveForms(handed_in=(FORM,), by_facts=(PHOTO,)))
SAMPLES["forms_by_facts"] = commit(_world.events[-1])
_world.do(c.AskCorrection(materials=(PHOTO, PROOF)), c.SupplyMaterials(by_facts=(PHOTO,)))
SAMPLES["supplied_by_facts"] = commit(_world.events[-1])


def test_there_is_a_sample_of_every_event() -> None:
    tags = {str(event.__struct_config__.tag) for event in CaseEvent.__args__}
    assert set(SAMPLES) == tags | {"forms_by_facts", "supplied_by_facts", "refused"}


@pytest.mark.parametrize("tag", SAMPLES)
def test_commit_of_a_case_is_stored_as_ever(tag: str) -> None:
    stored = (GOLDEN / f"{tag}.json").read_bytes().rstrip(b"\n")
    assert msgspec.json.encode(SAMPLES[tag]) == stored
    assert decode(stored) == SAMPLES[tag]


def test_every_file_of_a_case_that_was_ever_stored_decodes() -> None:
    for path in GOLDEN.glob("*.json"):
        assert decode(path.read_bytes())
