"""The design day on the real thing: `make bench-day`."""
