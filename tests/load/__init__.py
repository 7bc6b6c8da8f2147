"""A load generator in C, and other WebSocket servers to be measured beside ours."""
