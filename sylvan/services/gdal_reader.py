"""Runs in a process of its own: opens one file with GDAL and tells what it holds as JSON.

A script and no module of the package: it is started by its path, isolated, with nothing around it
but an interpreter and pyogrio. `services.gdal_child` starts it and says what it may use.
"""

import base64
import json
import math
import resource
import sys
from datetime import date, datetime

MEMORY, CPU_S, OUTPUT = 4 << 30, 120, 2 << 30
"""Bytes of address space, seconds of the processor, bytes that it may write."""
UNREADABLE = 3
"""Exit status where GDAL refuses the file; what it says stands on standard error."""


def bound() -> None:
    """No more than this, whatever the file makes of it; whoever starts us may allow even less."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, CPU_S),
        (resource.RLIMIT_FSIZE, OUTPUT),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 128),
    ):
        hard = resource.getrlimit(kind)[1]
        least = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (least, least))


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
    bound()
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
    return 0


if __name__ == "__main__":
    sys.exit(main())
