"""`make demo`: the fictional region, the real files, the story with its account, then the site."""

import contextlib
import time
from argparse import ArgumentParser
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from finance_platform.demo import cast, history, region, story
from finance_platform.demo.management.commands.serve import require_free, serve
from finance_platform.foundation import queries as foundation
from pledges.services import asset_imports

HOST = "127.0.0.1"
REAL_FILES = ("cn_patent_survival/sample_cleaned_sample.csv", "cn_patent_ipc/oof_predictions.csv")


class Command(BaseCommand):
    help = "load the fictional region, tell one loan's story, serve the site"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--no-serve", action="store_true", help="end after the account")

    def handle(self, *, port: int, no_serve: bool, **_: Any) -> None:
        if settings.MODE != "demo":
            raise CommandError("demo data belong to PLATFORM_MODE=demo only: run `make demo`")
        if not no_serve:
            require_free(HOST, port)
        call_command("migrate", verbosity=0)
        with self._timed("虚构地区(演示数据)"):
            self._region()
        with self._timed("真实文件"):
            self._real_files()
        self._story()
        if not no_serve:
            self._serve(port)

    def _region(self) -> None:
        if history.written():
            self.stdout.write("虚构地区已在库中")
            return
        self.stdout.write("正在写入三年历史,约一两分钟……")
        history.write()

    def _real_files(self) -> None:
        found = [path for name in REAL_FILES if (path := settings.SHARED_DIR / "data" / name).is_file()]
        if not found:
            self.stdout.write("real files not found, fictional region only / 未找到真实文件,仅有虚构地区")
        for path in found:
            self._import(path)

    def _import(self, path: Path) -> None:
        by, at = foundation.system_user(), foundation.now()
        batch = asset_imports.run(by=by, at=at, filename=path.name, data=path.read_bytes(), enterprise_id=None)
        self.stdout.write(f"{path.name}:{batch.rows} 行,入库 {batch.stored},拒绝 {batch.refused}")

    def _story(self) -> None:
        for step in story.tell_all():
            self.stdout.write(f"\n■ {step.no}. {step.title}")
            self.stdout.write("\n".join(step.lines))
        self._go_on()

    def _go_on(self) -> None:
        """Let the business date's clock go on where the last act left it."""
        morning = cast.moment(region.BUSINESS_DATE, 9)
        last = foundation.audit_rows().filter(at__gte=morning).order_by("-at").values_list("at", flat=True).first()
        cast.set_clock((last or morning) + timedelta(seconds=1))

    def _serve(self, port: int) -> None:
        self.stdout.write(f"\nhttp://{HOST}:{port}/  (Ctrl-C 结束;业务日期 {region.BUSINESS_DATE})")
        self.stdout.write(f"所有演示账号的密码:{region.PASSWORD}")
        for role, username in cast.SIGN_INS.items():
            self.stdout.write(f"  {role}\t{username}")
        self.stdout.flush()
        serve(HOST, port, workers=2)

    @contextlib.contextmanager
    def _timed(self, what: str) -> Iterator[None]:
        start = time.perf_counter()
        yield
        self.stdout.write(f"  {what}:{time.perf_counter() - start:.1f} 秒")
