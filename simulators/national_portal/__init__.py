"""A stand-in for the National Public Service Portal (Cổng Dịch vụ công quốc gia), as units meet it."""

from simulators.national_portal.server import Faults, serve, signature
from simulators.national_portal.store import Store

__all__ = ["Faults", "Store", "serve", "signature"]
