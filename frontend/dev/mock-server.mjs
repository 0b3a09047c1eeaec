/**
 * Stands in for the real server while screens are made: the built front end, /api/v1, the live channel.
 *
 *   node dev/mock-server.mjs [--port 8600] [--kind replay|live|drill] [--fires 46] [--still] [--basemap FILE]
 */
import { createReadStream, existsSync, statSync } from 'node:fs';
import { createServer } from 'node:http';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { WebSocketServer } from 'ws';
import { Engine } from './mock-engine.mjs';
import { detectionTile, edgeOf, fireTile, frontOf, layerTile } from './mock-tiles.mjs';
import { EPOCH, MockWorld, PLACES } from './mock-world.mjs';

const { values: options } = parseArgs({
  options: {
    port: { type: 'string', default: '8600' },
    kind: { type: 'string', default: 'replay' },
    fires: { type: 'string', default: '46' },
    rate: { type: 'string', default: '60' },
    still: { type: 'boolean', default: false },
    basemap: { type: 'string' },
  },
});
const here = (path) => fileURLToPath(new URL(path, import.meta.url));
const STATIC = here('../../sylvan/static');
const TICK_MS = 2500;
const PING_MS = 15_000;
const TYPES = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
  '.pmtiles': 'application/vnd.pmtiles',
};
const CSP =
  "default-src 'self'; script-src 'self'; worker-src 'self' blob:; style-src 'self' 'unsafe-inline';" +
  " img-src 'self' data: blob:; font-src 'self' data:; connect-src 'self' ws: wss:;" +
  " object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

const world = new MockWorld({ kind: options.kind, fires: Number(options.fires), rate: Number(options.rate) });
const basemap =
  options.basemap ??
  [here('../../gis_layers/yakutia/basemap.pmtiles'), here('../../gis_layers/basemap.pmtiles')].find(
    existsSync,
  );

const title = (ru, en) => ({ ru, en });
const square = (lon, lat, d) => ({
  type: 'Polygon',
  coordinates: [
    [
      [lon - 2 * d, lat - d],
      [lon + 2 * d, lat - d],
      [lon + 2 * d, lat + d],
      [lon - 2 * d, lat + d],
      [lon - 2 * d, lat - d],
    ],
  ],
});
const layer = (code, kind, names, sample, features) => ({
  info: {
    code,
    region: 'sakha',
    kind,
    title: names,
    source: 'mock',
    licence: 'CC0',
    sample,
    items: features.length,
  },
  features: features.map((feature, i) => ({ type: 'Feature', id: `${code}-${i}`, ...feature })),
});
const layers = [
  layer(
    'settlements',
    'settlement',
    title('Населённые пункты', 'Settlements'),
    false,
    PLACES.map(([ru, en, lon, lat]) => ({
      geometry: { type: 'Point', coordinates: [lon, lat] },
      properties: { name: title(ru, en) },
    })),
  ),
  layer('towers', 'tower', title('Вышки', 'Towers'), true, [
    {
      geometry: { type: 'Point', coordinates: [129.2, 61.9] },
      properties: { name: title('Вышка Кангалассы', 'Kangalassy tower') },
    },
    {
      geometry: { type: 'Point', coordinates: [126.9, 62.3] },
      properties: { name: title('Вышка Горная', 'Gornaya tower') },
    },
  ]),
  layer(
    'municipalities',
    'municipality',
    title('Улусы и районы', 'Districts'),
    true,
    PLACES.map(([, , lon, lat, ru, en]) => ({
      geometry: square(lon, lat, 0.9),
      properties: { name: title(ru, en) },
    })),
  ),
];

