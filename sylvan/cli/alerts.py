"""`sylvan alerts`: who is told what."""

from sylvan.cli.alerts_rules import app

__all__ = ["app"]
