/** What the mock's engine says of a fire: why, passes, edge and growth, causes; and people's corrections. */
import { randomUUID } from 'node:crypto';
import { edgeOf } from './mock-tiles.mjs';

const HOUR = 3_600_000;
const SATELLITES = ['SNPP', 'NOAA20', 'NOAA21', 'TERRA'];
const point = (lon, lat, properties, id) => ({
  type: 'Feature',
  id,
  geometry: { type: 'Point', coordinates: [lon, lat] },
  properties,
});

export class Engine {
  constructor(world, { find, Refusal }) {
    this.world = world;
    this.find = find;
    this.Refusal = Refusal;
    this.surgeries = new Map();
    this.edges = new Map();
    this.heat = new Map();
    const { rand } = world;
    const kinds = ['flare', 'plant', 'boiler', 'mine', 'other'];
    for (let i = 0; i < 14; i++) {
      const id = randomUUID();
      this.heat.set(id, {
        id,
        version: 1,
        kind: kinds[i % kinds.length],
        name: i % 3 ? null : { ru: `Объект ${i + 1}`, en: `Site ${i + 1}` },
        verdicts: [],
        months: [],
        hours: [],
        state: ['proposed', 'confirmed', 'proposed', 'denied', 'expired'][i % 5],
        origin: ['learned', 'import', 'learned', 'person', 'layer'][i % 5],
        point: [112 + rand() * 24, 59 + rand() * 8],
        radius_km: 0.5 + rand() * 2,
        evidence: [{ code: 'heat.evidence_snow', params: { count: 41 } }],
      });
    }
    this.strokes = Array.from({ length: 260 }, () => ({
      at: world.now() - rand() ** 2 * 240 * HOUR,
      lon: 116 + rand() * 20,
      lat: 59.5 + rand() * 6,
      peak_ka: Math.round(-60 + rand() * 50),
    }));
  }

  own(fire) {
    const ids = new Set([fire.id, ...fire.ids_merged]);
    return this.world.detections.filter((one) => ids.has(one.fire)).sort((a, b) => b.t - a.t);
  }

  read(what, fire, query) {
    if (what === 'explanation') return this.explanation(fire);
    if (what === 'passes') return this.passes(fire, Number(query.get('hours') ?? 72));
    if (what === 'causes') return this.causes(fire);
    if (what === 'detections') return this.detections(fire);
    if (what === 'surgeries')
      return [...this.surgeries.values()].filter(({ fires }) => fires.includes(fire.id)).reverse();
    if (what === 'edges') return [...this.edges.values()].filter((edge) => edge.fire === fire.id).reverse();
    return null;
  }

  explanation(fire) {
    const term = (code, weight, params = {}) => ({ code, params: { ...params, weight }, weight });
    const since = this.world.now() - 2.1 * HOUR;
    return {
      why: {
        reasons: [
          { code: 'reason.group.chained', params: { count: Math.max(1, fire.n_detections - 2) } },
          { code: 'reason.group.confirmed_geostationary', params: { distance_km: 1.8, hours: 0.4 } },
        ],
        links: Math.max(0, fire.n_detections - 1),
        longest_km: 1.42,
        longest_hours: 26.5,
      },
      change: {
        since: fire.n_passes > 1 ? this.world.iso(since) : null,
        until: this.world.iso(this.world.now() - 0.4 * HOUR),
        satellite: 'NOAA20',
        reasons: [
          {
            code: 'change.grew_towards',
            params: { area_ha: fire.area_ha * 0.12, bearing_deg: 60, count: 3 },
          },
        ],
        new_detections: 3,
        area_gained_ha: fire.area_ha * 0.12,
        frp_change_mw: fire.frp_mw * 0.3,
      },
      likelihood: {
        value: fire.likelihood,
        log_odds: 2.4,
        prior: 0.31,
        version: 'terms-2',
        terms: [
          term('screening.confidence_high_night', 2.1),
          term('screening.second_satellite', 1.4, { passes: fire.n_passes }),
          term('screening.repeat_pass', 0.6, { passes: fire.n_passes }),
          term('screening.confidence_low_day', -0.9),
        ],
        missing: [
          { code: 'screening.no_type', params: {} },
          { code: 'screening.no_lightning', params: {} },
        ],
      },
    };
  }

