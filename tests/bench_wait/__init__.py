"""How well a wait is estimated: `make bench-wait`, docs/wait.md."""
