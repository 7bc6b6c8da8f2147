"""The display agent: speaks a zone's calls through a loudspeaker."""
