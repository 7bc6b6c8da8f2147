"""What somebody may be, and where: role × hall × department × queue (I18).

What a role may do is one table, `core/access.py`.  A grant's limits say for what: its queue counts
for tickets and counters, its department for what belongs to one: cases, rosters, statistics.
"""

from collections.abc import Iterable

from msgspec import Struct

from backend.core.ids import HallId, Name
from backend.core.stamp import Role

DEPARTMENTAL = frozenset(
    {Role.CLERK, Role.DEPARTMENT_MANAGER, Role.STATISTICS_VIEWER, Role.CONTENT_EDITOR}
)
"""Roles that may be granted for one department."""
QUEUED = frozenset({Role.CLERK})
"""Roles that may be granted for one queue."""
STAFF_ROLES = tuple(role for role in Role if role not in {Role.VISITOR, Role.DEVICE, Role.SYSTEM})
"""What an account may be; the first of an account's grants is its main role."""


class Grant(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A role, and for what; None: for all there are."""

    role: Role
    hall_id: Name | None = None
    department_id: Name | None = None
    queue_id: Name | None = None

    def covers(self, department_id: str | None, queue_id: str | None) -> bool:
        """Whether it is for what is of this department and queue; None: of the whole hall."""
        is_department = self.department_id in {None, department_id}
        return is_department and self.queue_id in {None, queue_id}


def grants_in(grants: Iterable[Grant], hall_id: HallId) -> tuple[Grant, ...]:
    """Those that count in the hall."""
    return tuple(grant for grant in grants if grant.hall_id in {None, hall_id})


def queues_with(grants: Iterable[Grant], role: Role) -> frozenset[str] | None:
    """The queues for which they grant the role; None: all."""
    found = [grant.queue_id for grant in grants if grant.role is role]
    named = frozenset(queue_id for queue_id in found if queue_id is not None)
    return None if len(named) < len(set(found)) else named


def is_sensible(grant: Grant) -> bool:
    """Whether an account may have it: a role of staff, with no limit that means nothing for it."""
    return (
        grant.role in STAFF_ROLES
        and (grant.department_id is None or grant.role in DEPARTMENTAL)
        and (grant.queue_id is None or grant.role in QUEUED)
        and (grant.hall_id is not None or (grant.department_id, grant.queue_id) == (None, None))
    )


def may_give(own: Iterable[Grant], grant: Grant) -> bool:
    """Whether an administrator with these grants may give, change or take this one.

    Nobody gives more than the halls they administer.
    """
    mine = {one.hall_id for one in own if one.role is Role.ADMINISTRATOR}
    return None in mine or (grant.hall_id is not None and grant.hall_id in mine)
