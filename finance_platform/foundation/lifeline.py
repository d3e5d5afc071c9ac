"""A process that ends with the one that started it, so that kill -9 of a parent leaves nobody holding port or database.

The kernel does it (prctl, Linux); elsewhere an orphan has to be ended by hand.
"""

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1
VARIABLE = "ENDS_WITH_PARENT"


def end_with_parent(by: int = signal.SIGKILL) -> None:
    """Let the kernel send this process a signal when its parent is gone, however it went."""
    if sys.platform == "linux":
        ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, by, 0, 0, 0)


def end_with_parent_if_told(by: int = signal.SIGKILL) -> None:
    """Do so only where the parent asked for it: who starts a server by hand may leave it behind."""
    if os.environ.get(VARIABLE):
        end_with_parent(by)
