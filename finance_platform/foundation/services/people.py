"""People are invited, accept, change hands of work for a time, and leave; their names stay on what they did."""

import hashlib
import hmac
import secrets
from datetime import datetime, timedelta

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from finance_platform.foundation import queries, rules
from finance_platform.foundation.errors import Conflict, Invalid, NotFound
from finance_platform.foundation.models import ApiToken, Delegation, Invitation, Membership, Organisation, User
from finance_platform.foundation.permissions import ROLES_BY_KIND, Permission, Role
from finance_platform.foundation.use_case import use_case

INVITATION_DAYS = 14
DELEGATION_DAYS_MAX = 90
TOKEN_DAYS = 180


@use_case(Permission.PEOPLE_MANAGE)
def invite(*, by: User, at: datetime, full_name: str, role: str) -> tuple[Invitation, str]:
    """Offer a colleague a place; returns the invitation and the token to hand over (it is not kept).

    Raises: Invalid if the organisation has no such role. Writes: invitation.
    """
    organisation = _own(by)
    if role not in ROLES_BY_KIND[organisation.kind]:
        raise Invalid("本单位没有这个岗位", fields={"role": "请从列表中选择"})
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        organisation=organisation, full_name=full_name, role=role, token_digest=rules.digest_of(token), invited_by=by,
        invited_at=at, expires_at=at + timedelta(days=INVITATION_DAYS),
    )  # fmt: skip
    return invitation, token


@use_case(Permission.INVITATION_ACCEPT)
def accept(*, by: User, at: datetime, token: str, username: str, password: str) -> User:
    """Take the place offered by an invitation. Raises: NotFound (unknown, used, expired); Invalid; Conflict."""
    found = Invitation.objects.select_for_update().filter(token_digest=rules.digest_of(token), accepted_at=None)
    invitation = found.filter(expires_at__gt=at).first()
    if invitation is None:
        raise NotFound("邀请无效、已使用或已过期:请向单位管理员索取新的邀请")
    user = _new_user(username=username, password=password, full_name=invitation.full_name, at=at)
    Membership.objects.create(user=user, organisation=invitation.organisation, role=invitation.role, joined_at=at)
    invitation.accepted_by, invitation.accepted_at = user, at
    invitation.save(update_fields=["accepted_by", "accepted_at"])
    return user


@use_case(Permission.PEOPLE_MANAGE)
def end_membership(*, by: User, at: datetime, membership_id: int) -> Membership:
    """Let a colleague leave: his right to act ends now, his record stays.

    Raises: NotFound; Conflict if he is the last administrator.
    """
    membership = Membership.objects.filter(pk=membership_id, organisation=by.organisation, left_at=None).first()
    if membership is None:
        raise NotFound("本单位没有这位在岗人员")
    others = queries.colleagues(by).filter(is_administrator=True).exclude(pk=membership.pk)
    if membership.is_administrator and not others.exists():
        raise Conflict("他是最后一位单位管理员:请先指定另一位管理员", code="last_administrator")
    membership.left_at = at
    membership.save(update_fields=["left_at"])
    return membership


@use_case(Permission.WORK_DELEGATE)
def delegate(
    *, by: User, at: datetime, delegate_id: int, starts_at: datetime, ends_at: datetime, reason: str
) -> Delegation:
    """Lend one's work to a colleague for a time (at most 90 days); what he does counts as done by both.

    Raises: Invalid (dates, oneself, another organisation). Writes: delegation.
    """
    colleague = queries.colleagues(by).filter(user_id=delegate_id).first()
    if colleague is None or colleague.user_id == by.pk:
        raise Invalid("只能委托给本单位的其他在岗人员", fields={"delegate_id": "请从列表中选择"})
    if not starts_at < ends_at <= starts_at + timedelta(days=DELEGATION_DAYS_MAX):
        raise Invalid("委托期限无效", fields={"ends_at": f"须晚于开始时间,且不超过 {DELEGATION_DAYS_MAX} 天"})
    return Delegation.objects.create(
        principal=by, delegate=colleague.user, starts_at=starts_at, ends_at=ends_at, reason=reason
    )


@use_case(Permission.WORK_DELEGATE)
def revoke_delegation(*, by: User, at: datetime, delegation_id: int) -> Delegation:
    """Take one's work back before the time is over. Raises: NotFound."""
    delegation = Delegation.objects.filter(pk=delegation_id, principal=by, revoked_at=None).first()
    if delegation is None:
        raise NotFound("没有这项有效的委托")
    delegation.revoked_at = at
    delegation.save(update_fields=["revoked_at"])
    return delegation


@use_case(Permission.TOKEN_ISSUE)
def issue_token(*, by: User, at: datetime, label: str) -> tuple[ApiToken, str]:
    """Give the acting person a key to the JSON door; returns it once, only its digest is kept."""
    token = secrets.token_urlsafe(32)
    row = ApiToken.objects.create(
        user=by, label=label[:60], digest=token_digest(token), created_at=at, expires_at=at + timedelta(days=TOKEN_DAYS)
    )
    return row, token


@use_case(Permission.TOKEN_ISSUE)
def revoke_token(*, by: User, at: datetime, token_id: int) -> ApiToken:
    """End one of one's own keys. Raises: NotFound."""
    row = ApiToken.objects.filter(pk=token_id, user=by, revoked_at=None).first()
    if row is None:
        raise NotFound("没有这个有效的令牌")
    row.revoked_at = at
    row.save(update_fields=["revoked_at"])
    return row


def token_digest(token: str) -> str:
    """Return what is kept of a random token (it carries 256 bits of chance, so a plain keyed digest suffices)."""
    return hmac.new(settings.SECRET_KEY.encode(), token.encode(), hashlib.sha256).hexdigest()


def first_person(
    organisation: Organisation, *, role: Role, full_name: str, username: str, password: str, at: datetime
) -> User:
    """Write an organisation's first person inside the use case that takes the organisation in."""
    user = _new_user(username=username, password=password, full_name=full_name, at=at)
    Membership.objects.create(user=user, organisation=organisation, role=role, is_administrator=True, joined_at=at)
    return user


def _new_user(*, username: str, password: str, full_name: str, at: datetime) -> User:
    username = username.strip().lower()
    if not username or User.objects.filter(username=username).exists():
        raise Conflict("该账号已被使用:请换一个", code="username_taken", fields={"username": "请换一个账号"})
    try:
        validate_password(password)
    except ValidationError as error:
        raise Invalid("密码不符合要求", fields={"password": " ".join(error.messages)}) from None
    return User.objects.create_user(username, password, full_name=full_name, joined_at=at)


def _own(by: User) -> Organisation:
    if by.organisation is None:
        raise NotFound("您不属于任何单位")
    return by.organisation
