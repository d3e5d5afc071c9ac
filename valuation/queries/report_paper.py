"""The report of an appraisal on paper: everything it must state, its figures and how to repeat them. Always in Chinese.

What the records say is taken as frozen at issue, so that the paper of an issued report never changes.

Source: valuation page section 1.15.
"""

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from django.conf import settings
from django.utils import translation

from finance_platform.foundation import sheets
from finance_platform.foundation.sheets import Section, Sheet
from finance_platform.foundation.templatetags.figures import capital, long_day, wan, when, yuan
from valuation.models import Appraisal, ValuationRun
from valuation.queries import reports as queries
from valuation.rules import figures, reports, states
from valuation.rules.completeness import BY_CODE
from valuation.rules.drivers import driver

DRAFT = "草稿"
Said = Callable[..., list[str]]


def report(appraisal: Appraisal, banner: str, address: str) -> Sheet:
    """Return the report; `address` is where its run is repeated. Before issue it is marked as a draft."""
    assert appraisal.run is not None
    issued = appraisal.state in states.SIGNED
    run = appraisal.run
    return Sheet(
        title=appraisal.title, subtitle=f"{appraisal.firm.name} · {appraisal.purpose}", number=appraisal.number,
        warning=_warning(appraisal, issued), banner=banner, watermark="" if issued else DRAFT,
        footer=f"测算 {run.number} · 种子 {run.seed} · 输出摘要 {run.output_digest[:23]}…",
        sections=list(_sections(appraisal, run, address)),
    )  # fmt: skip


def pdf(appraisal: Appraisal, address: str) -> bytes:
    """Return the report as PDF/A, in Chinese whoever asks; the same report gives the same bytes."""
    assert appraisal.run is not None
    with translation.override("zh-hans"):
        banner = "演示数据" if settings.MODE == "demo" else ""
        sheet = report(appraisal, banner, address)
        return sheets.pdf(sheet, appraisal.signatory_2_at or appraisal.run.made_at)


def _warning(appraisal: Appraisal, issued: bool) -> str:
    if not issued:
        return "草稿,尚未签字出具,不得作为放款依据。"
    if appraisal.state != "ISSUED":
        return f"本报告现为“{appraisal.state_label}”,不得作为放款依据。"
    if not appraisal.filing_code:
        return "本文件由未登记备案的机构出具,为系统测算报告,不是资产评估报告。"
    return ""


def _facts(appraisal: Appraisal) -> dict[str, Any]:
    """Return what the records say: as frozen at issue, before that as they are."""
    if appraisal.report:
        return dict(appraisal.report)
    records = queries.records(appraisal)
    return {"known": reports.known(records), "rights": [right.plain() for right in records.rights]}


def _sections(appraisal: Appraisal, run: ValuationRun, address: str) -> Iterator[Section]:
    facts, document, output = _facts(appraisal), run.document, run.output
    stated = appraisal.statements

    def said(*codes: str) -> list[str]:
        return [
            f"{BY_CODE[code].label}:{' '.join(filter(None, (facts['known'].get(code), stated.get(code)))) or '(待补)'}"
            for code in codes
        ]

    yield _summary(appraisal)
    yield Section("一、委托人、使用人和目的", said("client_and_users", "purpose"))
    yield _object(facts["rights"], said)
    yield Section("三、价值类型、基准日和依据", said("value_type", "valuation_date", "law_and_prices"))
    yield Section("四、评估方法", said("approaches"))
    yield _table("五、评估参数", ("权利", "参数", "取值"), reports.parameter_rows(document),
                 said("parameters", "projections", "life_and_decay"))  # fmt: skip
    yield _table("六、折现率", ("权利", "组成", "取值"), reports.rate_rows(document), said("discount_rate"))
    yield _table("七、风险台账", ("权利", "风险", "计入何处"), reports.ledger_rows(document), said("risk_ledger"))
    yield from _results(run, output, said)
    yield Section("十一、假设、限制和期后事项", said("assumptions", "subsequent_events"))
    yield Section("十二、有效期和使用限制", said("validity", "restrictions"))
    yield Section("十三、独立性声明", said("independence"))
    yield _signatures(appraisal)
    yield _record(appraisal, run, address)


def _table(heading: str, header: Sequence[str], rows: Sequence[Sequence[str]], paragraphs: list[str]) -> Section:
    return Section(heading, paragraphs, header=header, rows=rows, prose=True)


def _summary(appraisal: Appraisal) -> Section:
    point, low, high = (value or 0 for value in (appraisal.point_fen, appraisal.low_fen, appraisal.high_fen))
    rows = [
        ("评估值", f"{yuan(point)}(人民币{capital(point)})"), ("区间", f"{wan(low)} – {wan(high)}"),
        ("价值依据", appraisal.basis_label), ("评估基准日", _day(appraisal.valuation_date)),
        ("出具日", _day(appraisal.issued_on)), ("有效至", _day(appraisal.expires_on)),
    ]  # fmt: skip
    return Section("摘要", rows=rows, prose=True)


