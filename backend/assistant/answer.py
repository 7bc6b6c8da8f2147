"""The assistant: one answer from the guides with its sources, or that it does not know."""

from msgspec import Struct

from backend.assistant.confidence import CONFIDENCE_MIN, confidence
from backend.assistant.elsewhere import elsewhere
from backend.assistant.parts import Language, in_language, language_of, part_asked, told
from backend.catalogue.guide import Catalogue, Guide, Question
from backend.core.ids import Text
from backend.search.index import Hit, Index, Seen

NEAR_MAX = 3
QUESTION_FIT_MIN = 0.6
"""How well a frequent question must fit for its answer to stand alone."""
UNKNOWN = Text(
    zh="这个我不知道，请问工作人员或留言咨询。",
    en="I don't know. Please ask a person, or leave a question.",
)
SAY_MORE = Text(
    zh="请说说要办什么事，例如“校园卡丢了怎么补”。",
    en="Please say what you want done, for instance “replace my campus card”.",
)
"""To a greeting, to thanks, and to what has no word in it."""


class Source(Struct, frozen=True, kw_only=True):
    """Where an answer is from, or what comes near the question."""

    item_id: str
    title: str


class Answer(Struct, frozen=True, kw_only=True):
    """What the assistant says."""

    is_known: bool
    answer: str
    sources: tuple[Source, ...]
    """Where the answer is from; when it does not know, what comes nearest, best first."""
    confidence: float
    """That the first source is the right one, 0 to 1."""
    confidence_min: float = CONFIDENCE_MIN
    """Below it the assistant does not know."""
    near: tuple[Source, ...]
    """What else, or when nothing is known what perhaps, was meant; best first."""
    language: Language
    """In which it is."""


class Assistant:
    """Answers over one catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._index = Index(catalogue, elsewhere(catalogue.guides))
        self._guides: dict[str, Guide] = {guide.service_id: guide for guide in catalogue.guides}
        self.questions = {
            f"hall-{no}": question for no, question in enumerate(catalogue.questions, start=1)
        }
        """Those of no guide, by the ids under which they are found."""

    def look_up(self, question: str) -> Seen:
        """What is found, known or not."""
        return self._index.look_up(question)

    def found(self, seen: Seen) -> list[Hit]:
        """What of it counts as found, best first."""
        return self._index.found(seen)

    def ask(self, question: str) -> Answer:
        """The answer to a question in its language, to pinyin in Chinese."""
        return self.answer(question, self.look_up(question))

    def answer(self, question: str, seen: Seen) -> Answer:
        """The answer from what was found."""
        language: Language = "zh" if seen.is_pinyin else language_of(question)
        sure = round(confidence(seen), 3)
        sources = tuple(
            Source(item_id=hit.item_id, title=in_language(hit.title, language))
            for hit in seen.hits[: NEAR_MAX + 1]
        )
        if sure < CONFIDENCE_MIN:
            return Answer(
                is_known=False,
                answer=in_language(UNKNOWN if seen.mass else SAY_MORE, language),
                sources=sources[:NEAR_MAX],
                confidence=sure,
                near=sources[:NEAR_MAX] if _may_be_meant(seen) else (),
                language=language,
            )
        return Answer(
            is_known=True,
            answer=self._text(seen.hits[0], question, language),
            sources=sources[:1],
            confidence=sure,
            near=sources[1:],
            language=language,
        )

    def _text(self, hit: Hit, question: str, language: Language) -> str:
        asked, part = self._question_of(hit), part_asked(question)
        guide = self._guides.get(hit.item_id)
        if guide is None:
            assert asked is not None, "what is no guide is a question of the hall"
            return in_language(asked.answer, language)
        if asked is not None and hit.question_fit >= QUESTION_FIT_MIN:
            parts = {part_asked(asked.asked.zh), part_asked(asked.asked.en)}
            # To a bare name the guide answers, not a question that has the name in it.
            is_meant = hit.question_fit >= hit.phrase if part is None else part in parts
            if is_meant:
                return in_language(asked.answer, language)
        return told(guide, part, language)

    def _question_of(self, hit: Hit) -> Question | None:
        return self.questions.get(hit.item_id) or (
            self._guides[hit.item_id].questions[hit.question_no]
            if hit.question_no is not None
            else None
        )


def refused(question: str, chars_max: int) -> Answer:
    """That a question cannot be taken as it is written."""
    words = Text(
        zh=f"请写 1 到 {chars_max} 个看得见的字，再问一次。",
        en=f"Please ask again in 1 to {chars_max} characters that can be seen.",
    )
    language = language_of(question)
    return Answer(
        is_known=False,
        answer=in_language(words, language),
        sources=(),
        confidence=0.0,
        near=(),
        language=language,
    )


def _may_be_meant(seen: Seen) -> bool:
    """Whether something fits, and nothing better that no hall does."""
    return bool(seen.hits) and seen.hits[0].fits and seen.hits[0].score >= seen.elsewhere
