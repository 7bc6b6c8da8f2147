"""The rules, one file a noun; every function names the rules it holds by id."""
