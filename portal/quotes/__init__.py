"""Quotes: the list, one on paper, its PDF, and the editor of a draft."""

from portal.quotes import editor_views
from portal.quotes.views import bp

__all__ = ["bp", "editor_views"]
