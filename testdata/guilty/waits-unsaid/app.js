'use strict';
// A catalogue that reads its parts before it listens. BUG=1: it waits for them without a word.
const http = require('http');

const LIMIT = 800, BIGGEST = 1 << 16; // milliseconds for one call, bytes of its answer
const base = process.env.PARTS_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('http')) {
  process.stderr.write('PARTS_URL is no address\n');
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
    throw signal.aborted ? new Trouble(504, 'the list of parts is late', err) : new Trouble(502, 'there is no list of parts', err);
  });
}

async function catalogue() {
  const found = await ask('/parts');
  const right = (p) => p && typeof p.id === 'string' && typeof p.name === 'string';
  if (!Array.isArray(found?.parts) || !found.parts.every(right)) throw new Trouble(502, 'the list of parts makes no sense');
  return { parts: found.parts.map((p) => ({ id: p.id, name: p.name, words: p.name.toLowerCase().split(' ') })) };
}

function send(req, res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(req.method === 'HEAD' ? undefined : text);
}

const server = http.createServer(async (req, res) => {
  try {
    const known = ['/parts', '/livez', '/readyz'].includes(req.url);
    if (!known) return send(req, res, 404, { error: 'nothing is here' });
    if (!['GET', 'HEAD'].includes(req.method)) return send(req, res, 405, { error: 'this is only read' }, { Allow: 'GET, HEAD' });
    if (req.url === '/parts') return send(req, res, 200, await catalogue());
    send(req, res, 200, { ok: true });
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
    if (!res.headersSent) send(req, res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' });
  }
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));

/** Tries until the parts are there. */
async function start() {
  for (let pause = 100; ; pause = Math.min(2 * pause, 2000)) {
    try {
      await catalogue();
      return server.listen(Number(process.env.PORT), '127.0.0.1');
    } catch (err) {
      if (process.env.BUG !== '1') console.log(JSON.stringify({ level: 'error', msg: `waiting for the list of parts: ${err.message}`, cause: String(err.cause) }));
    }
    await new Promise((go) => setTimeout(go, pause));
  }
}
start();
