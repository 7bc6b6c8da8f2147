"""Telling people outside the page: by mail, and by the robots of groups (NO1–NO6)."""
