"""Recorded days: re-run under another plan, explained ticket by ticket, shown as they stood."""
