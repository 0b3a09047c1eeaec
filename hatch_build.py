"""Puts everything a running Sylvan needs into the wheel: built front end, region packs, alerts.

The front end is built when it has not been (a wheel made from the source archive finds it ready
and needs no Node). An editable install gets neither: it reads all of it from the checkout.
"""

import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

STATIC = Path("sylvan") / "static"
SHIPPED = ("gis_layers", "alerts")


class CustomBuildHook(BuildHookInterface[Any]):
    """Run by Hatchling before it collects files."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Builds the front end if need be and adds the data folders to a wheel."""
        if version == "editable":
            return
        root = Path(self.root)
        if not (root / STATIC / "index.html").is_file():
            subprocess.run([str(root / "scripts" / "install.sh"), "frontend"], check=True)
        if not (root / STATIC / "index.html").is_file():
            raise RuntimeError(f"the front end was not built: there is no {STATIC}/index.html")
        if self.target_name == "wheel":
            for name in SHIPPED:
                build_data["force_include"][str(root / name)] = f"sylvan/_data/{name}"
