"""What one change costs on its way to thousands of open sockets.

The gateway, with rights and filters on, is measured beside three references in the same run, with
the same clients in a process of their own. What travels between machines are the ratios of
processor time per delivery. Beside that: memory of idle sockets, and everybody coming back at once.
"""

import multiprocessing
import os
import statistics
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final

from rich.table import Table

from sylvan.bench import live_crowd, live_storm, live_ways
from sylvan.bench.live_crowd import Load
from sylvan.bench.live_servers import PATIENCE_S, Append, Memory, Spent, Spread

LIMITS: Final = {
    "last_p99_s": 0.5,
    "ratios": {"raw": 2.0, "broadcast": 1.0, "fastapi": 0.5, "fastapi_json": 0.5},
    "idle_mb": 600.0,
    "storm_s": 10.0,
}
REFERENCES: Final = tuple(way for way in live_ways.WAYS if way != "gateway")
DEAF_SHARE: Final = 10
"""For so many listeners one more is connected whose rights or filter keep the events from it."""
REST_S: Final = 3
"""Seconds that idle sockets are left alone before memory is read."""
END_S: Final = 10
_SPAWN = multiprocessing.get_context("spawn")


class Party:
    """A process of the benchmark and the pipe to it."""

    def __init__(self, process: BaseProcess, pipe: Connection) -> None:
        self.process, self.pipe = process, pipe

    def hear(self) -> Any:
        """What it says next.

        Raises:
            TimeoutError: it says nothing for minutes.
        """
        if not self.pipe.poll(PATIENCE_S):
            raise TimeoutError("a process of the benchmark does not answer")
        return self.pipe.recv()

    def ask(self, wish: Any) -> Any:
        """Tell it something and hear the answer."""
        self.pipe.send(wish)
        return self.hear()


@contextmanager
def _party(task: Callable[..., None], *before: Any, after: tuple[Any, ...] = ()) -> Iterator[Party]:
    """A process that is gone after the block, whatever happens in it."""
    ours, theirs = _SPAWN.Pipe()
    process = _SPAWN.Process(target=task, args=(*before, theirs, *after), daemon=True)
    process.start()
    try:
        yield Party(process, ours)
    finally:
        process.terminate()
        process.join(END_S)
        if process.is_alive():
            process.kill()
            process.join()


def _spread(way: str, sockets: int, events: int) -> dict[str, float]:
    """One server, one crowd, one series of changes."""
    arrived = _SPAWN.Semaphore(0)
    with _party(live_ways.run, way, after=(arrived,)) as server:
        port, epoch = server.hear()
        deaf = sockets // DEAF_SHARE if epoch else 0
        load = Load(port, epoch, sockets, events, deaf)
        with _party(live_crowd.listen, after=(arrived, load)) as crowd:
            connected = crowd.hear()
            server.pipe.send(Spread(events))
            delays, overheard = crowd.hear()
            spent = server.hear()
            if overheard:
                raise AssertionError(f"{overheard} events reached who must not hear them")
            return _figures(load, delays, spent) | {
                "connect_s": connected,
                "rss_mb": server.ask(Memory()),
            }