  passes(fire, hours) {
    const now = this.world.now();
    const passes = [];
    const next = [];
    const seed = fire.point[0] * 1000;
    SATELLITES.forEach((satellite, s) => {
      for (let i = -8; i < hours; i++) {
        const at = Math.floor(now / HOUR / 6) * HOUR * 6 - i * 6 * HOUR + ((s * 97 + seed) % 300) * 60_000;
        const view_deg = Math.round(Math.abs(Math.sin(i * 3 + s)) * 52);
        if (at > now) {
          if (at < now + 20 * HOUR)
            next.push({ satellite, at: new Date(at).toISOString(), view_deg, weak: view_deg > 46 });
          continue;
        }
        if (at < now - hours * HOUR || Math.abs(at - (now - 31 * HOUR)) < 5 * HOUR) continue;
        const roll = Math.abs(Math.sin(at / 7e6 + s * 5));
        const saw =
          now - at < HOUR
            ? 'awaited'
            : ['fire', 'fire', 'fire', 'cloud_unknown', 'nothing', 'cloud', 'no_data'][
                Math.floor(roll * 6.99)
              ];
        passes.push({
          satellite,
          at: new Date(at).toISOString(),
          view_deg,
          weak: view_deg > 46,
          saw,
          detections: saw === 'fire' ? 1 + Math.floor(roll * 40) : 0,
          frp_mw: saw === 'fire' ? Math.round(roll * 200) : null,
        });
      }
    });
    passes.sort((a, b) => (a.at < b.at ? 1 : -1));
    next.sort((a, b) => (a.at < b.at ? -1 : 1));
    const gap = (from, to) => ({
      from: new Date(now - from * HOUR).toISOString(),
      to: new Date(now - to * HOUR).toISOString(),
      reason: { code: 'passes.gap.no_pass', params: {} },
    });
    return {
      passes,
      next,
      gaps: [gap(11.5, 7.2), gap(36, 26)].filter(({ from }) => Date.parse(from) > now - hours * HOUR),
      elements: SATELLITES.map((satellite, i) => ({
        satellite,
        epoch: new Date(now - i * 20 * HOUR).toISOString(),
        age_days: (i * 20) / 24,
        source: 'scenario',
      })),
      missing: [],
    };
  }

  edgeFacts(fire) {
    const now = Math.floor(this.world.now() / HOUR) * HOUR;
    let area = fire.area_ha;
    const hours = [];
    for (let i = 0; i < 30; i++) {
      const gained = Math.max(0, Math.sin(i / 2.6 + fire.point[0])) * fire.area_ha * 0.08;
      hours.unshift({ at: new Date(now - i * HOUR).toISOString(), area_ha: area, gained_ha: gained });
      area = Math.max(0, area - gained);
    }
    return {
      edge_source: fire.edge_drawn ? 'drawn' : 'satellite',
      edge_at: fire.last_seen,
      growth: {
        hours,
        directions: [0, 45, 90, 135, 180, 225, 270, 315].map((bearing_deg) => {
          const advance_km = Math.max(0, Math.cos(((bearing_deg - 60) * Math.PI) / 180)) * 2.3;
          return { bearing_deg, advance_km, km_h: advance_km / 6 };
        }),
      },
    };
  }

  causes(fire) {
    const candidates = [1, 2].map((i) => ({
      cause: 'lightning',
      at: new Date(Date.parse(fire.first_seen) - i * 9.4 * HOUR).toISOString(),
      point: [fire.point[0] + 0.05 * i, fire.point[1] - 0.02],
      distance_km: 1.9 * i,
      hours_before: 9.4 * i,
      peak_ka: i === 1 ? -31 : null,
      weight: 0.9 / i,
    }));
    return { candidates: fire.n_passes > 2 ? candidates : [], missing: [] };
  }

  detections(fire) {
    return {
      type: 'FeatureCollection',
      features: this.own(fire).map((one) =>
        point(
          one.lon,
          one.lat,
          {
            key: one.key,
            acq_at: new Date(one.t * 1000).toISOString(),
            satellite: one.sat,
            frp_mw: one.frp,
            verdict: one.verdict,
          },
          one.key,
        ),
      ),
      next: null,
    };
  }

  asOf(at) {
    const moment = Date.parse(at);
    return [...this.world.fires.values()]
      .filter((fire) => Date.parse(fire.received_at) <= moment)
      .map((fire) => {
        const share = Math.max(0.2, 1 - (this.world.now() - moment) / (80 * HOUR));
        const wasOpen = !fire.registered_at || Date.parse(fire.registered_at) > moment;
        return {
          ...fire,
          area_ha: fire.area_ha * share,
          status: wasOpen ? 'signal' : fire.status,
          number: wasOpen ? null : fire.number,
        };
      });
  }

  heatSources(state) {
    const features = [...this.heat.values()]
      .filter((one) => !state || one.state === state)
      .map(({ point: [lon, lat], ...rest }) => point(lon, lat, rest, rest.id));
    return { type: 'FeatureCollection', features, next: null };
  }
  heatSource(id) {
    if (!this.heat.has(id)) throw new this.Refusal(404, 'problem.not_found');
    return this.heat.get(id);
  }
  lightning() {
    const features = this.strokes.map(({ at, lon, lat, peak_ka }, i) =>
      point(lon, lat, { at: new Date(at).toISOString(), peak_ka, kind: 'cg' }, String(i)),
    );
    return { type: 'FeatureCollection', features, next: null };
  }

