"""Folders of a private cluster: made for its account, short enough and fit for a socket."""

import contextlib
import hashlib
import os
import socket
from pathlib import Path

from sylvan.ops.account import Account, closed_parent
from sylvan.ops.refusal import Refusal

SOCKET_NAME = ".s.PGSQL.5432"
LONGEST_SOCKET_PATH = 107
# sockaddr_un.sun_path is 108 bytes with its closing zero on Linux; macOS has 104, see below.
LONGEST_ELSEWHERE = 103
SHORT = Path("/tmp")  # noqa: S108 what is made in it is private, and checked to be ours


def socket_folder(home: Path) -> Path:
    """Where the socket goes: in the cluster's folder, or a short one if that path is too long."""
    own = home / "run"
    longest = LONGEST_SOCKET_PATH if os.uname().sysname == "Linux" else LONGEST_ELSEWHERE
    if len(os.fsencode(own / SOCKET_NAME)) <= longest:
        return own
    mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
    return SHORT / f"sylvan-{os.geteuid()}-{mark}"


def make(home: Path, run_dir: Path, account: Account) -> None:
    """Makes the cluster's folder and the socket's, for the account alone.

    Raises:
        Refusal: the account cannot get there, or no socket can be made there.
    """
    data_dir = home.parent
    data_dir.mkdir(parents=True, exist_ok=True)
    if os.geteuid() == 0 and (closed := closed_parent(data_dir, account)):
        raise Refusal(
            f"The database runs as '{account.name}', who may not walk through {closed}.",
            "Put the data elsewhere (SYLVAN_DATA_DIR=/var/lib/sylvan), "
            f"or open the way: chmod o+x {closed}",
        )
    home.mkdir(mode=0o700, exist_ok=True)
    account.own(home)
    with contextlib.suppress(FileExistsError):
        run_dir.mkdir(mode=0o700)
        account.own(run_dir)
    found = run_dir.lstat()
    if run_dir.is_symlink() or found.st_uid != account.uid or found.st_mode & 0o077:
        raise Refusal(
            f"{run_dir} for the database's socket belongs to someone else.",
            "Remove it, or choose a shorter SYLVAN_DATA_DIR (below 90 characters).",
        )
    _check_sockets_work(run_dir)


def _check_sockets_work(folder: Path) -> None:
    probe = folder / f"p{os.getpid()}"  # no longer than the socket's own name
    try:
        with socket.socket(socket.AF_UNIX) as trial:
            trial.bind(str(probe))
    except OSError as error:
        raise Refusal(
            f"No socket can be made in {folder}: {error.strerror}.",
            "Use a SYLVAN_DATA_DIR on a local disk (network and shared folders do not do).",
        ) from error
    finally:
        probe.unlink(missing_ok=True)


def belongs_to_another(home: Path) -> Refusal:
    """What to say when the cluster's folder is closed to us."""
    return Refusal(
        f"The database in {home} belongs to '{home.owner()}'.",
        "Run this as root or as that account, or choose another folder with SYLVAN_DATA_DIR.",
    )
