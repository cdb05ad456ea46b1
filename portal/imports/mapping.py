"""The page on which a person says what the columns of a file mean."""

from flask import Response
from flask_babel import gettext

from models.errors import N_, Refused
from models.importing.fields import CREATES
from models.importing.history import ImportRun, loaded_before
from models.importing.profile import Profile
from models.importing.proposal import Outline, outline
from models.importing.upload import head_file
from portal.imports.forms import LayoutForm, MappingForm, mapping_form
from portal.imports.words import CREATED
from portal.web import db
from portal.web.render import render


def mapping_page(run: ImportRun, layout: LayoutForm | None = None, form: MappingForm | None = None) -> Response:
    """The page with the forms as sent, or as the mapping stands."""
    profile, seen, trouble = run.profile, None, None
    try:
        seen = outline_of(run)
        form = form or mapping_form(profile, seen)
    except Refused as refusal:
        trouble = gettext(refusal.message, **refusal.params)
    layout = layout or LayoutForm(profile, formdata=None)
    return render(
        "imports/mapping.html",
        run=run,
        outline=seen,
        trouble=trouble,
        before=loaded_before(db, run),
        layout=layout,
        form=form,
        create=[gettext(CREATED[what]) for what in CREATES[profile.kind]],
        status=422 if layout.errors or (form is not None and form.errors) else 200,
    )


def outline_of(run: ImportRun) -> Outline:
    """The beginning of the file as its mapping reads it. Raises Refused."""
    with head_file(db, run) as path:
        return outline(path, run.profile)


def revise_layout(run: ImportRun) -> Response | None:
    """Take the layout that was sent; the page again if something is wrong with it."""
    form = LayoutForm(run.profile)
    if not form.sent() or not form.run(lambda: run.choose(form.revised(run.profile))):
        return mapping_page(run, layout=form)
    return None


def revise_mapping(run: ImportRun) -> Response | None:
    """Take the meaning of the columns that was sent; the page again if something is wrong with it."""
    seen = outline_of(run)
    form = mapping_form(run.profile, seen)
    if not form.sent() or not form.run(lambda: _choose(run, form.revised(run.profile, seen))):
        return mapping_page(run, form=form)
    return None


def _choose(run: ImportRun, profile: Profile) -> None:
    run.choose(profile)
    if missing := outline_of(run).missing:
        fields = ", ".join(gettext(field.label) for field in missing)
        raise Refused(N_("Still needed: %(fields)s."), fields=fields)
