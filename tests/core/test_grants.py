"""A right is role × hall × department × queue: what one grant gives, another does not (I18)."""

import pytest

from backend.core import commands as c
from backend.core.access import Family, Reading, Writing, departments_with, is_granted
from backend.core.commands import Command
from backend.core.grants import Grant, grants_in, is_sensible, may_give
from backend.core.ids import HallId, TicketId
from backend.core.scope import acting_role, may_see
from backend.core.stamp import Role
from tests.support.plans import W1, W2, A, B
from tests.support.world import World

HALL = HallId("main")
HR, PO = "HR", "PO"
AUDITOR = Grant(role=Role.AUDITOR, hall_id=HALL)
OF_ALL_HALLS = Grant(role=Role.SUPERVISOR)
AT_HR = Grant(role=Role.STATISTICS_VIEWER, hall_id=HALL, department_id=HR)
AT_PO = Grant(role=Role.STATISTICS_VIEWER, hall_id=HALL, department_id=PO)
CLERK = Grant(role=Role.CLERK, hall_id=HALL)
EDITOR = Grant(role=Role.CONTENT_EDITOR, hall_id=HALL)
CLERK_OF_A = Grant(role=Role.CLERK, hall_id=HALL, queue_id="A")
CLERK_OF_B = Grant(role=Role.CLERK, hall_id=HALL, queue_id="B")


def test_grant_counts_in_its_hall_alone__I18() -> None:
    grants = (AUDITOR, OF_ALL_HALLS)
    assert grants_in(grants, HALL) == grants
    assert grants_in(grants, HallId("other")) == (OF_ALL_HALLS,)
    assert grants_in((), HALL) == ()


def test_right_of_a_department_is_not_one_to_the_hall_or_to_another__I18() -> None:
    assert is_granted((AT_HR,), Reading.FORECAST, department_id=HR)
    assert not is_granted((AT_HR,), Reading.FORECAST, department_id=PO)
    assert not is_granted((AT_HR,), Reading.FORECAST)
    assert not is_granted((AT_HR,), Reading.PLANS, department_id=HR)
    assert not is_granted((AT_HR,), Writing.PLAN, department_id=HR)
    assert is_granted((AUDITOR,), Reading.PLANS, department_id=PO)


def test_right_of_a_queue_is_not_one_to_a_department__I18() -> None:
    assert is_granted((CLERK_OF_A,), Reading.WHY, queue_id="A")
    assert not is_granted((CLERK_OF_A,), Reading.WHY, queue_id="B")
    assert not is_granted((CLERK_OF_A,), Reading.WHY, department_id=HR)
    assert not is_granted((CLERK_OF_A,), Reading.WHY)


@pytest.mark.parametrize(
    ("grants", "found"),
    [
        ((), frozenset()),
        ((AUDITOR,), frozenset()),
        ((AT_HR,), {HR}),
        ((AT_HR, AT_PO, AUDITOR), {HR, PO}),
        ((AT_HR, OF_ALL_HALLS), None),
    ],
)
def test_departments_with_a_right_are_those_granted__I18(
    grants: tuple[Grant, ...], found: frozenset[str] | None
) -> None:
    assert departments_with(grants, Reading.FORECAST) == found


def test_queue_gives_no_department__I18() -> None:
    assert departments_with((CLERK_OF_A,), Reading.WHY) == frozenset()
    assert departments_with((CLERK_OF_A, CLERK), Reading.WHY) is None


@pytest.mark.parametrize(
    ("grant", "is_so"),
    [
        (CLERK, True),
        (CLERK_OF_A, True),
        (AT_HR, True),
        (Grant(role=Role.ADMINISTRATOR), True),
        (Grant(role=Role.SUPERVISOR, hall_id=HALL, queue_id="A"), False),
        (Grant(role=Role.SUPERVISOR, hall_id=HALL, department_id=HR), False),
        (Grant(role=Role.CLERK, queue_id="A"), False),  # of which hall?
        (Grant(role=Role.DEPARTMENT_MANAGER, department_id=HR), False),
        (Grant(role=Role.VISITOR), False),
        (Grant(role=Role.DEVICE), False),
        (Grant(role=Role.SYSTEM), False),
    ],
)
def test_limit_that_means_nothing_for_a_role_is_no_grant__I18(grant: Grant, is_so: bool) -> None:
    assert is_sensible(grant) is is_so


