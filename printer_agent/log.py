"""Log lines: one JSON object each, to stderr; no token, no personal data (I19)."""

import logging
import sys

import structlog
from structlog.typing import Processor


def set_up(level: int = logging.INFO) -> None:
    """Send our own lines from the level up, and the libraries' warnings, to stderr."""
    shared: list[Processor] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
    ]
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        )
    )
    # python-escpos tells the root logger about every connection it makes.
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)
    logging.getLogger("yizhan").setLevel(level)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
