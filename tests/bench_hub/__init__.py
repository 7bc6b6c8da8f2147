"""`make bench-hub`: ten thousand sockets, beside other servers and under any client."""
