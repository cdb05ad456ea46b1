"""The letterhead, which head office keeps."""

from flask import Blueprint, flash
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from models.access import Permission
from models.letterhead import get_letterhead
from portal.letterhead.forms import LetterheadForm
from portal.web import db
from portal.web.lifecycle import portal
from portal.web.permissions import requires
from portal.web.render import render, see_other

bp = Blueprint("letterhead", __name__, url_prefix="/letterhead")


@bp.get("")
@requires(Permission.EDIT_LETTERHEAD)
def edit() -> BaseResponse:
    """The letterhead as it is."""
    return render("letterhead/edit.html", form=LetterheadForm(get_letterhead(db, portal().settings.company)))


@bp.post("")
@requires(Permission.EDIT_LETTERHEAD)
def save() -> BaseResponse:
    """Keep it; documents made from now on carry it, those made before stay as they are."""
    letterhead = get_letterhead(db, portal().settings.company)
    form = LetterheadForm(letterhead)
    if not form.sent():
        return render("letterhead/edit.html", form=form, status=422)
    form.put_into(letterhead)
    db.add(letterhead)
    flash(_("The letterhead is saved."), "good")
    return see_other("letterhead.edit")
