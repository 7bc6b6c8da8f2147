"""A hall's own rule: an expression over a waiting ticket's facts that gives its score (CL5).

The language is the part of CEL in which nothing repeats: + - * /, comparisons, && || !, `in` a
list, and `condition ? this : that`.  There are no macros, functions or members, so a rule takes
a time bounded by its length.  All numbers are decimal ones: `15` is read as `15.0`, which leaves
no overflow, no division by zero and no mixing of kinds of numbers, only results that are not
finite.  Why this library: docs/adr/0005-rules-in-cel.md.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from enum import StrEnum
from functools import lru_cache
from itertools import product
from math import isfinite
from typing import Any, Literal
from unicodedata import normalize

from cel_expr_python import cel
from msgspec import Struct, to_builtins
from msgspec.structs import fields, replace

from backend.core.ids import Channel, Origin, QueueId, ServiceId, TicketClass
from backend.core.plan import RULE_MAX

RULES_KEPT = 16
"""Compiled rules that are remembered."""


class Facts(
    Struct, frozen=True, kw_only=True, rename={"ticket_class": "class", "queue_id": "queue"}
):
    """What a rule may look at; it says `class` and `queue` for `ticket_class` and `queue_id`."""

    wait_min: float
    """Minutes since the ticket was taken, or since the slot of a booked one began (AP2).  If it
    came back, let others go first or was sent on, no more than those of the ticket before it."""
    ticket_class: TicketClass
    channel: Channel
    origin: Origin | Literal[""]
    """Empty when not known."""
    services: list[ServiceId]
    """Ids of what the visitor comes for."""
    slot_min: float
    """Minutes since the time of the appointment, negative before it; 0 without one."""
    returns: int
    """How often it was passed and came back."""
    delays: int
    """How often it let others go first."""
    transfers: int
    """How often it was sent on to another queue, counter or clerk."""
    queue_id: QueueId
    queue_waiting: int
    """How many wait in its queue, or for the counter or clerk it waits for alone; itself too."""
    hour: int
    """Of the hall's clock, 0 to 23."""
    minute: int
    weekday: int
    """1 for Monday to 7 for Sunday."""


class RuleFaultCode(StrEnum):
    """What is wrong with a rule; the front end's language files hold the words for each."""

    EMPTY = "rule_empty"
    TOO_LONG = "rule_too_long"
    TOO_DEEP = "rule_too_deep"
    CHARACTER = "rule_character"
    WRITE_INSTEAD = "rule_write_instead"
    TEXT_NOT_ENDED = "rule_text_not_ended"
    UNKNOWN_FACT = "rule_unknown_fact"
    UNKNOWN_VALUE = "rule_unknown_value"
    NO_FUNCTIONS = "rule_no_functions"
    UNEXPECTED = "rule_unexpected"
    UNFINISHED = "rule_unfinished"
    WRONG_KIND = "rule_wrong_kind"
    NOT_A_NUMBER = "rule_not_a_number"
    NOT_FINITE = "rule_not_finite"


_WORDS = {
    RuleFaultCode.EMPTY: "The rule is empty; `wait_min` alone calls the longest waiting first.",
    RuleFaultCode.TOO_LONG: "The rule is longer than {hint} characters.",
    RuleFaultCode.TOO_DEEP: "The rule nests or adds more than some 30 parts within one another.",
    RuleFaultCode.CHARACTER: "`{found}` cannot be used in a rule.",
    RuleFaultCode.WRITE_INSTEAD: "Write `{hint}` instead of `{found}`.",
    RuleFaultCode.TEXT_NOT_ENDED: "A text ends on its line with the quote it began with, and holds "
    "no backslash.",
    RuleFaultCode.UNKNOWN_FACT: "There is no fact `{found}`; the nearest is `{hint}`.",
    RuleFaultCode.UNKNOWN_VALUE: "`{found}` never occurs here; the nearest value is `{hint}`.",
    RuleFaultCode.NO_FUNCTIONS: "A rule has no functions: `{found}` cannot be called.",
    RuleFaultCode.UNEXPECTED: "`{found}` is not expected here.",
    RuleFaultCode.UNFINISHED: "Something is missing at the end.",
    RuleFaultCode.WRONG_KIND: "`{found}` does not go with what stands beside it: numbers go with "
    "numbers, texts with texts, and before `?` stands a condition.",
    RuleFaultCode.NOT_A_NUMBER: "The rule has to give a number, not a condition, a text or a list.",
    RuleFaultCode.NOT_FINITE: "The rule gives no finite number when {hint}; mind divisions by 0.",
}


