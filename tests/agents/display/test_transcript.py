"""The folder of what was said."""

from pathlib import Path

import msgspec
import pytest

from display_agent import pcm, transcript
from display_agent.announce import Form
from display_agent.transcript import Spoken, Transcript
from tests.agents.display.calls import NOW


def spoken(n: int) -> Spoken:
    return Spoken(
        call_id=f"20261123-C{n}",
        zone="Z1",
        number="A001",
        counter_no=1,
        form=Form.BRIEF,
        zh="",
        zh_times=1,
        en=None,
        voice="espeak",
        device="null device",
        started_at=NOW,
        seconds=1.0,
        first_sound_ms=1.0,
    )


def test_folder_is_bounded_also_across_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transcript, "WAVS_MAX", 3)
    monkeypatch.setattr(transcript, "TRANSCRIPT_MAX", 1_000)
    for n in range(10):
        Transcript(tmp_path).write(spoken(n), pcm.silence(0.01))
    assert len(list(tmp_path.glob("*.wav"))) == 3
    assert (tmp_path / "20261123-C9.wav").exists()
    old, new = (tmp_path / "spoken.jsonl.1").read_bytes(), tmp_path / "spoken.jsonl"
    assert len(old) < 1_500
    lines = old.splitlines() + (new.read_bytes().splitlines() if new.exists() else [])
    assert msgspec.json.decode(lines[-1], type=Spoken) == spoken(9)
    assert not list(tmp_path.glob(".*"))
