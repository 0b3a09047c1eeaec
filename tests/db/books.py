"""Whether the books balance: ledger, detections, fires, versions, outbox and log say one thing."""

from sqlalchemy import Engine, text

FAULTS = {
    "a batch whose rows are not accounted for": """
        select id from batch where product <> 'report' and (counts ->> 'rows')::bigint is distinct
        from (counts ->> 'accepted')::bigint + (counts ->> 'duplicates')::bigint
           + (counts ->> 'superseded')::bigint + (counts ->> 'outside')::bigint
           + (counts ->> 'rejected')::bigint""",
    "a batch of which rows were lost or doubled": """
        select b.id, b.counts, coalesce(d.n, 0), coalesce(s.n, 0) from batch b
        left join (select batch_id, count(*) n from detection group by 1) d on d.batch_id = b.id
        left join (select batch_id, count(*) n from detection_superseded group by 1) s
               on s.batch_id = b.id
        where product not in ('report', 'lightning')
          and coalesce(d.n, 0) + coalesce(s.n, 0)
           <> (b.counts ->> 'accepted')::bigint + (b.counts ->> 'superseded')::bigint""",
    "a world whose detections are not accepted - replaced": """
        select b.world_id, b.n, d.n from (
            select world_id, sum((counts ->> 'accepted')::bigint - (counts ->> 'replaced')::bigint
                                 + (counts ->> 'restored')::bigint) as n
            from batch where product not in ('report', 'lightning') group by 1) b
        full join (select world_id, count(*) n from detection group by 1) d using (world_id)
        where coalesce(b.n, 0) <> coalesce(d.n, 0)""",
    "a detection of an unknown batch or of another world's": """
        select d.key from detection d left join batch b on b.id = d.batch_id
        where b.id is null or b.world_id <> d.world_id""",
    "a file of strokes of which some were lost or doubled": """
        select b.id, b.counts, count(l.key) from batch b left join lightning l on l.batch_id = b.id
        where b.product = 'lightning' group by b.id
        having count(l.key) <> (b.counts ->> 'accepted')::bigint""",
    "a batch without its body": """
        select b.id from batch b
        where not exists (select from ledger_body l where l.sha256 = b.sha256)""",
    "a batch without its event, or with two": """
        select b.id, count(e.subject) from batch b
        left join (select world_id, subject from event_log where kind = 'batch.taken'
                   union all select world_id, subject from outbox where kind = 'batch.taken') e
               on e.subject = 'batch:' || b.id and e.world_id = b.world_id
        where b.product <> 'report' group by b.id having count(e.subject) <> 1""",
    "an event of a batch that is not there": """
        select subject from (select subject from event_log where kind = 'batch.taken'
                             union all select subject from outbox where kind = 'batch.taken') e
        where not exists (select from batch b where 'batch:' || b.id = e.subject)""",
    "a detection of a fire that is not there": """
        select d.key from detection d
        left join fire f on f.id = d.fire_id and f.world_id = d.world_id
        where d.fire_id is not null and f.id is null""",
    "a merged fire that leads nowhere or to another world": """
        select f.id from fire f left join fire g on g.id = f.merged_into
        where f.merged_into is not null and (g.id is null or g.world_id <> f.world_id)""",
    "a merged fire that its survivor does not know": """
        with recursive way(start, here) as (
            select id, merged_into from fire where merged_into is not null
            union all
            select way.start, f.merged_into from way join fire f on f.id = way.here
            where f.merged_into is not null)
        select way.start from way join fire f on f.id = way.here
        where f.merged_into is null and not way.start = any (f.merged_ids)""",
    "a fire that counts other detections than it has": """
        select f.id, f.n_detections, count(d.key) from fire f
        left join detection d on d.world_id = f.world_id and d.fire_id = any (f.merged_ids || f.id)
             and not exists (select from detection_verdict v where v.world_id = d.world_id
                 and v.acq_at = d.acq_at and v.key = d.key and v.in_force and v.verdict = 'false')
        where f.merged_into is null and f.status <> 'merged'
        group by f.id having f.n_detections <> count(d.key)""",
    "a fire that stands in another state than its last version": """
        select f.id, f.version, v.version from fire f
        left join lateral (select version, summary from fire_version where fire_id = f.id
                           order by version desc limit 1) v on true
        where v.version is distinct from f.version
           or v.summary ->> 'status' <> f.status
           or (v.summary ->> 'n_detections')::int <> f.n_detections""",
    "versions of a fire with a gap": """
        select fire_id from fire_version group by 1
        having min(version) <> 1 or max(version) <> count(*)""",
    "a version without its event, or with two": """
        select v.fire_id, v.version, count(e.subject) from fire_version v
        left join (select world_id, subject, (body ->> 'version')::int as version from event_log
                   where kind in ('fire.changed', 'fire.merged')
                   union all
                   select world_id, subject, (body ->> 'version')::int from outbox
                   where kind in ('fire.changed', 'fire.merged')) e
               on e.subject = v.fire_id::text and e.version = v.version
              and e.world_id = v.world_id
        group by 1, 2 having count(e.subject) <> 1""",
    "an event of a version that is not there": """
        select subject from (select subject, body from event_log
                             where kind in ('fire.changed', 'fire.merged')
                             union all select subject, body from outbox
                             where kind in ('fire.changed', 'fire.merged')) e
        where not exists (select from fire_version v where v.fire_id::text = e.subject
                          and v.version = (e.body ->> 'version')::int)""",
    "a log with a gap, or another head than its last number": """
        select min(seq), max(seq), count(*), (select seq from log_state) from event_log
        having count(*) <> coalesce(max(seq), 0)
            or coalesce(max(seq), 0) <> (select seq from log_state)""",
    "two fires with one number": """
        select world_id, year, serial from fire where serial is not null
        group by 1, 2, 3 having count(*) > 1""",
}


def faults(engine: Engine) -> dict[str, list[tuple]]:
    """What does not balance, with the rows that show it."""
    found = {}
    with engine.connect().execution_options(isolation_level="REPEATABLE READ") as conn:
        for name, query in FAULTS.items():
            rows = [tuple(row) for row in conn.execute(text(query))]
            if rows:
                found[name] = rows[:5]
    return found


def unassessed(engine: Engine) -> int:
    """How many detections belong to no fire."""
    with engine.connect() as conn:
        return conn.scalar(text("select count(*) from detection where fire_id is null")) or 0


def count(engine: Engine, table: str) -> int:
    """Rows of a table."""
    with engine.connect() as conn:
        return conn.scalar(text(f"select count(*) from {table}")) or 0