class RuleFault(Exception):
    """A rule that cannot be used, and where the fault is."""

    def __init__(
        self, code: RuleFaultCode, line: int, column: int, found: str = "", hint: str = ""
    ) -> None:
        words = _WORDS[code].format(found=found, hint=hint)
        super().__init__(f"line {line}, column {column}: {words}")
        self.code = code
        self.line = line
        self.column = column
        """In characters; both count from 1, and the end of a line is a place too."""
        self.found = found
        """The piece of the source that the fault is about."""
        self.hint = hint
        """What would do instead, or what the sentence needs besides."""


class RuleFailed(Exception):
    """A rule gave no score for these facts."""


class Rule(Struct, frozen=True, kw_only=True):
    """A rule that was found good."""

    source: str
    program: Any
    """The library's expression."""


class _Token(Struct, frozen=True):
    kind: str
    text: str
    start: int


_TOKEN = re.compile(
    r"""(?P<space> [ \t\r\n]+ | //[^\n]* )
    | (?P<number> \d+ (?:\.\d+)? (?:[eE][-+]?\d+)? (?![\w.]) )
    | (?P<name> [A-Za-z_]\w* )
    | (?P<text> (?!\"{3}) "[^"\\\n]*" | (?!'{3}) '[^'\\\n]*' )
    | (?P<sign> && | \|\| | [=!<>]= | [-+*/<>!?:()\[\],] )""",
    re.VERBOSE | re.ASCII,
)
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ERROR = re.compile(r"ERROR: <input>:(\d+):(\d+): (.*)")
_INSTEAD = {
    **{"=": "==", "&": "&&", "|": "||", "≥": ">=", "≤": "<=", "≠": "!=", "×": "*", "÷": "/"},
    **{"“": '"', "”": '"', "‘": "'", "’": "'", "。": ".", "、": ","},
    **{"and": "&&", "or": "||", "not": "!", "if": "? :", "then": "?", "else": ":"},
}
_WORDS_OF_LANGUAGE = ("in", "true", "false")
_VALUES = {"class": tuple(TicketClass), "channel": tuple(Channel), "origin": (*Origin, "")}
"""Facts whose values are known, so that a misspelt one is found."""

_OPERATORS = "_+_ _-_ _*_ _/_ -_ _==_ _!=_ _<_ _<=_ _>_ _>=_ _&&_ _||_ !_ _?_:_ @in"


def _environment() -> Any:
    """The language: CEL with these operators and facts, and nothing else."""
    operators = "".join(f'\n    - name: "{name}"' for name in _OPERATORS.split())
    config = cel.NewEnvConfigFromYaml(
        f"name: rule\nstdlib:\n  disable_macros: true\n  include_functions:{operators}\n"
    )
    texts = cel.Type.List(cel.Type.STRING)
    kinds = {int: cel.Type.DOUBLE, float: cel.Type.DOUBLE, list[ServiceId]: texts}
    facts = {field.encode_name: kinds.get(field.type, cel.Type.STRING) for field in fields(Facts)}
    return cel.NewEnv(config=config, variables=facts)


_FACTS = tuple(field.encode_name for field in fields(Facts))
_ENVIRONMENT = _environment()


