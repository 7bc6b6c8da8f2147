"""Python's `websockets` with its own `broadcast`: what anybody says is a frame to all others."""

import resource
import sys
from contextlib import suppress

import uvloop
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.exceptions import ConnectionClosed


async def main(size: int) -> None:
    """Serve for ever, on a port that is printed."""
    seq = 0
    open_files = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files, open_files))
    connections: set[ServerConnection] = set()

    async def handle(sender: ServerConnection) -> None:
        nonlocal seq
        connections.add(sender)
        with suppress(ConnectionClosed):
            async for _ in sender:
                seq += 1
                head = f'{{"type":"show","seq":{seq},"view":"'
                broadcast(connections - {sender}, head.ljust(size - 2, "x") + '"}')
        connections.discard(sender)

    async with serve(handle, "127.0.0.1", 0, compression=None, backlog=4096) as server:
        print(next(iter(server.sockets)).getsockname()[1], flush=True)
        await server.serve_forever()


if __name__ == "__main__":
    uvloop.run(main(int(sys.argv[1])))
