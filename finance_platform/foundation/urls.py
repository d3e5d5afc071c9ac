"""Addresses every visitor shares."""

from django.contrib.auth.views import LoginView, LogoutView, PasswordChangeView
from django.urls import path, reverse_lazy
from django.utils.translation import gettext_lazy as _
from django.views.i18n import set_language

from finance_platform.foundation import doors, views

urlpatterns = [
    path("", views.home, name="home"),
    path("accounts/login/", doors.public_page(LoginView.as_view()), name="login"),
    path("accounts/logout/", doors.public_page(LogoutView.as_view()), name="logout"),
    path("accounts/register/", views.register, name="register"),
    path("accounts/accept/<str:token>/", views.accept, name="accept"),
    path(
        "accounts/password/",
        doors.page(
            PasswordChangeView.as_view(template_name="foundation/password.html", success_url=reverse_lazy("account"))
        ),
        name="password",
    ),
    path("preferences/language/", doors.public_page(set_language), name="set_language"),
    path("preferences/large-text/", views.large_text, name="large_text"),
    path("healthz", views.healthz, name="healthz"),
    path("verify/", views.verify, name="verify"),
    path("help/", views.text_page("help", _("帮助")), name="help"),
    path("methods/", views.text_page("methods", _("计算方法")), name="methods"),
    path("accessibility/", views.text_page("accessibility", _("无障碍声明")), name="accessibility"),
    path("account/", views.account, name="account"),
    path("account/delegate/", views.delegate, name="delegate"),
    path("account/delegations/<int:pk>/revoke/", views.revoke_delegation, name="revoke_delegation"),
    path("account/tokens/new/", views.issue_token, name="issue_token"),
    path("account/tokens/<int:pk>/revoke/", views.revoke_token, name="revoke_token"),
    path("account/people/", views.people_list, name="people"),
    path("account/people/invite/", views.invite, name="invite"),
    path("account/people/<int:pk>/end/", views.end_membership, name="end_membership"),
    path("operator/organisations/", views.organisation_list, name="organisations"),
    path("operator/organisations/new/", views.onboard, name="onboard"),
    path("operator/organisations/<int:pk>/suspend/", views.suspend, name="suspend"),
    path("operator/organisations/<int:pk>/reinstate/", views.reinstate, name="reinstate"),
    path("operator/calendars/", views.calendar_page, name="calendars"),
    path("documents/<uuid:pk>/", views.document, name="document"),
    path("documents/<uuid:pk>/file", views.document_file, name="document_file"),
    path("audit/", views.audit, name="audit"),
]
