"""A draft put on a newer version than the one it was made of (DR5).

Part by part: what only one of both changed is taken from there.  Frequent questions are taken one
by one, since answers to visitors add them at any time (CN7).
"""

from msgspec import Struct
from msgspec.structs import replace

from backend.catalogue.guide import Guide, Question


class Rebased(Struct, frozen=True, kw_only=True):
    """What the draft comes to on the newest version."""

    guide: Guide
    """Where both changed a part, as the draft has it."""
    taken: tuple[str, ...]
    """The parts that the newer version brings."""
    conflicts: tuple[str, ...]
    """The parts that both changed, and not to the same."""


def rebased(base: Guide | None, newest: Guide | None, draft: Guide) -> Rebased:
    """The draft on the newest version; None: there was, or is, no such guide."""
    if base is None or newest is None:
        return Rebased(guide=draft, taken=(), conflicts=() if base == newest else ("",))
    taken: dict[str, object] = {}
    conflicts: list[str] = []
    for name in draft.__struct_fields__:
        old, new, own = (getattr(one, name) for one in (base, newest, draft))
        if new in (old, own):
            continue
        if name == "questions" and _added(old, new):
            taken[name] = (*own, *(q for q in _added(old, new) if q not in own))
        elif own == old:
            taken[name] = new
        else:
            conflicts.append(name)
    return Rebased(guide=replace(draft, **taken), taken=tuple(taken), conflicts=tuple(conflicts))


def only_asked_more(base: Guide | None, newest: Guide | None) -> bool:
    """Whether the newest version differs from the base by added frequent questions alone."""
    if base is None or newest is None:
        return base == newest
    added = _added(base.questions, newest.questions)
    return newest == replace(base, questions=(*base.questions, *added))


def _added(old: tuple[Question, ...], new: tuple[Question, ...]) -> tuple[Question, ...]:
    """What follows the old questions; nothing where these are not as they were."""
    return new[len(old) :] if new[: len(old)] == old else ()
