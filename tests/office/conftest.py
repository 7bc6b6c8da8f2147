"""One real hall for all tests of what outlives a day."""

from collections.abc import Iterator

import pytest

from tests.hall import Hall, running_hall


@pytest.fixture(scope="package")
def hall() -> Iterator[Hall]:
    with running_hall(workers=2) as found:
        yield found
