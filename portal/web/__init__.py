"""The machinery that all features share: the request's lifecycle, rendering, lists, forms, formatting, permissions."""

from portal.web.lifecycle import Portal, db

__all__ = ["Portal", "db"]
