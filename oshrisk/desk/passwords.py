"""How long a password must be, said in both languages (Django's own words are not translated everywhere)."""

from __future__ import annotations

from django.contrib.auth.password_validation import MinimumLengthValidator
from django.utils.translation import gettext as _


class LongEnough(MinimumLengthValidator):
    """Expects a least number of characters."""

    def get_error_message(self) -> str:
        """Say that a password is too short."""
        return _("This password is too short: it needs at least %(count)s characters.") % {"count": self.min_length}

    def get_help_text(self) -> str:
        """Say how long it must be."""
        return _("At least %(count)s characters; several words are easier to remember than signs.") % {
            "count": self.min_length
        }
