"""Whether this process lives and whether it can serve."""

from http import HTTPStatus

from litestar import MediaType, Response, get
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest


@get("/api/health", media_type=MediaType.TEXT, sync_to_thread=False)
def health() -> str:
    """The process answers."""
    return "ok"


@get("/metrics", sync_to_thread=False)
def metrics() -> Response[bytes]:
    """Figures for Prometheus."""
    return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST, status_code=HTTPStatus.OK)