def _figures(load: Load, arrivals: list[list[float]], spent: Spent) -> dict[str, float]:
    pairs = list(zip(spent.moments, arrivals, strict=True))
    delays = sorted(moment - sent for sent, row in pairs for moment in row)
    last = sorted(max(row) - sent for sent, row in pairs)
    return {
        "cpu_us_per_delivery": spent.cpu_s / (load.sockets * load.events) * 1e6,
        "p50_s": delays[len(delays) // 2],
        "p99_s": delays[int(len(delays) * 0.99)],
        "last_p50_s": last[len(last) // 2],
        "last_p99_s": last[int(len(last) * 0.99)],
    }


def idle(sockets: int) -> dict[str, float]:
    """Memory of a gateway with open sockets on which nothing happens.

    Returns:
        MB of the process before anybody came and with all, and KiB for each socket.
    """
    arrived = _SPAWN.Semaphore(0)
    with _party(live_ways.run, "gateway", after=(arrived,)) as server:
        port, epoch = server.hear()
        empty = server.ask(Memory())
        load = Load(port, epoch, sockets)
        with _party(live_crowd.listen, after=(arrived, load)) as crowd:
            connected = crowd.hear()
            crowd.process.join(REST_S)
            full = server.ask(Memory())
    return {
        "sockets": sockets,
        "empty_mb": empty,
        "rss_mb": full,
        "kib_per_socket": (full - empty) * 1e6 / 1024 / sockets,
        "connect_s": connected,
    }


def storm(sockets: int) -> dict[str, Any]:
    """Everybody comes back at once; see :mod:`sylvan.bench.live_storm`."""
    with _party(live_ways.run, "gateway", after=(_SPAWN.Semaphore(0),)) as server:
        port, epoch = server.hear()
        with _party(live_storm.weather, after=(Load(port, epoch, sockets),)) as crowd:
            crowd.hear()
            crowd.ask(server.ask(Append(live_storm.BEFORE)))
            server.ask(Append(live_storm.AWAY))
            crowd.pipe.send("back")
            meanwhile = Append(live_storm.MEANWHILE, live_storm.MEANWHILE_PAUSE_S)
            outcome: live_storm.Outcome = crowd.ask(server.ask(meanwhile))
    return {"sockets": sockets} | asdict(outcome)


def run(
    sockets: int = 5000,
    events: int = 50,
    runs: int = 3,
    idle_sockets: int = 10_000,
    storm_sockets: int = 2000,
) -> dict[str, Any]:
    """Measure the gateway and its references alternately; medians, and ratios of their costs.

    Args:
        sockets: open sockets that each change reaches.
        events: changes of one run.
        runs: of all servers in turn.
        idle_sockets: open sockets whose memory is read; 0: none.
        storm_sockets: sockets that come back at once; 0: none.

    Returns:
        ``servers`` by name: processor microseconds per delivery, seconds from publishing to
        arrival, to the last client (median and p99), until all had connected, and MB; the
        gateway's ``last_p99_s`` and ``cpu_us_per_delivery`` once more; ``ratios`` of processor
        time per delivery, gateway over reference, median of the runs; ``idle`` and ``storm``.
    """
    rounds = [{way: _spread(way, sockets, events) for way in live_ways.WAYS} for _ in range(runs)]
    servers = {
        way: {name: statistics.median(one[way][name] for one in rounds) for name in rounds[0][way]}
        for way in live_ways.WAYS
    }
    told: dict[str, Any] = {
        "sockets": sockets,
        "events": events,
        "runs": runs,
        "limits": LIMITS,
        "last_p99_s": servers["gateway"]["last_p99_s"],
        "cpu_us_per_delivery": servers["gateway"]["cpu_us_per_delivery"],
        "ratios": {way: _ratio(rounds, way) for way in REFERENCES},
        "servers": servers,
    }
    if idle_sockets:
        told["idle"] = idle(idle_sockets)
    if storm_sockets:
        told["storm"] = storm(storm_sockets)
    told["load_average"] = os.getloadavg()[0]
    return told


def _ratio(rounds: list[dict[str, dict[str, float]]], way: str) -> float:
    cost = "cpu_us_per_delivery"
    return statistics.median(one["gateway"][cost] / one[way][cost] for one in rounds)


def table(result: dict[str, Any]) -> Table:
    """The result for a person."""
    shown = Table(title=f"One change to {result['sockets']:,} open sockets")
    for column in ("what", "measured", "limit"):
        shown.add_column(column, justify="left" if column == "what" else "right")
    limits = result["limits"]
    last = f"{result['last_p99_s']:.3f} s", f"{limits['last_p99_s']} s"
    shown.add_row("until the last client has it, p99", *last)
    for way, one in result["servers"].items():
        cost = f"{one['cpu_us_per_delivery']:.1f} µs, last {one['last_p50_s']:.3f} s"
        shown.add_row(f"{way}: processor per delivery, last client (median)", cost, "")
    for way, ratio in result["ratios"].items():
        shown.add_row(f"gateway over {way}", f"{ratio:.2f}", f"{limits['ratios'][way]}")
    if at_rest := result.get("idle"):
        memory = f"{at_rest['rss_mb']:.0f} MB", f"{limits['idle_mb']:.0f} MB"
        shown.add_row(f"{at_rest['sockets']:,} idle sockets", *memory)
    if back := result.get("storm"):
        lost = f"{back['missed']} missed, {back['doubled']} doubled"
        words = f"{back['sockets']:,} come back at once: {lost}"
        shown.add_row(words, f"{back['seconds']:.1f} s", f"{limits['storm_s']:.0f} s")
    return shown
