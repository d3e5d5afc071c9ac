"""One pledge loan from listing to recovered loss, told step by step: who did what, which amounts, which entries.

Every step is a use case or a few, carried out and written down in one transaction; a run that was cut off goes on at
the first step that is not written. The story has a scheme of its own (54 : 26 : 16 : 4 with a cap on each loan), so
its days need not follow the region's.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from banks_portal import queries as portal
from banks_portal.services import claims as bank_claims
from banks_portal.services import contracts, credit, diligence, lending, offers, openings, selections, servicing
from finance_platform.demo import acts, cast, region
from finance_platform.demo.cast import moment, user
from finance_platform.demo.history import FUND
from finance_platform.demo.models import StoryStep
from finance_platform.foundation import queries as foundation
from finance_platform.foundation import viewer
from finance_platform.foundation.money import figure
from finance_platform.foundation.services import documents, organisations
from pledges import queries as pledges
from pledges.rules.asset_files import written
from pledges.rules.asset_imports import COLUMNS, TEMPLATE
from pledges.rules.assets import check_digit
from pledges.rules.verification import questions
from pledges.services import (
    agreements,
    applications,
    asset_imports,
    assets,
    enterprises,
    loans,
    registrations,
    tags,
    verification,
)
from risk_fund.queries import ledger as books
from risk_fund.queries import ledger_checks, sharing
from risk_fund.queries import overview as overviews
from risk_fund.services import claims as fund_claims
from valuation.services import estimates

FIRM = "包头稀源磁材有限公司(演示)"
OWNER = "story.firm"
BANK = "qingcheng"
SCHEME = "IP-54-26-16-4"
BIDS = {
    # bank: (annual rate, guarantee fee in fen): the cheap rate is the dear loan
    "yinshan": ("0.0330", 7_200_000), "qingcheng": ("0.0385", 0), "beijiang": ("0.0390", 900_000),
}  # fmt: skip
PRINCIPAL_FEN = 450_000_000
TERM_MONTHS = 24
Lines = list[str]


def yuan(fen: int) -> str:
    return f"{figure(fen)} 元"


@dataclass
class Teller:
    """What the steps know of each other, and what the present one has to say."""

    facts: dict[str, Any] = field(default_factory=dict)
    lines: Lines = field(default_factory=list)
    new: dict[str, Any] = field(default_factory=dict)

    def say(self, line: str) -> None:
        self.lines.append(line)

    def keep(self, **facts: Any) -> None:
        self.facts |= facts
        self.new |= facts

    def __getitem__(self, name: str) -> Any:
        return self.facts[name]


# --- The steps -------------------------------------------------------------------------------------------------------
def register_and_list(tell: Teller) -> None:
    """企业注册,从 Excel 导入专利和商标,逐行看到问题,登记入库"""
    at = _at(2023, 11, 6)
    owner = organisations.register_enterprise(
        by=user("public"), at=at, name=FIRM, credit_code=cast.credit_code("91", "150200", 90001),
        region_code="150200", full_name="乌兰", username=OWNER, password=region.PASSWORD, fictional=True,
    )  # fmt: skip
    enterprises.revise_profile(
        by=owner, at=at, size="small", industry_code="C3239", founded_on=date(2012, 5, 18), employees=86,
        revenue_last_year_fen=6_200_000_000, total_assets_fen=9_000_000_000, total_debt_fen=3_100_000_000,
    )  # fmt: skip
    code = owner.organisation.credit_code if owner.organisation else ""
    tell.say(f"{FIRM} 注册,统一社会信用代码 {code} 校验通过")
    batch = asset_imports.preview(by=owner, at=at, filename="知识产权清单.xlsx", data=_workbook())
    for finding in batch.report["findings"]:
        tell.say(f"  第 {finding['row']} 行 · {finding['column']} · {finding['value']}:{finding['reason']}")
    batch = asset_imports.confirm(by=owner, at=at, import_id=batch.pk)
    listed = list(pledges.assets_visible_to(owner).order_by("pk"))
    for asset in listed:
        assets.submit(by=owner, at=at, asset_id=asset.pk)
    tell.say(
        f"读入 {batch.rows} 行,入库 {batch.stored} 件,拒绝 {batch.refused} 行:" + "、".join(a.title for a in listed)
    )
    tell.keep(assets=[asset.pk for asset in listed])


def verify(tell: Teller) -> None:
    """两人核验权利;绿色和重点领域标签由规则提出、由人确认"""
    at = _at(2023, 11, 9)
    first, second = user("baotou.verifier1"), user("baotou.verifier2")
    for pk in tell["assets"]:
        asset = pledges.asset(first, pk)
        answers = dict.fromkeys(questions(asset.registry), False)
        verification.first_check(by=first, at=at, asset_id=pk, findings=answers, note="登记簿副本一致")
        verification.second_check(by=second, at=at, asset_id=pk, ok=True)
        for tag in tags.propose(by=second, at=at, asset_id=pk):
            tags.decide(by=second, at=at, tag_id=tag.pk, confirm=True)
            tell.say(f"  {asset.title}:{tag.label}(命中 {tag.rule_hit}),{second} 确认")
    tell.say(f"{first} 初核、{second} 复核:{len(tell['assets'])} 件均可质押")


def estimate_and_apply(tell: Teller) -> None:
    """先试算,再用三件专利和一件商标的组合申请贷款,材料有摘要回执"""
    at, owner = _at(2023, 11, 13), user(OWNER)
    inputs = {
        "kind": "invention_patent", "sector": "electrical", "remaining_years": 14, "revenue_fen": 6_200_000_000,
        "growth": 0.05,
    }  # fmt: skip
    told = estimates.estimate(by=user("public"), at=at, inputs=inputs)
    tell.say(f"试算:中位数 {yuan(told.median_fen)},P10–P90 {yuan(told.p10_fen)} – {yuan(told.p90_fen)}")
    tell.say(f"  大致可贷 {yuan(told.loan_low_fen)} – {yuan(told.loan_high_fen)}(不是评估报告)")
    bank_ids = [user(f"{key}.officer").organisation.pk for key in BIDS]  # type: ignore[union-attr]
    draft = applications.draft(
        by=owner, at=at, amount_fen=PRINCIPAL_FEN, term_months=TERM_MONTHS, purpose="烧结钕铁硼磁体扩产流动资金",
        purpose_code="working_capital", repayment="equal_instalment", asset_ids=tell["assets"], bank_ids=bank_ids,
        consents=acts.CONSENTS,
    )  # fmt: skip
    for kind in ("business_licence", "financial_statements", "ip_certificate"):
        row = applications.attach(
            by=owner, at=at, application_id=draft.pk, kind=kind, filename=f"{kind}.pdf", data=_pdf(kind)
        )
        tell.say(f"  材料回执 {row.document.number} {kind} SHA-256 {row.document.sha256[:16]}…")
    applications.submit(by=owner, at=at, application_id=draft.pk)
    deadline = moment(date(2023, 12, 8), 17)
    intake = user("baotou.intake")
    applications.accept(by=intake, at=_at(2023, 11, 15), application_id=draft.pk, offer_deadline=deadline)
    tell.say(f"申请 {draft.number}:{yuan(PRINCIPAL_FEN)},{TERM_MONTHS} 个月;{intake} 受理,报价截止 {deadline:%F %H:%M}")
    tell.keep(application=draft.pk, number=draft.number)


def appraise(tell: Teller) -> None:
    """评估师测算并模拟,复核人复核,两名签字评估师签字,结果锁定"""
    at = _at(2023, 11, 22)
    people = {role: user(f"caoyuan.{role}") for role in ("appraiser", *cast.APPRAISER_STAFF)}
    stake = {"loss_sharing": True, "loss_share": Decimal("0.04"), "loss_scheme": "54:26:16:4"}
    issued = acts.appraise(user(OWNER), people, tell["application"], at, seed=20231122, stake=stake)
    tell.say(f"评估 {issued.number}:{yuan(issued.point_fen)}(P10–P90 {yuan(issued.low_fen)} – {yuan(issued.high_fen)})")
    tell.say(
        f"  承办 {people['appraiser']},复核 {people['reviewer']},签字 {people['signatory1']}、{people['signatory2']}"
    )
    tell.say("  评估机构声明:按 54:26:16:4 分担 4% 的损失,报告中作为独立性威胁披露")
    tell.say(f"  测算记录 {issued.run.output_digest[:16]}…,种子 {issued.run.seed},有效至 {issued.expires_on}")
    tell.keep(value_fen=issued.point_fen)


def bid_sealed(tell: Teller) -> None:
    """三家银行密封报价;截止前无人能见内容、数量或先后"""
    for place, (key, (rate, fee_fen)) in enumerate(BIDS.items()):
        at = _at(2023, 12, 4 + place)
        offers.save(
            by=user(f"{key}.officer"), at=at, application_id=tell["application"], terms=_terms(rate, fee_fen), seal=True
        )
    for who in (OWNER, "finance.approver", "audit.auditor", "baotou.intake"):
        with viewer.seen_by(user(who)):
            seen = portal.offers.offers_visible_to(user(who)).filter(application=tell["application"]).count()
        if seen:
            raise AssertionError(f"{who} sees {seen} sealed offers")
    tell.say("三家银行已在截止前办理;企业、财政、审计、受理岗此刻查询到的报价数:0")


def open_and_choose(tell: Teller) -> None:
    """截止一到同时开启,企业按综合年化成本比较并选择"""
    deadline = moment(date(2023, 12, 8), 17)
    record = openings.open_due(by=cast.system(), at=_clock(deadline + timedelta(seconds=30)))[0]
    tell.say(f"{record}:全部报价同时开启,摘要逐一核对")
    at, owner = _at(2023, 12, 11), user(OWNER)
    with viewer.seen_by(owner):
        table = portal.offers.comparison_of(owner, pledges.application(owner, tell["application"]))
    for column in table.columns:
        nominal = float(column.terms.annual_rate)
        tell.say(f"  {column.bank}:名义年利率 {nominal:.2%},综合年化成本 {column.cost:.4%}")
    best = table.offers[table.columns[0].key]
    selections.select(by=owner, at=at, offer_id=best.pk)
    tell.say(f"企业选择 {best.bank};其余报价落选,落选银行的查阅权限结束")
    tell.keep(offer=str(best.pk))


def approve_and_register(tell: Teller) -> None:
    """银行两人审批,方案核对额度与上限并预占;合同以摘要存证,质押登记,补偿责任自登记起"""
    officer, at = user(f"{BANK}.officer"), _at(2023, 12, 13)
    diligence.start(by=officer, at=at, application_id=tell["application"])
    decision = credit.propose(
        by=officer, at=at, application_id=tell["application"], principal_fen=PRINCIPAL_FEN, ltv_limit=Decimal("0.7"),
        note="订单稳定,第一还款来源充足", scheme_code=SCHEME,
    )  # fmt: skip
    for number in (1, 2):
        credit.approve(by=user(f"{BANK}.approver{number}"), at=_at(2023, 12, 14 + number), decision_id=decision.pk)
    tell.say(f"{officer} 提出,{decision.bank} 两名审批人通过;方案 {SCHEME} 预占补偿额度")
    at = _at(2023, 12, 20)
    papers = [acts.paper(officer, at, kind, tell["number"]) for kind in ("pledge_contract", "loan_contract")]
    agreement = contracts.prepare(
        by=officer, at=at, application_id=tell["application"], contract_document_id=papers[0],
        loan_contract_document_id=papers[1], maturity=date(2026, 2, 28),
    )  # fmt: skip
    for signer in (user(OWNER), officer):
        agreements.sign(by=signer, at=at, agreement_id=agreement.pk)
    pledge_contract, loan_contract = agreement.contract_sha256[:16], agreement.loan_contract_sha256[:16]
    tell.say(f"合同 {agreement.number}:质押合同 {pledge_contract}…,借款合同 {loan_contract}…")
    _register(tell, agreement)


def _register(tell: Teller, agreement: Any) -> None:
    officer, second = user(f"{BANK}.officer"), user(f"{BANK}.approver1")
    filed = [
        registrations.file(by=officer, at=_at(2023, 12, 21), agreement_id=agreement.pk, registry=registry)
        for registry in pledges.registries_of(agreement)
    ]
    at = _at(2023, 12, 27)
    for pledge in filed:
        result = {
            "pledge_id": pledge.pk,
            "registered_on": at.date(),
            "certificate_no": f"Y2023{pledge.registry[:2].upper()}0001",
        }
        registrations.key_result(by=officer, at=at, **result)
        done = registrations.confirm_result(by=second, at=at, **result)
        tell.say(f"  {done.registry} 登记 {done.certificate_no},{done.registered_on}({officer}、{second} 各录一次)")
    start = pledges.cover_start(pledges.application(officer, tell["application"]))
    tell.say(f"  补偿责任起点:{start}")


def disburse(tell: Teller) -> None:
    """放款,预占转为补偿责任"""
    officer, day = user(f"{BANK}.officer"), date(2024, 1, 5)
    loan = lending.disburse(by=officer, at=_at(2024, 1, 5), application_id=tell["application"], disbursed_on=day)
    tell.say(f"贷款 {loan.number}:{yuan(loan.principal_fen)},到期 {loan.maturity},每期 {_instalment(loan)}")
    tell.keep(loan=loan.pk, loan_number=loan.number)


def repay_and_stop(tell: Teller) -> None:
    """企业还了四期后停止;逾期天数和五级分类跟着日历走;银行宣布提前到期"""
    officer, system = user(f"{BANK}.officer"), cast.system()
    loan = pledges.loan(officer, tell["loan"])
    rows = list(loan.instalments.order_by("no"))
    for row in rows[:4]:
        at = _clock(moment(row.due, 15))
        servicing.record_receipt(
            by=officer, at=at, loan_id=loan.pk, received_on=row.due, amount_fen=row.interest_fen + row.principal_fen,
            reference=f"HK-{row.no:02d}",
        )  # fmt: skip
    loan.refresh_from_db()
    tell.say(f"收到四期,本金余额 {yuan(loan.outstanding_principal_fen)};第五期应于 {rows[4].due} 到账,未到")
    for days in (1, 60, 91, 97):
        day = rows[4].due + timedelta(days=days)
        loans.run_day(by=system, at=_clock(moment(day, 20)), on=day, loan_id=loan.pk)
        loan.refresh_from_db()
        tell.say(f"  {day}:逾期 {loan.days_past_due} 天,{loan.get_class_floor_display()},状态 {loan.state_label}")
    at = _clock(moment(rows[4].due + timedelta(days=98), 10))
    notice, approver = acts.paper(officer, at, "acceleration_notice", loan.number), user(f"{BANK}.approver1")
    documents.share(by=officer, at=at, document_id=notice, organisation_id=officer.organisation.pk)  # type: ignore[union-attr]
    servicing.accelerate(by=approver, at=at, loan_id=loan.pk, notice_document_id=notice)
    debt = pledges.debt(pledges.loan(officer, loan.pk), at.date())
    tell.say(f"{approver} 宣布提前到期:本金 {yuan(debt.principal_fen)},利息 {yuan(debt.interest_fen)},罚息复利 "
             f"{yuan(debt.penalty_fen + debt.compound_fen)}")  # fmt: skip


def claim_and_share(tell: Teller) -> None:
    """银行申请补偿;各部门重算损失;方案分担到分;公示后支付;借款人的债务不变"""
    officer, at = user(f"{BANK}.officer"), _at(2024, 9, 18)
    evidence = [{"kind": kind, "document_id": str(acts.paper(officer, at, kind, ""))} for kind in acts.EVIDENCE]
    before = pledges.debt(pledges.loan(officer, tell["loan"]), date(2024, 11, 1))
    claim = bank_claims.file(
        by=officer, at=at, loan_id=tell["loan"], evidence=evidence, interest_fen=0, penalty_fen=0,
        explanation="方案只补本金,利息罚息不申请",
    )  # fmt: skip
    steps = [
        (24, fund_claims.first_review, "baotou.first", "初审"), (27, fund_claims.check, "ip.checker", "复核"),
        (30, fund_claims.approve, "finance.approver", "审定"),
    ]  # fmt: skip
    for day, step, who, name in steps:
        claim = step(
            by=user(who), at=_at(2024, 9, day), claim_id=claim.pk, agree=True, note="方案只补本金,差异为未申请的利息"
        )
        tell.say(f"  {name}:{user(who)}({user(who).organisation})")
    _tell_shares(tell, claim)
    fund_claims.publicise(by=cast.system(), at=_at(2024, 9, 30), claim_id=claim.pk)
    claim.refresh_from_db()
    acts.move_money("claim_payment", claim.number, claim.compensation_fen, _at(2024, 10, 17))
    after = pledges.debt(pledges.loan(officer, tell["loan"]), date(2024, 11, 1))
    if before != after:
        raise AssertionError("compensation changed the borrower's debt")
    tell.say(f"公示至 {claim.publicity_ends};10-17 出纳制单、会计确认,支付 {yuan(claim.compensation_fen)}")
    tell.say(f"借款人的债务补偿前后相同:{yuan(before.total_fen)} = {yuan(after.total_fen)}")
    tell.keep(claim=claim.number, compensation_fen=claim.compensation_fen)


def _tell_shares(tell: Teller, claim: Any) -> None:
    allocation = claim.outcome["allocation"]
    parts = ",".join(f"{party} {yuan(fen)}" for party, fen in allocation.items())
    tell.say(f"申请 {claim.number}:损失 {yuan(sum(allocation.values()))},54:26:16:4 分担 {parts}")
    for cut in claim.outcome["cuts"]:
        tell.say(f"  单笔上限 2,000,000.00 元:{cut['from']} 超出的 {yuan(cut['amount'])} 转由 {cut['to']} 承担")


def dispose_and_recover(tell: Teller) -> None:
    """质物处置;价款先费用、再利息、再本金;追偿按方案返还;余额归出质人"""
    officer, second = user(f"{BANK}.officer"), user(f"{BANK}.approver1")
    loan: Any = pledges.loan(officer, tell["loan"])
    for day, pledge in zip((10, 24), pledges.live_pledges(loan.agreement), strict=False):
        at = _at(2025, 3, day)
        disposal, recovery = acts.sell(officer, second, loan, pledge, int(tell["value_fen"] * 0.18), at)
        tell.say(f"{pledge.registry} 质物拍卖 {yuan(disposal.price_fen)},费用 {yuan(disposal.cost_fen)}")
        used = f"利息 {yuan(disposal.interest_fen)},本金 {yuan(disposal.principal_fen)}"
        tell.say(f"  {used},返还出质人 {yuan(disposal.surplus_fen)}")
        parts = ",".join(f"{party} {yuan(fen)}" for party, fen in recovery.outcome["allocation"].items())
        tell.say(f"  追偿 {recovery.number} 返还:{parts}")
        gone = acts.let_go(officer, pledge, "realised", at)
        tell.say(f"  {gone.registry} 质押登记 {gone.certificate_no} 注销({gone.cancellation_reason})")
    loan.refresh_from_db()
    tell.say(f"本金余额 {yuan(loan.outstanding_principal_fen)},继续追偿,状态 {loan.state_label}")


def balance(tell: Teller) -> None:
    """账平;总览显示对余额和敞口的影响;平台数与官方数并列,每个数字都能点到凭证"""
    auditor, at = user("audit.auditor"), _clock(moment(region.BUSINESS_DATE, 9))
    loans.run_day(by=cast.system(), at=at, on=region.BUSINESS_DATE, loan_id=tell["loan"])
    fund = books.fund_by_code(auditor, FUND)
    laws = [(check.name, check.ok, check.detail) for check in ledger_checks.checks(fund)] + sharing.checks(fund)
    for name, holds, detail in laws:
        tell.say(f"  {'✓' if holds else '✗'} {name}{'' if holds else ':' + detail}")
    view = overviews.overview(user("finance.approver"), at.date(), FUND)
    for found in view.figures:
        tell.say(f"  {found.label}:{yuan(found.amount_fen)}")
    head = view.headline
    if head is not None and head.latest is not None:
        official, platform = yuan(head.latest.amount_fen), yuan(head.platform.amount_fen)
        tell.say(f"  官方登记金额 {official}(截至 {head.latest.as_of}),平台内 {platform}")
    if not all(holds for _name, holds, _detail in laws):
        raise AssertionError("the ledger's checks fail")


STEPS: list[Callable[[Teller], None]] = [
    register_and_list, verify, estimate_and_apply, appraise, bid_sealed, open_and_choose, approve_and_register,
    disburse, repay_and_stop, claim_and_share, dispose_and_recover, balance,
]  # fmt: skip


# --- Telling ---------------------------------------------------------------------------------------------------------
def tell_all() -> Iterator[StoryStep]:
    """Yield every step of the story: those written before as they were, the others now, each in one transaction."""
    known = {step.no: step for step in StoryStep.objects.all()}
    teller = Teller()
    for no, step in enumerate(STEPS, start=1):
        done = known.get(no) or _carry_out(no, step, teller)
        teller.facts |= done.facts
        yield done


def _carry_out(no: int, step: Callable[[Teller], None], teller: Teller) -> StoryStep:
    teller.lines, teller.new = [], {}
    with transaction.atomic():
        before = _last_entry()
        step(teller)
        teller.lines += list(_entries_since(before))
        return StoryStep.objects.create(
            no=no, title=(step.__doc__ or "").strip(), at=foundation.now(), lines=teller.lines, facts=teller.new
        )


def _last_entry() -> int:
    newest = books.entries_visible_to(user("audit.auditor")).order_by("-pk").first()
    return newest.pk if newest else 0


def _entries_since(pk: int) -> Iterator[str]:
    """Yield the journal entries of a step, one line each side."""
    for entry in books.entries_visible_to(user("audit.auditor")).filter(pk__gt=pk).order_by("pk"):
        yield f"  凭证 {entry} {entry.memo}"
        for line in books.voucher_lines(entry):
            side, fen = ("借", line.debit_fen) if line.debit_fen else ("贷", line.credit_fen)
            yield f"     {side} {line.account.code} {line.account.name} {yuan(fen)}"


def _at(year: int, month: int, day: int) -> datetime:
    return _clock(moment(date(year, month, day)))


def _clock(at: datetime) -> datetime:
    cast.set_clock(at)
    return at


def _terms(rate: str, fee_fen: int) -> dict[str, Any]:
    fees = [{"name": "担保费", "payee": "担保公司", "amount_fen": fee_fen, "after_months": 0}] if fee_fen else []
    return {
        "amount_fen": PRINCIPAL_FEN, "term_months": TERM_MONTHS, "method": "equal_instalment", "annual_rate": rate,
        "with_cover": True, "conditions": "", "security": "guarantor" if fee_fen else "none", "fees": fees,
        "valid_until": "2024-01-31", "contact": "演示联系人",
    }  # fmt: skip


def _instalment(loan: Any) -> str:
    row = loan.instalments.order_by("no").first()
    return yuan(row.interest_fen + row.principal_fen)


def _workbook() -> bytes:
    """Return the firm's list as it came from its files: four good rows and one with a wrong check digit."""

    def patent(serial: int, title: str, ipc: str, filed: str, granted: str, wrong: bool = False) -> list[Any]:
        digits = f"{filed[:4]}1{8_000_000 + serial}"
        check = check_digit(digits if not wrong else digits[::-1])
        return [f"ZL{digits}.{check}", "发明", title, FIRM, filed, granted, None, "有效", ipc, None, None,
                "钕铁硼磁体", "2026.12.31"]  # fmt: skip

    mark = ["9800001", "商标", "稀源", FIRM, "2017-03-02", "2018-06-21", "2028-06-20", "有效", None, "6", "磁性材料",
            "钕铁硼磁体", None]  # fmt: skip
    rows = [
        patent(1, "一种高矫顽力钕铁硼磁体的制备方法", "H01F 1/057; C22B 59/00", "2016.3.5", "2018.7.20"),
        patent(2, "稀土永磁体晶界扩散装置", "H01F 41/02", "2017.9.12", "2019.11.8"),
        patent(3, "废旧磁体中稀土的回收工艺", "C22B 59/00; C22B 7/00", "2018.5.30", "2020.12.1"),
        mark, patent(4, "磁体性能在线检测方法", "G01R 33/12", "2019.1.4", "2021.6.15", wrong=True),
    ]  # fmt: skip
    return written([[COLUMNS[name][0] for name in TEMPLATE], *([cell or "" for cell in row] for row in rows)])


def _pdf(kind: str) -> bytes:
    return f"%PDF-1.4\n% 演示数据 {kind} {FIRM}\n%%EOF\n".encode()
