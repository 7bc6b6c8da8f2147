"""The HTTP side that is not live: signing in, pages, health."""
