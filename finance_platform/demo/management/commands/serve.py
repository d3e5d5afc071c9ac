"""Serve the site with granian until Ctrl-C, then leave server and database in order."""

import os
import signal
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

STOP_SECONDS = 10


def serve(host: str, port: int, workers: int) -> int:
    """Run the server as a child and pass Ctrl-C and termination on to it; returns its exit status."""
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--log-level", "warning", "--no-ws",
        "finance_platform.wsgi:application",
    ]  # fmt: skip
    child = subprocess.Popen(command, start_new_session=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        return child.wait()
    except (KeyboardInterrupt, SystemExit):
        return _stop(child)


def _stop(child: subprocess.Popen[bytes]) -> int:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave the database half stopped
    child.send_signal(signal.SIGINT)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
    return 0


class Command(BaseCommand):
    help = "serve the site on this machine"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *, host: str, port: int, workers: int, **_: Any) -> None:
        call_command("migrate", verbosity=0)
        self.stdout.write(f"http://{host}:{port}/  (Ctrl-C ends)")
        status = serve(host, port, workers)
        if status not in (0, -signal.SIGINT, 130):
            raise CommandError(f"the server ended with status {status}; is port {port} in use? Try PORT=8001")
