"""The private cluster's configuration, from the memory of the machine.

Written anew at every start, so a machine that got more memory uses it. What the operator adds in
`local.conf` beside it is read last and never touched.
"""

import contextlib
import os
from dataclasses import dataclass
from pathlib import Path

MIB = 1024 * 1024
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")
ROLE = "sylvan"
# The role and the database have one name.

HOST_RULES = f"""\
# Written by Sylvan at every start. Only this machine, only over the socket, only known accounts.
local all         {ROLE} peer map=sylvan
local replication {ROLE} peer map=sylvan
"""


@dataclass(frozen=True)
class Tuning:
    """What differs between a working cluster and a throw-away one."""

    durable: bool = True
    # Whether a power cut may lose nothing (fsync). Only throw-away test clusters go without.
    memory_mib: int | None = None
    # Memory that the server may count on; None asks the machine.
    connections: int = 100
    # Most connections at once; each costs about 10 MiB when busy.


def machine_memory_mib() -> int:
    """Memory of this machine or of the container that we are in, in MiB."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    # no limit reads "max"; no control groups, no file
    with contextlib.suppress(OSError, ValueError):
        memory = min(memory, int(CGROUP_LIMIT.read_text()))
    return memory // MIB


def server_settings(tuning: Tuning, socket_dir: Path) -> dict[str, str]:
    """Values for postgresql.conf, by name."""
    memory = tuning.memory_mib or machine_memory_mib()
    safe = "on" if tuning.durable else "off"
    return {
        "listen_addresses": "''",
        "unix_socket_directories": _quoted(str(socket_dir)),
        "unix_socket_permissions": "0700",
        "port": "5432",
        "max_connections": str(tuning.connections),
        # a quarter of the memory, the usual rule; beyond 4 GiB the file cache does better
        "shared_buffers": f"{_between(32, memory // 4, 4096)}MB",
        "effective_cache_size": f"{_between(128, memory // 2, 65536)}MB",
        "work_mem": f"{_between(8, memory // 256, 64)}MB",
        "maintenance_work_mem": f"{_between(64, memory // 16, 1024)}MB",
        # a planner's compilation costs more than our short spatial queries take
        "jit": "off",
        "random_page_cost": "1.1",
        "synchronous_commit": safe,
        "fsync": safe,
        "full_page_writes": safe,
        "wal_compression": "on",
        "max_wal_size": "2GB",
        "min_wal_size": "256MB",
        "checkpoint_completion_target": "0.9",
        "timezone": "'UTC'",
        "log_timezone": "'UTC'",
        # one file a weekday, overwritten after a week: the log can't fill the disk
        "logging_collector": "on",
        "log_directory": "'log'",
        "log_filename": "'postgres-%a.log'",
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_min_duration_statement": "5s",
        "log_lock_waits": "on",
        # a client that died in the middle must not hold its locks for ever
        "idle_in_transaction_session_timeout": "10min",
        "tcp_keepalives_idle": "60",
    }


def render(settings: dict[str, str]) -> str:
    """Text of a configuration file."""
    lines = (f"{name} = {value}" for name, value in settings.items())
    return "# Written by Sylvan at every start; own settings go into local.conf.\n" + "".join(
        f"{line}\n" for line in lines
    )


def ident_map(accounts: set[str]) -> str:
    """Which accounts of the machine may act as the database's role."""
    lines = (f'sylvan "{account}" {ROLE}\n' for account in sorted(accounts))
    return "# Written by Sylvan at every start.\n" + "".join(lines)


def _between(low: int, value: int, high: int) -> int:
    return max(low, min(value, high))


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
