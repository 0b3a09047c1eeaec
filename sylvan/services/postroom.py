"""The use-cases of alerts on their way, together: from a due letter to an answer."""

from dataclasses import dataclass

from sylvan.services.answers import Answers
from sylvan.services.deliveries import Deliveries
from sylvan.services.deliveries_views import Mailroom
from sylvan.services.delivery_queue import Queue
from sylvan.services.escalating import Escalating
from sylvan.services.push import PushBrowsers


@dataclass(frozen=True, slots=True)
class Postroom:
    """What routers, jobs and commands ask about alerts that go out."""

    deliveries: Deliveries
    queue: Queue
    escalating: Escalating
    answers: Answers
    views: Mailroom
    browsers: PushBrowsers
