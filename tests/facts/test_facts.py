"""Several systems together: who is shown what, and what is told when one is away (FA1)."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from backend.core.cases.words import MaterialId
from backend.core.ids import ServiceId, Text
from backend.facts import Facts, facts_of
from backend.facts.config import read_config
from backend.settings import SettingsError
from backend.store.database import Database
from tests.facts.conftest import SECRET, HrSystem, fact

LI = b"\x0a" * 32
S1, S2 = ServiceId("S1"), ServiceId("S2")
CONFIG = """
[connectors.hr]
type = "http"
zh = "人事系统"
en = "Human Resources"
url = "{url}"
secret_file = "{secret}"

[kinds.contract]
zh = "聘用合同"
en = "Contract"
level = 3
connector = "hr"
replaces = {{ S1 = ["m1", "m2"] }}

[kinds.reason]
zh = "离职原因"
en = "Why they left"
level = 4
connector = "hr"
replaces = {{ S1 = ["m3"] }}
"""


@pytest.fixture
def config(hr: HrSystem, tmp_path: Path) -> Path:
    secret, path = tmp_path / "hr.secret", tmp_path / "facts.toml"
    secret.write_text(f"{SECRET}\n")
    path.write_text(CONFIG.format(url=hr.url, secret=secret))
    return path


@pytest.fixture
async def facts(config: Path) -> AsyncIterator[Facts]:
    found = facts_of(read_config(config), Database("postgresql:///none"))
    yield found
    await found.aclose()


async def test_fact_comes_with_its_words_and_what_it_stands_for__FA1(
    hr: HrSystem, facts: Facts
) -> None:
    hr.held[LI.hex()] = [fact("contract")]
    found = await facts.of(LI, S1, 3)
    (known,) = found.facts
    assert (known.fact.kind_id, known.name.zh) == ("contract", "聘用合同")
    assert known.source == Text(zh="人事系统", en="Human Resources")
    assert known.materials == ("m1", "m2")
    assert found.away == ()


async def test_nearer_kind_is_not_even_asked_for__FA1(hr: HrSystem, facts: Facts) -> None:
    hr.held[LI.hex()] = [fact("contract"), fact("reason", level=1)]
    assert [k.fact.kind_id for k in (await facts.of(LI, S1, 3)).facts] == ["contract"]
    assert [k.fact.kind_id for k in (await facts.of(LI, S1, 4)).facts] == ["contract", "reason"]
    assert (await facts.of(LI, S1, 2)).facts == ()
    assert [path.rpartition("=")[2] for path, _ in hr.asked] == ["contract", "contract%2Creason"]


async def test_fact_nearer_than_its_kind_is_kept_back__FA1(hr: HrSystem, facts: Facts) -> None:
    hr.held[LI.hex()] = [fact("contract", level=4)]
    assert (await facts.of(LI, S1, 3)).facts == ()


async def test_system_that_is_away_is_named__FA1(hr: HrSystem, facts: Facts) -> None:
    hr.answer = (503, {}, b"")
    found = await facts.of(LI, S1, 3)
    assert (found.facts, [name.en for name in found.away]) == ((), ["Human Resources"])


async def test_service_without_facts_asks_nobody__FA1(hr: HrSystem, facts: Facts) -> None:
    assert (await facts.of(LI, S2, 4)).facts == ()
    assert hr.asked == []
    assert facts.replaceable(S2) == frozenset()
    assert facts.replaceable(S1) == {MaterialId("m1"), MaterialId("m2"), MaterialId("m3")}


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("http://127.0.0.1", "http://hr.example.edu", "https://"),
        ("level = 4", "level = 5", "<= 4"),
        ('connector = "hr"', 'connector = "none"', "none"),
        ('type = "http"', 'type = "ftp"', "ftp"),
        ("level = 3", "level = 3\nmore = 1", "more"),
        ("[connectors.hr]", "[connectors.hr", "FACTS="),
    ],
)
def test_configuration_that_cannot_be_says_what_is_wrong__FA1(
    config: Path, old: str, new: str, words: str
) -> None:
    text = config.read_text()
    assert old in text
    config.write_text(text.replace(old, new, 1))
    with pytest.raises(SettingsError, match=words):
        read_config(config)


def test_secret_that_cannot_be_read_ends_the_start__FA1(config: Path) -> None:
    (config.parent / "hr.secret").unlink()
    with pytest.raises(SettingsError, match=r"hr\.secret"):
        facts_of(read_config(config), Database("postgresql:///none"))
