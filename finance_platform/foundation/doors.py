"""What both doors share: who and when of a request, the two renderings of errors, idempotency, keyset paging.

A door translates in, makes one call, translates out. `request.at` is the platform's moment, read once.
"""

import hashlib
import hmac
import json
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import IntegrityError, transaction
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils import translation
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from ninja import Status

from finance_platform.foundation import queries, viewer
from finance_platform.foundation.errors import Conflict, DomainError, Forbidden, Invalid, NotFound
from finance_platform.foundation.models import ApiToken, IdempotencyKey, User
from finance_platform.foundation.permissions import Permission, Role
from finance_platform.foundation.phrases import said
from finance_platform.foundation.services import people
from finance_platform.foundation.use_case import keep_refusal

log = logging.getLogger(__name__)
PROBLEM = "application/problem+json"
PAGE_SIZE = 50
Action = Callable[[dict[str, Any]], Any]
PAGE_SIZE_MAX = 200


# --- Language ---------------------------------------------------------------------------------------------------------
class LanguageMiddleware:
    """Chinese first: another language only where the reader chose it (cookie), never by the browser's guess."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        wanted = request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME, "")
        language = wanted if wanted in dict(settings.LANGUAGES) else settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language  # type: ignore[attr-defined]
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


# --- Who and when ----------------------------------------------------------------------------------------------------
class PlatformMiddleware:
    """Gives every request its moment and its viewer, and renders refusals."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/static/"):
            return self.get_response(request)
        request.at = queries.now()  # type: ignore[attr-defined]
        user = person(request)
        with viewer.seen_by(user):
            response = self.get_response(request)
            asked_for_page = response.status_code == 405 and not response.content
            return render(request, "errors/405.html", status=405) if asked_for_page else response

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, DomainError):
            return refusal_page(request, exception)
        return None


def person(request: HttpRequest) -> User:
    """Return who acts: the signed-in person, the holder of the API token, or the public visitor."""
    if isinstance(getattr(request, "user", None), User):
        return request.user  # type: ignore[return-value]
    return token_holder(request) or queries.public_user()


def token_holder(request: HttpRequest) -> User | None:
    """Return the person whose unexpired token the `Authorization: Bearer` header carries."""
    scheme, _space, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token:
        return None
    found = ApiToken.objects.filter(digest=people.token_digest(token), revoked_at=None, expires_at__gt=queries.now())
    row = found.select_related("user").first()
    return row.user if row and row.user.is_active else None


# --- Pages -----------------------------------------------------------------------------------------------------------
# Role navigation: (label, view name, permission or None). Apps add theirs in `urls.py` of the top package.
NAVIGATION: dict[str, list[tuple[Any, str]]] = {}
# Where each role's workplace is (view name); apps say so beside their navigation.
ROLE_HOMES: dict[str, str] = {}
ROLE_LABELS: dict[str, Any] = {
    Role.PUBLIC: _lazy("访客"),
    Role.ENTERPRISE: _lazy("企业"),
    Role.BANK_OFFICER: _lazy("客户经理"),
    Role.BANK_APPROVER: _lazy("审批人"),
    Role.APPRAISER: _lazy("评估师"),
    Role.APPRAISAL_REVIEWER: _lazy("评估复核"),
    Role.APPRAISAL_SIGNATORY: _lazy("签字评估师"),
    Role.INSURER: _lazy("保险岗"),
    Role.GUARANTOR: _lazy("担保岗"),
    Role.INTAKE_OFFICER: _lazy("受理岗"),
    Role.ASSET_VERIFIER: _lazy("核验岗"),
    Role.FIRST_REVIEWER: _lazy("初审岗"),
    Role.CHECKER: _lazy("复核岗"),
    Role.APPROVER: _lazy("终审岗"),
    Role.CASHIER: _lazy("出纳"),
    Role.ACCOUNTANT: _lazy("会计"),
    Role.AUDITOR: _lazy("审计"),
    Role.OPERATOR: _lazy("平台运营"),
    Role.SYSTEM: _lazy("系统"),
}


def role_label(role: str) -> Any:
    return ROLE_LABELS[Role(role)]


@dataclass
class Installation:
    """What every page says of this installation."""

    mode: str = field(default_factory=lambda: str(settings.MODE))

    @property
    def today(self) -> Any:
        return queries.now().date()


# What waits for the signed-in person; the top of the line puts a fuller one here.
INBOX: Callable[[HttpRequest], dict[str, Any]] = lambda request: {}  # noqa: E731


