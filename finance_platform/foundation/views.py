"""Pages every visitor shares: the way in, one's own account, colleagues, organisations, calendars, file checks."""

import hashlib
from datetime import datetime, time, timedelta
from typing import Any
from urllib.parse import quote

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from finance_platform.foundation import doors, forms, queries
from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.models import ApiToken, Delegation, Invitation, LprFixing, Organisation, User
from finance_platform.foundation.permissions import Permission
from finance_platform.foundation.phrases import said
from finance_platform.foundation.services import calendars, organisations, people

BACKEND = "django.contrib.auth.backends.ModelBackend"
Request: Any = HttpRequest


# --- The way in ------------------------------------------------------------------------------------------------------
@doors.public_page
def home(request: Request) -> HttpResponse:
    """Show visitors what this is; send people to their workplace."""
    if isinstance(request.user, User):
        return redirect(doors.ROLE_HOMES.get(request.user.role, "account"))
    return render(request, "foundation/home.html")


@doors.public_page
def register(request: Request) -> HttpResponse:
    form = forms.RegistrationForm(request.POST or None)

    def act(fields: dict[str, Any]) -> User:
        user = organisations.register_enterprise(by=queries.public_user(), at=request.at, **fields)
        login(request, user, BACKEND)
        return user

    done = doors.submitted(request, form, act, done=_("注册成功,欢迎使用"), to="/")
    return done or render(request, "foundation/register.html", {"form": form, "crumbs": [_crumb(_("企业注册"))]})


@doors.public_page
def accept(request: Request, token: str) -> HttpResponse:
    form = forms.AcceptanceForm(request.POST or None)

    def act(fields: dict[str, Any]) -> User:
        user = people.accept(by=queries.public_user(), at=request.at, token=token, **fields)
        login(request, user, BACKEND)
        return user

    done = doors.submitted(request, form, act, done=_("已加入单位"), to="/")
    return done or render(request, "foundation/accept.html", {"form": form, "crumbs": [_crumb(_("接受邀请"))]})


@doors.public_page
@require_POST
def large_text(request: Request) -> HttpResponse:
    """Switch the size of the text; kept in a cookie."""
    after = request.POST.get("next", "/")
    if not url_has_allowed_host_and_scheme(after, {request.get_host()}):
        after = "/"
    response = HttpResponseRedirect(after)
    response.set_cookie(
        "large_text", request.POST.get("large_text", "0")[:1], max_age=365 * 86400, httponly=True, samesite="Lax"
    )
    return response


@doors.public_page
def healthz(request: Request) -> HttpResponse:
    """Answer that the site and its database are up."""
    queries.now()
    return HttpResponse("ok", content_type="text/plain")


@doors.public_page
def verify(request: Request) -> HttpResponse:
    """Let anyone holding a file learn whether exactly these bytes were received."""
    form = forms.CheckForm(request.POST or None, request.FILES or None)
    context: dict[str, Any] = {"form": form, "crumbs": [_crumb(_("文件核验"))]}
    if request.method == "POST" and form.is_valid():
        digest = hashlib.sha256()
        for chunk in form.cleaned_data["file"].chunks():
            digest.update(chunk)
        context |= {"digest": digest.hexdigest(), "receipt": queries.receipt_of(digest.hexdigest())}
    return render(request, "foundation/verify.html", context)


def text_page(name: str, title: Any) -> Any:
    """Return the view of a page that only says something."""

    @doors.public_page
    def show(request: Request) -> HttpResponse:
        return render(request, f"foundation/{name}.html", {"crumbs": [_crumb(title)], "title": title})

    return show


# --- One's own account -----------------------------------------------------------------------------------------------
@doors.page
def account(request: Request) -> HttpResponse:
    """Show who one is, what one may do, to whom work is delegated and which keys are out."""
    context = {
        "permissions": sorted(queries.permissions_of(request.user, request.at)),
        "given": Delegation.objects.filter(principal=request.user).select_related("delegate").order_by("-id"),
        "held": queries.delegations_held(request.user, request.at),
        "tokens": ApiToken.objects.filter(user=request.user).order_by("-id"),
        "crumbs": [_crumb(_("我的账号"))],
    }
    return render(request, "foundation/account.html", context)


