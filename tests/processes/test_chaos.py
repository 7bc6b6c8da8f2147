"""A seed of `make chaos`, and those that once failed."""

import pytest

from tests.hall import running_hall
from tests.processes.chaos import live


@pytest.mark.parametrize("seed", ["0"])
async def test_clients_on_a_bad_network_agree_with_the_stream__I1_I7_I10(seed: str) -> None:
    with running_hall(workers=2) as hall:
        print(f"seed {seed}: {await live(hall, hall.cookie('supervisor'), seed)}")
