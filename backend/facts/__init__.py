"""Facts that the university already holds, so that nobody brings paper about them (FA1).

A directory of connectors: each module that has a `…Connector` is one way to ask a system for
facts, and `FactsConfig` says which are used for what.  Facts are shown and never kept.
"""

import asyncio
from collections.abc import Iterable

import structlog
from msgspec import Struct

from backend.core.cases.words import MaterialId
from backend.core.ids import ServiceId, Text
from backend.facts.config import FactsConfig, HttpEntry, TableEntry, secret_in
from backend.facts.connector import Connector, Fact, FactsError
from backend.facts.http import HttpConnector
from backend.facts.table import TableConnector
from backend.store.database import Database
from backend.store.facts import FactTable

log = structlog.get_logger()


class KnownFact(Struct, frozen=True, kw_only=True):
    """A fact with what it is called, who holds it and what it stands for."""

    fact: Fact
    name: Text
    source: Text
    materials: tuple[MaterialId, ...]


class FoundFacts(Struct, frozen=True, kw_only=True):
    """What is held of somebody, as far as it can be told."""

    facts: tuple[KnownFact, ...] = ()
    away: tuple[Text, ...] = ()
    """The systems that did not answer: the paper is asked for as ever."""


class Facts:
    """Asks the connectors that the configuration names."""

    def __init__(self, config: FactsConfig, connectors: dict[str, Connector]) -> None:
        self._config, self._connectors = config, connectors

    def replaceable(self, service_id: ServiceId) -> frozenset[MaterialId]:
        """The materials of the service that a fact may stand for."""
        kinds = self._config.kinds.values()
        return frozenset(m for kind in kinds for m in kind.replaces.get(service_id, ()))

    async def of(self, person: bytes, service_id: ServiceId, level_max: int) -> FoundFacts:
        """What is held of the person that matters for the service, no nearer than `level_max`.

        Kinds beyond that level are not asked for at all.
        """
        wanted: dict[str, list[str]] = {}
        for kind_id, kind in self._config.kinds.items():
            if service_id in kind.replaces and kind.level <= level_max:
                wanted.setdefault(kind.connector, []).append(kind_id)
        answers = await asyncio.gather(*(self._ask(c, person, wanted[c]) for c in wanted))
        facts: dict[str, Fact] = {}
        for answer in answers:
            facts |= {f.kind_id: f for f in answer or () if f.level <= level_max}
        return FoundFacts(
            facts=tuple(
                self._known(facts[kind_id], service_id)
                for kind_id in self._config.kinds
                if kind_id in facts
            ),
            away=self._names(c for c, a in zip(wanted, answers, strict=True) if a is None),
        )

    async def aclose(self) -> None:
        """End the connections to the systems."""
        for connector in self._connectors.values():
            await connector.aclose()

    async def _ask(
        self, connector_id: str, person: bytes, kinds: list[str]
    ) -> tuple[Fact, ...] | None:
        """What the connector says; None: it does not."""
        try:
            return tuple(await self._connectors[connector_id].fetch(person, kinds))
        except FactsError as error:
            log.warning("facts_away", connector=connector_id, why=str(error))
            return None

    def _known(self, fact: Fact, service_id: ServiceId) -> KnownFact:
        kind = self._config.kinds[fact.kind_id]
        (source,) = self._names((kind.connector,))
        return KnownFact(
            fact=fact,
            name=Text(zh=kind.zh, en=kind.en),
            source=source,
            materials=kind.replaces[service_id],
        )

    def _names(self, connector_ids: Iterable[str]) -> tuple[Text, ...]:
        entries = (self._config.connectors[c] for c in connector_ids)
        return tuple(Text(zh=entry.zh, en=entry.en) for entry in entries)


def facts_of(config: FactsConfig, database: Database) -> Facts:
    """The connectors that the configuration names.  Raises SettingsError."""
    table = FactTable(database)
    found: dict[str, Connector] = {}
    for connector_id, entry in config.connectors.items():
        match entry:
            case HttpEntry():
                secret = secret_in(entry.secret_file)
                found[connector_id] = HttpConnector(entry.url, secret, entry.ca_file)
            case TableEntry():
                found[connector_id] = TableConnector(connector_id, table)
    return Facts(config, found)