const STEPS = {
  signal: ['registered', 'rejected', 'merged'],
  registered: [
    'rejected',
    'merged',
    'dispatched',
    'fighting',
    'contained',
    'out',
    'suspended',
    'transferred',
  ],
  dispatched: ['rejected', 'merged', 'fighting', 'contained', 'out', 'suspended', 'transferred'],
  fighting: ['merged', 'contained', 'out', 'suspended', 'transferred'],
  contained: ['merged', 'mopup', 'out', 'fighting', 'transferred'],
  mopup: ['merged', 'out', 'fighting', 'transferred'],
  out: ['merged', 'fighting'],
  suspended: ['merged', 'fighting', 'out', 'transferred'],
  transferred: ['registered'],
  rejected: ['signal'],
  merged: [],
};
const NEEDS = {
  dispatched: ['forces'],
  fighting: ['commander'],
  contained: ['commander'],
  out: ['final_area_ha', 'cause'],
  suspended: ['decision_number', 'decision_date', 'decision_basis'],
  transferred: ['transferred_to'],
};
const needsOf = (from, to) =>
  to === 'fighting' && !['registered', 'dispatched'].includes(from) ? ['resume_reason'] : (NEEDS[to] ?? []);

const config = {
  version: '0.1.0-mock',
  region: {
    code: 'sakha',
    name: title('Республика Саха (Якутия)', 'Sakha Republic (Yakutia)'),
    bbox: [105.5, 55.5, 163, 77],
    center: [129, 63],
    zoom: 3.6,
    time_zones: ['Asia/Yakutsk', 'Asia/Vladivostok', 'Asia/Srednekolymsk'],
  },
  default_world: world.name,
  languages: ['ru', 'en'],
  basemap: '/basemap.pmtiles',
  attribution: 'Natural Earth · GeoNames CC BY 4.0',
  registration_norm_s: 120,
  reject_reasons: ['technogenic', 'non_forest', 'controlled_burn', 'not_found', 'duplicate', 'foreign'],
  transitions: Object.fromEntries(
    Object.entries(STEPS).map(([from, ways]) => [
      from,
      ways.map((to) => ({ status: to, needs: needsOf(from, to) })),
    ]),
  ),
};

class Refusal extends Error {
  constructor(status, code, params = {}, errors = []) {
    super(code);
    this.body = {
      type: `urn:sylvan:${code.replaceAll('.', ':')}`,
      title: code,
      status,
      code,
      params,
      errors,
    };
  }
}

function find(map, id, request) {
  const item = map.get(id);
  if (!item) throw new Refusal(404, 'problem.not_found');
  const version = /^"?(\d+)"?$/.exec(request.headers['if-match'] ?? '')?.[1];
  if (!version) throw new Refusal(428, 'problem.version_missing');
  if (Number(version) !== item.version) {
    const params = {
      by: 'А. Петрова',
      action: 'fire.registered',
      at: world.iso(),
      fields: 'status',
      expected: Number(version),
    };
    throw new Refusal(409, 'problem.stale_version', { ...params, actual: item.version });
  }
  return item;
}

/** The fire, if the step from its status is in the table. */
function steps(id, request, to) {
  const fire = find(world.fires, id, request);
  if (!STEPS[fire.status].includes(to)) {
    throw new Refusal(409, 'fire.no_such_step', {
      from: fire.status,
      to,
      allowed: STEPS[fire.status].join(', '),
    });
  }
  return fire;
}

const ok = ({ id, version }) => ({ id, version });
const engine = new Engine(world, { find, Refusal });
const remembered = new Map();

function changeReport(report, changes) {
  const next = { ...report, ...changes, version: report.version + 1 };
  world.reports.set(report.id, next);
  world.emit('report.changed', report.id, next, 'local');
  return ok(next);
}

