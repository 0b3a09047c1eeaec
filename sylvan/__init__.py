"""Sylvan: from the first hotspot to the closing report, one fire, one id, one live map."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("sylvan")
except PackageNotFoundError:  # a checkout that was never installed
    __version__ = "0.0.0"
