"""Logging in and out, and changing one's password."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth import update_session_auth_hash
from django.contrib.auth.forms import AuthenticationForm, SetPasswordForm
from django.contrib.auth.views import LoginView, LogoutView
from django.core.exceptions import ValidationError
from django.forms import CharField, PasswordInput
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from oshrisk.desk.accounts import settle
from oshrisk.desk.limits import forgive, note_failure, too_many

TOO_MANY = 429


class LogIn(LoginView):
    """The page to log in."""

    template_name = "desk/login.html"
    redirect_authenticated_user = True

    def post(self, request: HttpRequest, *args: Any, **names: Any) -> HttpResponse:
        """Refuse whoever has failed too often, before any password is looked at."""
        if too_many(request, request.POST.get("username", "")):
            form = AuthenticationForm(request, initial={"username": request.POST.get("username", "")})
            said = _("Too many failed attempts. Wait 15 minutes, or ask the administrator for a new password.")
            context = self.get_context_data(form=form, said=said)
            return self.render_to_response(context, status=TOO_MANY)
        return super().post(request, *args, **names)

    def form_valid(self, form: AuthenticationForm) -> HttpResponse:
        """Forget earlier failures."""
        forgive(self.request, form.cleaned_data["username"])
        return super().form_valid(form)

    def form_invalid(self, form: AuthenticationForm) -> HttpResponse:
        """Remember the failure."""
        note_failure(self.request, form.data.get("username", ""))
        return super().form_invalid(form)


class OwnPassword(SetPasswordForm):
    """A new password, and the one it takes the place of."""

    old_password = CharField(
        label=gettext_lazy("Present password"),
        strip=False,
        widget=PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )
    field_order = ("old_password", "new_password1", "new_password2")

    def clean_old_password(self) -> str:
        """Expect the present password."""
        given: str = self.cleaned_data["old_password"]
        if not self.user.check_password(given):
            raise ValidationError(_("This is not your present password."))
        return given

    def clean(self) -> dict[str, Any]:
        """Expect another password than the present one."""
        cleaned: dict[str, Any] = super().clean()
        if cleaned.get("new_password1") and cleaned.get("new_password1") == cleaned.get("old_password"):
            self.add_error("new_password1", _("The new password must differ from the present one."))
        return cleaned


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
def password(request: HttpRequest) -> HttpResponse:
    """Change one's password; a one-time password must be changed before anything else."""
    form = OwnPassword(request.user, request.POST or None)
    if request.method == "POST" and form.is_valid():
        form.save()
        settle(request.user)
        update_session_auth_hash(request, request.user)  # all other sessions of the user end
        messages.success(request, _("Your password is changed."))
        return redirect("home")
    return render(request, "desk/password.html", {"form": form, "due": request.user.account_due})


URLS = [
    path("login/", LogIn.as_view(), name="login"),
    path("logout/", LogoutView.as_view(), name="logout"),
    path("password/", password, name="password"),
]
