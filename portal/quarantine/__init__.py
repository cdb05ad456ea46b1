"""What laptops sent and the server could not simply take in: operations to accept or not, and conflicts to settle."""

from portal.quarantine import conflict_views, views

bp = views.bp

__all__ = ["bp", "conflict_views"]
