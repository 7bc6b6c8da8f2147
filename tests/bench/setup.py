"""`make setup` in a fresh clone, with empty caches and again with full ones."""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, Section
from tests.hall import ROOT

LIMIT_S = 1200.0
CLONES = ("cold", "warm")


def bench_setup() -> list[Section]:
    """The section on setting up."""
    work = Path(tempfile.mkdtemp(prefix="yizhan-setup-"))
    try:
        caches = {
            "UV_CACHE_DIR": str(work / "uv"),
            "PIP_CACHE_DIR": str(work / "pip"),
            "npm_config_cache": str(work / "npm"),
        }
        times = {name: _clone_and_set_up(work / name, caches) for name in CLONES}
        again_s = _set_up(work / "warm", caches)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return [
        Section(
            title="Setting up",
            setting=(
                "`make setup` in a fresh clone: with empty caches, in a second clone with the"
                " caches that the first one filled, and once more in that clone; once each."
            ),
            figures=(
                Figure(name="cold", value=times["cold"], unit="s"),
                Figure(
                    name="warm", value=times["warm"], unit="s", peer=times["cold"], peer_name="cold"
                ),
                Figure(name="again", value=again_s, unit="s", target=1.0),
            ),
        )
    ]


def _clone_and_set_up(clone: Path, caches: dict[str, str]) -> float:
    subprocess.run(["git", "clone", "--quiet", "--local", str(ROOT), str(clone)], check=True)
    return _set_up(clone, caches)


def _set_up(clone: Path, caches: dict[str, str]) -> float:
    began = time.monotonic()
    subprocess.run(
        ["make", "setup"],
        cwd=clone,
        env={**os.environ, **caches},
        stdout=subprocess.DEVNULL,
        timeout=LIMIT_S,
        check=True,
    )
    return time.monotonic() - began
