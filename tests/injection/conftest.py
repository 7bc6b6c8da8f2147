"""One hall, which tells every command's way in its log and believes this machine to be a proxy."""

from collections.abc import Iterator

import pytest

from tests.hall import Hall, running_hall
from tests.injection.sender import Sender


@pytest.fixture(scope="package")
def hall() -> Iterator[Hall]:
    with running_hall(YIZHAN_LOG_LEVEL="debug", TRUSTED_PROXIES="127.0.0.1") as found:
        yield found


@pytest.fixture(scope="package")
def sender(hall: Hall) -> Sender:
    found = Sender(hall)
    command = {"type": "open_counter", "counter_id": "W02"}
    order = {"type": "do", "id": "hostile-open", "command": command}
    assert found.send("w02", "POST", "/api/halls/main/commands", order).status == 200
    return found
