"""The settings of tests: the platform in mode `test`."""

import os

os.environ["PLATFORM_MODE"] = "test"

from finance_platform.settings import *  # noqa: F403
