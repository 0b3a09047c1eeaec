"""Sends spans to a collector where `SYLVAN_OTLP_URL` names one (OTLP over HTTP)."""

from collections.abc import Iterator
from contextlib import contextmanager

from opentelemetry import trace
from sqlalchemy import Engine

from sylvan import __version__
from sylvan.ops.refusal import Refusal
from sylvan.settings import Settings
from sylvan.store import tracing

PATH = "/v1/traces"


@contextmanager
def running(settings: Settings, engine: Engine) -> Iterator[None]:
    """Spans are sent while the block runs, and the rest of them at its end.

    Raises:
        Refusal: the extra that sends them is not installed.
    """
    if not settings.otlp_url:
        yield
        return
    try:
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import (  # noqa: PLC0415 - an extra
            OTLPSpanExporter,
        )
        from opentelemetry.sdk.resources import Resource  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415 - an extra
        from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415 - an extra
    except ImportError as error:
        raise Refusal(
            f"SYLVAN_OTLP_URL is set, but {error.name} is not installed.",
            "pip install 'sylvan[telemetry]'",
        ) from None
    resource = Resource.create({"service.name": "sylvan", "service.version": __version__})
    provider = TracerProvider(resource=resource)
    address = settings.otlp_url.rstrip("/").removesuffix(PATH) + PATH
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(address)))
    trace.set_tracer_provider(provider)
    tracing.carry(engine)
    try:
        yield
    finally:
        provider.shutdown()
