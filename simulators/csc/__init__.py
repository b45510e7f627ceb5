"""A remote signing service as the Cloud Signature Consortium describes it (API 1.0.4 and 2.0)."""

from simulators.csc.service import Service, serve

__all__ = ["Service", "serve"]
