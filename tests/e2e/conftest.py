import os
import shutil
import subprocess
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
from playwright.async_api import Browser, async_playwright

from tests.hall import ROOT, Hall, running_hall

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    """The browser to drive, installed without root when the machine has none."""
    found = os.environ.get("YIZHAN_CHROMIUM") or shutil.which("chromium")
    if found:
        return found
    command = ["node", str(ROOT / "ops" / "chromium.mjs")]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


@pytest.fixture(scope="session")
async def browser(chromium: str) -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        found = await playwright.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        await found.close()


@pytest.fixture(scope="module")
def hall() -> Iterator[Hall]:
    """A hall with its agents and the virtual printer; its logs tell of every command."""
    assert (Path(ROOT) / "frontend" / "dist" / "counter.html").exists(), "run `make setup` first"
    with running_hall(has_agents=True, YIZHAN_LOG_LEVEL="debug") as found:
        yield found
