"""The dispatcher's screen and the report form against the real server in headless Chromium."""

from collections.abc import Iterator

import pytest

from .journeys import OF_THE_DESK, demo, journeys


@pytest.fixture(scope="module")
def served(db_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a server on which a generated fire day replays."""
    with demo(db_url, tmp_path_factory.mktemp("served")) as address:
        yield address


@pytest.mark.browser
def test_journeys_of_a_dispatcher_and_a_resident(served: str) -> None:
    journeys(served, *OF_THE_DESK)


@pytest.mark.browser
@pytest.mark.long
def test_axe_finds_nothing_in_any_language_by_any_light(served: str) -> None:
    journeys(served, "axe finds nothing", SYLVAN_ALL_LOOKS="1")
