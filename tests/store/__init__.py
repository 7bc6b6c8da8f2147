"""Streams, archive and accounts on real servers."""
