"""Simulated days: seeded, in virtual time, on the real hub with faults between any two effects."""
