from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from backend.settings import card_key, read_settings


def test_key_is_made_once_and_is_its_owners_alone__I19(tmp_path: Path) -> None:
    settings = read_settings({"YIZHAN_HOME": str(tmp_path / "home")})
    key = card_key(settings)
    assert len(key) == 32
    assert card_key(settings) == key
    assert settings.card_key_path.stat().st_mode & 0o777 == 0o600
    assert [path.name for path in settings.home.iterdir()] == ["card.key"]


def test_processes_that_start_together_have_one_key__TK4(tmp_path: Path) -> None:
    settings = read_settings({"YIZHAN_HOME": str(tmp_path)})
    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(lambda _: card_key(settings), range(32)))) == 1
