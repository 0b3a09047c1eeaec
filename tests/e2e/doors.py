"""Houses where people sign in, and browsers that do."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from fastapi.testclient import TestClient

from sylvan import wiring
from sylvan.domain.accounts import Grant
from sylvan.domain.actors import EVERYWHERE, Level, local_operator
from sylvan.services.house import House
from sylvan.services.passwords import Passwords
from sylvan.settings import Settings
from sylvan.store import engine as store_engine
from tests.e2e.houses import BASE

PASSWORD = "four words nobody says"
CSRF = "x-csrf-token"


@contextmanager
def guarded(
    url: str, folder: Path, clock: Any, mode: Any = "required", **options: Any
) -> Iterator[House]:
    """A house where people sign in, with a light hash."""
    settings = Settings(data_dir=folder, **options)
    engine = store_engine.create(url, pool_size=4)
    house = wiring.house(settings, engine, clock=clock, sign_in=mode)
    inside = house.entrance
    light = Passwords(PasswordHasher(1, 8, 1))
    house.entrance = replace(inside, sign_in=replace(inside.sign_in, passwords=light))
    house.worlds.live()
    try:
        yield house
    finally:
        house.auditor.stop(2.0)
        house.limiter.usage.stop(2.0)
        engine.dispose()


def invite(
    house: House, subject: str, role: str = "dispatcher", level: Level = Level.REGION
) -> str:
    """A one-time link's secret."""
    actor = local_operator(house.worlds.live())
    grant = Grant(role, level, EVERYWHERE)
    return house.entrance.accounts.invite(actor, subject, "", grant).token


class Browser:
    """Keeps cookies, and sends the word in them along with changes, as our pages do."""

    def __init__(self, house: House, base: str = BASE, **options: Any) -> None:
        app, _ = wiring.web(Settings(**options), house)
        self.http = TestClient(
            app, base_url=base, raise_server_exceptions=False, follow_redirects=False
        )

    def get(self, path: str, **options: Any) -> Any:
        return self.http.get(f"/api/v1{path}", **options)

    def post(self, path: str, body: Any = None, *, word: str | None = None, **options: Any) -> Any:
        cookies = self.http.cookies
        told = word if word is not None else cookies.get("csrf") or cookies.get("__Host-csrf")
        headers = {CSRF: told} if told else {}
        headers |= options.pop("headers", {})
        return self.http.post(f"/api/v1{path}", json=body, headers=headers, **options)

    def join(self, token: str) -> "Browser":
        """Use a one-time link."""
        answer = self.post("/account/welcome", {"token": token, "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        return self

    def sign_in(self, subject: str, password: str = PASSWORD, code: str = "") -> Any:
        told = {"subject": subject, "password": password, "code": code}
        return self.post("/account/sign-in", told)

    @property
    def session(self) -> str | None:
        return self.http.cookies.get("sid") or self.http.cookies.get("__Host-sid")

    @property
    def role(self) -> str:
        return str(self.get("/account/me").json()["role"])
