"""Serve the site with granian until Ctrl-C, then leave server and database in order."""

import os
import signal
import socket
import subprocess
import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from finance_platform.foundation import lifeline

STOP_SECONDS = 10


def require_free(host: str, port: int) -> None:
    """Refuse an address that cannot be listened on before any work is done for it. Raises: CommandError."""
    try:
        socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET).close()
    except OSError as error:
        why = os.strerror(error.errno) if error.errno and error.errno > 0 else error
        raise CommandError(f"{host}:{port}: {why}. Try PORT={port + 1}") from None


def serve(host: str, port: int, workers: int) -> None:
    """Run the server as a child and pass Ctrl-C and termination on to it; neither outlives the other.

    Raises: CommandError if it fails.
    """
    command = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port),
        "--workers", str(workers), "--blocking-threads", "4", "--log-level", "warning", "--no-ws",
        "finance_platform.wsgi:application",
    ]  # fmt: skip
    child = subprocess.Popen(
        command, start_new_session=True, env=os.environ | {"PYTHONUNBUFFERED": "1", lifeline.VARIABLE: "1"},
        preexec_fn=lifeline.end_with_parent,
    )  # fmt: skip
    try:
        status = child.wait()
    except (KeyboardInterrupt, SystemExit):
        _stop(child)
        return
    if status not in (0, -signal.SIGINT, 130):
        raise CommandError(f"the server ended with status {status}; its reason stands above")


def _stop(child: subprocess.Popen[bytes]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave the database half stopped
    child.send_signal(signal.SIGINT)
    try:
        child.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)


class Command(BaseCommand):
    help = "serve the site on this machine"

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=8000)
        parser.add_argument("--workers", type=int, default=2)

    def handle(self, *, host: str, port: int, workers: int, **_: Any) -> None:
        require_free(host, port)
        call_command("migrate", verbosity=0)
        if settings.PRODUCTION:  # elsewhere files are served from where they lie
            call_command("collectstatic", interactive=False, verbosity=0)
        self.stdout.write(f"http://{host}:{port}/  (Ctrl-C ends)")
        serve(host, port, workers)
