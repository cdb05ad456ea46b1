"""The forms of an import: the file, how it is laid out, and what its columns mean."""

from typing import Any

from flask import request
from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, IntegerField, SelectField, StringField
from wtforms.validators import InputRequired, Length, NumberRange

from models.importing.dates import DateForm
from models.importing.dialect import Layout
from models.importing.fields import CREATES, FIELDS, Kind
from models.importing.numbers import DecimalSign
from models.importing.profile import Profile, shipped_profiles
from models.importing.proposal import Outline
from portal.imports.words import DATE_FORMS, KINDS
from portal.web.forms import Form, choices, translated

ENCODINGS = {name: name.upper() for name in ("utf-8", "windows-1254", "utf-16", "iso-8859-9", "windows-1252")}
SEPARATORS = {";": ";", ",": ",", "tab": _l("Tab"), "|": "|", "+|": "+|", "||": "||"}
_NEVER_THE_SAME = frozenset({"product", "number", "name", "quantity", "price", "wanted", "company"})
TAB = {"tab": "\t", "\t": "tab"}


class FileForm(Form):
    """A file and what it holds."""

    kind = SelectField(_l("What it holds"), [InputRequired()])
    file = FileField(
        _l("File"),
        [FileRequired()],
        description=_l("CSV or Excel (.xlsx), up to 128 MB."),
        render_kw={"accept": ".csv,.txt,.tsv,.xlsx"},
    )

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.kind.choices = choices(translated(KINDS))


class LayoutForm(Form):
    """Where the rows of a file are: the mapping to start from, and what is not left to be found out."""

    mapping = SelectField(_l("Start from"))
    encoding = SelectField(_l("Characters"))
    separator = SelectField(_l("Separator"))
    header = BooleanField(_l("The first row holds the headings"))
    skip_lines = IntegerField(_l("Lines to leave out above"), [NumberRange(0, 100)], default=0)
    sheet = StringField(_l("Sheet"), [Length(max=60)], description=_l("Of a workbook; empty means the first."))

    def __init__(self, profile: Profile, **kwargs: Any) -> None:
        layout = profile.layout
        super().__init__(
            mapping=profile.name,
            encoding=layout.encoding or "",
            separator=TAB.get(layout.separator or "", layout.separator or ""),
            header=profile.header,
            skip_lines=profile.skip_lines,
            sheet=profile.sheet,
            **kwargs,
        )
        found_out = gettext("As found out")
        shipped = {each.name: each.title for each in shipped_profiles(profile.kind)}
        headings = {str(profile.kind): gettext("The headings of the columns")}
        self.mapping.choices = choices({profile.name: profile.title} | shipped | headings)
        declared = {layout.encoding: layout.encoding.upper()} if layout.encoding else {}
        self.encoding.choices = choices(ENCODINGS | declared, none=found_out)
        separator = TAB.get(layout.separator or "", layout.separator)
        _quiet(self)
        self.separator.choices = choices(({separator: separator} if separator else {}) | SEPARATORS, none=found_out)

    def revised(self, profile: Profile) -> Profile:
        """The profile to start from, read in this way."""
        shipped = {each.name: each for each in shipped_profiles(profile.kind)}
        if self.mapping.data != profile.name and self.mapping.data in shipped:
            return shipped[self.mapping.data].in_zone(profile.timezone or "UTC")
        separator = TAB.get(self.separator.data, self.separator.data) or None
        layout = Layout(self.encoding.data or None, separator, profile.layout.row_end, profile.layout.quote)
        named = self.header.data == profile.header
        return profile.revised(
            layout=layout,
            header=self.header.data,
            skip_lines=self.skip_lines.data or 0,
            sheet=self.sheet.data or None,
            width=profile.width if named else None,
            columns=profile.columns if named else {},
            complete=False,
        )


class MappingForm(Form):
    """What the columns mean. One field for each column and each value for all rows is added by `mapping_form`."""

    decimal = SelectField(_l("Decimal sign"))
    dates = SelectField(_l("Dates"))
    source = StringField(
        _l("Whose keys"), [InputRequired(), Length(max=60)], description=_l("The system that the file comes from.")
    )
    skip_words = StringField(
        _l("Leave out rows that begin with"), [Length(max=200)], description=_l("Several words with commas between.")
    )
    create = BooleanField(_l("Add what the file names and nobody knows yet: %(what)s"))
    settable: tuple[str, ...] = ()
    """The names of the fields for values that are the same in all rows."""

    def revised(self, profile: Profile, outline: Outline) -> Profile:
        """The profile with what was chosen."""
        chosen = {heading: _names(self[_column(index)].data) for index, (heading, *_) in enumerate(outline.columns)}
        names = [name for names in chosen.values() for name in names]
        constants = {name: self[f"set_{name}"].data for name in _settable(profile, outline) if self[f"set_{name}"].data}
        return profile.revised(
            columns=chosen,
            complete=False,
            constants={name: value for name, value in constants.items() if name not in names},
            decimal=DecimalSign(self.decimal.data) if self.decimal.data else None,
            dates=DateForm(self.dates.data) if self.dates.data else None,
            source=self.source.data,
            skip_words=frozenset(word.strip() for word in (self.skip_words.data or "").split(",") if word.strip()),
            create=frozenset(CREATES[profile.kind] if self.create.data else ()),
        )


def mapping_form(profile: Profile, outline: Outline) -> MappingForm:
    """The form for this file: a choice for each column, and a value for each field that every row must have."""
    fields = {}
    labels = {field.name: gettext(field.label) for field in FIELDS[profile.kind]}
    for index, (heading, _cells, names) in enumerate(outline.columns):
        several = {"+".join(names): " + ".join(labels[name] for name in names)} if len(names) > 1 else {}
        fields[_column(index)] = SelectField(
            heading, choices=choices(labels | several, none=gettext("Not used")), default="+".join(names)
        )
    settable = _settable(profile, outline)
    for name in settable:
        fields[f"set_{name}"] = StringField(labels[name], [Length(max=200)], default=profile.constants.get(name))
    form: MappingForm = type("MappingFormOfFile", (MappingForm,), fields)(
        decimal=profile.decimal or "",
        dates=profile.dates or "",
        source=profile.source,
        skip_words=", ".join(sorted(profile.skip_words)),
        create=bool(profile.create),
    )
    by_values = gettext("By all values of the file")
    form.settable = tuple(f"set_{name}" for name in settable)
    form.decimal.choices = choices({",": gettext("Comma: 1.234,50"), ".": gettext("Point: 1,234.50")}, none=by_values)
    form.dates.choices = choices(translated(DATE_FORMS), none=by_values)
    _quiet(form)
    return form


def _quiet(form: Form) -> None:
    """No "(optional)" at each choice that can be left as found out."""
    for field in form:
        field.flags.optional_unsaid = True


def _column(index: int) -> str:
    return f"column_{index}"


def _names(choice: str) -> tuple[str, ...]:
    return tuple(name for name in choice.split("+") if name)


def _settable(profile: Profile, outline: Outline) -> list[str]:
    """Fields that may have one value for all rows: those that have one, and those that lack a column."""
    meant = {name for *_, names in outline.columns for name in names}
    if request.method == "POST":
        meant = {name for key, choice in request.form.items() if key.startswith("column_") for name in _names(choice)}
    needed = {field.name for field in FIELDS[profile.kind] if field.required} - meant - _NEVER_THE_SAME
    return [field.name for field in FIELDS[profile.kind] if field.name in needed | set(profile.constants)]


def kind_of(form: FileForm) -> Kind:
    """The kind that was chosen."""
    return Kind(form.kind.data)
