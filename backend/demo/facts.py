"""What the fictional university holds of the people with the demo's cards (FA1)."""

import io
from importlib.resources import files
from pathlib import Path

from backend.facts.config import read_config
from backend.import_facts import FactRegister, import_facts
from backend.store.database import Database
from backend.store.facts import FactTable

CONFIG = Path(str(files(__package__))) / "facts.toml"
CONNECTOR = "register"
REGISTER = """person,kind,level,as_of,zh,en
demo-1,enrolment,2,2026-11-01,"本科生，电气工程，在读","undergraduate, electrical engineering"
demo-1,bank_account,3,2026-09-12,"尾号 4021 的储蓄卡","savings card ending in 4021"
demo-2,enrolment,2,2026-11-01,"硕士研究生，历史学专业，在读","master's student, history, enrolled"
demo-2,bank_account,3,2026-09-15,"尾号 7730 的储蓄卡","savings card ending in 7730"
demo-3,employment,2,2026-11-01,"教职工，在岗","member of staff, in post"
demo-3,contract,3,2026-11-01,"聘至 2028 年 8 月","employed until August 2028"
demo-3,degree,3,2025-07-01,"博士，已核验","doctorate, verified"
demo-3,bank_account,3,2026-10-08,"尾号 1588 的工资卡","salary card ending in 1588"
demo-4,degree,3,2019-06-30,"学士，已核验","bachelor's degree, verified"
"""


async def load_facts(database: Database, key: bytes) -> None:
    """Put the demo's register in force, unless one has been imported before."""
    table = FactTable(database)
    if not await table.is_known(CONNECTOR):
        register = FactRegister(
            io.BytesIO(REGISTER.encode()), key, frozenset(read_config(CONFIG).kinds)
        )
        await import_facts(table, register, CONNECTOR)