@doors.page
def delegate(request: Request) -> HttpResponse:
    others = queries.colleagues(request.user).exclude(user=request.user)
    choices = [(m.user_id, f"{m.user} · {doors.role_label(m.role)}") for m in others]
    form = forms.DelegationForm(request.POST or None, colleagues=choices)

    def act(fields: dict[str, Any]) -> Delegation:
        return people.delegate(
            by=request.user, at=request.at, delegate_id=fields["delegate_id"], reason=fields["reason"],
            starts_at=_midnight(fields["starts_on"]), ends_at=_midnight(fields["ends_on"] + timedelta(days=1)),
        )  # fmt: skip

    done = doors.submitted(request, form, act, done=_("委托已登记"), to=reverse("account"))
    crumbs = [_crumb(_("我的账号"), reverse("account")), _crumb(_("委托工作"))]
    return done or render(request, "foundation/delegate.html", {"form": form, "crumbs": crumbs})


@doors.page
@require_POST
def revoke_delegation(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: people.revoke_delegation(by=request.user, at=request.at, delegation_id=pk),
        done=_("委托已收回"), to=reverse("account"),
    )  # fmt: skip


@doors.page
def issue_token(request: Request) -> HttpResponse:
    """Issue a key to the JSON door and show it this once."""
    form = forms.TokenForm(request.POST or None)
    crumbs = [_crumb(_("我的账号"), reverse("account")), _crumb(_("接口令牌"))]
    context: dict[str, Any] = {"form": form, "crumbs": crumbs}
    if request.method == "POST" and form.is_valid():
        _row, context["token"] = people.issue_token(by=request.user, at=request.at, label=form.cleaned_data["label"])
    return render(request, "foundation/token.html", context)


@doors.page
@require_POST
def revoke_token(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: people.revoke_token(by=request.user, at=request.at, token_id=pk),
        done=_("令牌已作废"), to=reverse("account"),
    )  # fmt: skip


# --- Colleagues ------------------------------------------------------------------------------------------------------
@doors.page
def people_list(request: Request) -> HttpResponse:
    """Show the organisation's people; its administrator invites and lets go."""
    context = {
        "memberships": queries.colleagues(request.user).order_by("role", "id"),
        "invitations": Invitation.objects.filter(organisation=request.user.organisation, accepted_at=None),
        "may_manage": queries.may(request.user, Permission.PEOPLE_MANAGE, request.at),
        "crumbs": [_crumb(_("本单位人员"))],
    }
    return render(request, "foundation/people.html", context)


@doors.page
def invite(request: Request) -> HttpResponse:
    doors.require(request, Permission.PEOPLE_MANAGE)
    labels = dict(doors.ROLE_LABELS)
    form = forms.InvitationForm(request.POST or None, organisation=request.user.organisation, labels=labels)
    crumbs = [_crumb(_("本单位人员"), reverse("people")), _crumb(_("邀请同事"))]
    context: dict[str, Any] = {"form": form, "crumbs": crumbs}
    if request.method == "POST" and form.is_valid():
        try:
            _row, token = people.invite(by=request.user, at=request.at, **form.cleaned_data)
            context["link"] = request.build_absolute_uri(reverse("accept", args=[token]))
        except Invalid as error:
            form.add_error(None, said(error.message))
    return render(request, "foundation/invite.html", context)


@doors.page
@require_POST
def end_membership(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: people.end_membership(by=request.user, at=request.at, membership_id=pk),
        done=_("该同事已离岗"), to=reverse("people"),
    )  # fmt: skip


# --- The operator's pages --------------------------------------------------------------------------------------------
@doors.page
def organisation_list(request: Request) -> HttpResponse:
    doors.require(request, Permission.ORGANISATION_ONBOARD)
    page = doors.paged(Organisation.objects.select_related("region"), request.GET.get("after", ""))
    context = {"page": page, "crumbs": [_crumb(_("入驻单位"))]}
    return render(request, "foundation/organisations.html", context)


