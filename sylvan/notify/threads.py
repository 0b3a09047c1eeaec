"""Libraries that block, for a loop that must not: each channel has threads of its own."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Threads:
    """As many threads as messages of a channel may be under way."""

    pool: ThreadPoolExecutor = field(repr=False)

    @classmethod
    def of(cls, name: str, most: int) -> "Threads":
        """Threads that bear the channel's name."""
        return cls(ThreadPoolExecutor(most, thread_name_prefix=f"alerts-{name}"))

    async def run(self, task: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """The task's result, or its fault."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self.pool, lambda: task(*args, **kwargs))

    def stop(self) -> None:
        """Take no more; what is under way ends by itself."""
        self.pool.shutdown(wait=False, cancel_futures=True)
