"""`sylvan worker`: feeds, jobs and the sequencer without a web server."""

from sylvan import wiring
from sylvan.cli import logs, serving
from sylvan.cli.output import DataDir, explained, say, settings_with
from sylvan.cli.serve import prepare, start_jobs
from sylvan.jobs.crew import Crew
from sylvan.ops import database


def command(data_dir: DataDir = None) -> None:
    """Run feeds, jobs and a sequencer candidate; of several workers one leads."""
    with explained():
        settings = settings_with(data_dir)
        logs.configure_logs(settings)
        with (
            serving.stopping() as stop,
            database.lease(settings, say) as url,
            wiring.opened(settings, url, sign_in=serving.sign_in_mode(settings)) as house,
            Crew() as crew,
        ):
            prepare(house, settings)
            start_jobs(crew, settings, house, house.worlds.engine)
            say("working  (Ctrl-C stops)")
            stop.wait()
