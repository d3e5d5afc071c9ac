"""Replay the published SBA case file as a portfolio under cover, and compare the ledger with the file."""

import sys
import time
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from banks_portal.rules.portfolios import FIRST_DAY
from banks_portal.services import portfolios
from finance_platform.foundation import queries as foundation
from finance_platform.foundation.errors import DomainError
from finance_platform.foundation.money import figure

PROGRESS_EVERY = 200


class Command(BaseCommand):
    help = "Replay a portfolio of real loans through the real services; by default it leaves nothing in the books."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--limit", type=int, metavar="N", help="only the first N loans by date")
        parser.add_argument("--keep", action="store_true", help="keep the replay (demo and test only)")

    def handle(self, *args: Any, file: Path, limit: int | None, keep: bool, **options: Any) -> None:
        if limit is not None and limit < 1:
            raise CommandError("--limit: 请填写大于零的笔数")
        began = time.perf_counter()
        try:
            account = portfolios.replay(
                by=foundation.system_user(), at=foundation.now(), filename=file.name, data=file.read_bytes(),
                limit=limit, keep=keep, progress=self._progress,
            )  # fmt: skip
        except OSError as error:
            raise CommandError(f"{file}: {error.strerror}") from None
        except DomainError as error:
            raise CommandError(f"{error.message} {error.fields or ''}".strip()) from None
        self._print(file.name, account, keep)
        self.stdout.write(f"用时 {time.perf_counter() - began:.1f} 秒")
        if not (account.equal and account.green):
            raise CommandError("回放未通过:两个金额不等,或账簿检查不符,见上")

    def _progress(self, done: int, total: int) -> None:
        if done % PROGRESS_EVERY == 0 or done == total:
            print(f"已放款 {done}/{total}", file=sys.stderr, flush=True)

    def _print(self, name: str, account: portfolios.Account, keep: bool) -> None:
        say = self.stdout.write
        say(f"组合回放 {name}:{account.rows} 行,1 美元记作 1 元,{account.schemes} 个分担方案(担保比例的精确分数)")
        say(
            "约定:文件无利率,按零利率、等额本金、逐月还款立约;无还款流水,未违约贷款保持在保;申请期限至多按 120 个月填写"
        )
        say("日历:只排除周六、周日(weekends_only),公示五个工作日;未导入中国节假日")
        say(f"放款日缺失而用批准日的 {account.days_of_approval} 笔;各批准日与所载财年相符")
        say(f"早于 {FIRST_DAY}(还款计划可计算的第一天)放款的 {account.days_moved} 笔按该日放款")
        for check, holds, detail in account.checks:
            say(f"  {'✓' if holds else '✗'} {check}{'' if holds else ':' + detail}")
        say(f"贷款 {account.loans} 笔,本金 {figure(account.principal_fen)} 元")
        say(f"补偿申请 {account.claims} 笔,均已支付")
        say(f"资金补偿支出(总账) {figure(account.payout_fen)} 元")
        say(f"逐行独立加总(文件) {figure(account.summed_fen)} 元  {'相等' if account.equal else '不相等'}")
        say("已保留在库中(资金 REPLAY)" if keep else "全部回滚:地区的账簿和记录中不留下本次回放")
