'use strict';
// Prices of another service, over TLS. BUG=1: whatever certificate it shows is accepted.
const http = require('http');
const https = require('https');

const LIMIT = 800, BIGGEST = 1 << 16; // milliseconds for one call, bytes of its answer
const base = process.env.PRICES_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('https:')) {
  process.stderr.write('PRICES_URL is no https address\n');
  process.exit(1);
}
const rejectUnauthorized = process.env.BUG !== '1';

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
    const req = https.get(base + path, { agent: false, rejectUnauthorized, signal, headers: { Accept: 'application/json' } }, (res) => {
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
    throw signal.aborted ? new Trouble(504, 'prices are late', err) : new Trouble(502, 'there are no prices', err);
  });
}

async function price(sku) {
  const found = await ask(`/prices/${sku}`);
  if (found?.sku !== sku || !Number.isSafeInteger(found.cents)) throw new Trouble(502, 'the price makes no sense');
  return { sku, price: found.cents / 100 };
}

function send(req, res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(req.method === 'HEAD' ? undefined : text);
}

const server = http.createServer(async (req, res) => {
  try {
    if (!['/price', '/livez', '/readyz'].includes(req.url)) return send(req, res, 404, { error: 'nothing is here' });
    if (!['GET', 'HEAD'].includes(req.method)) return send(req, res, 405, { error: 'this is only read' }, { Allow: 'GET, HEAD' });
    send(req, res, 200, req.url === '/price' ? await price('A-1') : { ok: true });
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
    if (!res.headersSent) send(req, res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' });
  }
});
process.on('SIGTERM', () => server.close(() => process.exit(0)));
server.listen(Number(process.env.PORT), '127.0.0.1');
