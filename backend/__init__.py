"""Yizhan: the system that runs a one-stop service hall."""