def _object(rights: Sequence[dict[str, Any]], said: Said) -> Section:
    rows = [
        (
            one["number"],
            one["kind"],
            one["status"] or "未知",
            one["owner"] or "未知",
            one["expires"] or "—",
            one["title"],
        )
        for one in rights
    ]
    paragraphs = said("object", "fees", "licences", "earlier_pledges", "disputes", "scope")
    return _table("二、评估对象和范围", ("号码", "类型", "法律状态", "权利人", "届满日", "名称"), rows, paragraphs)


def _results(run: ValuationRun, output: dict[str, Any], said: Said) -> Iterator[Section]:
    rows = [(one["name"], _yuan(one["value"]), _yuan(one["standalone_value"])) for one in output["assets"]]
    rows += [("组合扣减", _yuan(output["overlap_reduction"]), ""), ("组合点值", _yuan(output["value"]), "")]
    paragraphs = said("calculation", "reconciliation")
    yield Section("八、计算结果", paragraphs, header=("权利", "组合中", "单独"), rows=rows)
    quantiles = output["simulation"]["quantiles"]
    told = [(name.upper(), _yuan(value)) for name, value in sorted(quantiles.items(), key=lambda one: int(one[0][1:]))]
    sentence = f"100 种情形中约有 80 种落在 {_wan(quantiles['p10'])}–{_wan(quantiles['p90'])} 万元之间。"
    yield Section(
        "九、价值分布和模拟", [*said("simulation"), sentence], header=("分位", "价值"), rows=told,
        histogram=_drawn(run.histogram, quantiles["p10"], quantiles["p90"]),
    )  # fmt: skip
    yield Section("十、敏感性(万元)", said("sensitivity"), bars=_bars(output))


def _drawn(bins: Sequence[dict[str, float]], low: float, high: float) -> dict[str, Any] | None:
    """Return the histogram with P10 to P90 in colour; None without spread."""
    if not bins:
        return None
    columns = [(one["count"], "plain" if low <= (one["low"] + one["high"]) / 2 <= high else "neutral") for one in bins]
    return sheets.histogram(columns, f"{_wan(bins[0]['low'])} 万元", f"{_wan(bins[-1]['high'])} 万元")


def _bars(output: dict[str, Any]) -> list[dict[str, Any]]:
    point, rows = output["value"], []
    for one in output.get("sensitivity", {}).get("tornado", []):
        low, high = sorted((one["low"], one["high"]))
        text = f"{_wan(low)}–{_wan(high)}"
        rows.append((driver(one["name"]), max(point - low, 0), max(high - point, 0), text))
    return sheets.bars(rows)


def _yuan(amount: float) -> str:
    return str(yuan(figures.fen(amount)))


def _wan(amount: float) -> str:
    return f"{amount / 10_000:,.1f}"


def _signatures(appraisal: Appraisal) -> Section:
    people = (
        ("承办评估师", appraisal.appraiser, None), ("复核人", appraisal.reviewer, None),
        ("签字评估师", appraisal.signatory_1, appraisal.signatory_1_at),
        ("签字评估师", appraisal.signatory_2, appraisal.signatory_2_at),
    )  # fmt: skip
    rows = [(label, str(who or "(待签)"), when(moment) if moment else "") for label, who, moment in people]
    rows.append(("评估机构", appraisal.firm.name, _filing(appraisal)))
    return Section("十四、签字", header=("职责", "姓名", "时间"), rows=rows, prose=True)


def _filing(appraisal: Appraisal) -> str:
    filing = appraisal.filing
    if filing is None:
        return "未登记备案"
    return f"备案 {filing.code}({filing.authority};公告 SHA-256 {filing.document_sha256[:16]}…)"


def _record(appraisal: Appraisal, run: ValuationRun, address: str) -> Section:
    rows = [
        ("测算", f"{appraisal.number} 第 {run.number} 次(编号 {run.pk})"),
        ("引擎", run.engine), ("随机种子", str(run.seed)),
        ("参数表", "、".join(f"{code} v{version}" for code, version in sorted(run.parameter_versions.items()))),
        ("输入摘要", _broken(run.input_digest)), ("输出摘要", _broken(run.output_digest)),
        ("计算环境", ";".join(f"{name} {value}" for name, value in sorted(run.environment.items()))),
        ("核验地址", address),
    ]  # fmt: skip
    text = (
        "任何能看到本报告的人都可按同一输入重算,或下载测算档案,用 tools/verify_valuation.py 独立重算;"
        "结论为 IDENTICAL、IDENTICAL TO 1e-6、WITHIN STANDARD ERROR、DIFFERS 之一。"
    )
    return Section("十五、测算记录和核验", [text], rows=rows, prose=True)


def _broken(digest: str) -> str:
    """Give a digest places where a line may end."""
    return " ".join(digest[i : i + 39] for i in range(0, len(digest), 39))


def _day(day: Any) -> str:
    return long_day(day) if day else "—"
