'use strict';
// Weather behind a circuit breaker: after three failures in a row nobody waits for the service for 300 ms, then one request tries it.
const http = require('http');

const LIMIT = 800, OPEN = 300, THRESHOLD = 3, BIGGEST = 1 << 16; // ms for one call, ms that the breaker is open, failures in a row, bytes
const base = process.env.WEATHER_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('http')) {
  process.stderr.write('WEATHER_URL is no address\n');
  process.exit(1);
}

class Trouble extends Error {
  constructor(status, text, cause) {
    super(text, { cause });
    this.status = status;
  }
}

/** Lets calls through while they succeed; open until a time, then half open: one call tries, the others are refused. */
class Breaker {
  failures = 0;
  until = 0;
  trying = false;

  async run(call) {
    if (this.failures >= THRESHOLD && (this.trying || Date.now() < this.until)) throw new Trouble(503, 'the weather is not asked for right now');
    this.trying = this.failures >= THRESHOLD;
    try {
      const got = await call();
      this.failures = 0;
      return got;
    } catch (err) {
      this.failures++;
      this.until = Date.now() + OPEN;
      throw err;
    } finally {
      this.trying = false;
    }
  }
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
          const w = JSON.parse(Buffer.concat(parts).toString('utf8'));
          if (typeof w?.celsius !== 'number' || typeof w.sky !== 'string') throw new Error('no weather');
          done({ celsius: w.celsius, sky: w.sky });
        } catch (err) {
          fail(err);
        }
      });
    });
    req.on('error', fail);
  }).catch((err) => {
    throw signal.aborted ? new Trouble(504, 'the weather is late', err) : new Trouble(502, 'the weather is not to be had', err);
  });
}

const breaker = new Breaker();

function send(res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  if (status === 503) headers['Retry-After'] = Math.ceil(OPEN / 1000);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(text);
}

const server = http.createServer(async (req, res) => {
  try {
    if (!['/weather', '/livez', '/readyz'].includes(req.url)) return send(res, 404, { error: 'nothing is here' });
    if (req.method !== 'GET') return send(res, 405, { error: 'this is only read' }, { Allow: 'GET' });
    send(res, 200, req.url === '/weather' ? await breaker.run(() => ask('/now')) : { ok: true });
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
    send(res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' });
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
