"""`make fuzz-http MINUTES=10`: walks until the time is over, each time from another seed."""

import sys
import time

from tests.fuzz_http.walk import walk_hall

EXAMPLES = 25


def main() -> int:
    """1 when something failed."""
    until = time.monotonic() + 60 * float(sys.argv[1])
    start = int(sys.argv[2])
    while time.monotonic() < until:
        walk = walk_hall(EXAMPLES, start).walk
        print(
            f"seed {start}: {walk.of(2)} done, {walk.of(400, 409, 422)} refused,"
            f" {walk.of(401, 403, 404)} denied or not found, {walk.of(429)} too many,"
            f" {len(walk.faults)} faults",
            flush=True,
        )
        if walk.faults:
            print("\n".join(walk.faults[:50]))
            return 1
        start += 1
    return 0


sys.exit(main())
