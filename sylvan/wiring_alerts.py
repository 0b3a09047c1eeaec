"""Puts together what brings alerts to people: the part of the wiring that knows ways and words."""

from zoneinfo import ZoneInfo

from sqlalchemy import Engine

from sylvan.domain.codes import NotFound
from sylvan.domain.outward import Trusted
from sylvan.notify.sender import Sender
from sylvan.notify.ways import Ways
from sylvan.notify.writer import TemplateWriter, folders
from sylvan.services import channel_rules, escalation_rules, packs
from sylvan.services.alert_keys import AlertKeys
from sylvan.services.answers import Answers
from sylvan.services.base import Clock
from sylvan.services.deliveries import Deliveries, Letters
from sylvan.services.deliveries_views import Mailroom
from sylvan.services.delivery_queue import Queue
from sylvan.services.escalating import Escalating
from sylvan.services.outward import Outward
from sylvan.services.postroom import Postroom
from sylvan.services.push import PushBrowsers
from sylvan.settings import Settings
from sylvan.web.catalogue import merged


def postroom(settings: Settings, engine: Engine, clock: Clock, letters: Letters) -> Postroom:
    """The use-cases, with what the operator's files say."""
    channels = channel_rules.load(settings.alerts_dir)
    keys = AlertKeys(settings.data_dir)
    writer = TemplateWriter(folders(settings.alerts_dir), _zone(settings), merged)
    ladders = escalation_rules.load(settings.alerts_dir)
    deliveries = Deliveries(engine, clock, letters, writer, channels, ladders)
    outward = Outward(Trusted.read(settings.outward_trusted))
    return Postroom(
        deliveries,
        Queue(engine, clock, deliveries, keys, settings.public_url.rstrip("/")),
        Escalating(engine, clock, deliveries),
        Answers(engine, clock, channels, keys),
        Mailroom(engine, clock, channels, writer),
        PushBrowsers(engine, clock, keys, outward),
    )


def sender(post: Postroom) -> Sender:
    """What brings out what is in the queue."""
    return Sender(
        post.deliveries,
        post.queue,
        post.escalating,
        lambda: Ways(post.browsers, post.browsers.outward),
    )


def _zone(settings: Settings) -> ZoneInfo:
    """By whose clock messages tell moments."""
    try:
        pack = packs.find(settings.region, settings.layers_dir)
    except NotFound:
        return ZoneInfo("UTC")
    return ZoneInfo(pack.manifest.time_zones.default)
