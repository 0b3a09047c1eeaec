"""How many examples of a costly property are tried."""

import os

SHARE = 3
"""Of the whole number, one in so many is tried unless `scripts/test --long` asks for all."""
LEAST = 8


def examples(whole: int) -> int:
    """All with `scripts/test --long`, else a share of them."""
    if os.environ.get("TESTS_LONG"):
        return whole
    return max(whole // SHARE, min(LEAST, whole))
