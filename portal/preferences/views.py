"""Language and theme: kept with the user if one is signed in, and in the browser for pages before sign-in."""

from flask import Blueprint, g, request
from werkzeug.wrappers import Response as BaseResponse

from models.user.people import prefer
from portal.formats import LOCALES
from portal.web import db
from portal.web.language import THEMES, remember
from portal.web.permissions import public
from portal.web.render import see_next

bp = Blueprint("preferences", __name__)

CHOICES = {"locale": tuple(LOCALES), "theme": THEMES}


@bp.post("/preferences")
@public
def create() -> BaseResponse:
    """Keep the choice and return to the page it was made on."""
    chosen = {name: request.form[name] for name, values in CHOICES.items() if request.form.get(name) in values}
    if g.principal and chosen:
        prefer(db, **chosen)
    response = see_next("home.show")
    for name, value in chosen.items():
        remember(response, name, value)
    return response
