from datetime import UTC, date, datetime, timedelta

from backend.core.plan import RuleNumbers
from backend.core.rules.no_shows import is_no_show, may_book_again_on

RULES = RuleNumbers()
LAST = date(2026, 11, 20)
DAY = timedelta(days=1)


def days(*ago: int) -> list[date]:
    """So many days before LAST."""
    return [LAST - n * DAY for n in ago]


def test_third_no_show_in_thirty_days_blocks_for_seven__AP3() -> None:
    missed = days(20, 10, 0)
    assert may_book_again_on(missed, RULES, LAST) == LAST + 8 * DAY
    assert may_book_again_on(missed, RULES, LAST + 7 * DAY) == LAST + 8 * DAY
    assert may_book_again_on(missed, RULES, LAST + 8 * DAY) is None


def test_no_shows_far_apart_or_few_block_nobody__AP3() -> None:
    assert may_book_again_on([], RULES, LAST) is None
    assert may_book_again_on(days(5, 0), RULES, LAST) is None
    assert may_book_again_on(days(30, 10, 0), RULES, LAST) is None
    assert may_book_again_on(days(29, 10, 0), RULES, LAST) is not None


def test_second_block_within_a_year_is_thirty_days__AP3() -> None:
    first = days(104, 102, 100)
    assert may_book_again_on([*first, *days(4, 2, 0)], RULES, LAST) == LAST + 31 * DAY
    long_ago = [day - 300 * DAY for day in first]
    assert may_book_again_on([*long_ago, *days(4, 2, 0)], RULES, LAST) == LAST + 8 * DAY


def test_no_shows_that_blocked_are_used_up__AP3() -> None:
    assert may_book_again_on(days(12, 11, 10, 1), RULES, LAST) is None


def test_hall_sets_its_own_numbers__AP3() -> None:
    strict = RuleNumbers(no_shows_max=1, no_show_days=14, no_show_again_days=90)
    assert may_book_again_on(days(0), strict, LAST) == LAST + 15 * DAY
    assert may_book_again_on(days(40, 0), strict, LAST) == LAST + 91 * DAY


def test_who_found_the_hall_closed_did_not_miss_the_slot__AP3() -> None:
    slot_at = datetime(2026, 11, 23, 8, tzinfo=UTC)
    late = timedelta(seconds=RULES.check_in_late_s)
    assert is_no_show(slot_at, slot_at + late + timedelta(seconds=1), RULES)
    assert not is_no_show(slot_at, slot_at + late, RULES)
