"""The lives of a pledge financing as tables: asset, application, pledge, loan, restructuring, disposal, tag.

Source: domain page section 2.3, with the rows that the decisions page adds. The actor and the evidence of a row are
what a reader of the record should expect to find behind it.
"""

from finance_platform.foundation.moves import machine

ASSET = machine(
    "asset",
    {
        "DRAFT": "草稿",
        "VERIFYING": "核验中",
        "ELIGIBLE": "可质押",
        "RESTRICTED": "受限",
        "PLEDGED": "已质押",
        "IMPAIRED": "减损",
        "TERMINATED": "终止/无效",
        "TRANSFERRED": "已转让",
    },
    """
    DRAFT                                   | submit           | VERIFYING   | 企业 | 证书或登记簿副本
    VERIFYING                               | verify_ok        | ELIGIBLE    | 核验员(双人) | 登记簿副本、年费收据
    VERIFYING                               | verify_fail      | RESTRICTED  | 核验员(双人) | 事由与来源
    RESTRICTED                              | cure             | VERIFYING   | 企业 | 新的登记簿副本
    ELIGIBLE                                | restrict         | RESTRICTED  | 监测/核验员 | 事件记录
    ELIGIBLE                                | register_pledge  | PLEDGED     | 质押登记结果 | 登记通知书
    PLEDGED, IMPAIRED                       | release          | ELIGIBLE    | 质押注销结果 | 注销通知书
    PLEDGED                                 | adverse_event    | IMPAIRED    | 监测/银行 | 事件记录
    IMPAIRED                                | cured            | PLEDGED     | 银行 | 收据或决定
    ELIGIBLE, RESTRICTED, PLEDGED, IMPAIRED | right_ends       | TERMINATED  | 监测 + 核验员 | 公告号
    ELIGIBLE, PLEDGED, IMPAIRED             | dispose_transfer | TRANSFERRED | 处置结算/转让登记 | 手续合格通知书
    """,
)

APPLICATION = machine(
    "application",
    {
        "DRAFT": "草稿",
        "SUBMITTED": "已提交",
        "RETURNED": "补正",
        "PUBLISHED": "已发布",
        "MATCHED": "已匹配",
        "DUE_DILIGENCE": "尽调",
        "APPROVED": "已批",
        "CONTRACTED": "已签约",
        "DISBURSED": "已放款",
        "REJECTED": "不予受理/拒绝",
        "WITHDRAWN": "已撤回",
        "EXPIRED": "已失效",
    },
    """
    DRAFT         | submit                | SUBMITTED     | 企业 | 申请书、授权与承诺
    SUBMITTED     | return_for_completion | RETURNED      | 盟市受理员 | 一次性补正通知
    RETURNED      | resubmit              | SUBMITTED     | 企业 | 补正材料
    SUBMITTED     | accept                | PUBLISHED     | 盟市受理员 | 受理通知书
    SUBMITTED     | reject                | REJECTED      | 盟市受理员 | 理由
    PUBLISHED     | select_offer          | MATCHED       | 企业 | 选择记录
    MATCHED       | start_diligence       | DUE_DILIGENCE | 银行 | 尽调记录
    DUE_DILIGENCE | approve               | APPROVED      | 银行审贷(至少两人) | 批复
    DUE_DILIGENCE | return_to_market      | PUBLISHED     | 银行 | 不予授信的理由
    DUE_DILIGENCE | decline               | REJECTED      | 银行 | 不予授信的理由(不可补救)
    APPROVED      | sign                  | CONTRACTED    | 企业 + 银行 | 借款合同、质押合同
    CONTRACTED    | disburse              | DISBURSED     | 银行 | 放款凭证
    CONTRACTED    | rescind               | WITHDRAWN     | 企业 + 银行 | 解除协议
    DRAFT, SUBMITTED, RETURNED, PUBLISHED, MATCHED, DUE_DILIGENCE, APPROVED | withdraw | WITHDRAWN | 企业 | 撤回说明
    PUBLISHED, MATCHED, APPROVED                                            | expire   | EXPIRED   | 系统 | 有效期届满
    """,
)

PLEDGE = machine(
    "pledge",
    {
        "PREPARED": "待提交",
        "FILED": "已提交",
        "CORRECTION": "补正",
        "REGISTERED": "已登记",
        "REFUSED": "不予登记",
        "CHANGE_FILED": "变更中",
        "CANCEL_FILED": "注销中",
        "CANCELLED": "已注销",
        "REVOKED": "已撤销",
        "LAPSED": "质权消灭",
        "WITHDRAWN": "已撤回",
    },
    """
    PREPARED                    | file          | FILED        | 出质人 + 质权人 | 受理回执
    FILED                       | correct       | CORRECTION   | 登记机构 | 补正通知
    CORRECTION                  | refile        | FILED        | 出质人 + 质权人 | 补正材料
    FILED                       | register      | REGISTERED   | 登记机构(双人录入) | 登记通知书
    FILED                       | refuse        | REFUSED      | 登记机构 | 不予登记通知书
    PREPARED, FILED, CORRECTION | withdraw      | WITHDRAWN    | 出质人 + 质权人 | 撤回申请
    REGISTERED                  | file_change   | CHANGE_FILED | 出质人 + 质权人 | 变更协议
    CHANGE_FILED                | change_ok     | REGISTERED   | 登记机构 | 变更通知书
    REGISTERED                  | file_cancel   | CANCEL_FILED | 质权人 | 结清证明或放弃声明
    CANCEL_FILED                | cancel_ok     | CANCELLED    | 登记机构 | 注销通知书
    REGISTERED                  | revoke        | REVOKED      | 登记机构 | 撤销通知书
    REGISTERED                  | right_ends    | LAPSED       | 系统 | 公告
    """,
)
PLEDGE_TONES = {
    "REGISTERED": "good", "CHANGE_FILED": "info", "FILED": "info", "PREPARED": "neutral", "CORRECTION": "warn",
    "REFUSED": "bad", "REVOKED": "bad", "LAPSED": "bad", "CANCEL_FILED": "info", "CANCELLED": "neutral",
    "WITHDRAWN": "neutral",
}  # fmt: skip
"""How a pledge's state is marked on every page: good, info, warn, bad or neutral."""

