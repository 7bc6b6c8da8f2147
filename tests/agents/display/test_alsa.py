"""Sound through the real libasound, into a file or a driver that hangs in the place of a card."""

import asyncio
import ctypes
import os
import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import pytest

from display_agent import pcm
from display_agent.sound import NULL_DEVICE
from tests.agents.display.tape import recognised
from tests.hall import ROOT


@pytest.fixture(autouse=True)
def _libasound() -> None:
    try:
        ctypes.CDLL("libasound.so.2")
    except OSError:
        pytest.skip("this machine lacks libasound.so.2")


async def played(home: Path, target: str) -> dict[str, Any]:
    """Play the chime on a machine whose one device is a file plugin with this target."""
    conf = home / "asound.conf"
    conf.write_text(
        "pcm.nothing { type null }\n"
        f'pcm.!default {{ type file slave.pcm "nothing" file "{target}" format "raw" }}\n'
    )
    own = {"ALSA_CONFIG_PATH": str(conf), "PULSE_SERVER": str(home / "no-pulse")}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.agents.display.player"),
        cwd=ROOT,
        env=os.environ | own,
        stdout=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            words, _ = await process.communicate()
    finally:
        if process.returncode is None:
            process.kill()
    assert process.returncode == 0
    found: dict[str, Any] = msgspec.json.decode(words)
    return found


async def test_chime_comes_out_of_alsa_when_there_is_no_pulse(tmp_path: Path) -> None:
    file = tmp_path / "out.raw"
    found = await played(tmp_path, str(file))
    assert (found["found"], found["device"], found["state"]) == ("alsa", "alsa", "heard")
    whole = np.fromfile(file, "<i2", count=3 * pcm.RATE).tobytes()
    (only,) = recognised({"chime": pcm.chime()}, whole)
    assert only[0] < 0.1


async def test_driver_that_hangs_in_a_call_leaves_the_rest_to_the_null_device__VO9(
    tmp_path: Path,
) -> None:
    """It takes a little and then nothing more, and does not come back from being stopped."""
    found = await played(tmp_path, "|exec sleep 20 >/dev/null 2>&1")
    assert (found["found"], found["device"], found["state"]) == ("alsa", NULL_DEVICE, "silent")
    assert found["took_s"] < 20, "the call is not kept for as long as the driver hangs"
