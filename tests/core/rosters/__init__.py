"""One file for each file of rules."""
