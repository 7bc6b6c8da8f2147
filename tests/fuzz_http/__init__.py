"""The HTTP side walked by its own OpenAPI document: schemathesis makes up the requests."""
