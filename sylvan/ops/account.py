"""The unprivileged account that the private database runs as.

PostgreSQL refuses to run as root. Run by root, Sylvan therefore keeps a system account of its own
for the server process; run by anyone else, the server runs as that user.
"""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sylvan.ops.refusal import Refusal

SYSTEM_ACCOUNT = "sylvan"


@dataclass(frozen=True)
class Account:
    """Who runs the server."""

    name: str
    uid: int
    gid: int

    def become(self) -> dict[str, Any]:
        """Arguments for `subprocess` that start a program as this account."""
        if os.geteuid() == self.uid:
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def own(self, path: Path) -> None:
        """Gives one path inside the data folder to this account."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid, follow_symlinks=False)


def server_account() -> Account:
    """The account to run the server as; makes the system account when root has none yet.

    Raises:
        Refusal: the system account is missing and cannot be made.
    """
    if os.geteuid() != 0:
        return _account(pwd.getpwuid(os.geteuid()))
    try:
        return _account(pwd.getpwnam(SYSTEM_ACCOUNT))
    except KeyError:
        return _make_system_account()


def _account(entry: pwd.struct_passwd) -> Account:
    return Account(entry.pw_name, entry.pw_uid, entry.pw_gid)


def _make_system_account() -> Account:
    useradd = shutil.which("useradd") or shutil.which("useradd", path="/usr/sbin:/sbin")
    command = f"useradd --system --user-group --no-create-home --home-dir /nonexistent \
--shell /usr/sbin/nologin {SYSTEM_ACCOUNT}"
    if useradd is not None:
        made = subprocess.run(
            [useradd, *command.split()[1:]], capture_output=True, text=True, check=False
        )
        try:
            return _account(pwd.getpwnam(SYSTEM_ACCOUNT))
        except KeyError:
            reason = made.stderr.strip()
    else:
        reason = "useradd is not installed"
    raise Refusal(
        f"PostgreSQL refuses to run as root, and the account '{SYSTEM_ACCOUNT}' cannot be made: "
        f"{reason}.",
        f"Make it ({command}), or run Sylvan as an ordinary user.",
    )


def closed_parent(path: Path, account: Account) -> Path | None:
    """The first folder on the way to `path` that the account may not walk through."""
    for folder in (*reversed(path.parents), path):
        if not folder.exists():
            return None
        status = folder.stat()
        bits = 0o100 if status.st_uid == account.uid else 0o001
        if status.st_gid == account.gid and status.st_uid != account.uid:
            bits = 0o010
        if not status.st_mode & bits:
            return folder
    return None
