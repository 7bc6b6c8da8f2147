"""What the service website answers over HTTP: one module a noun, each with `ROUTES`."""