LOAN = machine(
    "loan",
    {
        "APPROVED": "待放款",
        "ACTIVE": "正常还款",
        "OVERDUE": "逾期",
        "RESTRUCTURED": "重组",
        "ACCELERATED": "提前到期",
        "COMPENSATED": "已补偿",
        "IN_RECOVERY": "追偿",
        "SETTLED": "结清",
        "WRITTEN_OFF": "核销",
    },
    """
    APPROVED              | disburse    | ACTIVE       | 银行 | 放款凭证
    ACTIVE, RESTRUCTURED  | miss        | OVERDUE      | 系统日终 | 还款台账
    OVERDUE, RESTRUCTURED | cure        | ACTIVE       | 银行/系统日终 | 还款记录
    ACTIVE, OVERDUE       | restructure | RESTRUCTURED | 银行审贷 | 重组协议
    OVERDUE               | resume      | RESTRUCTURED | 系统日终 | 还款记录(观察期内,重新观察)
    OVERDUE, RESTRUCTURED | accelerate  | ACCELERATED  | 银行 | 提前到期通知
    IN_RECOVERY           | accelerate  | IN_RECOVERY  | 银行 | 提前到期通知(补偿在前)
    OVERDUE, ACCELERATED  | compensated | COMPENSATED  | 补偿支付 | 支付凭证
    COMPENSATED, ACCELERATED | pursue   | IN_RECOVERY  | 银行 | 起诉或执行文书
    IN_RECOVERY           | recover     | IN_RECOVERY  | 银行 | 回单
    WRITTEN_OFF           | recover     | WRITTEN_OFF  | 银行 | 回单(账销案存)
    ACTIVE, OVERDUE, RESTRUCTURED, ACCELERATED, COMPENSATED, IN_RECOVERY | settle | SETTLED | 银行 | 结清证明
    IN_RECOVERY           | write_off   | WRITTEN_OFF  | 银行 + 财政 | 终结执行或破产裁定
    """,
)

RESTRUCTURING = machine(
    "restructuring",
    {"PROPOSED": "待审批", "APPROVED": "已批", "REFUSED": "已否决", "WITHDRAWN": "已撤回"},
    """
    PROPOSED | approve  | APPROVED  | 银行审批人 | 重组协议
    PROPOSED | refuse   | REFUSED   | 银行审批人 | 否决理由
    PROPOSED | withdraw | WITHDRAWN | 客户经理 | 撤回说明
    """,
)

DISPOSAL = machine(
    "disposal",
    {
        "INITIATED": "已启动",
        "VALUED": "已评估",
        "LISTED": "挂牌",
        "AUCTION_1": "一拍",
        "AUCTION_2": "二拍",
        "NEGOTIATED": "变卖",
        "IN_KIND": "折价/收储",
        "SOLD": "已成交",
        "SETTLED": "已结算",
        "FAILED": "流拍",
        "SUSPENDED": "中止",
    },
    """
    INITIATED                    | value         | VALUED     | 评估机构 | 处置评估
    VALUED                       | list_for_sale | LISTED     | 质权人 | 处置协议或裁定
    LISTED                       | auction       | AUCTION_1  | 平台 | 拍卖公告
    AUCTION_1                    | fail          | AUCTION_2  | 平台 | 流拍记录
    AUCTION_1, AUCTION_2         | hammer        | SOLD       | 平台 | 成交确认书
    AUCTION_2                    | fail          | NEGOTIATED | 质权人 | 流拍记录
    NEGOTIATED                   | sell          | SOLD       | 质权人 | 转让合同
    VALUED, NEGOTIATED           | take_in_kind  | IN_KIND    | 质权人/收储机构 | 书面协议
    SOLD, IN_KIND                | settle        | SETTLED    | 财务双人 | 银行回单、登记手续合格通知书
    NEGOTIATED                   | fail          | FAILED     | 质权人 | 处置报告
    LISTED, AUCTION_1, AUCTION_2 | suspend       | SUSPENDED  | 法院/登记机构 | 通知书
    SUSPENDED                    | resume        | LISTED     | 质权人 | 恢复通知
    """,
)

TAG = machine(
    "tag",
    {"PROPOSED": "待确认", "CONFIRMED": "已确认", "REJECTED": "不认定"},
    """
    PROPOSED | confirm | CONFIRMED | 核验员 | 命中的分类号
    PROPOSED | reject  | REJECTED  | 核验员 | 理由
    """,
)