@lru_cache(maxsize=RULES_KEPT)
def compiled(source: str) -> Rule:
    """The rule that the source says.

    Raises RuleFault: it is not in the language, gives no number, or fails on an example.
    """
    if len(source) > RULE_MAX:
        raise _fault(source, RULE_MAX, RuleFaultCode.TOO_LONG, hint=str(RULE_MAX))
    tokens = list(_tokens(source))
    _check_names(source, tokens)
    _check_values(source, tokens)
    decimal, places = _decimal(source, tokens)
    try:
        program = _ENVIRONMENT.compile(decimal)
    except RuntimeError as error:
        raise _translated(source, places, decimal, str(error)) from None
    if program.return_type().name() != "DOUBLE":
        raise _fault(source, tokens[0].start, RuleFaultCode.NOT_A_NUMBER)
    rule = Rule(source=source, program=program)
    _try_out(rule, tokens)
    return rule


def score(rule: Rule, facts: Facts) -> float:
    """The ticket's score, a finite number; the highest is called first (CL5).

    Raises RuleFailed: there is none.
    """
    try:
        found = rule.program.eval(data=to_builtins(facts)).value()
    except (RuntimeError, TypeError, ValueError) as error:
        raise RuleFailed(str(error)) from error
    if not isinstance(found, float) or not isfinite(found):
        raise RuleFailed(str(found))
    return found


def _tokens(source: str) -> Iterator[_Token]:
    """The pieces of the source that mean something, in their order."""
    if unprintable := _UNPRINTABLE.search(source):
        found = f"U+{ord(unprintable[0]):04X}"
        raise _fault(source, unprintable.start(), RuleFaultCode.CHARACTER, found)
    start, is_empty = 0, True
    while start < len(source):
        match = _TOKEN.match(source, start)
        if match is None:
            raise _fault_of_character(source, start)
        assert match.lastgroup is not None
        if match.lastgroup != "space":
            is_empty = False
            yield _Token(match.lastgroup, match[0], start)
        start = match.end()
    if is_empty:
        raise _fault(source, 0, RuleFaultCode.EMPTY)


def _fault_of_character(source: str, start: int) -> RuleFault:
    found = source[start]
    if found in "\"'":
        return _fault(source, start, RuleFaultCode.TEXT_NOT_ENDED, found)
    if found.isdecimal() and found.isascii():
        whole = re.match(r"[\w.]+", source[start:])
        assert whole is not None
        return _fault(source, start, RuleFaultCode.CHARACTER, whole[0])
    hint = _INSTEAD.get(found, normalize("NFKC", found))
    if hint != found and hint.isascii():
        return _fault(source, start, RuleFaultCode.WRITE_INSTEAD, found, hint)
    return _fault(source, start, RuleFaultCode.CHARACTER, found)


def _check_names(source: str, tokens: list[_Token]) -> None:
    """Raises RuleFault at a name that is no fact; the library would only say `undeclared`."""
    for n, token in enumerate(tokens):
        if token.kind != "name" or token.text in _WORDS_OF_LANGUAGE:
            continue
        if hint := _INSTEAD.get(token.text.lower()):
            raise _fault(source, token.start, RuleFaultCode.WRITE_INSTEAD, token.text, hint)
        if n + 1 < len(tokens) and tokens[n + 1].text == "(":
            raise _fault(source, token.start, RuleFaultCode.NO_FUNCTIONS, token.text)
        if token.text not in _FACTS:
            (hint,) = get_close_matches(token.text.lower(), _FACTS, n=1, cutoff=0.0)
            raise _fault(source, token.start, RuleFaultCode.UNKNOWN_FACT, token.text, hint)


def _check_values(source: str, tokens: list[_Token]) -> None:
    """Raises RuleFault at a text that the fact compared with it never is."""
    for n, token in enumerate(tokens):
        values = _VALUES.get(token.text)
        if values is None:
            continue
        for other in _compared(tokens, n):
            text = other.text[1:-1]
            if other.kind == "text" and text not in values:
                (hint,) = get_close_matches(text.lower(), values, n=1, cutoff=0.0)
                raise _fault(source, other.start, RuleFaultCode.UNKNOWN_VALUE, other.text, hint)


