"""The words of the website's pages, in both languages: one file a noun in `words/`.

`[noun.part] name = { zh, en }` is `noun.part.name`.  Header and footer have theirs from the front
end, whose pages show the same ones.
"""

import tomllib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

import msgspec

from backend.core.ids import Text

Language = Literal["zh", "en"]
FRAME = Path(__file__).parents[2] / "frontend" / "src" / "shared" / "site" / "words.json"
FOLDER = Path(__file__).parent / "words"


def read_words() -> dict[str, Text]:
    """All words by their key: `errors.not_found.title`."""
    found: dict[str, Text] = {}
    for path in sorted(FOLDER.glob("*.toml")):
        table = tomllib.loads(path.read_text(encoding="utf-8"))
        found |= {f"{path.stem}.{key}": text for key, text in _flat(table)}
    frame = msgspec.json.decode(FRAME.read_bytes())
    english = frame["en"]["site"]
    return found | {
        f"site.{key}": Text(zh=zh, en=english[key]) for key, zh in frame["zh"]["site"].items()
    }


def wording(text: Text, language: Language) -> str:
    """The text in one language."""
    return text.en if language == "en" else text.zh


def tell(text: Text, language: Language, values: Mapping[str, object]) -> str:
    """The wording with what stands in its braces; `one | many` is chosen by `n`."""
    said = wording(text, language)
    one, bar, many = said.partition(" | ")
    if bar:
        said = one if values.get("n") == 1 else many
    for name, value in values.items():
        said = said.replace(f"{{{name}}}", str(value))
    return said


def _flat(table: Mapping[str, Any]) -> Iterator[tuple[str, Text]]:
    for key, value in table.items():
        if set(value) == {"zh", "en"}:
            yield key, Text(zh=value["zh"], en=value["en"])
        else:
            yield from ((f"{key}.{inner}", text) for inner, text in _flat(value))
