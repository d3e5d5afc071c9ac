"""The JSON door: one API, assembled from the apps' routers; refusals are problem details."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, ValidationError
from ninja.security import HttpBearer, SessionAuth

from finance_platform.foundation import doors
from finance_platform.foundation.errors import DomainError, Invalid
from finance_platform.foundation.models import User


class TokenAuth(HttpBearer):
    """`Authorization: Bearer <token>`."""

    def authenticate(self, request: HttpRequest, token: str) -> User | None:
        user = doors.token_holder(request)
        if user is not None:
            request.user = user
        return user


class BrowserAuth(SessionAuth):
    """The session of a signed-in browser, with CSRF protection."""

    def authenticate(self, request: HttpRequest, key: str | None) -> User | None:
        return request.user if isinstance(request.user, User) else None


api = NinjaAPI(
    title="IP pledge financing and risk compensation",
    version="1",
    auth=[TokenAuth(), BrowserAuth()],
    urls_namespace="api",
    docs_url="/docs",
)


@api.exception_handler(DomainError)
def refused(request: HttpRequest, error: DomainError) -> HttpResponse:
    return doors.problem(error)


@api.exception_handler(AuthenticationError)
def unauthenticated(request: HttpRequest, error: Any) -> HttpResponse:
    response = doors.problem(Unauthenticated("请先登录,或在 Authorization 头中提供有效令牌"))
    response["WWW-Authenticate"] = "Bearer"
    return response


@api.exception_handler(ValidationError)
def malformed(request: HttpRequest, error: ValidationError) -> HttpResponse:
    fields = {".".join(str(part) for part in fault["loc"][1:]): fault["msg"] for fault in error.errors}
    return doors.problem(Invalid("输入不符合要求,请按各字段说明修改", fields=fields))


class Unauthenticated(DomainError):
    status = 401
    code = "unauthenticated"


def include(prefix: str, module: str) -> None:
    """Add an app's router under /api/v1/<prefix>."""
    api.add_router(prefix, f"{module}.api.router", tags=[module])


include("", "finance_platform.foundation")
include("", "pledges")
include("", "valuation")
include("", "risk_fund")
include("", "banks_portal")
