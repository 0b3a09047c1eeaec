"""Imported where an archive's processes are forked from, so that none has to compile for itself.

What is compiled, or loaded from the cache, is then in memory once and shared by all of them.
"""

import signal

# Ctrl-C is the business of who started this; while it loads it would answer with a traceback
signal.signal(signal.SIGINT, signal.SIG_IGN)

from sylvan.jobs import archive_tasks  # noqa: E402 - takes seconds, and comes after
from sylvan.services.measure import warm_up  # noqa: E402

__all__ = ["archive_tasks"]

warm_up()
