"""Devices of a hall as programs: for tests and for `make run`."""
