"""The reps of a region at work, and the routes of their days."""

from portal.team import route_views
from portal.team.views import bp

__all__ = ["bp", "route_views"]