def platform_context(request: HttpRequest) -> dict[str, Any]:
    """Give every template the installation, the role's navigation, and the size of the text."""
    user = getattr(request, "user", None)
    signed_in = isinstance(user, User)
    role = user.role if signed_in else "public"  # type: ignore[union-attr]
    return {
        "platform": SimpleLazyObject(Installation),
        "nav": SimpleLazyObject(lambda: _navigation(request, NAVIGATION.get(role, []))),
        "role_label": role_label(role) if signed_in else "",
        "inbox": SimpleLazyObject(lambda: INBOX(request)),
        "large_text": request.COOKIES.get("large_text") == "1",
        "signed_in": signed_in,
    }


def _navigation(request: HttpRequest, items: Sequence[tuple[str, str]]) -> list[dict[str, Any]]:
    entries: list[dict[str, Any]] = []
    for label, name in items:
        try:
            url = reverse(name)
        except NoReverseMatch:
            continue
        entries.append({"label": label, "url": url, "current": False})
    here = max((e for e in entries if request.path.startswith(e["url"])), key=lambda e: len(e["url"]), default=None)
    if here:
        here["current"] = True
    return entries


def page(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a page as needing a signed-in person; visitors are sent to sign in and come back with their text."""

    @wraps(function)
    def show(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if not isinstance(request.user, User):
            return redirect(f"{settings.LOGIN_URL}?next={request.get_full_path()}")
        return function(request, *args, **kwargs)

    show.authenticated = True  # type: ignore[attr-defined]
    return show


def public_page(function: Callable[..., Any]) -> Callable[..., Any]:
    """Mark a page as open to visitors (the completeness test holds the list)."""
    function.public = True  # type: ignore[attr-defined]
    return function


def require(request: HttpRequest, permission: Permission) -> None:
    """Refuse a page to people who could do nothing on it. Raises: Forbidden."""
    if not queries.may(person(request), permission, request.at):  # type: ignore[attr-defined]
        raise Forbidden(_("您的岗位不能查看此页,请联系本单位管理员"))


def submitted(
    request: HttpRequest, form: Any, action: Action, *, done: str, to: str | Callable[[Any], str]
) -> HttpResponse | None:
    """Carry out a valid form once: call, thank, redirect; on refusal keep the text and show why (then returns None).

    A form submitted twice (same `form_key`) is answered as the first time.
    """
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with whole():
            result = _once(request, lambda: action(form.cleaned_data), to)
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        form.add_error(None, said(error.message))
        for name, text in error.fields.items():
            if name in form.fields:
                form.add_error(name, said(text))
        return None
    messages.success(request, done)
    return HttpResponseRedirect(result)


@contextmanager
def whole() -> Iterator[None]:
    """Do all of the block or nothing of it; only the record of a refusal outlives the rollback."""
    try:
        with transaction.atomic():
            yield
    except Forbidden as refusal:
        keep_refusal(refusal)
        raise


def _once(request: HttpRequest, action: Callable[[], Any], to: str | Callable[[Any], str]) -> str:
    key, at = request.POST.get("form_key", ""), request.at  # type: ignore[attr-defined]
    row = _claim_key(person(request), f"form:{key}", _form_digest(request), at) if key else None
    if row is not None and row.status is not None:
        return str(row.answer)
    result = action()
    address = to(result) if callable(to) else to
    if row is not None:
        _answer_key(row, 302, address)
    return address


def _form_digest(request: HttpRequest) -> str:
    fields = {k: v for k, v in request.POST.lists() if k != "csrfmiddlewaretoken"}
    uploads: Any = request.FILES.items()
    files = {name: [upload.name, upload.size] for name, upload in uploads}
    return _keyed_digest(json.dumps([request.path, fields, files], sort_keys=True).encode())


def act(request: HttpRequest, action: Callable[[], Any], *, done: str, to: str) -> HttpResponse:
    """Carry out a one-button action once: on refusal say why on the page it came from.

    A button pressed twice (same `form_key`) is answered as the first time.
    """
    try:
        with whole():
            _once(request, action, to)
    except DomainError as error:
        if error.status in {403, 404}:
            raise
        messages.error(request, said(error.message))
    else:
        messages.success(request, done)
    return HttpResponseRedirect(to)


def refusal_page(request: HttpRequest, error: DomainError) -> HttpResponse:
    """Render a refusal for people: a styled page that says what happened and what to do."""
    template = f"{error.status if error.status in {400, 403, 404, 409, 413} else 400}.html"
    return render(request, template, {"message": said(error.message), "code": error.code}, status=error.status)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form whose protection token is missing or stale."""
    return render(request, "403_csrf.html", status=403)


# --- The JSON door ---------------------------------------------------------------------------------------------------
def problem(error: DomainError) -> JsonResponse:
    """Render a refusal for machines as problem details (RFC 9457)."""
    errors = [{"field": name, "message": said(text)} for name, text in error.fields.items()]
    body = {"type": f"urn:ipf:{error.code}", "title": said(error.message), "status": error.status, "code": error.code}
    return JsonResponse(body | {"errors": errors}, status=error.status, content_type=PROBLEM)


def problem_for(exception: Exception) -> JsonResponse:
    """Render what Django or the schemas refused before a service was called."""
    if isinstance(exception, RequestDataTooBig):
        return problem(DomainError(_("请求过大"), code="too_large"))
    if isinstance(exception, Http404):
        return problem(NotFound(_("没有这个地址或记录")))
    if isinstance(exception, PermissionDenied):
        return problem(DomainError(_("没有权限"), code="forbidden"))
    raise exception


def once(
    request: HttpRequest, action: Callable[[], Any], *, shape: Callable[[Any], Any] | None = None, status: int = 200
) -> Any:
    """Carry out a call under its `Idempotency-Key`: the same key and inputs give the first answer again.

    `shape` turns the service's result into JSON. Raises: Conflict if the key came before with other inputs.
    """
    key = request.headers.get("Idempotency-Key", "")
    to_json = shape or (lambda result: result)
    if not key:
        return Status(status, to_json(action()))
    if len(key) > 90:
        raise Invalid(_("Idempotency-Key 过长(至多90字符)"))
    with whole():
        row = _claim_key(person(request), f"api:{key}", _call_digest(request), request.at)  # type: ignore[attr-defined]
        if row.status is None:
            answer = json.loads(json.dumps(to_json(action()), default=str))
            _answer_key(row, status, answer)
    return Status(row.status or status, row.answer)


def _call_digest(request: HttpRequest) -> str:
    body = request.body if request.content_type == "application/json" else _form_digest(request).encode()
    return _keyed_digest(b"\0".join([str(request.method).encode(), request.path.encode(), body]))


def _keyed_digest(data: bytes) -> str:
    """Keyed, so that the stored digest betrays nothing of passwords or sealed terms to who reads the table."""
    return hmac.new(settings.SECRET_KEY.encode(), data, hashlib.sha256).hexdigest()


def _claim_key(user: User, key: str, digest: str, at: Any) -> IdempotencyKey:
    try:
        with transaction.atomic():
            return IdempotencyKey.objects.create(user=user, key=key, digest=digest, created_at=at)
    except IntegrityError:
        row = IdempotencyKey.objects.select_for_update().get(user=user, key=key)
    if row.digest != digest:
        raise Conflict(_("此请求编号已用于另一组内容:请换一个编号"), code="idempotency_key_reused")
    return row


def _answer_key(row: IdempotencyKey, status: int, answer: Any) -> None:
    row.status, row.answer = status, answer
    row.save(update_fields=["status", "answer"])


# --- Lists -----------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Page:
    """One page of a keyset-paged list: rows, and the key after which the next one begins (empty at the end)."""

    rows: list[Any]
    next: str
    size: int
    first: bool


def paged(rows: QuerySet[Any], after: str = "", limit: int = PAGE_SIZE, *, key: str = "-pk") -> Page:
    """Return the rows after the key `after`, ordered by the unique column `key` ("-" for falling)."""
    size = min(max(limit, 1), PAGE_SIZE_MAX)
    column = key.lstrip("-")
    if after:
        rows = rows.filter(**{f"{column}__{'lt' if key.startswith('-') else 'gt'}": after})
    try:
        found = list(rows.order_by(key)[: size + 1])
    except ValueError:
        raise Invalid(_("翻页位置无效"), fields={"after": _("请从第一页重新开始")}) from None
    last = _key_of(found[size - 1], column) if len(found) > size else ""
    return Page(found[:size], last, size, not after)


def _key_of(row: Any, column: str) -> str:
    if isinstance(row, Model):
        return str(row.pk if column == "pk" else getattr(row, column))
    return str(row[column])
