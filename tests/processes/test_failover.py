"""A primary killed under load, with sentinels and in a cluster: nothing acknowledged is lost.

The long version is `make bench-failover`.
"""

from tests.hall import HALL_ID, running_hall
from tests.processes.failover import Kills, lost
from tests.processes.history import check, history_of
from tests.processes.load import Load, working
from tests.support.topologies import Group, cluster, sentinels

RECOVERY_S = 20.0
DAYS_KEY = f"{{{HALL_ID}}}:days"


async def survive(group: Group, *kills: bool) -> None:
    """Kill the primary of the hall under load, with its replicas cut off before where so said."""
    with running_hall(workers=2, REDIS_URL=group.url, REDIS_REPLICAS="1") as hall:
        load = Load(hall, hall.cookie("supervisor"))
        killing = Kills(group, load, lambda: group.primary(DAYS_KEY))
        async with history_of(hall) as history:
            async with working(load, kiosks=8, every_s=0.1, screens=6):
                for is_cut_off in kills:
                    await load.until_all_are_served(RECOVERY_S)
                    await killing.kill(is_cut_off=is_cut_off)
                await load.until_screens_agree(RECOVERY_S)
            entries = await history.streamed()
            assert not lost(entries, load)
            check(entries, load.answers)
            await history.until_archived(RECOVERY_S)
        assert "redis_may_lose" not in (hall.home / "logs" / "recorder.log").read_text()
        outages = ", ".join(f"{outage_s:.1f}" for outage_s in killing.outages_s)
        print(f"{len(load.answers)} answers, none lost; away for {outages} s")


async def test_primary_killed_under_sentinels_loses_nothing_acknowledged__I1_I7_I8_I10() -> None:
    with sentinels() as group:
        await survive(group, False, True)


async def test_primary_of_a_cluster_killed_loses_nothing_acknowledged__I1_I7_I8_I10() -> None:
    with cluster() as group:
        await survive(group, True)