  operate(kind) {
    return (id, body, request) => {
      const { world } = this;
      const fire = this.find(world.fires, id, request);
      const keys = new Set((body.detections ?? []).map(({ key }) => key));
      const moved = world.detections.filter(({ key }) => keys.has(key));
      const before = moved.map((one) => ({ one, fire: one.fire, verdict: one.verdict }));
      let other = world.fires.get(body.other ?? body.to) ?? null;
      const put = (target, changes) => world.changeFire(world.fires.get(target.id), changes);
      if (kind === 'split') {
        other = world.makeFire({ fresh: true });
        world.detections = world.detections.filter((one) => one.fire !== other.id);
        const [at] = moved;
        Object.assign(other, { n_detections: moved.length, point: at ? [at.lon, at.lat] : fire.point });
        world.emit('fire.changed', other.id, other);
      }
      for (const one of moved) {
        if (kind === 'false') one.verdict = 'false';
        else if (kind === 'unmatch') one.verdict = 'held';
        else one.fire = other.id;
      }
      if (kind === 'merge') {
        put(other, { status: 'merged', merged_into: fire.id });
        put(fire, {
          ids_merged: [...fire.ids_merged, other.id],
          n_detections: fire.n_detections + other.n_detections,
        });
      } else put(fire, { n_detections: Math.max(0, fire.n_detections - moved.length) });
      const touched = [fire, ...(other ? [other] : [])].map((one) => world.fires.get(one.id));
      const surgery = {
        id: randomUUID(),
        version: 1,
        kind,
        at: world.iso(),
        actor: 'local',
        note: body.note ?? '',
        fires: touched.map((one) => one.id),
        detections: moved.length,
        undone_at: null,
        undone_by: null,
        undoable: true,
        why_not: null,
        before,
        was: [fire, ...(kind === 'split' || !other ? [] : [{ ...other }])],
      };
      this.surgeries.set(surgery.id, surgery);
      return {
        surgery: surgery.id,
        version: 1,
        kind,
        fires: touched.map((one) => ({ id: one.id, version: one.version, status: one.status })),
      };
    };
  }

  undoSurgery(id, _body, request) {
    const surgery = this.find(this.surgeries, id, request);
    for (const { one, fire, verdict } of surgery.before) Object.assign(one, { fire, verdict });
    for (const old of surgery.was) {
      const now = this.world.fires.get(old.id);
      const { status, merged_into, ids_merged, n_detections } = old;
      this.world.changeFire(now, { status, merged_into, ids_merged, n_detections });
    }
    Object.assign(surgery, {
      version: surgery.version + 1,
      undone_at: this.world.iso(),
      undone_by: 'local',
      undoable: false,
    });
    return { surgery: id, version: surgery.version, kind: surgery.kind, fires: [] };
  }

  drawEdge(id, body, request) {
    const fire = this.find(this.world.fires, id, request);
    const edge = {
      id: randomUUID(),
      version: 1,
      fire: id,
      kind: body.kind ?? 'track',
      at: body.at ?? this.world.iso(),
      actor: 'local',
      note: body.note ?? null,
      area_ha: fire.area_ha,
      undone_at: null,
      undone_by: null,
      remarks: [],
      in_force: true,
    };
    for (const one of this.edges.values()) if (one.fire === id) one.in_force = false;
    this.edges.set(edge.id, edge);
    const drawn = body.geometry?.type.endsWith('Polygon') ? body.geometry : edgeOf(fire);
    const next = this.world.changeFire(fire, { edge_drawn: drawn });
    return { edge: edge.id, fire: { id, version: next.version } };
  }

  undoEdge(id, _body, request) {
    const edge = this.find(this.edges, id, request);
    Object.assign(edge, { undone_at: this.world.iso(), in_force: false, version: edge.version + 1 });
    this.world.changeFire(this.world.fires.get(edge.fire), { edge_drawn: null });
    return { edge: id, fire: { id: edge.fire, version: this.world.fires.get(edge.fire).version } };
  }

  judge(id, body, request) {
    const source = this.find(this.heat, id, request);
    source.before = source.state;
    Object.assign(source, {
      version: source.version + 1,
      state: body.verdict === 'confirm' ? 'confirmed' : 'denied',
      verdicts: [{ verdict: body.verdict, in_force: true }],
    });
    return { id, version: source.version };
  }
  undoHeat(id, _body, request) {
    const source = this.find(this.heat, id, request);
    Object.assign(source, { version: source.version + 1, state: source.before ?? 'proposed', verdicts: [] });
    return { id, version: source.version };
  }

  changes() {
    const operations = ['merge', 'split', 'move', 'unmatch', 'false'];
    return {
      ...Object.fromEntries(operations.map((kind) => [`fires/${kind}`, this.operate(kind)])),
      'surgeries/undo': (...all) => this.undoSurgery(...all),
      'fires/edges': (...all) => this.drawEdge(...all),
      'fires/edges/gpx': (...all) => this.drawEdge(...all),
      'edges/undo': (...all) => this.undoEdge(...all),
      'heat-sources/verdict': (...all) => this.judge(...all),
      'heat-sources/undo': (...all) => this.undoHeat(...all),
    };
  }
}
