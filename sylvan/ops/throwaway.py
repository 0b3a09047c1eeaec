"""A cluster without durability for test runs: `python -m sylvan.ops.throwaway start|wipe`.

Uses the folder in SYLVAN_DATA_DIR. `start` prints the SQLAlchemy URL.
"""

import sys

from sylvan.ops.cluster import Cluster
from sylvan.ops.tuning import Tuning
from sylvan.settings import load_settings

TUNING = Tuning(durable=False, memory_mib=2048)
# Enough for a million rows; several such clusters fit beside a browser on a small machine.


def main(action: str) -> int:
    """Starts or removes the cluster; returns the exit status."""
    folder = load_settings().data_dir
    cluster = Cluster(folder, tuning=TUNING)
    if action == "start":
        folder.mkdir(mode=0o711, parents=True, exist_ok=True)
        cluster.start()
        sys.stdout.write(cluster.url() + "\n")
        return 0
    if action == "wipe":
        cluster.wipe()
        return 0
    sys.stderr.write("usage: python -m sylvan.ops.throwaway start|wipe\n")
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1] if len(sys.argv) > 1 else ""))
