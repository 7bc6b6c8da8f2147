"""The units for systemd keep what ops/upgrade.md and ops/scale.md say of them."""

from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.hall import ROOT

SERVICES = sorted((ROOT / "ops/systemd").glob("*.service"))


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.stem)
def test_process_that_ends_again_and_again_is_started_for_as_long_as_it_takes(path: Path) -> None:
    unit = ConfigParser(strict=False, interpolation=None)
    unit.read_string(path.read_text("utf-8"))
    if unit["Service"].get("Type") == "oneshot":
        assert path.with_suffix(".timer").exists()
        return
    assert unit["Service"]["Restart"] == "always"
    assert unit["Unit"]["StartLimitIntervalSec"] == "0"
