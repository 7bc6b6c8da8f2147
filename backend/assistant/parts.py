"""Which part of a guide a question is about, and that part in words."""

import re
from collections.abc import Callable
from typing import Literal

from backend.catalogue.guide import Audience, Guide
from backend.core.ids import Text

Part = Literal["materials", "limit", "fee", "place", "hours", "audience", "steps", "result"]
Language = Literal["zh", "en"]

_ASKED: tuple[tuple[Part, re.Pattern[str]], ...] = (
    (
        "materials",
        re.compile(
            r"带什么|带哪些|要带|材料|准备什么|准备哪些|需要什么|要什么|交什么|证件|"
            r"\bbring\b|documents?\b|papers?\b|materials?\b|what (?:do|would) i need|required"
        ),
    ),
    (
        "limit",
        re.compile(
            r"多久|几天|多少天|多长时间|什么时候(?:能|可以)?(?:好|办完|拿到|到账)|几个工作日|当天|"
            r"how (?:long|soon|many days)|when will"
        ),
    ),
    (
        "fee",
        re.compile(r"多少钱|收费|要钱|免费|how much|\bfees?\b|\bcosts?\b|free of charge"),
    ),
    ("hours", re.compile(r"几点|上班|下班|开门|周末|opening hours|what time|\bopen\b|\bclose\b")),
    (
        "place",
        re.compile(r"哪里|哪儿|在哪|去哪|窗口|几号厅|\bwhere\b|which (?:window|hall)"),
    ),
    (
        "audience",
        re.compile(r"谁可以|哪些人|有资格|\bwho can\b|am i allowed|eligible"),
    ),
    ("steps", re.compile(r"流程|步骤|怎么走|先.*再|procedure|steps|process")),
    ("result", re.compile(r"领取|结果|拿到什么|result|what do i get")),
)
"""First that fits: what to bring is asked most, and often together with where."""
_HAN = re.compile(r"[\u3400-\u9fff]")
_AUDIENCE = {
    Audience.STAFF: Text(zh="教职工", en="staff"),
    Audience.STUDENT: Text(zh="学生", en="students"),
    Audience.ALUMNI: Text(zh="校友", en="alumni"),
    Audience.EXTERNAL: Text(zh="校外人员", en="people from outside"),
}


def language_of(question: str) -> Language:
    """The language to answer in."""
    return "zh" if _HAN.search(question) else "en"


def part_asked(question: str) -> Part | None:
    """The part a question is about; None when it is about the whole."""
    lower = question.casefold()
    return next((part for part, pattern in _ASKED if pattern.search(lower)), None)


def told(guide: Guide, part: Part | None, language: Language) -> str:
    """A part of the guide in words; without a part, what it is and what to bring."""
    if part is None:
        return _joined(language, (_summary(guide), _materials(guide), _place(guide)))
    return getattr(_PARTS[part](guide), language)  # type: ignore[no-any-return]


def in_language(text: Text, language: Language) -> str:
    """The text in one language."""
    return text.zh if language == "zh" else text.en


def _joined(language: Language, texts: tuple[Text, ...]) -> str:
    return ("" if language == "zh" else " ").join(in_language(text, language) for text in texts)


def _summary(guide: Guide) -> Text:
    return Text(
        zh=f"{guide.name.zh}：{guide.summary.zh}", en=f"{guide.name.en}: {guide.summary.en}"
    )


def _materials(guide: Guide) -> Text:
    if not guide.materials:
        return Text(zh="不需要材料。", en="Nothing needs to be brought.")
    zh = "、".join(m.name.zh if m.is_required else f"{m.name.zh}（如有）" for m in guide.materials)
    en = "; ".join(m.name.en if m.is_required else f"{m.name.en} (if any)" for m in guide.materials)
    return Text(zh=f"请带：{zh}。", en=f"Bring: {en}.")


def _limit(guide: Guide) -> Text:
    days = guide.promised_working_days
    if days == 0:
        return Text(zh="材料齐全当场办结。", en="Done on the spot when the papers are complete.")
    return Text(
        zh=f"自受理次日起 {days} 个工作日内办结。",
        en=f"Within {days} working {'day' if days == 1 else 'days'} after acceptance.",
    )


def _fee(guide: Guide) -> Text:
    return Text(zh=f"{guide.fee.zh}。", en=f"{guide.fee.en}.")


def _place(guide: Guide) -> Text:
    windows = "、".join(guide.counter_ids)
    zh, en = f"{guide.place.zh} {windows} 窗口", f"{guide.place.en}, {', '.join(guide.counter_ids)}"
    if guide.trips == 0:
        return Text(
            zh="可全程网上办理，不必到大厅。", en="It can be done online; no visit is needed."
        )
    if guide.is_self_service:
        return Text(zh=f"到{zh}，或自助机。", en=f"At {en}, or at the self-service kiosk.")
    return Text(zh=f"到{zh}。", en=f"At {en}.")


def _hours(guide: Guide) -> Text:
    return Text(zh=f"{guide.hours.zh}。", en=f"{guide.hours.en}.")


def _audience(guide: Guide) -> Text:
    who = [_AUDIENCE[one] for one in guide.audience]
    zh, en = "、".join(w.zh for w in who), ", ".join(w.en for w in who)
    conditions = Text(
        zh="".join(f"；{c.zh}" for c in guide.conditions),
        en="".join(f"; {c.en}" for c in guide.conditions),
    )
    return Text(zh=f"{zh}可以办理{conditions.zh}。", en=f"For {en}{conditions.en}.")


def _steps(guide: Guide) -> Text:
    return Text(
        zh=" → ".join(step.zh for step in guide.steps) + "。",
        en=" → ".join(step.en for step in guide.steps) + ".",
    )


def _result(guide: Guide) -> Text:
    return Text(zh=f"{guide.result.zh}。", en=f"{guide.result.en}.")


_PARTS: dict[Part, Callable[[Guide], Text]] = {
    "materials": _materials,
    "limit": _limit,
    "fee": _fee,
    "place": _place,
    "hours": _hours,
    "audience": _audience,
    "steps": _steps,
    "result": _result,
}
