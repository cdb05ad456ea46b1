"""The texts of the portal in the languages of its readers, for requests, mails and documents alike."""

from functools import cache
from pathlib import Path

from babel.support import NullTranslations, Translations

FOLDER = Path(__file__).resolve().parent


@cache
def catalogue(language: str) -> NullTranslations:
    """The texts in one language; English, and whatever has not been translated, comes back as it is in the source."""
    return Translations.load(str(FOLDER), [language])
