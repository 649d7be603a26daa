'use strict';
// Prices of an upstream by a cluster of Node: the primary listens and forks, two workers answer.
const cluster = require('cluster');
const http = require('http');

const LIMIT = 2400; // ms for a call of the upstream, all in all

class Trouble extends Error {
  constructor(status, title, header) {
    super(title);
    Object.assign(this, { status, header });
  }
}

async function fetchPrice() {
  try {
    const answer = await fetch(`${process.env.PRICES_URL}/1`, { signal: AbortSignal.timeout(LIMIT), redirect: 'manual' });
    const text = await answer.text();
    if (answer.status !== 200) throw new Trouble(answer.status === 429 || answer.status === 503 ? 503 : 502, 'The prices are not to be had.');
    const { price } = JSON.parse(text);
    if (typeof price !== 'number') throw new Trouble(502, 'The prices make no sense.');
    return price;
  } catch (e) {
    if (e instanceof Trouble) throw e;
    if (e.name === 'TimeoutError') throw new Trouble(504, 'The prices take too long.');
    if (e.name === 'TypeError' && e.cause) throw new Trouble(503, 'The prices are out of reach.', { 'Retry-After': '1' });
    throw new Trouble(502, 'The prices make no sense.');
  }
}

async function answer({ method, url }) {
  if (url !== '/livez' && url !== '/prices/1') throw new Trouble(404, 'There is no such thing.');
  if (method !== 'GET' && method !== 'HEAD') throw new Trouble(405, 'This is to be read only.', { Allow: 'GET, HEAD' });
  return url === '/livez' ? { alive: true } : { sku: '1', price: await fetchPrice() };
}

function serve() {
  const server = http.createServer(async (req, res) => {
    let status = 200, header = { 'Content-Type': 'application/json' }, content;
    try {
      content = await answer(req);
    } catch (e) {
      status = e.status ?? 500;
      header = { 'Content-Type': 'application/problem+json', ...e.header };
      content = { type: 'about:blank', status, title: e.status ? e.message : 'Something went wrong.' };
      console.error(status, e.message);
    }
    if (!server.listening) header.Connection = 'close';
    res.writeHead(status, header).end(JSON.stringify(content));
  });
  server.listen(process.env.PORT, '127.0.0.1');
  process.on('SIGTERM', () => server.close(() => process.exit(0)));
}

function lead() {
  let stopping = false;
  process.on('SIGTERM', () => {
    stopping = true;
    for (const worker of Object.values(cluster.workers)) worker.process.kill('SIGTERM');
  });
  cluster.on('exit', (worker, code, signal) => {
    if (stopping) return;
    if (process.env.BUG === '1') process.exit(1); // a worker that ends is no reason to
    console.error('replace worker', worker.process.pid, signal ?? code);
    cluster.fork();
  });
  cluster.fork();
  cluster.fork();
}

if (cluster.isPrimary) lead();
else serve();
