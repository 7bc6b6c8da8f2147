"""The demo hall: its plan, its accounts, and the simulated people of `make demo`."""
