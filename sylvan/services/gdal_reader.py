"""Runs in a process of its own: opens one file with GDAL and tells what it holds as JSON.

A script and no module of the package: it is started by its path, isolated, with nothing around it
but an interpreter and pyogrio. `services.gdal_child` starts it and says what it may use.
"""

import base64
import ctypes
import errno
import json
import math
import os
import resource
import sys
from datetime import date, datetime

UNREADABLE, NO_MEMORY, TOO_MUCH = 3, 4, 5
"""Exit statuses: GDAL refuses the file (what it says stands on standard error); a bound is met."""
NO_NEW_PRIVILEGES = 38
"""PR_SET_NO_NEW_PRIVS of Linux."""
NEW_USER, NEW_NET = 0x10000000, 0x40000000
"""CLONE_NEWUSER, CLONE_NEWNET of Linux."""


def bound(memory: int, cpu_s: int, output: int) -> None:
    """No more than this, whatever the file makes of it; whoever starts us may allow even less.

    Args:
        memory: bytes of address space.
        cpu_s: seconds of the processor.
        output: bytes of any file that it writes.
    """
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, output),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 128),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


def alone() -> None:
    """No network and no new rights, also where nobody put a wall around us; Linux alone can."""
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        if libc.unshare(NEW_USER | NEW_NET):
            libc.unshare(NEW_NET)


def plain(value: object) -> object:
    """A value of a column as JSON knows it; NaN and NaT are how GDAL says "nothing"."""
    import numpy as np  # noqa: PLC0415 - after the bounds

    if isinstance(value, np.datetime64):
        return None if np.isnat(value) else str(value)
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, datetime | date):
        return value.isoformat()
    if isinstance(value, bytes):
        return None
    return None if isinstance(value, float) and not math.isfinite(value) else value


def main() -> int:
    """Read what the arguments name; the exit status."""
    bound(**json.loads(sys.argv[3]))
    alone()
    import pyogrio.raw  # noqa: PLC0415 - after the bounds
    from pyogrio.errors import DataLayerError, DataSourceError, FieldError  # noqa: PLC0415

    options = json.loads(sys.argv[2])
    try:
        meta, _, wkb, columns = pyogrio.raw.read(sys.argv[1], **options)
    except (DataSourceError, DataLayerError, FieldError, ValueError) as error:
        sys.stderr.write(str(error))
        return UNREADABLE
    given = () if wkb is None else wkb
    shapes = [None if one is None else base64.b64encode(one).decode() for one in given]
    told = {
        "crs": meta["crs"],
        "fields": [str(name) for name in meta["fields"]],
        "columns": [[plain(value) for value in column] for column in columns],
        "wkb": shapes,
        "shapes": wkb is not None,
    }
    json.dump(told, sys.stdout)
    sys.stdout.flush()
    return 0


def ended() -> int:
    """The exit status, with a name for each bound."""
    try:
        return main()
    except MemoryError:
        return NO_MEMORY
    except OSError as error:
        if error.errno != errno.EFBIG:
            raise
        os._exit(TOO_MUCH)  # what is left in the buffer can go nowhere


if __name__ == "__main__":
    sys.exit(ended())
