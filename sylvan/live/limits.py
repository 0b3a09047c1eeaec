"""The numbers that bound the live channel, each with its unit and where it comes from."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of time and size. Tests shorten the times; an operator rarely has a reason to."""

    ping_s: float = 15.0
    # seconds between two pings; the screens call a line dead after two lost ones and some grace
    dead_s: float = 40.0
    # seconds without a single byte from a client after which it is dropped
    lagging_s: float = 10.0
    # seconds a full write buffer may take to drain before 4429 (measured: 300 × 16 kB at 50/s to
    # readers that never read; healthy ones keep 5 ms at p99)
    close_s: float = 3.0
    # seconds the other side has to answer our close frame before the socket is torn down
    buffer_bytes: int = 256 * 1024
    # bytes waiting for one client above which nothing more is written to it
    drained_bytes: int = 64 * 1024
    # bytes waiting below which a lagging client gets its next events
    unsent_bytes: int = 128 * 1024
    # bytes the kernel may hold unsent for one client (TCP_NOTSENT_LOWAT): without it megabytes of
    # old events queue there and a slow reader is noticed minutes late
    frame_bytes: int = 64 * 1024
    # largest frame that a client may send (OWASP ASVS 5.0, chapter 4.4)
    frames_per_s: float = 10.0
    # frames a second that a client may send for long; a screen sends one when its view changes
    frames_burst: float = 40.0
    # frames that a client may send at once
    clients: int = 18_000
    # sockets of one process; its file descriptors end at 20,000 on common set-ups
    skip_s: float = 1.0
    # seconds between two `skip_to` that only say "nothing for you up to here"
    recheck_s: float = 4.0
    # seconds after which it is asked again at the latest whether a session or key still holds; with
    # one tick of the sweep a revoked one is out within five
    recheck_batch: int = 200
    # sessions and keys asked about in one go of the thread that does it
    presence_s: float = 20.0
    # seconds for which somebody counts as present after having said so; screens say it every 8
    presence_people: int = 20
    # people told of at one fire
    presence_bytes: int = 7_900
    # bytes of one message between gateways (PostgreSQL's notifications end at 8,000)
    pulse_s: float = 10.0
    # seconds between two looks at how old each feed's data are
    away_s: float = 5.0
    # seconds without a look at the log after which the screens are told that the store is away
    poll_s: float = 1.0
    # seconds between two looks at the log when no wake-up comes: a lost one costs this much
    gap_s: float = 5.0
    # seconds a hole in the numbers may last before all clients are told to start afresh; there is
    # none in a healthy log
    page_events: int = 512
    # events of one page of the log, read and cached as one
    recent_pages: int = 20
    # newest pages that stay in memory (about 10,000 events)
    old_pages: int = 40
    # older pages kept because somebody catching up has just read them
    old_reads: int = 2
    # pages read from the database at a time for those who catch up
    wanted_pages: int = 256
    # different old pages that may be waited for; more is an overload, answered by `resync`
    chunk_bytes: int = 64 * 1024
    # bytes written to one client in one turn while it catches up, so that all get their turn


DEFAULT = Limits()
"""What runs unless somebody says otherwise."""
