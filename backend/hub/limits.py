"""How much one connection may ask of the process; nothing a client sends is held beyond these.

What one address may do over HTTP, and tickets that visitors take, are counted in `backend/rate.py`;
commands that may wait in `transact.py`.
"""

from backend.core.stamp import Role

# --- until it is known what a connection is for ---

HEAD_MAX = 16 * 1024
"""Bytes of a request up to its body: cookies and tokens take a few hundred."""
REQUEST_S = 10.0
"""For a request to come whole; browsers also open connections that they may never use."""
EARLY_MAX = 64 * 1024
"""Bytes that a client may send on a socket before it is known who it is."""
SOCKETS_PER_ADDRESS_MAX = 20_000
"""A campus with all its phones may share one address."""

# --- what it sends ---

MESSAGE_MAX = 64 * 1024
"""Bytes of a message; the session turns away those over `wire.messages.FRAME_MAX` and lives on."""
FRAGMENTS_MAX = 1024
"""Frames that one message may come in: each costs a copy, however small it is."""
RATES: dict[Role, tuple[float, float]] = {
    Role.VISITOR: (10.0, 40.0),
    Role.DEVICE: (2000.0, 4000.0),
    Role.CLERK: (200.0, 400.0),
    Role.GREETER: (200.0, 400.0),
    Role.SUPERVISOR: (2000.0, 4000.0),
    Role.ADMINISTRATOR: (2000.0, 4000.0),
    Role.DEPARTMENT_MANAGER: (200.0, 400.0),
    Role.STATISTICS_VIEWER: (200.0, 400.0),
    Role.CONTENT_EDITOR: (200.0, 400.0),
    Role.AUDITOR: (200.0, 400.0),
    Role.SYSTEM: (0.0, 0.0),
}
"""Messages a second, pings among them, and how many at once after a quiet while."""
FLOOD_GRACE = 100
"""Messages turned away as too many before the connection is closed."""
TOPICS_MAX = 200
IN_FLIGHT_MAX = 256
"""Commands of one socket that are not answered yet."""

# --- what it does not read ---

ANSWERS_MAX = 1024
"""Answers that may lie unread; who sends more without reading is flooding."""
NOTSENT_MAX = 16 * 1024
"""Bytes the kernel takes beyond what is on its way: what lies there can be replaced no more."""
PATIENCE_S = 10.0
"""How long a client may take to read what it was sent."""

# --- whether it is still there ---

STALLED_MS = 20_000
"""After so long without any acknowledgement the kernel gives the connection up."""
PING_EVERY_S = 25.0
"""One lap over all connections; proxies give up idle ones after 60 s."""
END_S = 5.0
"""For the client's close frame."""
LATE_MAX = 4 * 1024
"""Bytes in which that close frame is looked for; whatever comes after them is not looked at."""
