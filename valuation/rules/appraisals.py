"""What a signed value needs: distinct hands, a whole model, a value that the model supports, and an end.

Source: domain page section 2.3 (guards), valuation page sections 0 and 1.15.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any

from finance_platform.foundation.errors import Invalid
from finance_platform.foundation.rules import require_distinct_hands
from valuation.rules import figures
from valuation.rules.rights import ENGINE_KINDS, Right

SYSTEM_TITLE = "系统测算报告"
STATUTORY_TITLE = "资产评估报告"
# A value older than this on the day of signing would have lapsed within the year it is meant for.
VALUATION_AGE_DAYS_MAX = 180
# 自拟示例: no source names how long a firm may take; the task list marks what takes longer.
WORKING_DAYS_TO_ISSUE = 15
# 自拟示例: the state table says "within N days" and no source names N.
OBJECTION_DAYS = 30


def title(basis: str, filing_code: str) -> str:
    """Return what the report may be called: an appraisal report only when a filed institution signs it.

    Source: 资产评估法; valuation page section 1.15.
    """
    return STATUTORY_TITLE if basis == "filed_report" and filing_code else SYSTEM_TITLE


def expires_on(valuation_date: date) -> date:
    """Return the last day on which a value may be used: one year after its date (29 Feb gives 28 Feb).

    `expires_on(date(2025, 6, 30)) == date(2026, 6, 30)`, inclusive.
    """
    try:
        return valuation_date.replace(year=valuation_date.year + 1)
    except ValueError:
        return valuation_date.replace(year=valuation_date.year + 1, day=28)


def require_stake(sharing: bool | None, share: Decimal | None, scheme: str) -> None:
    """Refuse a declaration that leaves open whether the firm bears part of a loss, and how much. Raises: Invalid.

    `share` is a fraction. Source: issue, "a loss-sharing stake is declared in the report as a threat to independence".
    """
    if sharing is None:
        raise Invalid("请声明本机构是否分担贷款损失", fields={"loss_sharing": "请选择“是”或“否”"})
    if sharing and (share is None or not 0 < share <= 1):
        raise Invalid("请写明分担比例", fields={"loss_share": "大于 0、至多 100%;例如 54:26:16:4 方案中的 4%"})
    if not sharing and (share is not None or scheme.strip()):
        raise Invalid("不分担损失的,不填比例和方案", fields={"loss_share": "请清空,或改选“是”"})
    if len(scheme) > 60:
        raise Invalid("方案过长", fields={"loss_scheme": "至多 60 字"})


def require_signable(
    hands: Collection[int], *, appraiser: Collection[int], reviewer: Collection[int], first: Collection[int] | None
) -> None:
    """Refuse a signature by the reviewer, or a second one by the first signatory; principals count.

    The appraiser may be one of the two signatories. Arguments are user ids behind each step. Raises: Forbidden.
    """
    require_distinct_hands(reviewer, hands, what="评估签字")
    require_distinct_hands(reviewer, appraiser, what="评估复核")
    if first is not None:
        require_distinct_hands(first, hands, what="评估签字")


def require_model(document: Mapping[str, Any], today: date) -> date:
    """Return the valuation date of a document that may stand behind an appraisal.

    It is a portfolio with sensitivity, of a day not in the future, and says nothing of a loan: the appraiser works
    blind. Raises: Invalid naming the member.
    """
    if "loan" in document:
        raise Invalid("评估不看借款金额", fields={"/loan": "请删除:借款问题由银行在已锁定的测算上回答"})
    if "portfolio" not in document:
        raise Invalid("请按资产组合测算", fields={"/portfolio": "单件权利也写成一件资产的组合"})
    if not document.get("sensitivity", {}).get("tornado"):
        raise Invalid("缺少敏感性分析", fields={"/sensitivity/tornado": "请写两个分位点,例如 [0.1, 0.9]"})
    try:
        day = date.fromisoformat(str(document.get("valuation_date", "")))
    except ValueError:
        raise Invalid("缺少评估基准日", fields={"/valuation_date": "请写成 2025-06-30 的样子"}) from None
    _require_recent(day, today)
    return day


def _require_recent(day: date, today: date) -> None:
    if day > today:
        raise Invalid("评估基准日不能晚于今天", fields={"/valuation_date": f"请写 {today} 或更早的日期"})
    if (today - day).days > VALUATION_AGE_DAYS_MAX:
        raise Invalid("评估基准日过早", fields={"/valuation_date": f"请写 {VALUATION_AGE_DAYS_MAX} 天以内的日期"})


def require_whole_pool(document: Mapping[str, Any], pool: Sequence[Right]) -> None:
    """Refuse a model that does not value exactly the pledged rights, each as what it is and no longer than it lasts.

    Assets carry the right's number as their name.
    Raises: Invalid naming the member.
    """
    assets = {str(asset.get("name")): (place, asset) for place, asset in enumerate(document["portfolio"]["assets"])}
    wanted = {right.number for right in pool}
    if set(assets) != wanted:
        missing, foreign = "、".join(sorted(wanted - set(assets))), "、".join(sorted(set(assets) - wanted))
        raise Invalid(
            "模型须恰好包含质押的全部权利", code="pool_differs",
            fields={"/portfolio/assets": f"缺少:{missing or '无'};多出:{foreign or '无'}(资产名称填权利号码)"},
        )  # fmt: skip
    shared = document["portfolio"].get("shared", {})
    for right in pool:
        place, asset = assets[right.number]
        _require_same_right(shared | asset, right, f"/portfolio/assets/{place}")


def _require_same_right(asset: Mapping[str, Any], right: Right, pointer: str) -> None:
    kind = ENGINE_KINDS.get(right.kind, "other")
    if asset.get("kind", "other") != kind:
        raise Invalid("权利类型与登记不符", fields={f"{pointer}/kind": f"请写 {kind}"})
    if asset.get("method") == "real_option":
        raise Invalid("实物期权价值不能作为质押基础", fields={f"{pointer}/method": "请用收益法、成本法或市场法"})
    if right.registry == "patent" and asset.get("method") not in {"cost", "market"}:
        _require_legal_life(asset["horizon"], right, f"{pointer}/horizon")


def _require_legal_life(horizon: Mapping[str, Any], right: Right, pointer: str) -> None:
    """A patent earns nothing beyond its term: where the register's dates are known, the model is bound by one."""
    known = {"legal_expiry": right.expiry_date, "filing_date": right.filing_date}
    stated = {name: horizon[name] for name in known if name in horizon}
    if not stated and any(known.values()):
        raise Invalid("缺少法定期限", fields={pointer: "请写 legal_expiry 或 filing_date"})
    for name, day in stated.items():
        registered = known[name]
        if registered and day != registered.isoformat():
            raise Invalid("法定期限与登记不符", fields={f"{pointer}/{name}": f"登记为 {registered}"})


