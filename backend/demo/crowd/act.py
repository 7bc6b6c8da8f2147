"""One command, whose refusal is an answer like any other."""

import structlog

from backend.client import Client, UnansweredError
from backend.client.client import Answer
from backend.core.commands import Command

log = structlog.get_logger()


async def act(client: Client, command: Command) -> Answer | None:
    """The answer; None when there was none in time and the views are to tell."""
    try:
        return await client.do(command)
    except UnansweredError as error:
        log.info("unanswered", why=str(error))
        return None
