"""What can go wrong between a client and its hub."""

from backend.wire.messages import ErrorCode


class RejectedError(Exception):
    """The hub will not have this client, or not on this topic; coming back by itself is no use."""

    def __init__(
        self, reason: str, *, close_code: int | None = None, code: ErrorCode | None = None
    ) -> None:
        super().__init__(reason)
        self.close_code = close_code
        """Why the connection was closed; None when only a topic was denied."""
        self.code = code
        """What was wrong with the topic; None when the connection was closed."""


class UnansweredError(Exception):
    """No answer came in time: a command may or may not have been carried out.

    Asking again with the same id is safe and tells which (I7).
    """


class HttpError(Exception):
    """The hub answered an HTTP request with a problem (RFC 9457) or not at all."""

    def __init__(self, status: int, detail: str) -> None:
        super().__init__(f"{status}: {detail}")
        self.status = status
        """HTTP status; 0 when there was no answer."""
        self.detail = detail
