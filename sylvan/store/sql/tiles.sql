-- Vector tiles. Each function answers one tile as MVT bytes; filters are arguments, never text.

-- A tile with its margin in degrees. The margin ends at 180°: transformed from metres it would go on
-- from -180°, and its envelope would hold everything but the tile.
create or replace function sylvan_tile_area(z integer, x integer, y integer)
returns geometry language sql immutable parallel safe as $$
    select st_makeenvelope(
        greatest(-180, (x - 64.0 / 4096) / power(2, z) * 360 - 180),
        degrees(atan(sinh(pi() * (1 - 2 * (y + 1 + 64.0 / 4096) / power(2, z))))),
        least(180, (x + 1 + 64.0 / 4096) / power(2, z) * 360 - 180),
        degrees(atan(sinh(pi() * (1 - 2 * (y - 64.0 / 4096) / power(2, z))))),
        4326)
$$;

create or replace function sylvan_tile_detections(
    z integer, x integer, y integer, world smallint, since timestamptz, until timestamptz
) returns bytea language sql stable parallel safe as $$
    with bounds as (
        select st_tileenvelope(z, x, y) as tile, sylvan_tile_area(z, x, y) as area
    ),
    seen as (
        select d.geom, d.acq_at, nullif(d.frp, 'NaN') as frp, nullif(d.confidence, 'NaN') as conf,
               d.satellite, d.scan, d.track
        from detection d, bounds
        where d.world_id = world and d.geom && bounds.area and d.acq_at between since and until
    ),
    -- Far out a tile would hold every pixel of a country: one point per cell of 1/256 of the tile.
    cells as (
        select st_asmvtgeom(
                   st_transform(st_setsrid(st_makepoint(avg(st_x(geom)), avg(st_y(geom))), 4326), 3857),
                   (select tile from bounds), 4096, 64, true) as geom,
               count(*)::integer as n, max(frp) as frp, max(conf) as conf,
               extract(epoch from max(acq_at))::bigint as t, min(satellite)::integer as sat
        from seen
        where z < 6
        group by floor(st_x(geom) * 256 * power(2, z) / 360),
                 floor(st_y(geom) * 256 * power(2, z) / 180)
    ),
    pixels as (
        select st_asmvtgeom(st_transform(geom, 3857), (select tile from bounds), 4096, 64, true) as geom,
               1 as n, frp, conf, extract(epoch from acq_at)::bigint as t, satellite::integer as sat
        from seen
        where z >= 6
        order by acq_at
    ),
    shown as (select * from cells union all select * from pixels)
    select coalesce(st_asmvt(shown, 'detections', 4096, 'geom'), ''::bytea)
    from shown where geom is not null
$$;

-- As it was known at `known`: what had come by then, and versions that were replaced only later.
create or replace function sylvan_tile_detections_then(
    z integer, x integer, y integer, world smallint, since timestamptz, known timestamptz
) returns bytea language sql stable parallel safe as $$
    with bounds as (
        select st_tileenvelope(z, x, y) as tile, sylvan_tile_area(z, x, y) as area
    ),
    versions as (
        select d.geom, d.acq_at, d.frp, d.confidence, d.satellite, d.batch_id
        from detection d, bounds
        where d.world_id = world and d.geom && bounds.area and d.acq_at between since and known
        union all
        select s.geom, s.acq_at, s.frp, s.confidence, s.satellite, s.batch_id
        from detection_superseded s
        join batch later on later.id = s.by_batch_id, bounds
        where s.world_id = world and s.geom && bounds.area and s.acq_at between since and known
          and later.received_at > known
    ),
    seen as (
        select v.geom, v.acq_at, nullif(v.frp, 'NaN') as frp, nullif(v.confidence, 'NaN') as conf,
               v.satellite
        from versions v join batch b on b.id = v.batch_id
        where b.received_at <= known
    ),
    cells as (
        select st_asmvtgeom(
                   st_transform(st_setsrid(st_makepoint(avg(st_x(geom)), avg(st_y(geom))), 4326), 3857),
                   (select tile from bounds), 4096, 64, true) as geom,
               count(*)::integer as n, max(frp) as frp, max(conf) as conf,
               extract(epoch from max(acq_at))::bigint as t, min(satellite)::integer as sat
        from seen
        where z < 6
        group by floor(st_x(geom) * 256 * power(2, z) / 360),
                 floor(st_y(geom) * 256 * power(2, z) / 180)
    ),
    pixels as (
        select st_asmvtgeom(st_transform(geom, 3857), (select tile from bounds), 4096, 64, true) as geom,
               1 as n, frp, conf, extract(epoch from acq_at)::bigint as t, satellite::integer as sat
        from seen
        where z >= 6
        order by acq_at
    ),
    shown as (select * from cells union all select * from pixels)
    select coalesce(st_asmvt(shown, 'detections', 4096, 'geom'), ''::bytea)
    from shown where geom is not null
$$;

create or replace function sylvan_tile_fires(
    z integer, x integer, y integer, world smallint, since timestamptz
) returns bytea language sql stable parallel safe as $$
    with bounds as (
        select st_tileenvelope(z, x, y) as tile, sylvan_tile_area(z, x, y) as area
    ),
    wanted as (
        select f.id, f.status, f.number, f.edge, f.front, f.point, f.area_ha, f.likelihood,
               f.edge_source as source,
               extract(epoch from f.last_seen)::bigint as t
        from fire f
        where f.world_id = world and f.merged_into is null
          and (f.last_seen >= since
               or f.status not in ('signal', 'rejected', 'out', 'transferred'))
    ),
    edges as (
        select st_asmvtgeom(st_transform(edge, 3857), bounds.tile, 4096, 64, true) as geom,
               id::text as id, status, number, area_ha, likelihood, source, t
        from wanted, bounds where edge && bounds.area
    ),
    -- Lies on the edge, so the edge's index finds it.
    fronts as (
        select st_asmvtgeom(st_transform(front, 3857), bounds.tile, 4096, 64, true) as geom,
               id::text as id, status, likelihood, t
        from wanted, bounds where edge && bounds.area and front && bounds.area
    ),
    points as (
        select st_asmvtgeom(st_transform(point, 3857), bounds.tile, 4096, 64, true) as geom,
               id::text as id, status, number, area_ha, likelihood, t
        from wanted, bounds where point && bounds.area
    )
    select coalesce((select st_asmvt(edges, 'edges', 4096, 'geom') from edges where geom is not null), ''::bytea)
        || coalesce((select st_asmvt(fronts, 'fronts', 4096, 'geom') from fronts where geom is not null), ''::bytea)
        || coalesce((select st_asmvt(points, 'fires', 4096, 'geom') from points where geom is not null), ''::bytea)
$$;

create or replace function sylvan_tile_layers(
    z integer, x integer, y integer, region_code text
) returns bytea language sql stable parallel safe as $$
    with bounds as (
        select st_tileenvelope(z, x, y) as tile, sylvan_tile_area(z, x, y) as area
    ),
    found as (
        select st_asmvtgeom(st_transform(i.geom, 3857), bounds.tile, 4096, 64, true) as geom,
               i.layer, l.kind, i.code, i.names ->> 'ru' as name_ru, i.names ->> 'en' as name_en,
               i.props ->> 'zone' as zone, l.sample
        from layer_item i
        join layer l on l.code = i.layer, bounds
        where l.region = region_code and i.geom && bounds.area
    )
    select coalesce(st_asmvt(found, 'layers', 4096, 'geom'), ''::bytea)
    from found where geom is not null
$$;
