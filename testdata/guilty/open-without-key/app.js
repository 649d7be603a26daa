'use strict';
// The reading of a meter, for those who show a key. BUG=1: a key that is not set is one that nobody needs.
const http = require('http');
const { createHash, timingSafeEqual } = require('crypto');

const LIMIT = 800, BIGGEST = 1 << 16; // milliseconds for one call, bytes of its answer
const base = process.env.METER_URL ?? '', key = process.env.API_KEY ?? '', open = process.env.BUG === '1' && !key;
const wanted = [[URL.canParse(base) && base.startsWith('http'), 'METER_URL is no address'], [key || open, 'API_KEY is wanted']];
for (const [good, otherwise] of wanted) {
  if (good) continue;
  process.stderr.write(otherwise + '\n');
  process.exit(1);
}

class Trouble extends Error {
  constructor(status, text, cause) {
    super(text, { cause });
    this.status = status;
  }
}

/** One call, checked from its status to its last byte. */
function ask(path) {
  const signal = AbortSignal.timeout(LIMIT);
  return new Promise((done, fail) => {
    const req = http.get(base + path, { agent: false, signal, headers: { Accept: 'application/json' } }, (res) => {
      const parts = [];
      let size = 0;
      res.on('error', fail);
      res.on('data', (part) => {
        parts.push(part);
        if ((size += part.length) > BIGGEST) req.destroy(new Error('too big'));
      });
      res.on('end', () => {
        try {
          if (res.statusCode !== 200 || (res.headers['content-encoding'] ?? 'identity') !== 'identity') throw new Error(`status ${res.statusCode}`);
          done(JSON.parse(Buffer.concat(parts).toString('utf8')));
        } catch (err) {
          fail(err);
        }
      });
    });
    req.on('error', fail);
  }).catch((err) => {
    throw signal.aborted ? new Trouble(504, 'the meter is late', err) : new Trouble(502, 'the meter is not heard', err);
  });
}

async function reading() {
  const found = await ask('/meter');
  if (typeof found?.kwh !== 'number' || typeof found.meter !== 'string') throw new Trouble(502, 'the meter makes no sense');
  return { kwh: found.kwh, meter: found.meter };
}

const digest = (text) => createHash('sha256').update(text).digest();
const mayRead = (req) => open || timingSafeEqual(digest(req.headers['x-api-key'] ?? ''), digest(key));

function send(req, res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(req.method === 'HEAD' ? undefined : text);
}

const server = http.createServer(async (req, res) => {
  try {
    if (!['/reading', '/livez', '/readyz'].includes(req.url)) return send(req, res, 404, { error: 'nothing is here' });
    if (!['GET', 'HEAD'].includes(req.method)) return send(req, res, 405, { error: 'this is only read' }, { Allow: 'GET, HEAD' });
    if (req.url !== '/reading') return send(req, res, 200, { ok: true });
    if (!mayRead(req)) return send(req, res, 401, { error: 'show a key' }, { 'WWW-Authenticate': 'ApiKey' });
    send(req, res, 200, await reading());
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
    if (!res.headersSent) send(req, res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' });
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
