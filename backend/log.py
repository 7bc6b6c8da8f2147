"""Structured logs: one JSON line an event on stderr, without personal data."""

import logging
import sys

import structlog

_traceback = structlog.tracebacks.ExceptionDictTransformer(show_locals=False)
"""Without the locals of the frames: they hold tokens and card hashes (I19)."""


def set_up_log(process: str) -> None:
    """Write this process's log lines to stderr, each marked with the process's name."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.ExceptionRenderer(_traceback),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    structlog.contextvars.bind_contextvars(process=process)
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(name)s: %(message)s")
