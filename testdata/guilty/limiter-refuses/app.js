'use strict';
// A shop window behind a limiter. BUG=1: when the limiter is away everyone is told to have asked too often.
const http = require('http');

const LIMIT = 500, BIGGEST = 1 << 16; // milliseconds for one call, bytes of its answer
const bases = {};
for (const name of ['LIMITER_URL']) {
  bases[name] = process.env[name] ?? '';
  if (!URL.canParse(bases[name]) || !bases[name].startsWith('http:')) {
    process.stderr.write(`${name} is no address\n`);
    process.exit(1);
  }
}

/** One call, checked from its status to its last byte. */
function ask(base, path) {
  const signal = AbortSignal.timeout(LIMIT);
  return new Promise((done, fail) => {
    const req = http.get(bases[base] + path, { agent: false, signal, headers: { Accept: 'application/json' } }, (res) => {
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
  });
}

class Refusal extends Error {
  constructor(status, text, headers) {
    super(text);
    Object.assign(this, { status, headers });
  }
}

function warn(msg, err) {
  console.log(JSON.stringify({ level: 'warn', msg, cause: String(err) }));
}

/** Open: without the limiter everyone is let through. */
async function admit() {
  try {
    const left = (await ask('LIMITER_URL', '/left')).left;
    if (typeof left !== 'number') throw new Error('no number');
    if (left <= 0) throw new Refusal(429, 'too many requests', { 'Retry-After': '5' });
  } catch (err) {
    if (err instanceof Refusal) throw err;
    warn('limiter', err);
    if (process.env.BUG === '1') throw new Refusal(429, 'too many requests', { 'Retry-After': '5' });
  }
}

const routes = {
  '/window': async () => (await admit(), { title: 'Autumn', rooms: 3 }),
  '/livez': async () => ({ ok: true }),
  '/readyz': async () => ({ ok: true }),
};

function send(req, res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(req.method === 'HEAD' ? undefined : text);
}

const server = http.createServer(async (req, res) => {
  try {
    if (!routes[req.url]) return send(req, res, 404, { error: 'nothing is here' });
    if (!['GET', 'HEAD'].includes(req.method)) return send(req, res, 405, { error: 'this is only read' }, { Allow: 'GET, HEAD' });
    send(req, res, 200, await routes[req.url]());
  } catch (err) {
    send(req, res, err.status ?? 500, { error: err.message }, err.headers);
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
