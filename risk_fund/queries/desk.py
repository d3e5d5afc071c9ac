"""A claim as it lies on somebody's desk: what this person may do with it now, and why not; how it came so far."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from finance_platform.foundation import queries as shared
from finance_platform.foundation.models import User
from finance_platform.foundation.money import figure
from finance_platform.foundation.permissions import Permission
from risk_fund.models import Claim, Objection
from risk_fund.queries import claims as queries
from risk_fund.rules import claims as rules
from risk_fund.rules.schemes import SCOPE_LABELS, party_label

# Which step a state waits for, and the permission it takes.
_DESKS = {
    "SUBMITTED": ("first_review", Permission.CLAIM_FIRST_REVIEW),
    "REVIEWED": ("check", Permission.CLAIM_CHECK),
    "CHECKED": ("approve", Permission.CLAIM_APPROVE),
    "APPROVED": ("publicise", Permission.CLAIM_PUBLICISE),
}
_CONTROLS = ("file", "first_review", "second_review", "approve")
_WAY = {"file": "提交", "first_review": "初审", "second_review": "复核", "approve": "审定", "publicise": "公示"}
_STEP_LABELS = {"first_review": "初审", "check": "复核", "approve": "审定", "publicise": "公示"}


@dataclass(frozen=True)
class Standing:
    """What the viewer may do: `action` is the step waiting for him, or `blocked` says why his own desk must not."""

    action: str = ""
    blocked: str = ""

    @property
    def label(self) -> str:
        return _STEP_LABELS.get(self.action, "")


def standing(claim: Claim, by: User, at: datetime) -> Standing:
    """Return what the viewer may do with the claim now; the services decide again when it is done."""
    if claim.state == "OBJECTED":
        return _on_objection(claim, by, at)
    step, permission = _DESKS.get(claim.state, ("", None))
    if permission is None or not shared.may(by, permission, at):
        return Standing()
    if step != "publicise" and _was_here(claim, by, at, permission):
        return Standing(blocked="本人经办过此件,不可再办:请由他人办理")
    return Standing(action=step)


def _was_here(claim: Claim, by: User, at: datetime, permission: Permission) -> bool:
    grant = shared.grant(by, permission, at)
    mine = {by.pk} | ({grant.principal_id} if grant and grant.principal_id else set())
    return any(mine & set(step.hands) for step in claim.steps.all() if step.step in _CONTROLS)


def _on_objection(claim: Claim, by: User, at: datetime) -> Standing:
    objection = queries.open_objection(claim)
    if objection is None:
        return Standing()
    if objection.uphold is None:
        return Standing(action="propose") if shared.may(by, Permission.CLAIM_CHECK, at) else Standing()
    return _may_decide(objection, by, at)


def _may_decide(objection: Objection, by: User, at: datetime) -> Standing:
    if not shared.may(by, Permission.CLAIM_APPROVE, at):
        return Standing()
    if by.pk in objection.proposed_hands:
        return Standing(blocked="本人提出的处理意见,须由他人决定")
    return Standing(action="decide")


def way(claim: Claim) -> list[dict[str, Any]]:
    """Return the claim's way as steps: who did each and when, where it stands, what is still to come."""
    done = {step.step: step for step in claim.steps.select_related("by")}
    steps = [_way_step(label, done.get(name)) for name, label in _WAY.items()]
    steps.append(_payment(claim))
    first_open = next((step for step in steps if step["state"] == "todo"), None)
    if first_open is not None:
        first_open["state"] = "failed" if claim.state in rules.DEAD_STATES else "now"
    return steps


def _payment(claim: Claim) -> dict[str, Any]:
    order = claim.orders.filter(state="CONFIRMED").first()
    if order is None or order.checked_at is None:
        return {"label": "支付", "state": "todo", "note": ""}
    return {"label": "支付", "state": "done", "note": f"{order.checked_by} {order.checked_at.astimezone():%m-%d}"}


def _way_step(label: str, step: Any) -> dict[str, Any]:
    if step is None:
        return {"label": label, "state": "todo", "note": ""}
    return {"label": label, "state": "done", "note": f"{step.by} {step.at.astimezone():%m-%d}"}


@dataclass(frozen=True)
class Explained:
    """An allocation in words and numbers: one row per party, one sentence per cap that moved something."""

    base_fen: int
    loss_fen: int
    parties: list[tuple[str, int, str]]
    sentences: list[str]


def explained(claim: Claim) -> Explained | None:
    """Return how the scheme shared the claim, or None before it was."""
    if claim.outcome is None:
        return None
    document, outcome = claim.enrolment.scheme_version.document, claim.outcome
    stage = outcome["explanation"]["stages"][0]["amounts"]
    parties = [
        (party_label(party), amount, _note(party, stage.get(party, 0), amount))
        for party, amount in outcome["allocation"].items()
    ]
    return Explained(outcome["base"], outcome["loss"], parties, _cap_sentences(document, outcome))


def _note(party: str, before_fen: int, after_fen: int) -> str:
    if before_fen == after_fen:
        return "按比例"
    return f"按比例为 {figure(before_fen)} 元,限额或其余部分调整 {figure(after_fen - before_fen)} 元"


def _cap_sentences(document: dict[str, Any], outcome: dict[str, Any]) -> list[str]:
    sentences = []
    for step in outcome["explanation"]["caps"]:
        cap = document["caps"][step["cap"]]
        scope = SCOPE_LABELS[cap["scope"]]
        if step["cut"]:
            sentences.append(
                f"{party_label(step['party'])}{scope}上限 {figure(cap['amount'])} 元,"
                f"超出的 {figure(step['cut'])} 元由{party_label(step['to'])}承担。"
            )
    if outcome["loss"] != outcome["base"]:
        sentences.append(f"损失中 {figure(outcome['loss'] - outcome['base'])} 元不在补偿范围,由银行承担。")
    return sentences
