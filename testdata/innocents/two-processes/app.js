'use strict';
// Stock levels by two processes behind one port. A worker that ends is replaced; at SIGTERM each finishes what it has begun.
const cluster = require('cluster');
cluster.schedulingPolicy = cluster.SCHED_NONE; // by turns, a worker that once had no descriptor left is never asked again
const http = require('http');

const WORKERS = 2, LIMIT = 800, BIGGEST = 1 << 16; // processes, milliseconds for one call, bytes of its answer
const base = process.env.STOCK_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('http')) {
  process.stderr.write('STOCK_URL is no address\n');
  process.exit(1);
}

function lead() {
  let stopping = false;
  for (let n = 0; n < WORKERS; n++) cluster.fork();
  cluster.on('exit', (worker, code) => {
    if (!stopping) return setTimeout(() => cluster.fork(), code === 0 ? 0 : 200);
    if (Object.keys(cluster.workers).length === 0) process.exit(0);
  });
  process.on('SIGTERM', () => {
    stopping = true;
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
  });
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
          const stock = JSON.parse(Buffer.concat(parts).toString('utf8'));
          if (!Number.isInteger(stock?.left)) throw new Error('no stock');
          done({ left: stock.left });
        } catch (err) {
          fail(err);
        }
      });
    });
    req.on('error', fail);
  }).catch((err) => {
    const late = signal.aborted;
    throw Object.assign(new Error(late ? 'the stock is late' : 'the stock is not known', { cause: err }), { status: late ? 504 : 502 });
  });
}

function send(res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), 'X-Served-By': process.pid, ...headers });
  res.end(text);
}

function work() {
  const server = http.createServer(async (req, res) => {
    try {
      if (!['/stock', '/livez', '/readyz'].includes(req.url)) return send(res, 404, { error: 'nothing is here' });
      if (req.method !== 'GET') return send(res, 405, { error: 'this is only read' }, { Allow: 'GET' });
      send(res, 200, req.url === '/stock' ? await ask('/stock') : { ok: true });
    } catch (err) {
      console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
      send(res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' });
    }
  });
  server.listen(Number(process.env.PORT), '127.0.0.1');
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
}

if (cluster.isPrimary) lead();
else work();