const CHANGES = {
  'fires/shown': (id) => {
    const fire = world.fires.get(id);
    if (!fire) throw new Refusal(404, 'problem.not_found');
    return ok(fire.shown_at ? fire : world.changeFire(fire, { shown_at: world.iso() }));
  },
  'fires/register': (id, _body, request) =>
    ok(
      world.changeFire(steps(id, request, 'registered'), {
        status: 'registered',
        number: `SAK-2026-${++world.serial}`,
        registered_at: world.iso(),
      }),
    ),
  'fires/reject': (id, body, request) => {
    if (!config.reject_reasons.includes(body.reason)) throw new Refusal(422, 'problem.invalid', { count: 1 });
    return ok(
      world.changeFire(steps(id, request, 'rejected'), { status: 'rejected', closed_at: world.iso() }),
    );
  },
  'fires/status': (id, body, request) =>
    ok(world.changeFire(steps(id, request, body.to), { status: body.to })),
  'proposals/accept': (id, _body, request) => decide(find(world.proposals, id, request), 'accepted'),
  'proposals/decline': (id, _body, request) => decide(find(world.proposals, id, request), 'declined'),
  'reports/promote': (id, _body, request) => {
    const report = find(world.reports, id, request);
    const fire = world.makeFire({ fresh: true });
    Object.assign(fire, { point: report.point, address: report.address, source_kinds: [report.source_kind] });
    world.emit('fire.changed', fire.id, fire, 'local');
    return changeReport(report, { status: 'promoted', fire_id: fire.id });
  },
  'reports/attach': (id, body, request) =>
    changeReport(find(world.reports, id, request), { status: 'attached', fire_id: body.fire_id }),
  'reports/check': (id, _body, request) =>
    changeReport(find(world.reports, id, request), { status: 'field_check' }),
  'reports/reject': (id, body, request) =>
    changeReport(find(world.reports, id, request), { status: 'rejected', reject_reason: body.reason }),
};

Object.assign(CHANGES, engine.changes());

function decide(proposal, status) {
  const next = { ...proposal, status, version: proposal.version + 1, decided_by: 'local' };
  world.proposals.set(proposal.id, next);
  world.emit('proposal.changed', proposal.id, next, 'local');
  return ok(next);
}

function histogram(hours) {
  const until = Math.ceil(world.now() / 3_600_000) * 3600;
  const t0 = until - hours * 3600;
  const counts = new Array(hours).fill(0);
  for (const d of world.detections) {
    const i = Math.floor((d.t - t0) / 3600);
    if (i >= 0 && i < hours) counts[i] += 1;
  }
  return { t0: new Date(t0 * 1000).toISOString(), step_s: 3600, counts };
}

function read(parts, query) {
  const [what, id, more] = parts;
  if (what === 'config') return config;
  if (what === 'worlds') return [world.world()];
  if (what === 'snapshot') return world.snapshot();
  if (what === 'layers' && id) {
    const found = layers.find(({ info }) => info.code === id);
    if (found) return { type: 'FeatureCollection', features: found.features, next: null };
  } else if (what === 'layers') return layers.map(({ info }) => info);
  if (what === 'detections' && id === 'histogram') return histogram(Number(query.get('hours') ?? 72));
  if (what === 'fires' && id === 'as-of') return engine.asOf(query.get('at'));
  if (what === 'heat-sources') return id ? engine.heatSource(id) : engine.heatSources(query.get('state'));
  if (what === 'lightning') return engine.lightning();
  if (what === 'fires' && id && world.fires.has(id)) {
    if (more === 'log') return world.history.get(id) ?? [];
    const told = more && engine.read(more, world.fires.get(id), query);
    if (told) return told;
    const fire = query.get('at')
      ? engine.asOf(query.get('at')).find((one) => one.id === id)
      : world.fires.get(id);
    if (fire) {
      const front = fire.activity === 'burning' ? frontOf(fire) : null;
      return { ...fire, edge: edgeOf(fire), front, ...engine.edgeFacts(fire) };
    }
  }
  if (what === 'reports' && id && world.reports.has(id)) return world.reports.get(id);
  throw new Refusal(404, 'problem.not_found');
}

function tile([, set, z, x, file], query) {
  const [zz, xx, yy] = [Number(z), Number(x), Number(file.replace('.mvt', ''))];
  if (set === 'detections') return detectionTile(world, zz, xx, yy, Number(query.get('hours') ?? 72));
  return set === 'fires' ? fireTile(world, zz, xx, yy) : layerTile(layers, zz, xx, yy);
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const text = Buffer.concat(chunks).toString();
  return text ? JSON.parse(text) : {};
}