@doors.page
def onboard(request: Request) -> HttpResponse:
    doors.require(request, Permission.ORGANISATION_ONBOARD)
    form = forms.OnboardingForm(request.POST or None)

    def act(fields: dict[str, Any]) -> User:
        return organisations.onboard(by=request.user, at=request.at, **fields)

    done = doors.submitted(request, form, act, done=_("单位已入驻"), to=reverse("organisations"))
    crumbs = [_crumb(_("入驻单位"), reverse("organisations")), _crumb(_("新入驻"))]
    return done or render(request, "foundation/onboard.html", {"form": form, "crumbs": crumbs})


@doors.page
def suspend(request: Request, pk: int) -> HttpResponse:
    doors.require(request, Permission.ORGANISATION_SUSPEND)
    form = forms.SuspensionForm(request.POST or None)

    def act(fields: dict[str, Any]) -> Organisation:
        return organisations.suspend(by=request.user, at=request.at, organisation_id=pk, **fields)

    done = doors.submitted(request, form, act, done=_("单位已停用"), to=reverse("organisations"))
    crumbs = [_crumb(_("入驻单位"), reverse("organisations")), _crumb(_("停用单位"))]
    context = {"form": form, "organisation": queries.organisation(pk), "crumbs": crumbs}
    return done or render(request, "foundation/suspend.html", context)


@doors.page
@require_POST
def reinstate(request: Request, pk: int) -> HttpResponse:
    return doors.act(
        request, lambda: organisations.reinstate(by=request.user, at=request.at, organisation_id=pk),
        done=_("单位已恢复"), to=reverse("organisations"),
    )  # fmt: skip


@doors.page
def calendar_page(request: Request) -> HttpResponse:
    """Show how far holidays and LPR are known, and take in new ones."""
    doors.require(request, Permission.CALENDAR_IMPORT)
    form = forms.CalendarForm(request.POST or None, request.FILES or None)

    def act(fields: dict[str, Any]) -> Any:
        take_in = {"holidays": calendars.import_holidays, "lpr": calendars.import_lpr}[fields["kind"]]
        return take_in(by=request.user, at=request.at, text=_text(fields["file"]), source=fields["source"])

    done = doors.submitted(request, form, act, done=_("已导入"), to=reverse("calendars"))
    context = {
        "form": form,
        "years": sorted(queries.work_calendar().years),
        "fixings": LprFixing.objects.order_by("-date")[:12],
        "warnings": queries.calendar_warnings(timezone.localdate(request.at)),
        "crumbs": [_crumb(_("日历与利率"))],
    }
    return done or render(request, "foundation/calendars.html", context)


# --- Documents and traces --------------------------------------------------------------------------------------------
@doors.page
def document(request: Request, pk: Any) -> HttpResponse:
    """Show a document's receipt."""
    found = queries.document(request.user, pk)
    return render(request, "foundation/document.html", {"document": found, "crumbs": [_crumb(_("材料回执"))]})


@doors.page
def document_file(request: Request, pk: Any) -> HttpResponse:
    """Hand out a document's bytes, always as a download."""
    found = queries.document(request.user, pk)
    response = HttpResponse(bytes(found.content.data), content_type=found.media_type)
    response.headers["Content-Disposition"] = f"attachment; filename*=UTF-8''{_quoted(found.filename)}"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return response


@doors.page
def audit(request: Request) -> HttpResponse:
    """Show who did what, and what was refused."""
    doors.require(request, Permission.AUDIT_READ)
    rows = queries.audit_rows()
    if wanted := request.GET.get("outcome"):
        rows = rows.filter(outcome=wanted)
    if subject := request.GET.get("subject"):
        rows = rows.filter(subject=subject)
    context = {"page": doors.paged(rows, request.GET.get("after", "")), "crumbs": [_crumb(_("审计留痕"))]}
    return render(request, "foundation/audit.html", context)


# --- Small translations ----------------------------------------------------------------------------------------------
def _crumb(label: Any, url: str = "") -> dict[str, Any]:
    return {"label": label, "url": url}


def _midnight(day: Any) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))


def _text(upload: Any) -> str:
    data: bytes = upload.read()
    if len(data) > settings.UPLOAD_BYTES_MAX:
        raise Invalid(_("文件过大"))
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _quoted(name: str) -> str:
    return quote(name)
