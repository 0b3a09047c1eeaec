"""Compiling with Numba, the one way for all kernels."""

from collections.abc import Callable
from typing import Any, TypeVar

import numba

_F = TypeVar("_F", bound=Callable[..., Any])


def compiled(function: _F) -> _F:
    """Compile once and keep the result on disk, where the disk lets us.

    Numba's cache watches only the file in which a function is defined: a compiled helper that is
    changed in another file would silently stay old, so each kernel is a file of its own.
    """
    try:
        return numba.njit(function, cache=True, nogil=True, error_model="numpy")  # type: ignore[no-any-return]
    except RuntimeError:  # neither the package nor the user's cache directory can be written
        return numba.njit(function, nogil=True, error_model="numpy")  # type: ignore[no-any-return]
