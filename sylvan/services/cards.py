"""Reads ``alerts/run_cards.yaml``: what goes out first, by zone, danger and what is threatened."""

from pathlib import Path
from typing import Final

from sylvan.domain.dispatch.runcard import Cards, cards_of
from sylvan.services.exposure_rules import shipped_alerts
from sylvan.services.packs import PackError, read_yaml

FILE: Final = "run_cards.yaml"


def load(folder: Path | None = None) -> Cards:
    """The cards in an operator's folder, else those that came with Sylvan.

    Raises:
        PackError: naming file, card and field.
    """
    own = folder / FILE if folder else None
    path = own if own and own.is_file() else shipped_alerts() / FILE
    body, _ = read_yaml(path)
    try:
        return cards_of(body)
    except ValueError as error:
        params = {
            "file": str(path),
            "line": None,
            "field": "cards",
            "reason": str(error),
            "count": 1,
        }
        raise PackError("pack.field", params, field="cards") from error
