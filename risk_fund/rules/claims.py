"""A claim for compensation: its way through three hands, its parts, and what may be shown of it in public.

Compensation does not discharge the borrower: nothing here touches the debt.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from finance_platform.foundation.moves import machine

CLAIM = machine(
    "claim",
    {
        "DRAFT": "草稿",
        "SUBMITTED": "待初审",
        "RETURNED": "退回补正",
        "REVIEWED": "待复核",
        "CHECKED": "待审定",
        "APPROVED": "已审定",
        "PUBLICISED": "公示中",
        "OBJECTED": "异议处理",
        "PAID": "已补偿",
        "REJECTED": "不予补偿",
        "WITHDRAWN": "已撤回",
        "REVOKED": "审定撤销",
    },
    """
    DRAFT                         | submit            | SUBMITTED  | 申请人           | 逾期清单、催收记录、损失计算
    SUBMITTED                     | send_back         | RETURNED   | 盟市知识产权部门   | 补正清单
    RETURNED                      | resubmit          | SUBMITTED  | 申请人           | 补正材料
    SUBMITTED, RETURNED           | withdraw          | WITHDRAWN  | 申请人           | 撤回原因
    SUBMITTED                     | first_review      | REVIEWED   | 盟市知识产权部门   | 损失重算、差异说明
    REVIEWED                      | second_review     | CHECKED    | 自治区知识产权局   | 复核意见
    SUBMITTED, REVIEWED, CHECKED  | reject            | REJECTED   | 各审核部门        | 不予补偿理由
    CHECKED                       | approve           | APPROVED   | 财政部门         | 分担结果、批复
    APPROVED                      | publicise         | PUBLICISED | 系统            | 公示
    PUBLICISED                    | object            | OBJECTED   | 利害关系人        | 异议
    OBJECTED                      | dismiss_objection | PUBLICISED | 财政部门         | 异议处理决定
    OBJECTED                      | uphold_objection  | REVOKED    | 财政部门         | 异议处理决定
    PUBLICISED                    | pay               | PAID       | 财政部门(出纳、会计) | 付款凭证
    """,
)
# A claim that was refused, withdrawn or revoked claims nothing any more.
DEAD_STATES = ("REJECTED", "WITHDRAWN", "REVOKED")
# Between filing and payment there is one claim on a loan at most.
OPEN_STATES = tuple(state for state in CLAIM.states if state not in (*DEAD_STATES, "PAID"))
# States in which the allocation is binding.
SHARED_STATES = ("APPROVED", "PUBLICISED", "OBJECTED", "PAID")

COMPONENTS = ("principal", "interest", "penalty", "cost")
COMPONENT_LABELS = {"principal": "本金", "interest": "利息", "penalty": "罚息及复利", "cost": "实现债权费用"}
# Source: fund rules in use ask 5 to 7 days of publicity (domain page, section 3.1); the fewest are working days.
PUBLICITY_WORKING_DAYS = 5


@dataclass(frozen=True)
class Loss:
    """What a claim asks for, or what the record owes, by component, in fen."""

    principal_fen: int = 0
    interest_fen: int = 0
    penalty_fen: int = 0
    cost_fen: int = 0

    @property
    def total_fen(self) -> int:
        return self.principal_fen + self.interest_fen + self.penalty_fen + self.cost_fen

    def by_component(self) -> dict[str, int]:
        """Return the claimed fen of each component by its name."""
        return {name: getattr(self, f"{name}_fen") for name in COMPONENTS}


@dataclass(frozen=True)
class Comparison:
    """One component as claimed and as recomputed from the loan's record, in fen."""

    component: str
    claimed_fen: int
    recomputed_fen: int

    @property
    def difference_fen(self) -> int:
        return self.claimed_fen - self.recomputed_fen


def compare(claimed: Loss, recomputed: Loss) -> tuple[Comparison, ...]:
    """Return claimed and recomputed side by side, one row per component.

    Source: domain page, section 2.3 (first review: loss recomputed by the system equals the claim or is explained).
    """
    record = recomputed.by_component()
    return tuple(Comparison(name, amount, record[name]) for name, amount in claimed.by_component().items())


def claimed_twice(earlier: Loss, new: Loss, owed: Loss) -> list[str]:
    """Return the components in which earlier claims and the new one together exceed what is owed.

    Compensation leaves the debt as it is, so an amount that was claimed once is still in `owed`: only what is owed
    above the earlier claims can be claimed now. Components without an earlier claim are left to the reviewer.
    """
    before, now, most = earlier.by_component(), new.by_component(), owed.by_component()
    return [name for name in COMPONENTS if before[name] and now[name] and before[name] + now[name] > most[name]]


def may_pay(today: date, publicity_ends: date) -> bool:
    """Return whether publicity is over: the last day for objections has passed (that day itself still counts)."""
    return today > publicity_ends


def masked(name: str) -> str:
    """Return a name as public notices show it: the first two characters, the last two where it is long, stars between.

    `masked("包头市稀源磁材有限公司")` is `"包头*******公司"`; `masked("王小明")` is `"王**"`.
    """
    if len(name) <= 4:
        return name[:1] + "*" * (len(name) - 1)
    return name[:2] + "*" * (len(name) - 4) + name[-2:]


STEP_LABELS: Mapping[str, str] = {
    "file": "提交",
    "resubmit": "补正后重新提交",
    "withdraw": "撤回",
    "send_back": "退回补正",
    "first_review": "初审同意",
    "second_review": "复核同意",
    "approve": "审定同意",
    "reject": "不予补偿",
    "publicise": "公示",
    "objection": "异议处理",
}


def evidence_label(kind: str) -> str:
    """Return the label of a kind of evidence; a kind of the claimant's own keeps its name."""
    return REQUIRED_EVIDENCE.get(kind, kind)


def missing_evidence(kinds: set[str]) -> list[str]:
    """Return the labels of required evidence that is not among `kinds`."""
    return [label for kind, label in REQUIRED_EVIDENCE.items() if kind not in kinds]


# Source: domain page, section 2.3 (claim, submit).
REQUIRED_EVIDENCE: Mapping[str, str] = {
    "overdue_statement": "逾期清单",
    "collection_record": "催收记录",
    "loss_calculation": "损失计算表",
}
