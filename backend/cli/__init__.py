"""The commands of `python -m backend`: one file a noun, each names what it runs."""
