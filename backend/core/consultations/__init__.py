"""Questions and live chats of visitors: words, commands, events; decide and evolve are pure."""
