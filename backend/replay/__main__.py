"""The history process: answers the questions on its input, one a line, until that ends.

A web process keeps one or two of these (`reader.py`): reading a day takes hundreds of
milliseconds in which no command could be answered.
"""

import asyncio
import os
import sys
from http import HTTPStatus

import msgspec
import structlog
from msgspec import Raw

from backend.core.ids import HallId
from backend.log import set_up_log
from backend.replay.answers import Answers
from backend.replay.questions import Question, Reply
from backend.settings import Settings, SettingsError, read_settings
from backend.store.archive import Archive
from backend.store.database import Database
from backend.store.redis_servers import Links
from backend.store.redis_stream import RedisStream
from backend.store.stream import StoreError

NICENESS = 10
"""Calls go before questions about the past."""

log = structlog.get_logger()


def main() -> None:
    """Answer until the input ends; the log goes to the standard error output."""
    settings = read_settings(os.environ)
    set_up_log("history", settings.log_level)
    os.nice(NICENESS)
    decoder, encoder = msgspec.json.Decoder(Question), msgspec.json.Encoder()
    with asyncio.Runner() as runner:
        answers = _answers(settings)
        for line in sys.stdin.buffer:
            reply = runner.run(_reply(answers, decoder.decode(line)))
            sys.stdout.buffer.write(encoder.encode(reply) + b"\n")
            sys.stdout.buffer.flush()


async def _reply(answers: Answers, question: Question) -> Reply:
    try:
        return await answers.to(question)
    except StoreError as error:
        status, code, detail = HTTPStatus.SERVICE_UNAVAILABLE, "unavailable", str(error)
    except Exception as error:
        log.error("question_failed", question=type(question).__name__, exc_info=error)
        status, code, detail = HTTPStatus.INTERNAL_SERVER_ERROR, "internal", "the log says more"
    return Reply(status=status, body=Raw(b"null"), code=code, detail=detail)


def _answers(settings: Settings) -> Answers:
    if settings.redis_url is None or settings.database_url is None:
        raise SettingsError("Set REDIS_URL and DATABASE_URL.")
    links = Links(settings.redis_url)

    def stream_of(hall_id: HallId) -> RedisStream:
        return RedisStream(links.of(hall_id), hall_id)

    return Answers(Archive(Database(settings.database_url)), stream_of)


if __name__ == "__main__":
    main()
