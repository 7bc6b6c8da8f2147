"""The figures of docs/search.md."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from backend.assistant.confidence import CONFIDENCE_MIN, confidence
from backend.catalogue.guide import Catalogue, Words
from backend.search.index import Index, Seen
from tests.bench_search.data import Asked


class AssistantScore(Struct, frozen=True):
    """Shares of questions, 0 to 1."""

    questions: int
    first_right: float
    """Of those in scope, whether answered or not."""
    answered_right: float
    """Of those in scope."""
    wrong_given: float
    """Of all: answered from the wrong item, or where it had to be declined."""
    declined: float
    """Of those out of scope."""

    def __str__(self) -> str:
        return (
            f"{self.questions} questions, right item first {self.first_right:.1%},"
            f" answered right {self.answered_right:.1%}, wrong answers given"
            f" {self.wrong_given:.1%}, out of scope declined {self.declined:.1%}"
        )


def reciprocal_ranks(index: Index, asked: Sequence[Asked]) -> list[float]:
    """1 / the place of the first right item, 0 where it was not found."""
    return [
        next(
            (
                1 / place
                for place, hit in enumerate(index.find(one.text), start=1)
                if hit.item_id in one.right
            ),
            0.0,
        )
        for one in asked
    ]


def is_right(seen: Seen, asked: Asked) -> bool:
    """Whether the first hit is one of the right items."""
    return bool(seen.hits) and seen.hits[0].item_id in asked.right


def assistant_score(found: Sequence[tuple[Seen, Asked]]) -> AssistantScore:
    """What became of questions by their hits."""
    rights = [is_right(seen, asked) for seen, asked in found]
    return score(
        rights, [bool(asked.right) for _, asked in found], [confidence(h) for h, _ in found]
    )


def score(
    rights: Sequence[bool],
    in_scope: Sequence[bool],
    sure: Sequence[float],
    least: float = CONFIDENCE_MIN,
) -> AssistantScore:
    """The score where answers are given from the confidence `least` on."""
    given = [one >= least for one in sure]
    inside, total = sum(in_scope), len(rights)
    outside = total - inside
    return AssistantScore(
        questions=total,
        first_right=sum(rights) / inside if inside else 0.0,
        answered_right=sum(r and g for r, g in zip(rights, given, strict=True)) / inside
        if inside
        else 0.0,
        wrong_given=sum(g and not r for r, g in zip(rights, given, strict=True)) / total,
        declined=sum(not s and not g for s, g in zip(in_scope, given, strict=True)) / outside
        if outside
        else 0.0,
    )


def with_bare_guides(catalogue: Catalogue) -> Catalogue:
    """The catalogue as an editor leaves it who writes no other names, keywords or questions."""
    bare = (replace(g, also=Words(), keywords=Words(), questions=()) for g in catalogue.guides)
    return replace(catalogue, guides=tuple(bare))
