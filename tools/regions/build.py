"""Build the layer files of the region packs in ``gis_layers/`` from open packages.

    uv pip install -e '.[tools]'
    python tools/regions/build.py            # all packs
    python tools/regions/build.py yakutia    # one of them

The manifests (``region.yaml``) are written by hand and stay untouched. Same input, same bytes. A
pack of your own needs none of this: put a manifest and files into a folder, see
gis_layers/README.md.
"""

import argparse
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tools.regions import portugal, yakutia  # noqa: E402 - after the path is set

BUILDERS = {"yakutia": yakutia.build, "portugal": portugal.build}


def main() -> None:
    """Command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("packs", nargs="*", choices=[[], *sorted(BUILDERS)])
    parser.add_argument("--output", type=Path, default=ROOT / "gis_layers")
    arguments = parser.parse_args()
    for name in arguments.packs or sorted(BUILDERS):
        folder = arguments.output / name
        folder.mkdir(parents=True, exist_ok=True)
        BUILDERS[name](folder)
        size = sum(path.stat().st_size for path in folder.glob("*.geojson"))
        print(f"{folder}: {size / 1e6:.2f} MB")


if __name__ == "__main__":
    main()
