"""Which server processes of a cluster live, and what a killed server left behind.

PostgreSQL only checks that *some* process of its account has the number in postmaster.pid. After
a reboot that may be anything, and a killed process that its parent never collects keeps its
number for ever; then PostgreSQL refuses to start. Where /proc tells more, we look closer.
"""

import os
import time
from collections.abc import Iterator
from pathlib import Path

from sylvan.ops.refusal import Refusal

ORPHANS_GONE_S = 30
# After a kill of the postmaster its children notice and leave; a new start has to wait for them.
POLL_S = 0.1
PROC = Path("/proc")


def alive_in(pid: int, folder: Path) -> bool:
    """Whether the process lives and works in `folder` (a server works in its data folder)."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if not _proc_tells():
        return True  # macOS: believe the file
    try:
        return (PROC / str(pid) / "cwd").readlink().resolve() == folder.resolve()
    except PermissionError:
        return True
    except OSError:
        return False  # gone meanwhile, or dead and not collected by its parent


def forget_the_dead(data: Path, socket: Path) -> None:
    """Removes a dead server's pid file and socket, once none of its children works any more.

    Call only under the cluster's lock and after the recorded process was found dead. Removing the
    pid file lifts PostgreSQL's own guard against two servers on one folder, hence the wait.

    Raises:
        Refusal: children of the dead server are still at work.
    """
    if not _proc_tells():
        return
    deadline = time.monotonic() + ORPHANS_GONE_S
    while orphans := sorted(_workers_in(data)):
        if time.monotonic() > deadline:
            raise Refusal(
                f"Processes of a killed server still work in {data}: {orphans}.",
                "End them: kill " + " ".join(str(pid) for pid in orphans),
            )
        time.sleep(POLL_S)
    lock = socket.with_name(socket.name + ".lock")
    for left in (data / "postmaster.pid", lock, socket):
        left.unlink(missing_ok=True)


def _proc_tells() -> bool:
    return (PROC / "self").exists()


def _workers_in(folder: Path) -> Iterator[int]:
    for entry in PROC.iterdir():
        if entry.name.isdigit():
            try:
                place = (entry / "cwd").readlink()
            except OSError:
                continue  # not ours to look at, or gone
            if place == folder.resolve():
                yield int(entry.name)
