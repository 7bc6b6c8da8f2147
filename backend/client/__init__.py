"""A client of the hub for programs: agents, tests, load, simulated visitors."""

from backend.client.client import Client
from backend.client.errors import HttpError, RejectedError, UnansweredError
from backend.client.pace import Pace

__all__ = ["Client", "HttpError", "Pace", "RejectedError", "UnansweredError"]
