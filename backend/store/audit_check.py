"""Whether the audit is what was written: every hash, every number, every sealed stretch."""

from msgspec import Struct

from backend.store.audit import Audit, AuditRecord, record_hash
from backend.store.database import Database, queries
from backend.store.seals import KIND, SEALED, SET_ASIDE, is_as_sealed, stretch_of


class AuditFault(Struct, frozen=True, kw_only=True):
    """The first record that is not as it should be."""

    seq: int
    what: str


class AuditReport(Struct, frozen=True, kw_only=True):
    """What a check found."""

    records: int
    stretches: int
    """Sealed stretches of commits that were compared with the archive."""
    last: AuditRecord | None
    """Note its seq and hash elsewhere: only so it shows if the newest records go missing."""
    fault: AuditFault | None


class _Chain:
    """What the check has to remember between records."""

    def __init__(self) -> None:
        self.records = 0
        self.last: AuditRecord | None = None
        self.seals: list[AuditRecord] = []
        self.set_asides: list[AuditRecord] = []

    def fault_of(self, record: AuditRecord) -> str | None:
        """What is wrong with the record that comes next."""
        if self.last is not None and record.seq != self.last.seq + 1:
            return f"{record.seq - self.last.seq - 1} records before it are missing"
        if self.last is not None and record.previous != self.last.hash:
            return "it does not follow from the record before it"
        if record.hash != record_hash(record):
            return "it was changed"
        return None

    def add(self, record: AuditRecord) -> None:
        self.records += 1
        self.last = record
        if record.kind == KIND and record.verb == SEALED:
            self.seals.append(record)
        elif record.kind == KIND and record.verb == SET_ASIDE:
            self.set_asides.append(record)

    def is_set_aside(self, seal: AuditRecord) -> bool:
        """Whether a part of a sealed stretch was set aside later."""
        stretch = stretch_of(seal.id or "")
        return any(
            record.seq > seal.seq
            and record.hall_id == seal.hall_id
            and (later := stretch_of(record.id or "")).day == stretch.day
            and later.first <= stretch.last
            for record in self.set_asides
        )


async def check_audit(database: Database, noted: tuple[int, str] | None = None) -> AuditReport:
    """Read all of it and tell the first fault.  Raises StoreError.

    `noted`: seq and hash of a record as they were kept elsewhere.
    """
    audit, chain = Audit(database), _Chain()
    fault: AuditFault | None = None
    while fault is None and (
        records := await audit.records(chain.last.seq if chain.last is not None else 0)
    ):
        if chain.last is None and not await _is_beginning(database, records[0]):
            fault = AuditFault(seq=records[0].seq, what="what came before it is missing")
            break
        for record in records:
            what = chain.fault_of(record)
            if what is None and noted is not None and record.seq == noted[0]:
                what = None if record.hash == noted[1] else "its hash was another one"
            if what is not None:
                fault = AuditFault(seq=record.seq, what=what)
                break
            chain.add(record)
    if fault is None and noted is not None and (chain.last is None or chain.last.seq < noted[0]):
        fault = AuditFault(seq=noted[0], what="it is missing, as are all after it")
    if fault is None:
        fault = await _archive_fault(database, chain)
    return AuditReport(
        records=chain.records, stretches=len(chain.seals), last=chain.last, fault=fault
    )


async def _is_beginning(database: Database, first: AuditRecord) -> bool:
    """Whether a record may be the oldest there is: the very first, or the first after a cut."""
    if first.seq == 1:
        return first.previous == ""
    async with database.connection() as connection:
        cut = await queries.audit_cut_of(connection, id=str(first.seq - 1))
    return cut is not None and cut["after"] == first.previous


async def _archive_fault(database: Database, chain: _Chain) -> AuditFault | None:
    for record in chain.seals:
        if not await is_as_sealed(database, record, is_set_aside=chain.is_set_aside(record)):
            what = f"the archive of {record.hall_id}, {record.id}, was changed"
            return AuditFault(seq=record.seq, what=what)
    return None
