"""One real hall for all tests of the web side."""

from collections.abc import Iterator

import pytest

from tests.hall import Hall, running_hall


@pytest.fixture(scope="package")
def hall() -> Iterator[Hall]:
    with running_hall() as found:
        yield found
