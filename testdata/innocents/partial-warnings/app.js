'use strict';
// A trip page over three upstreams in parallel: the train is what it is about; hotel and weather may be missing, and warnings say so.
const http = require('node:http');
const zlib = require('node:zlib');

const at = {};
for (const name of ['TRAINS', 'HOTELS', 'WEATHER']) {
  at[name] = process.env[`${name}_URL`];
  if (!URL.canParse(at[name] ?? '')) throw new Error(`${name}_URL is not an address`);
}

async function get(url, member) {
  const signal = AbortSignal.timeout(700);
  const res = await fetch(url, { signal, redirect: 'manual', headers: { accept: 'application/json' } });
  if (!res.ok) throw new Error(`status ${res.status}`);
  const body = await res.json();
  if (body === null || typeof body !== 'object' || body[member] === undefined || body[member] === null) throw new Error(`no ${member}`);
  return body;
}

async function trip() {
  const [train, hotel, weather] = await Promise.allSettled([
    get(`${at.TRAINS}/trains/ice-104`, 'departs'), get(`${at.HOTELS}/hotels/basel`, 'stars'), get(`${at.WEATHER}/weather/basel`, 'celsius'),
  ]);
  for (const [i, r] of [train, hotel, weather].entries()) {
    if (r.status === 'rejected') console.log(JSON.stringify({ level: i ? 'warn' : 'error', upstream: i, error: `${r.reason.name}: ${r.reason.message}` }));
  }
  if (train.status === 'rejected') {
    const late = train.reason.name === 'TimeoutError';
    return [late ? 504 : 502, { code: late ? 'TRAINS_TIMEOUT' : 'TRAINS_UNAVAILABLE', message: 'The train cannot be shown.' }];
  }
  const warnings = [];
  const part = (r, name) => (r.status === 'fulfilled' ? { [name]: r.value } : (warnings.push({ code: `${name.toUpperCase()}_MISSING` }), {}));
  const body = { train: train.value, ...part(hotel, 'hotel'), ...part(weather, 'weather') };
  return [200, warnings.length ? { ...body, warnings } : body];
}

function send(req, res, status, body) {
  let raw = Buffer.from(JSON.stringify(body));
  const coding = /\bdeflate\b/.test(req.headers['accept-encoding'] ?? '') ? 'deflate' : undefined;
  if (coding) raw = zlib.deflateSync(raw);
  res.writeHead(status, { 'content-type': 'application/json', vary: 'Accept-Encoding', ...(coding && { 'content-encoding': coding }), 'content-length': raw.length });
  res.end(req.method === 'HEAD' ? undefined : raw);
}

const server = http.createServer(async (req, res) => {
  try {
    if (req.url === '/healthz') return send(req, res, 200, { status: 'ok' });
    if (req.url !== '/trip') return send(req, res, 404, { code: 'NOT_FOUND', message: 'There is nothing here.' });
    if (!['GET', 'HEAD'].includes(req.method)) {
      res.setHeader('allow', 'GET, HEAD');
      return send(req, res, 405, { code: 'METHOD_NOT_ALLOWED', message: 'Trips can only be read.' });
    }
    send(req, res, ...(await trip()));
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', error: err.stack }));
    send(req, res, 500, { code: 'INTERNAL', message: 'Something went wrong.' });
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
