"""The live process: sessions, commands, followers and fan-out."""
