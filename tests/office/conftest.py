"""One real hall for all tests of what outlives a day."""

from collections.abc import Iterator

import pytest

from tests.hall import Hall, running_hall
from tests.support.language_model import KEY, ModelServer, running_model


@pytest.fixture(scope="package")
def model() -> Iterator[ModelServer]:
    """A language model that has nothing to say: the assistant answers in the guides' own words."""
    with running_model() as found:
        yield found


@pytest.fixture(scope="package")
def hall(model: ModelServer, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Hall]:
    key = tmp_path_factory.mktemp("model") / "key"
    key.write_text(f"{KEY}\n")
    with running_hall(
        workers=2,
        MODEL_URL=model.url,
        MODEL_NAME="small",
        MODEL_KEY_FILE=str(key),
        MODEL_TIMEOUT="6",
    ) as found:
        yield found
