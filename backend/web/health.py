"""Whether this process lives and whether it can serve."""

from litestar import MediaType, get


@get("/api/health", media_type=MediaType.TEXT, sync_to_thread=False)
def health() -> str:
    """The process answers."""
    return "ok"
