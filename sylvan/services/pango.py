"""Lets PDF find its libraries where an installer without root has unpacked them.

A library that is loaded already is found by its name, whatever the linker's path says; so all of
the folder are loaded before the first PDF. Where the system has them, there is no such folder.
"""

import ctypes
import os
import sys
from pathlib import Path
from typing import Final

FOLDER: Final = "pango"
"""Below the Python environment (``scripts/install.sh python``)."""
FONTS: Final = """\
<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>/usr/share/fonts</dir><dir>{own}</dir><cachedir prefix="xdg">fontconfig</cachedir>
</fontconfig>
"""


def ready(prefix: Path | None = None) -> int:
    """Load what was unpacked; how many libraries that were."""
    root = (prefix or Path(sys.prefix)) / FOLDER
    if not root.is_dir():
        return 0
    _fonts(root)
    waiting = sorted({one.resolve() for one in root.glob("usr/lib/*/*.so.*")})
    loaded = 0
    while waiting:  # each may need one that comes later
        left = [one for one in waiting if not _loads(one)]
        loaded += len(waiting) - len(left)
        if len(left) == len(waiting):
            break
        waiting = left
    return loaded


def _loads(file: Path) -> bool:
    try:
        ctypes.CDLL(str(file), ctypes.RTLD_GLOBAL)
    except OSError:
        return False
    return True


def _fonts(root: Path) -> None:
    """The system may have no fonts and no word on where they are."""
    file = root / "fonts.conf"
    if not file.is_file():
        file.write_text(FONTS.format(own=root / "usr/share/fonts"), "utf-8")
    os.environ.setdefault("FONTCONFIG_FILE", str(file))
