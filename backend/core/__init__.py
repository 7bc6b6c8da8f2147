"""The pure core: words, commands, events, rules and views; no clock, no IO, no chance."""
