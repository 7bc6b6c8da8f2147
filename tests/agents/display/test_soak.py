"""A short soak: no call is lost, memory does not run away; `make soak-voice` is the long one."""

from pathlib import Path

from tests.agents.display.soak import soak


async def test_few_minutes_of_a_day_lose_no_call_and_hold_memory(tmp_path: Path) -> None:
    found = await soak(tmp_path, calls=60, rate=20)
    print(found.words())
    assert found.reported == found.calls == 60
    assert 0 < found.spoken < 60, "some are stale, some nobody awaits"
    assert found.growth < 1.0
