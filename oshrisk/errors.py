"""Errors that a user can mend: a code, the values, and the texts in both languages."""

from __future__ import annotations

from oshrisk.messages import LANGUAGES, Language, text


class OshriskError(Exception):
    """What the user gave cannot be used; nothing was written.

    Parameters
    ----------
    code : str
        Key of the text below ``errors`` in a catalogue: ``"registry.no_enterprises"`` stands for the entry
        ``[errors.no_enterprises]`` of ``locale/*/registry.toml`` with its texts ``what`` and ``mend``.
    **values : object
        What the texts name: file, sheet, row, column, value, nearest name …; a function of the language where
        the value is itself a text.
    """

    def __init__(self, code: str, /, **values: object) -> None:
        self.code = code
        self.values = values
        super().__init__(code)

    def message(self, language: Language = "vi") -> str:
        """Say what is wrong and how to mend it, in one language."""
        name, entry = self.code.split(".", 1)
        values = {key: value(language) if callable(value) else value for key, value in self.values.items()}
        what = text(f"{name}.errors.{entry}.what", language, **values)
        mend = text(f"{name}.errors.{entry}.mend", language, **values)
        return f"{what} {mend}"

    def __str__(self) -> str:
        return " / ".join(self.message(language) for language in LANGUAGES)
