"""What an application must hold before it is handed in, and which papers belong to it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

PURPOSES = {
    "working_capital": "流动资金",
    "research": "研发投入",
    "equipment": "设备与技术改造",
    "transformation": "专利转化与产业化",
    "green": "绿色低碳项目",
    "other": "其他经营用途",
}
CONSENTS = {
    "data_sharing": "同意将本申请及材料提供给所选银行(180 天,可随时撤回)",
    "credit_query": "授权所选银行查询企业信用报告(仅限本次申请)",
    "registry_check": "授权受理部门核对知识产权登记簿",
    "truthfulness": "承诺材料真实,企业及法定代表人未被列入失信被执行人或严重违法失信名单",
}
CONSENT_DAYS = 180
COMPLETION_DAYS = 15
TERM_MONTHS_MAX = 120


@dataclass(frozen=True, slots=True)
class Paper:
    """A kind of paper, whether an application needs it, and what it is for."""

    kind: str
    label: str
    required: bool
    why: str


PAPERS = (
    Paper("business_licence", "营业执照", True, "核对主体与统一社会信用代码"),
    Paper("financial_statements", "最近一年及一期财务报表", True, "银行评估还款能力"),
    Paper("ip_certificate", "权利证书", False, "与登记簿互相印证"),
    Paper("register_extract", "登记簿副本", False, "30 日内出具的法律状态证明"),
    Paper("fee_receipt", "年费或续展缴费凭证", False, "未缴年费不予登记"),
    Paper("co_owner_consent", "共有人同意书", False, "共有权利须全体共有人同意"),
    Paper("pledgor_consent", "第三方出质人同意书或决议", False, "出质人不是借款人时必须提供"),
    Paper("shareholder_resolution", "股东会或董事会决议", False, "同意融资与出质"),
    Paper("id_of_representative", "法定代表人身份证明", False, "合同签署与登记"),
    Paper("credit_report", "企业信用报告", False, "缩短银行尽调时间"),
    Paper("tax_certificate", "纳税证明", False, "印证经营情况"),
    Paper("licence_contract", "许可合同", False, "印证许可收入"),
    Paper("appraisal_report", "已有评估报告", False, "供参考,不代替平台评估"),
    Paper("other", "其他材料", False, ""),
)
PAPER_KINDS = {paper.kind: paper.label for paper in PAPERS}


@dataclass(frozen=True, slots=True)
class Readiness:
    """What stands in an application when it is to be handed in."""

    size: str
    asset_states: Mapping[str, str]
    papers: Collection[str]
    consents: Collection[str]
    banks: int


def missing(ready: Readiness) -> dict[str, str]:
    """Return what is still missing, by task, each with its remedy; empty when the application may be handed in.

    Source: domain page section 2.3, guard of application.submit.
    """
    tasks = {
        "company": _company(ready),
        "ip": _pool(ready),
        "documents": _papers(ready),
        "banks": "" if ready.banks else "请至少选择一家银行",
        "consent": _consents(ready),
    }
    return {task: remedy for task, remedy in tasks.items() if remedy}


def _company(ready: Readiness) -> str:
    if not ready.size:
        return "请在“企业信息”填写企业规模"
    return "本平台面向中小微企业:大型企业请直接联系银行" if ready.size == "large" else ""


def _pool(ready: Readiness) -> str:
    if not ready.asset_states:
        return "请至少选择一件知识产权"
    unfit = [name for name, state in ready.asset_states.items() if state != "ELIGIBLE"]
    return f"以下权利尚未核验为“可质押”:{'、'.join(unfit)}" if unfit else ""


def _papers(ready: Readiness) -> str:
    lacking = [paper.label for paper in PAPERS if paper.required and paper.kind not in ready.papers]
    return f"请上传:{'、'.join(lacking)}" if lacking else ""


def _consents(ready: Readiness) -> str:
    lacking = [text for key, text in CONSENTS.items() if key not in ready.consents]
    return f"请逐项确认授权与承诺(还缺 {len(lacking)} 项)" if lacking else ""
