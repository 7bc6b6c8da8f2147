"""What each screen shows: pure functions of the day, one file a topic.

A view is whole: it replaces what the client holds.  Nothing has a default, instants are
UTC, and nothing personal is in it.
"""