def require_supported(output: Mapping[str, Any], point: float, low: float, high: float) -> None:
    """Refuse a stated value that its run does not support: low <= point <= high, point within the run's P5–P95.

    Values in the run's money (yuan). Raises: Invalid.
    """
    if not 0 < low <= point <= high:
        raise Invalid("评估值须为正,且不低于下限、不高于上限", fields={"point_fen": "下限 ≤ 评估值 ≤ 上限"})
    quantiles = output["simulation"]["quantiles"]
    if not quantiles["p5"] <= point <= quantiles["p95"]:
        raise Invalid(
            "评估值不在测算分布之内", code="value_unsupported",
            fields={"point_fen": f"该次测算 P5–P95 为 {quantiles['p5']:,.2f}–{quantiles['p95']:,.2f} 元;请改模型再测"},
        )  # fmt: skip


def proposed(output: Mapping[str, Any]) -> tuple[int, int, int]:
    """Return what a run proposes as value, low and high, in fen: the simulated mean, P10 and P90.

    The simulated mean, not the value at the means of the inputs: the value is not linear in them, and what a value is
    asked for is its expectation.
    """
    simulation = output["simulation"]
    quantiles = simulation["quantiles"]
    return figures.fen(simulation["mean"]), figures.fen(quantiles["p10"]), figures.fen(quantiles["p90"])
