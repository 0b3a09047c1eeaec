/** A made-up fire day in Yakutia that moves: fires, detections, reports, feeds, and their event log. */
import { randomUUID } from 'node:crypto';

/** Mulberry32: a small seeded generator, so that every run of the mock looks the same. */
export function random(seed) {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let t = Math.imul(a ^ (a >>> 15), 1 | a);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

const name = (ru, en) => ({ ru, en });
/** Settlement (ru, en), longitude, latitude, municipality (ru, en). Positions are rounded on purpose. */
export const PLACES = [
  ['Якутск', 'Yakutsk', 129.73, 62.03, 'Якутск', 'Yakutsk'],
  ['Бердигестях', 'Berdigestyakh', 126.7, 62.1, 'Горный улус', 'Gorny District'],
  ['Вилюйск', 'Vilyuysk', 121.63, 63.75, 'Вилюйский улус', 'Vilyuysky District'],
  ['Верхневилюйск', 'Verkhnevilyuysk', 120.31, 63.45, 'Верхневилюйский улус', 'Verkhnevilyuysky District'],
  ['Нюрба', 'Nyurba', 118.33, 63.28, 'Нюрбинский район', 'Nyurbinsky District'],
  ['Сунтар', 'Suntar', 117.63, 62.16, 'Сунтарский улус', 'Suntarsky District'],
  ['Намцы', 'Namtsy', 129.66, 62.72, 'Намский улус', 'Namsky District'],
  ['Сангар', 'Sangar', 127.47, 63.92, 'Кобяйский улус', 'Kobyaysky District'],
  ['Жиганск', 'Zhigansk', 123.37, 66.77, 'Жиганский улус', 'Zhigansky District'],
  ['Хандыга', 'Khandyga', 135.57, 62.65, 'Томпонский район', 'Tomponsky District'],
  ['Чурапча', 'Churapcha', 132.43, 62.0, 'Чурапчинский улус', 'Churapchinsky District'],
  ['Майя', 'Mayya', 130.28, 61.73, 'Мегино-Кангаласский улус', 'Megino-Kangalassky District'],
  ['Покровск', 'Pokrovsk', 129.15, 61.48, 'Хангаласский улус', 'Khangalassky District'],
  ['Олёкминск', 'Olyokminsk', 120.43, 60.37, 'Олёкминский район', 'Olyokminsky District'],
  ['Ленск', 'Lensk', 114.93, 60.72, 'Ленский район', 'Lensky District'],
  ['Алдан', 'Aldan', 125.4, 58.61, 'Алданский район', 'Aldansky District'],
  ['Усть-Мая', 'Ust-Maya', 134.53, 60.42, 'Усть-Майский улус', 'Ust-Maysky District'],
  ['Амга', 'Amga', 131.98, 60.9, 'Амгинский улус', 'Amginsky District'],
  ['Верхоянск', 'Verkhoyansk', 133.39, 67.55, 'Верхоянский район', 'Verkhoyansky District'],
  ['Усть-Нера', 'Ust-Nera', 143.23, 64.57, 'Оймяконский район', 'Oymyakonsky District'],
];

const STATUSES = [
  'signal',
  'registered',
  'dispatched',
  'fighting',
  'contained',
  'mopup',
  'out',
  'suspended',
  'rejected',
];
const WEIGHTS = [0.2, 0.14, 0.1, 0.24, 0.1, 0.06, 0.07, 0.06, 0.03];
const SENSORS = [['SNPP'], ['NOAA20'], ['AQUA', 'SNPP'], ['NOAA20', 'NOAA21']];
const HOUR = 3_600_000;
const RAD = Math.PI / 180;
export const EPOCH = randomUUID();

/** Roughly where a line of sight ends; the real server does this on the ellipsoid. */
function sighted({ origin: [lon, lat], bearing_deg, distance_km = 20 }) {
  const step = distance_km / 111.2;
  const turn = bearing_deg * RAD;
  return [lon + (step * Math.sin(turn)) / Math.cos(lat * RAD), lat + step * Math.cos(turn)];
}

export class MockWorld {
  constructor({
    seed = 7,
    fires = 46,
    kind = 'replay',
    rate = 60,
    start = Date.UTC(2026, 7, 14, 5, 37),
  } = {}) {
    this.rand = random(seed);
    this.kind = kind;
    this.name = kind === 'live' ? 'live' : kind === 'drill' ? 'учения-14' : 'day-2026-08-14';
    this.rate = kind === 'live' ? 1 : rate;
    this.base = start;
    this.anchor = Date.now();
    this.seq = 100;
    this.log = [];
    this.listeners = new Set();
    this.serial = 213;
    this.fires = new Map();
    this.reports = new Map();
    this.proposals = new Map();
    this.detections = [];
    this.history = new Map();
    this.feeds = this.makeFeeds();
    for (let i = 0; i < fires; i++) this.makeFire();
    this.makeReports();
    this.makeProposal();
  }

  now() {
    return this.base + (Date.now() - this.anchor) * this.rate;
  }
  iso(ms = this.now()) {
    return new Date(ms).toISOString();
  }
  world() {
    return {
      id: this.kind === 'live' ? 1 : 2,
      name: this.name,
      kind: this.kind,
      now: this.iso(),
      rate: this.rate,
    };
  }
  between(a, b) {
    return a + (b - a) * this.rand();
  }
  pick(list) {
    return list[Math.floor(this.rand() * list.length)];
  }

  nearest([lon, lat]) {
    let best = null;
    for (const place of PLACES) {
      const dx = (lon - place[2]) * Math.cos(lat * RAD) * 111.2;
      const dy = (lat - place[3]) * 111.2;
      const km = Math.hypot(dx, dy);
      if (!best || km < best.km) best = { place, km, bearing: (Math.atan2(dx, dy) / RAD + 360) % 360 };
    }
    return best;
  }

  address(point) {
    const { place, km, bearing } = this.nearest(point);
    const number = Math.floor(this.between(1, 900));
    return {
      municipality: { code: place[5], name: name(place[4], place[5]) },
      forestry: { code: null, name: name(`${place[0]} лесничество`, `${place[1]} forestry`) },
      subforestry: null,
      compartment: { code: String(number), name: name(String(number), String(number)) },
      stand: null,
      zone: this.pick(['ground', 'aviation', 'aviation', 'control']),
      land_category: 'forest_fund',
      nearest: { name: name(place[0], place[1]), distance_km: km, bearing_deg: bearing },
      time_zone: 'Asia/Yakutsk',
      region: null,
      missing: ['stand'],
      sample: true,
    };
  }

  makeFire({ fresh = false } = {}) {
    const place = this.pick(PLACES);
    const near = this.rand() < 0.25;
    const reach = near ? 0.06 : 1.9;
    const point = [place[2] + this.between(-reach, reach) * 2, place[3] + this.between(-reach, reach) * 0.9];
    let roll = this.rand();
    let status = fresh ? 'signal' : (STATUSES.find((_, i) => (roll -= WEIGHTS[i]) < 0) ?? 'signal');
    const waited = fresh
      ? 0
      : status === 'signal'
        ? this.between(10_000, 7 * 60_000)
        : this.between(0.5, 70) * HOUR;
    const received = this.now() - waited;
    const size = fresh ? this.between(2, 30) : Math.exp(this.between(1, status === 'signal' ? 4 : 8.6));
    const detections = Math.max(1, Math.round(Math.sqrt(size) * this.between(0.6, 2)));
    const passes = fresh ? 1 : Math.max(1, Math.round(this.between(1, 9)));
    const frp = detections * this.between(4, 22);
    const length = Math.min(24, passes + 3);
    const series = Array.from({ length }, (_, i) => [
      this.iso(received - (length - i) * 0.8 * HOUR),
      Math.round(frp * this.between(0.2, 1)),
    ]);
    const isRegistered = !['signal', 'rejected'].includes(status);
    const id = randomUUID();
    const fire = {
      id,
      world: this.name,
      version: 1,
      number: isRegistered ? `SAK-2026-${++this.serial}` : null,
      status,
      previous_status: null,
      merged_into: null,
      ids_merged: [],
      first_seen: this.iso(received - HOUR),
      last_seen: this.iso(received - 0.4 * HOUR),
      received_at: this.iso(received),
      shown_at: isRegistered ? this.iso(received + 9000) : null,
      registered_at: isRegistered ? this.iso(received + this.between(20, 220) * 1000) : null,
      closed_at: null,
      point,
      bbox: [point[0] - 0.12, point[1] - 0.05, point[0] + 0.12, point[1] + 0.05],
      area_ha: size,
      area_lo_ha: size * 0.7,
      area_hi_ha: size * 1.4,
      growth_ha_h: ['signal', 'registered', 'fighting'].includes(status) ? this.between(0, 18) : null,
      frp_mw: frp,
      n_detections: detections,
      n_passes: passes,
      sensors: this.pick(SENSORS),
      activity: status === 'out' ? 'out' : this.pick(['burning', 'burning', 'active', 'sleeping']),
      likelihood: status === 'rejected' ? 0.12 : this.between(0.25, 0.99),
      reasons: [
        { code: 'reason.group.linked_distance_time', params: { distance_km: 0.6, hours: 1.4 } },
        { code: 'edge.from_footprints', params: { count: detections, passes } },
        { code: 'screening.confidence_high_night', params: { weight: 2.1 } },
        { code: 'screening.no_type', params: {} },
        { code: 'screening.no_lightning', params: {} },
      ],
      address: this.address(point),
      source_kinds: ['satellite'],
      frp_series: series,
      proposals: [],
      parts: passes > 6 ? 2 : 1,
      details: {},
      edge_source: 'satellite',
    };
    this.fires.set(id, fire);
    this.scatter(fire, fresh);
    this.remember(fire, 'system');
    return fire;
  }

  /** Detections come in passes: places round the fire, moments of a few satellites. */
  scatter(fire, fresh) {
    const spread = Math.min(0.35, 0.02 + Math.sqrt(fire.area_ha) / 400);
    const n = fresh ? fire.n_detections : Math.round(fire.n_detections * 7);
    for (let i = 0; i < n; i++) {
      const gauss = () => this.rand() + this.rand() + this.rand() - 1.5;
      const back = fresh ? 0.4 : Math.round((72 * this.rand() ** 1.3) / 1.7) * 1.7 + 0.4;
      this.detections.push({
        key: String(this.detections.length + 1),
        fire: fire.id,
        sat: ['SNPP', 'NOAA20', 'NOAA21'][Math.round(back / 1.7) % 3],
        verdict: null,
        lon: fire.point[0] + gauss() * spread * 2,
        lat: fire.point[1] + gauss() * spread,
        t: Math.round((this.now() - back * HOUR) / 1000),
        frp: Math.round(-Math.log(1 - this.rand()) * 25),
      });
    }
  }

  makeFeeds() {
    const feed = (code, ru, en, state, minutes, error = null) => ({
      feed: code,
      kind: 'firms',
      title: name(ru, en),
      state,
      last_poll: this.iso(this.base - 60_000),
      last_pass: this.iso(this.base - minutes * 60_000),
      last_data: this.iso(this.base - minutes * 60_000),
      last_error: error,
      rows: Math.round(this.between(300, 4000)),
    });
    const list = [
      feed('viirs_snpp', 'VIIRS S-NPP', 'VIIRS S-NPP', 'ok', 12),
      feed('viirs_noaa20', 'VIIRS NOAA-20', 'VIIRS NOAA-20', 'ok', 34),
      feed('modis', 'MODIS', 'MODIS', 'late', 190, {
        code: 'feed.timeout',
        params: { seconds: 30 },
        at: this.iso(this.base - 400_000),
      }),
    ];
    return new Map(list.map((item) => [item.feed, item]));
  }

  makeReport(kind, seen, text, minutes) {
    const place = this.pick(PLACES);
    const point = [place[2] + this.between(-0.3, 0.3), place[3] + this.between(-0.2, 0.2)];
    return this.addReport({
      source_kind: kind,
      seen,
      place: { method: 'coordinates', point },
      observed_at: this.iso(this.now() - minutes * 60_000),
      text,
    });
  }

  addReport(body) {
    const point = body.place.point ?? sighted(body.place.bearings[0]);
    const report = {
      id: randomUUID(),
      world: this.name,
      version: 1,
      source_kind: body.source_kind,
      seen: body.seen,
      point,
      accuracy_m: body.place.accuracy_m ?? null,
      place: body.place,
      observed_at: body.observed_at,
      received_at: this.iso(),
      text: body.text ?? '',
      has_photo: !!body.photo,
      status: 'queued',
      fire_id: null,
      reject_reason: null,
      address: this.address(point),
    };
    this.reports.set(report.id, report);
    return report;
  }

  makeReports() {
    this.makeReport('tower', 'smoke', 'Столб дыма за рекой, азимут 214', 6);
    this.makeReport('call', 'flame', 'Горит у трассы, переходит на лес', 3);
  }

  makeProposal() {
    const [a, b] = [...this.fires.values()].filter((fire) => fire.status === 'fighting');
    if (!a || !b) return;
    const id = randomUUID();
    this.proposals.set(id, {
      id,
      version: 1,
      kind: 'merge',
      fires: [a.id, b.id],
      reason: { code: 'reason.group.meets_registered', params: { distance_km: 0.8, hours: 3 } },
      status: 'open',
      created_at: this.iso(),
      decided_by: null,
    });
    a.proposals = [id];
    b.proposals = [id];
  }

  snapshot() {
    return {
      epoch: EPOCH,
      as_of_seq: this.seq,
      world: this.world(),
      fires: [...this.fires.values()],
      reports: [...this.reports.values()],
      feeds: [...this.feeds.values()],
      proposals: [...this.proposals.values()].filter((item) => item.status === 'open'),
    };
  }

  emit(kind, id, body, actor = 'system') {
    const event = {
      t: 'event',
      seq: ++this.seq,
      epoch: EPOCH,
      world: this.world().id,
      kind,
      id,
      at: this.iso(),
      territories: [],
      point: body?.point ?? null,
      actor,
      body,
    };
    this.log.push(event);
    for (const listener of this.listeners) listener(event);
    return event;
  }

  remember(fire, actor) {
    const entries = this.history.get(fire.id) ?? [];
    entries.push({
      seq: this.seq + entries.length,
      kind: 'fire.changed',
      at: this.iso(),
      actor,
      body: { ...fire },
    });
    this.history.set(fire.id, entries);
  }

  changeFire(fire, changes, actor = 'local') {
    const next = { ...fire, ...changes, version: fire.version + 1 };
    if (changes.status) next.previous_status = fire.status;
    this.fires.set(fire.id, next);
    this.emit('fire.changed', fire.id, next, actor);
    this.remember(next, actor);
    return next;
  }

  /** One step of the day: a new signal, or growth of a burning fire. */
  tick() {
    if (this.rand() < 0.3) {
      const fire = this.makeFire({ fresh: true });
      this.emit('fire.changed', fire.id, fire);
    } else {
      const alive = [...this.fires.values()].filter((fire) =>
        ['signal', 'registered', 'fighting'].includes(fire.status),
      );
      const fire = this.pick(alive);
      if (fire) {
        const area = fire.area_ha * this.between(1.02, 1.15);
        const more = Math.ceil(this.between(1, 6));
        this.changeFire(
          fire,
          {
            area_ha: area,
            area_lo_ha: area * 0.7,
            area_hi_ha: area * 1.4,
            n_detections: fire.n_detections + more,
            last_seen: this.iso(this.now() - 20 * 60_000),
            frp_series: [...fire.frp_series, [this.iso(), fire.frp_mw * this.between(0.4, 1.3)]].slice(-24),
          },
          'system',
        );
        this.scatter({ ...fire, n_detections: more }, true);
      }
    }
    this.emit('batch.taken', randomUUID(), { rows: 5 });
  }
}
