"""Tests; `python -m pytest` from the top of the checkout runs them all."""