async function answer(request, url) {
  const parts = url.pathname.replace('/api/v1/', '').split('/');
  if (parts[0] === 'tiles') return tile(parts, url.searchParams);
  if (request.method === 'GET') return read(parts, url.searchParams);
  const key = request.headers['idempotency-key'];
  if (key && remembered.has(key)) return remembered.get(key);
  const isForm = (request.headers['content-type'] ?? '').startsWith('multipart/');
  const body = isForm ? {} : await bodyOf(request);
  let reply;
  if (parts[0] === 'reports' && parts.length === 1) {
    reply = world.addReport(body);
    world.emit('report.changed', reply.id, reply);
  } else {
    const change = CHANGES[[parts[0], ...parts.slice(2)].join('/')];
    if (!change) throw new Refusal(404, 'problem.not_found');
    reply = change(parts[1], body, request);
  }
  if (key) remembered.set(key, reply);
  return reply;
}

function sendFile(request, response, file) {
  const size = statSync(file).size;
  const headers = {
    'Content-Type': TYPES[extname(file)] ?? 'application/octet-stream',
    'Content-Security-Policy': CSP,
  };
  const range = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? '');
  if (!range) {
    response.writeHead(200, { ...headers, 'Content-Length': size });
    return createReadStream(file).pipe(response);
  }
  const start = Number(range[1]);
  const end = Math.min(size - 1, range[2] ? Number(range[2]) : size - 1);
  response.writeHead(206, {
    ...headers,
    'Content-Range': `bytes ${start}-${end}/${size}`,
    'Content-Length': end - start + 1,
  });
  return createReadStream(file, { start, end }).pipe(response);
}

const PAGES = { '/': 'index.html', '/report': 'report.html' };
const server = createServer(async (request, response) => {
  const url = new URL(request.url, 'http://mock');
  try {
    if (url.pathname.startsWith('/api/v1/')) {
      const reply = await answer(request, url);
      const isTile = Buffer.isBuffer(reply);
      response.writeHead(200, {
        'Content-Type': isTile ? 'application/vnd.mapbox-vector-tile' : 'application/json',
      });
      return response.end(isTile ? reply : JSON.stringify(reply));
    }
    const file =
      url.pathname === '/basemap.pmtiles'
        ? basemap
        : join(STATIC, normalize(PAGES[url.pathname] ?? url.pathname));
    if (!file || !existsSync(file) || !statSync(file).isFile()) throw new Refusal(404, 'problem.not_found');
    return sendFile(request, response, file);
  } catch (error) {
    const refused =
      error instanceof Refusal
        ? error.body
        : { status: 500, title: String(error), code: 'problem.unexpected' };
    if (!(error instanceof Refusal)) console.error(error);
    response.writeHead(refused.status, { 'Content-Type': 'application/problem+json' });
    return response.end(JSON.stringify(refused));
  }
});

const sockets = new WebSocketServer({ server, path: '/api/v1/live' });
sockets.on('connection', (socket) => {
  const send = (frame) => socket.send(JSON.stringify(frame));
  const forward = (event) => send(event);
  send({ t: 'hello', epoch: EPOCH, seq: world.seq, oldest: 1, world: world.world() });
  const ping = setInterval(() => send({ t: 'ping' }), PING_MS);
  socket.on('message', (data) => {
    const frame = JSON.parse(String(data));
    world.listeners.delete(forward);
    if (frame.epoch !== EPOCH)
      return send({ t: 'resync', reason: 'epoch', epoch: EPOCH, seq: world.seq, oldest: 1 });
    send({ t: 'skip_to', seq: frame.after });
    for (const event of world.log) if (event.seq > frame.after) send(event);
    world.listeners.add(forward);
  });
  socket.on('close', () => {
    clearInterval(ping);
    world.listeners.delete(forward);
  });
});

if (!options.still) setInterval(() => world.tick(), TICK_MS);
const port = Number(options.port);
server.listen(port, '127.0.0.1', () => {
  console.log(`http://127.0.0.1:${port}  (${world.fires.size} fires, ${world.detections.length} detections)`);
  if (!basemap) console.log('no base map found: pass --basemap FILE.pmtiles');
});
