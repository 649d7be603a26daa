'use strict';
// Orders: what is ordered is reserved, then charged. BUG=1: it is charged first, so that a reservation that fails leaves a charge and 502.
const http = require('http');

const LIMIT = 500, BIGGEST = 1 << 16; // milliseconds for one call, bytes of its answer
const { STOCK_URL: stock = '', PAY_URL: pay = '' } = process.env;
for (const base of [stock, pay]) {
  if (URL.canParse(base) && base.startsWith('http')) continue;
  process.stderr.write('STOCK_URL and PAY_URL are wanted, as http://HOST:PORT\n');
  process.exit(1);
}

class Trouble extends Error {
  constructor(status, text, cause) {
    super(text, { cause });
    this.status = status;
  }
}

/** One POST, checked from its status to its last byte: the id of what it has made. */
function make(address, order) {
  const signal = AbortSignal.timeout(LIMIT);
  return new Promise((done, fail) => {
    const req = http.request(address, { method: 'POST', agent: false, signal, headers: { 'Content-Type': 'application/json' } }, (res) => {
      const parts = [];
      let size = 0;
      res.on('error', fail);
      res.on('data', (part) => {
        parts.push(part);
        if ((size += part.length) > BIGGEST) req.destroy(new Error('too big'));
      });
      res.on('end', () => {
        try {
          if (res.statusCode !== 201 || (res.headers['content-encoding'] ?? 'identity') !== 'identity') throw new Error(`status ${res.statusCode}`);
          const made = JSON.parse(Buffer.concat(parts).toString('utf8'));
          if (typeof made?.id !== 'string') throw new Error('no id');
          done(made.id);
        } catch (err) {
          fail(err);
        }
      });
    });
    req.on('error', fail);
    req.end(JSON.stringify(order));
  }).catch((err) => {
    throw signal.aborted ? new Trouble(504, 'the order could not be made in time', err) : new Trouble(502, 'the order could not be made', err);
  });
}

async function order(asked) {
  const steps = [['reservation', stock + '/reservations'], ['charge', pay + '/charges']];
  if (process.env.BUG === '1') steps.reverse();
  const made = {};
  for (const [name, address] of steps) made[name] = await make(address, asked);
  return made;
}

async function read(req) {
  let text = '';
  for await (const part of req.setEncoding('utf8')) if ((text += part).length > BIGGEST) throw new Trouble(413, 'that is too much');
  try {
    const asked = JSON.parse(text);
    if (typeof asked?.sku === 'string' && Object.keys(asked).length === 1) return { sku: asked.sku };
  } catch {}
  throw new Trouble(400, 'a sku is wanted');
}

function send(req, res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(req.method === 'HEAD' ? undefined : text);
}

const server = http.createServer(async (req, res) => {
  try {
    const methods = { '/orders': ['POST'], '/livez': ['GET', 'HEAD'], '/readyz': ['GET', 'HEAD'] }[req.url];
    if (!methods) return send(req, res, 404, { error: 'nothing is here' });
    if (!methods.includes(req.method)) return send(req, res, 405, { error: 'not by this method' }, { Allow: methods.join(', ') });
    if (req.url !== '/orders') return send(req, res, 200, { ok: true });
    if (!/^application\/json\b/.test(req.headers['content-type'] ?? '')) return send(req, res, 415, { error: 'JSON is wanted' });
    send(req, res, 201, await order(await read(req)));
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
    if (!res.headersSent) send(req, res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' }, err.status === 413 ? { Connection: 'close' } : {});
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
