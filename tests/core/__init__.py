"""The rules, the fold and the views."""
