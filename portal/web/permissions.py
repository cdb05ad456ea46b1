"""What a view asks of whoever calls it, said beside the view; the application does not start when one says nothing."""

from collections.abc import Callable
from typing import TypeVar

from flask import Flask

from models.access import Permission, Principal

View = TypeVar("View", bound=Callable[..., object])


def requires(*permissions: Permission) -> Callable[[View], View]:
    """Only for signed-in users who hold at least one of `permissions`. Goes beneath the route's decorator."""
    if not permissions:
        raise TypeError("@requires names at least one permission")

    def mark(view: View) -> View:
        view.required_permissions = frozenset(permissions)  # type: ignore[attr-defined]
        return view

    return mark


def public(view: View) -> View:
    """For anybody, signed in or not."""
    view.required_permissions = frozenset[Permission]()  # type: ignore[attr-defined]
    return view


def required_by(view: Callable[..., object]) -> frozenset[Permission] | None:
    """What the view asks for: empty if it is public, None if it never said."""
    return getattr(view, "required_permissions", None)


def allows(required: frozenset[Permission], principal: Principal | None) -> bool:
    """Whether the principal may use a view that requires this."""
    return not required or (principal is not None and any(principal.may(permission) for permission in required))


def check_declared(app: Flask) -> None:
    """Raise RuntimeError naming every endpoint whose view is neither `@requires(…)` nor `@public`."""
    silent = sorted(name for name, view in app.view_functions.items() if required_by(view) is None)
    if silent:
        raise RuntimeError(f"these views declare neither @requires nor @public: {', '.join(silent)}")
