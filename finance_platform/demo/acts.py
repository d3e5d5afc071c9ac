"""Acts that several lives of the fictional region share, and the story too: paper, appraisal, sale, money, release."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID

from banks_portal.services import recoveries
from finance_platform.demo.cast import user
from finance_platform.foundation.models import User
from finance_platform.foundation.services import documents
from pledges.services import disposals, registrations
from risk_fund.services import orders
from valuation import queries as valuation
from valuation.queries import pools as values
from valuation.rules import appraisals as value_rules
from valuation.rules.completeness import STATEMENTS
from valuation.services import appraisals, filings, measuring, reports, signing

# The appraiser bears no part of a loss.
NO_STAKE: dict[str, Any] = {"loss_sharing": False}
CONSENTS = ("data_sharing", "credit_query", "registry_check", "truthfulness")
EVIDENCE = ("overdue_statement", "collection_record", "loss_calculation")


def paper(by: User, at: datetime, kind: str, text: str) -> UUID:
    """Store a small fictional paper and return its id."""
    data = f"演示数据 · {kind}\n{text}\n{at:%F %T}\n".encode()
    return documents.store(by=by, at=at, kind=kind, filename=f"{kind}.txt", data=data).pk


def declare_filing(signatory: User, at: datetime) -> Any:
    """Let an appraisal firm put its fictional filing on record."""
    firm: Any = signatory.organisation
    notice = paper(signatory, at, "institution_filing", firm.name)
    return filings.declare(
        by=signatory, at=at, code=f"演示备案{firm.pk}号", authority="内蒙古自治区财政厅(演示)", document_id=notice
    )


def appraise(
    owner: User, people: dict[str, User], application: int, at: datetime, *, seed: int, stake: dict[str, Any]
) -> Any:
    """Let an appraisal firm value an application's pool, review and sign; returns the issued appraisal."""
    *_before, issued = appraisal(owner, people, application, at, seed=seed, stake=stake)
    return issued


def appraisal(
    owner: User, people: dict[str, User], application: int, at: datetime, *, seed: int,
    stake: dict[str, Any] = NO_STAKE,
) -> Iterator[Any]:  # fmt: skip
    """Yield the appraisal as it stands commissioned, measured, drafted, reviewed, signed once and signed twice."""
    appraiser = people["appraiser"]
    firm: Any = appraiser.organisation
    found = appraisals.commission(by=owner, at=at, application_id=application, firm_id=firm.pk)
    call: dict[str, Any] = {"at": at, "appraisal_id": found.pk}
    yield found
    run = _measured(appraiser, seed, call, stake)
    yield run
    reports.state(by=appraiser, **call, texts=STATED)
    point, low, high = value_rules.proposed(run.output)
    yield measuring.draft(
        by=appraiser, **call, run_id=run.pk, point_fen=point, low_fen=low, high_fen=high,
        evidence="收益法(许可费节省法);收入按企业申报,参数按参数表;评估值取模拟均值(演示)",
    )  # fmt: skip
    yield signing.review(by=people["reviewer"], **call, approve=True, note="模型与资料一致")
    yield signing.sign(by=people["signatory1"], **call)
    yield signing.sign(by=people["signatory2"], **call)


def _measured(appraiser: User, seed: int, call: dict[str, Any], stake: dict[str, Any]) -> Any:
    """Let the appraiser accept the order, begin and run the model; returns the run."""
    appraisals.accept(
        by=appraiser, **call, conflict_free=True, filing_code=_filing(appraiser.organisation), **stake,
        declaration="与委托人、债权人无利害关系(演示)",
    )  # fmt: skip
    begun = appraisals.start(by=appraiser, **call)
    stated = values.default_statement(begun, call["at"].date())
    return measuring.measure(by=appraiser, **call, statement=stated.plain(), seed=seed)


def _filing(firm: Any) -> str:
    found = valuation.filing_in_force(firm.pk)
    return found.code if found else ""


