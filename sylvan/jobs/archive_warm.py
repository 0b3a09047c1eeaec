"""Imported where an archive's processes are forked from, so that none has to compile for itself.

What is compiled, or loaded from the cache, is then in memory once and shared by all of them.
"""

from sylvan.jobs import archive_tasks
from sylvan.services.measure import warm_up

__all__ = ["archive_tasks"]

warm_up()
