"""Messages and their generated types."""