def _compared(tokens: list[_Token], n: int) -> Iterator[_Token]:
    """What the n-th token is compared with: one piece at its side, or those of a list after it."""
    if n >= 2 and tokens[n - 1].text in ("==", "!="):
        yield tokens[n - 2]
    if n + 2 < len(tokens) and tokens[n + 1].text in ("==", "!="):
        yield tokens[n + 2]
    elif n + 2 < len(tokens) and tokens[n + 1].text == "in" and tokens[n + 2].text == "[":
        for other in tokens[n + 3 :]:
            if other.text == "]":
                return
            yield other


def _decimal(source: str, tokens: list[_Token]) -> tuple[str, list[int]]:
    """The source with decimal numbers only, and where each character of it stood before."""
    written, places, end = "", list[int](), 0
    for token in tokens:
        if token.kind == "number" and token.text.isdecimal():
            after = token.start + len(token.text)
            written += source[end:after] + ".0"
            places += [*range(end, after), after - 1, after - 1]
            end = after
    return written + source[end:], [*places, *range(end, len(source) + 1)]


def _translated(source: str, places: list[int], decimal: str, words: str) -> RuleFault:
    """The library's first complaint, in our words and at its place in the source."""
    error = _ERROR.search(words)
    if error is None:
        return _fault(source, 0, RuleFaultCode.TOO_DEEP)
    lines = decimal.split("\n")[: int(error[1])]
    start = places[sum(len(line) + 1 for line in lines[:-1]) + int(error[2]) - 1]
    match = _TOKEN.match(source, start)
    if "no matching overload" in error[3]:
        return _fault(source, start, RuleFaultCode.WRONG_KIND, match[0] if match else "")
    if match is None:
        return _fault(source, start, RuleFaultCode.UNFINISHED)
    return _fault(source, start, RuleFaultCode.UNEXPECTED, match[0])


def _try_out(rule: Rule, tokens: list[_Token]) -> None:
    """Raises RuleFault where an example has no finite score; at the first division, if any."""
    for facts in EXAMPLES:
        try:
            score(rule, facts)
        except RuleFailed:
            start = next((t.start for t in tokens if t.text == "/"), tokens[0].start)
            used = dict.fromkeys(token.text for token in tokens if token.text in _FACTS)
            known = to_builtins(facts)
            hint = ", ".join(f"{name} = {known[name]}" for name in used or _FACTS[:1])
            raise _fault(rule.source, start, RuleFaultCode.NOT_FINITE, "/", hint) from None


def _fault(
    source: str, start: int, code: RuleFaultCode, found: str = "", hint: str = ""
) -> RuleFault:
    before = source[:start]
    line, column = before.count("\n") + 1, start - before.rfind("\n")
    return RuleFault(code, line, column, found, hint)


_FIRST = Facts(
    wait_min=0.0,
    ticket_class=TicketClass.ORDINARY,
    channel=Channel.CARD,
    origin="",
    services=[],
    slot_min=0.0,
    returns=0,
    delays=0,
    transfers=0,
    queue_id=QueueId("A"),
    queue_waiting=1,
    hour=0,
    minute=0,
    weekday=1,
)
_USUAL = replace(
    _FIRST,
    wait_min=12.5,
    origin=Origin.STUDENT,
    services=[ServiceId("a service")],
    slot_min=-3.0,
    returns=1,
    delays=1,
    transfers=1,
    queue_waiting=20,
    hour=9,
    minute=30,
)
_LAST = replace(
    _FIRST,
    wait_min=1440.0,
    slot_min=1440.0,
    returns=5,
    delays=1,
    transfers=1,
    queue_waiting=5000,
    hour=23,
    minute=59,
    weekday=7,
)
EXAMPLES = (
    *(
        replace(facts, ticket_class=ticket_class, channel=channel)
        for facts, ticket_class, channel in product((_FIRST, _USUAL, _LAST), TicketClass, Channel)
    ),
    *(replace(_USUAL, hour=hour) for hour in range(24)),
    *(replace(_USUAL, weekday=weekday) for weekday in range(1, 8)),
)
"""Every class and channel with the least, usual and greatest facts; every hour and weekday."""
