"""Take in a file of rights from the command line, by the same use case as the page."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from finance_platform.foundation import queries as foundation
from finance_platform.foundation import rules as foundation_rules
from finance_platform.foundation.errors import DomainError
from finance_platform.foundation.models import Organisation
from pledges.models import AssetImport
from pledges.services import asset_imports


class Command(BaseCommand):
    help = "Import a CSV or Excel file of patents, trademarks and other rights; twice is the same as once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        owner = parser.add_mutually_exclusive_group(required=True)
        owner.add_argument("--enterprise", metavar="CODE", help="unified social credit code of the owner")
        owner.add_argument("--owner-from-file", action="store_true", help="the file names the owners, or nobody")

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        try:
            data = path.read_bytes()
        except OSError as error:
            raise CommandError(f"{path}: {error.strerror}") from None
        try:
            batch = asset_imports.run(
                by=foundation.system_user(), at=foundation.now(), filename=path.name, data=data,
                enterprise_id=self._enterprise(options["enterprise"]),
            )  # fmt: skip
        except DomainError as error:
            raise CommandError(f"{error.message} {error.fields or ''}".strip()) from None
        self._print(batch)

    def _enterprise(self, code: str | None) -> int | None:
        if code is None:
            return None
        canonical = foundation_rules.credit_code(code)
        found = Organisation.objects.filter(credit_code=canonical, kind=Organisation.Kind.ENTERPRISE).first()
        if found is None:
            raise CommandError(f"没有统一社会信用代码为 {canonical} 的企业:请先注册")
        return found.pk

    def _print(self, batch: AssetImport) -> None:
        report = batch.report
        say = self.stdout.write
        say(f"{batch.filename}  sha256 {batch.sha256[:16]}…  导入于 {timezone.localtime(batch.confirmed_at):%F %T}")
        say(f"行 {batch.rows} = 入库 {batch.stored} + 已在库 {batch.unchanged} + 退回 {batch.refused}")
        for finding in report["findings"]:
            if finding["level"] == "error":
                say(f"  第 {finding['row']} 行 {finding['column']}: {finding['reason']} [{finding['value']}]")
        say("类型 " + _counts(report["kinds"]) + "  法律状态 " + _counts(report["statuses"]))
        say(f"截至 {report['on']} 可质押 {report['pledgeable']};不可质押的事由 {_counts(report['against']) or '无'}")


def _counts(counts: dict[str, int]) -> str:
    return "、".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda item: -item[1]))
