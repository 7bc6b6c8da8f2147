"""Words rendered once for all tests."""

import asyncio
from pathlib import Path

import pytest

from display_agent import clips
from display_agent.espeak import Espeak
from display_agent.shelf import Shelf


@pytest.fixture(scope="session")
def clip_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The whole vocabulary as espeak says it."""
    folder = tmp_path_factory.mktemp("clips")

    async def prepare() -> int:
        espeak = Espeak()
        missing = await clips.prepare(Shelf(folder, ".wav"), espeak)
        await espeak.close()
        return missing

    assert asyncio.run(prepare()) == 0
    return folder
