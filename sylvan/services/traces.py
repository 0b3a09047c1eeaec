"""Spans from ingest to client (OpenTelemetry): one trace from the file to the gateway.

Only the interface of OpenTelemetry is used here; without `SYLVAN_OTLP_URL` every span is one that
records nothing. Where a change leaves a process, its trace goes on in the row (`store.tracing`).
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from time import time_ns
from typing import Final, ParamSpec, TypeVar

from opentelemetry import trace
from opentelemetry.trace import Span

from sylvan.store.tracing import context_of

NAME: Final = "sylvan"
REMEMBERED: Final = 10_000
"""Events whose trace a gateway knows while it sends them."""
_NONE: Final = nullcontext(trace.INVALID_SPAN)
Value = str | int | float | bool
P = ParamSpec("P")
T = TypeVar("T")


def traced(name: str) -> Callable[[Callable[P, T]], Callable[P, T]]:
    """The whole of a use-case as one span."""

    def within(action: Callable[P, T]) -> Callable[P, T]:
        @wraps(action)
        def traced_action(*args: P.args, **kwargs: P.kwargs) -> T:
            with span(name):
                return action(*args, **kwargs)

        return traced_action

    return within


def span(name: str, **facts: Value) -> AbstractContextManager[Span]:
    """A part of the way; a fault within is told with it and goes on."""
    provider = trace.get_tracer_provider()
    if isinstance(provider, trace.ProxyTracerProvider):  # nobody collects anything
        return _NONE
    return provider.get_tracer(NAME).start_as_current_span(name, attributes=facts)


def passed(name: str, parents: Iterable[str | None], since_ns: int, **facts: Value) -> None:
    """One span for each trace whose rows have just passed here, begun at ``since_ns``."""
    for parent in sorted({one for one in parents if one}):
        one = (
            trace.get_tracer_provider()
            .get_tracer(NAME)
            .start_span(name, context=context_of(parent), start_time=since_ns, attributes=facts)
        )
        one.end()


class Travellers:
    """Which trace each event belongs to, from its reading to its sending in one process."""

    def __init__(self) -> None:
        self._traces: OrderedDict[int, str] = OrderedDict()

    def read(self, traces: Mapping[int, str | None], since_ns: int) -> None:
        """Events were read from the log, by number."""
        known = {seq: one for seq, one in traces.items() if one}
        if not known:
            return
        passed("gateway", known.values(), since_ns)
        self._traces.update(known)
        while len(self._traces) > REMEMBERED:
            self._traces.popitem(last=False)

    @contextmanager
    def sending(self, numbers: Sequence[int]) -> Iterator[None]:
        """Events are being written to all who may see them."""
        if not self._traces:
            yield
            return
        since = time_ns()
        yield
        gone = [self._traces.pop(number, None) for number in numbers]
        passed("send", gone, since, events=len(numbers))
