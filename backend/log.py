"""Structured logs: one JSON line an event on stderr, without personal data.

docs/operations.md lists the events.
"""

import io
import logging
import sys
import traceback
from contextlib import suppress
from typing import TextIO, cast

import structlog

FRAMES_MAX = 30


def set_up_log(process: str, level: str = "info") -> None:
    """Write this process's log lines to stderr, each marked with the process's name."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_told),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.PrintLoggerFactory(cast(TextIO, _Stderr())),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")


class _Stderr(io.TextIOBase):
    """What a full disk or a closed pipe does not take is lost: no line is worth a hall."""

    def __init__(self) -> None:
        self._file = sys.stderr  # None when the caller closed it

    def write(self, text: str) -> int:
        """See TextIOBase."""
        with suppress(OSError):
            print(text, end="", file=self._file)
        return len(text)

    def flush(self) -> None:
        """See TextIOBase."""
        if self._file is not None:
            with suppress(OSError):
                self._file.flush()


def _told(exc_info: structlog.typing.ExcInfo) -> list[dict[str, object]]:
    """What failed and where, the cause last.

    Neither the frames' locals nor the words of a foreign error: a KeyError's word is the key, and
    that may be a ticket's token or a card's hash (I19).
    """
    found: list[dict[str, object]] = []
    error: BaseException | None = exc_info[1]
    while error is not None and len(found) < FRAMES_MAX:
        told: dict[str, object] = {"type": type(error).__name__}
        if isinstance(error, AssertionError | OSError) or type(error).__module__.startswith(
            "backend."
        ):
            told["words"] = str(error)
        if isinstance(error, BaseExceptionGroup):
            told["of"] = [_told((type(e), e, e.__traceback__)) for e in error.exceptions]
        frames = traceback.extract_tb(error.__traceback__, -FRAMES_MAX)
        told["at"] = [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
        found.append(told)
        error = error.__cause__ or error.__context__
    return found
