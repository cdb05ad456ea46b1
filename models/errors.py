"""What a rule says when it refuses. The web translates the texts; the models never know the reader's language."""

from typing import Any


def N_(message: str) -> str:  # noqa: N802 - the name gettext tools look for
    """Mark a text for translation without translating it here."""
    return message


class Refused(Exception):
    """A rule said no. `message` is a gettext id with `%(name)s` places filled from `params`."""

    def __init__(self, message: str, **params: Any) -> None:
        super().__init__(message % params if params else message)
        self.message = message
        self.params = params


class NotFound(Exception):
    """No such row, or none that this principal may see: the two are deliberately the same."""
