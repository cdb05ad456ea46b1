"""Leads: taken in by head office, offered to a dealer, answered by him."""

from portal.leads import intake_views, views

bp = views.bp

__all__ = ["bp", "intake_views"]
