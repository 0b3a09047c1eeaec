"""All that signing in is made of, as one thing that the house carries."""

from dataclasses import dataclass
from typing import Literal

from sylvan.services.accounts import Accounts
from sylvan.services.keys import Keys
from sylvan.services.oidc import Oidc
from sylvan.services.ready_roles import ReadyRoles
from sylvan.services.sessions import Sessions
from sylvan.services.sign_in import SignIn

Mode = Literal["open", "demo", "required"]
"""Nobody signs in; nobody has to, but one may choose a ready role; everybody does."""


@dataclass(frozen=True, slots=True)
class Entrance:
    """Use-cases about people, sessions and keys."""

    mode: Mode
    accounts: Accounts
    keys: Keys
    sessions: Sessions
    sign_in: SignIn
    ready: ReadyRoles | None = None
    oidc: Oidc | None = None