# What the fictional appraiser states beside the figures.
STATED = {each.code: each.draft for each in STATEMENTS if each.draft} | {
    "fees": "年费、续展费以登记机构缴费记录为准,核查时均在缴费期内(演示)。",
    "licences": "经查询许可备案并由企业书面说明,无独占、排他或普通许可,未声明开放许可(演示)。",
    "disputes": "截至基准日,经查询裁判文书与复审无效公告,无诉讼、无效请求或权属争议(演示)。",
    "scope": "质押包含该产品使用的全部权利;无未质押的同族专利,类似商品上的近似商标一并质押(演示)。",
    "approaches": "考虑了收益法、市场法和成本法。采用收益法(许可费节省法):产品收入可辨认,有行业许可费率。"
    "不用市场法:无可比成交;不用成本法:研发支出与价值相关性弱(演示)。",
    "projections": "收入由企业按上年实际申报,评估师与纳税申报表核对;增长率取零均值并给出区间(演示)。",
    "life_and_decay": "各权利取法定剩余年限与经济寿命中较短者;衰减率取参数表,反映技术更新,不与寿命重复(演示)。",
    "reconciliation": "只用一种方法,权重 100%;理由见评估方法(演示)。",
    "assumptions": "企业持续经营,权利有效且正常缴费,税收政策不变;未作特殊假设(演示)。",
    "subsequent_events": "无(演示)。",
}


def sell(officer: User, second: User, loan: Any, pledge: Any, appraised_fen: int, at: datetime) -> Any:
    """Sell the rights of a pledge at the first auction and settle with two persons; returns (disposal, recovery)."""
    appraised_fen = max(appraised_fen, 1_000_000)
    disposal = disposals.start(by=officer, at=at, loan_id=loan.pk, pledge_id=pledge.pk)
    call: dict[str, Any] = {"by": officer, "at": at, "disposal_id": disposal.pk}
    report, listing = (paper(officer, at, kind, str(pledge)) for kind in ("disposal_appraisal", "disposal_agreement"))
    disposals.value(**call, appraised_value_fen=appraised_fen, document_id=report)
    reserve = -(-appraised_fen * 7 // 10)
    disposals.list_for_sale(**call, reserve_price_fen=reserve, agreement_document_id=listing)
    disposals.auction(**call, notice="演示拍卖公告")
    disposals.sell(**call, price_fen=appraised_fen * 8 // 10, buyer="演示受让人", sold_on=at.date())
    disposals.settle_first(
        **call, cost_fen=appraised_fen // 50, received_on=at.date(), reference=f"PM-{pledge.pk}",
        transfer_notice_no=f"DEMO-ZR-{pledge.pk}",
    )  # fmt: skip
    disposal, recovery = recoveries.settle(by=second, at=at, disposal_id=disposal.pk)
    if recovery is not None and recovery.fund_part_fen:
        move_money("recovery_receipt", recovery.number, recovery.fund_part_fen, at)
    return disposal, recovery


def move_money(kind: str, subject: str, amount_fen: int, at: datetime, source: str = "") -> Any:
    """Let the cashier make an order and the accountant confirm it."""
    order = orders.make(
        by=user("finance.cashier"), at=at, kind=kind, subject=subject, amount_fen=amount_fen, source=source,
        reference=f"DEMO-{kind[:3].upper()}-{subject}-{at:%y%m%d}{source[:2]}",
    )  # fmt: skip
    return orders.confirm(by=user("finance.accountant"), at=at, order_id=order.pk)


def let_go(officer: User, pledge: Any, ground: str, at: datetime) -> Any:
    """File a pledge's cancellation and record the registry's notice of the same day."""
    registrations.file_cancellation(by=officer, at=at, pledge_id=pledge.pk, ground=ground)
    return registrations.confirm_cancellation(by=officer, at=at, pledge_id=pledge.pk, notice_no=f"DEMO-ZX-{pledge.pk}")
