"""The life of an appraisal as a table.

Source: domain page section 2.3, with the rows that the decisions page asks for: a reviewer or signatory sends a draft
back, a conflict found late ends the work.
"""

from finance_platform.foundation.moves import machine

APPRAISAL = machine(
    "appraisal",
    {
        "REQUESTED": "已委托",
        "ACCEPTED": "已接受",
        "CONFLICT": "已回避",
        "IN_PROGRESS": "测算中",
        "DRAFT_REPORT": "待复核",
        "REVIEWED": "待签字",
        "ISSUED": "已出具",
        "OBJECTED": "异议中",
        "SUPERSEDED": "已被替代",
        "EXPIRED": "已过期",
        "WITHDRAWN": "已撤回",
    },
    """
    REQUESTED                                     | accept           | ACCEPTED     | 评估机构 | 独立性声明
    REQUESTED, ACCEPTED, IN_PROGRESS              | declare_conflict | CONFLICT     | 评估机构 | 回避声明
    ACCEPTED                                      | start            | IN_PROGRESS  | 承办评估师 |
    IN_PROGRESS                                   | draft            | DRAFT_REPORT | 承办评估师 | 测算记录与依据
    DRAFT_REPORT                                  | review           | REVIEWED     | 复核人 | 复核意见
    DRAFT_REPORT, REVIEWED                        | send_back        | IN_PROGRESS  | 复核人/签字评估师 | 退回意见
    REVIEWED                                      | issue            | ISSUED       | 两名签字评估师 | 测算记录摘要
    ISSUED                                        | object           | OBJECTED     | 企业/银行 | 异议理由
    OBJECTED                                      | uphold           | ISSUED       | 评估机构复核人 | 答复
    OBJECTED                                      | revise           | SUPERSEDED   | 评估机构复核人 | 答复
    ISSUED, OBJECTED                              | newer_report     | SUPERSEDED   | 系统 | 新报告编号
    ISSUED, OBJECTED                              | expire           | EXPIRED      | 系统 | 有效期届满
    REQUESTED, ACCEPTED, IN_PROGRESS, DRAFT_REPORT | withdraw        | WITHDRAWN    | 委托人 | 理由
    """,
)

# Work on these goes on; an application has at most one of them at a time.
UNDER_WAY = ("REQUESTED", "ACCEPTED", "IN_PROGRESS", "DRAFT_REPORT", "REVIEWED")
# Others than the firm and its client see the value once it has been signed.
SIGNED = ("ISSUED", "OBJECTED", "SUPERSEDED", "EXPIRED")

BOOK_REVALUATION = machine(
    "book_revaluation",
    {"QUEUED": "待执行", "RUNNING": "执行中", "DONE": "已完成", "CANCELLED": "已取消"},
    """
    QUEUED          | begin  | RUNNING   | 系统 |
    RUNNING         | finish | DONE      | 系统 | 全部件数
    QUEUED, RUNNING | cancel | CANCELLED | 发起部门 | 理由
    """,
)
