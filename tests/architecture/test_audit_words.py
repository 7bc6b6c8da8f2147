"""The audit's page has a word, in both languages, for whatever a record is of."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
WORDS = ROOT / "frontend/src/ops/audit/words.ts"
AUDITED = re.compile(r'@audited\(\s*"[\w.]+",\s*"(\w+)"')
BY_HAND = re.compile(r'note_by_hand\(\w+, "[\w.]+", "(\w+)"')


def test_every_kind_of_record_has_its_words() -> None:
    kinds: set[str] = set()
    for path in (ROOT / "backend").rglob("*.py"):
        text = path.read_text(encoding="utf-8")
        kinds |= {*AUDITED.findall(text), *BY_HAND.findall(text)}
    assert {"case", "facts", "card"} <= kinds
    tables = re.findall(r"kinds: \{(.*?)\}", WORDS.read_text(encoding="utf-8"), re.DOTALL)
    assert len(tables) == 2
    for table in tables:
        assert kinds <= set(re.findall(r"(\w+): '", table))
