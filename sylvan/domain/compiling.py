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
    return _compiled(function, inline=False)


def inlined(function: _F) -> _F:
    """Compile into whoever calls.

    For small equations in a loop, which must hold no call if the compiler is to do several steps of
    it at once.
    """
    return _compiled(function, inline=True)


def _compiled(function: _F, *, inline: bool) -> _F:
    try:
        return numba.njit(  # type: ignore[no-any-return]
            function, cache=True, nogil=True, error_model="numpy", forceinline=inline
        )
    except RuntimeError:  # neither the package nor the user's cache directory can be written
        return numba.njit(function, nogil=True, error_model="numpy", forceinline=inline)  # type: ignore[no-any-return]
