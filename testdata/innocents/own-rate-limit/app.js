'use strict';
// Jokes, forty in ten seconds for each caller: after that 429 with the seconds to wait, before anything is asked of the source.
const http = require('http');

const LIMIT = 800, BIGGEST = 1 << 16; // milliseconds for one call, bytes of its answer
const ROOM = 40, WINDOW = 10_000; // requests in so many milliseconds
const base = process.env.JOKES_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('http')) {
  process.stderr.write('JOKES_URL is no address\n');
  process.exit(1);
}
const windows = new Map(); // caller -> when its requests of the last WINDOW came

/** How many milliseconds a caller has to wait; 0 counts its request. */
function wait(caller) {
  const now = Date.now();
  const seen = (windows.get(caller) ?? []).filter((at) => at > now - WINDOW);
  windows.set(caller, seen);
  if (seen.length >= ROOM) return seen[0] + WINDOW - now;
  seen.push(now);
  return 0;
}

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
          if (res.statusCode !== 200 || res.headers['content-encoding']) throw new Error(`status ${res.statusCode}`);
          const joke = JSON.parse(Buffer.concat(parts).toString('utf8'));
          if (typeof joke?.joke !== 'string') throw new Error('no joke');
          done({ joke: joke.joke });
        } catch (err) {
          fail(err);
        }
      });
    });
    req.on('error', fail);
  }).catch((err) => {
    const late = signal.aborted;
    throw Object.assign(new Error(late ? 'the joke is late' : 'there is no joke', { cause: err }), { status: late ? 504 : 502 });
  });
}

function send(res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(text);
}

const server = http.createServer(async (req, res) => {
  try {
    if (!['/joke', '/livez', '/readyz'].includes(req.url)) return send(res, 404, { error: 'nothing is here' });
    if (req.method !== 'GET') return send(res, 405, { error: 'this is only read' }, { Allow: 'GET' });
    if (req.url !== '/joke') return send(res, 200, { ok: true });
    const ms = wait(req.socket.remoteAddress);
    if (ms > 0) return send(res, 429, { error: 'forty jokes in ten seconds are enough' }, { 'Retry-After': Math.ceil(ms / 1000), 'Cache-Control': 'no-store' });
    send(res, 200, await ask('/random'));
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
    send(res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' });
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
