"""The door of the terminology engine."""

from haidang.engines.terminology.definitions import definitions, package_version

__all__ = ["definitions", "package_version"]
