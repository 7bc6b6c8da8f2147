"""Embedded PostgreSQL and Valkey out of Python wheels: no root, no system package.

`postgres` and `valkey` prepare a directory and describe how to run the server on it (`Engine`);
`process` runs what they describe as a child that cannot outlive its parent.
A hall that has its own servers sets DATABASE_URL and REDIS_URL, and nothing here is used.
"""