def test_nobody_gives_more_than_the_halls_they_administer__I18() -> None:
    here, everywhere = Grant(role=Role.ADMINISTRATOR, hall_id=HALL), Grant(role=Role.ADMINISTRATOR)
    assert may_give((here,), CLERK)
    assert may_give((here,), here)
    assert not may_give((here,), everywhere)
    assert not may_give((here,), Grant(role=Role.CLERK, hall_id="other"))
    assert may_give((everywhere,), Grant(role=Role.CLERK, hall_id="other"))
    assert may_give((everywhere,), everywhere)
    assert not may_give((OF_ALL_HALLS, CLERK), CLERK)


@pytest.fixture(scope="module")
def world() -> World:
    """W1 serves queue A, W2 also B; both are open."""
    return World().open(W1, W2)


@pytest.mark.parametrize(
    ("grants", "command", "role"),
    [
        ((CLERK,), c.CallNext(counter_id=W2), Role.CLERK),
        ((CLERK_OF_A,), c.CallNext(counter_id=W1), Role.CLERK),
        ((CLERK_OF_A,), c.CallNext(counter_id=W2), None),
        ((CLERK_OF_B,), c.OpenCounter(counter_id=W2), None),
        ((CLERK_OF_A, CLERK_OF_B), c.CallNext(counter_id=W2), Role.CLERK),
        ((CLERK_OF_A, CLERK), c.CallNext(counter_id=W2), Role.CLERK),
        ((CLERK_OF_A,), c.CallNext(counter_id="nowhere"), Role.CLERK),  # its rule refuses
        ((CLERK_OF_A,), c.AcknowledgeAlert(alert_id="AL-1"), Role.CLERK),
        ((CLERK_OF_A, OF_ALL_HALLS), c.CallNext(counter_id=W2), Role.SUPERVISOR),
        ((CLERK, EDITOR), c.PostNotice(notice_id="N", zh="z", en="e"), Role.CONTENT_EDITOR),
        ((CLERK, EDITOR), c.OpenDay(), None),
        ((AT_HR,), c.CallNext(counter_id=W1), None),
        (
            (Grant(role=Role.CLERK, hall_id=HALL, department_id=HR),),
            c.CallNext(counter_id=W2),
            Role.CLERK,
        ),
    ],
)
def test_command_is_given_in_the_first_role_that_may__I18(
    world: World, grants: tuple[Grant, ...], command: Command, role: Role | None
) -> None:
    assert acting_role(grants, None, world.day, command) is role


def test_clerk_of_a_queue_touches_no_ticket_of_another_unless_it_was_sent_there__I18() -> None:
    world = World().open(W1, W2)
    mine, other = world.take(A), world.take(B)

    def may(ticket_id: TicketId) -> bool:
        command = c.CancelTicket(ticket_id=ticket_id, reason="left")
        return acting_role((CLERK_OF_A,), None, world.day, command) is Role.CLERK

    assert may(mine)
    assert not may(other)
    world.call(W2)
    at_w2 = world.counter(W2).ticket_id
    assert at_w2 is not None
    world.do(c.StartServing(counter_id=W2))
    world.do(c.TransferTicket(counter_id=W2, to_counter_id=W1, reason="knows more"))
    assert may(at_w2)


@pytest.mark.parametrize(
    ("grants", "topic", "may"),
    [
        ((CLERK,), "counter:W2", True),
        ((CLERK_OF_A,), "counter:W1", True),
        ((CLERK_OF_A,), "counter:W2", False),
        ((CLERK_OF_A, OF_ALL_HALLS), "counter:W2", True),
        ((CLERK_OF_A,), "alerts", True),
        ((CLERK_OF_A,), "board:Z1", True),
        ((AUDITOR,), "ops", False),
        ((AUDITOR, OF_ALL_HALLS), "ops", True),
    ],
)
def test_counter_of_other_queues_is_not_watched__I18(
    world: World, grants: tuple[Grant, ...], topic: str, *, may: bool
) -> None:
    family = Family(topic.partition(":")[0])
    assert may_see(grants, None, world.day, family, topic) is may
