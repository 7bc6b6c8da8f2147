"""The measures of RULES.md, each defined once: for screen, export and HTTP alike (ST1)."""
