'use strict';
// Articles as JSON:API (application/vnd.api+json): pages by opaque cursors that are new each time, errors as an errors array with ids of their own.
const { createServer } = require('node:http');
const { randomUUID, randomBytes } = require('node:crypto');

const TYPE = 'application/vnd.api+json';
const archive = process.env.ARCHIVE_URL;
if (!archive || !URL.canParse(archive)) {
  console.error('fatal: ARCHIVE_URL');
  process.exit(78);
}
const cursors = new Map(); // cursor -> page, the last thousand

async function articles(page) {
  for (let attempt = 1; ; attempt++) {
    try {
      const res = await fetch(`${archive}/articles?page=${page}`, { signal: AbortSignal.timeout(450), redirect: 'manual' });
      if (res.status >= 500 && attempt < 3) throw Object.assign(new Error(`archive ${res.status}`), { again: true });
      if (res.status !== 200) throw new Error(`archive ${res.status}`);
      const { items } = await res.json();
      if (!Array.isArray(items) || !items.every((i) => typeof i?.id === 'string')) throw new Error('archive: not a list of articles');
      return items;
    } catch (err) {
      if (!err.again && err.cause?.code !== 'ECONNREFUSED' || attempt === 3) throw err;
      await new Promise((r) => setTimeout(r, 20 * 2 ** attempt * (0.5 + Math.random()))); // back off, with jitter
    }
  }
}

function send(res, status, doc, headers = {}) {
  res.writeHead(status, { 'Content-Type': TYPE, ...headers });
  res.end(JSON.stringify({ jsonapi: { version: '1.1' }, ...doc }));
}

const fail = (res, status, title, headers) => {
  const id = randomUUID();
  send(res, status, { errors: [{ id, status: String(status), title }] }, headers);
  return id;
};

async function list(req, res, url) {
  const cursor = url.searchParams.get('page[after]');
  if (cursor !== null && !cursors.has(cursor)) return fail(res, 400, 'Invalid cursor');
  const page = cursor === null ? 1 : cursors.get(cursor);
  try {
    const items = await articles(page);
    const next = randomBytes(9).toString('base64url');
    cursors.set(next, page + 1);
    if (cursors.size > 1000) cursors.delete(cursors.keys().next().value);
    const data = items.map(({ id, title }) => ({ type: 'articles', id, attributes: { title }, links: { self: `http://${req.headers.host}/articles/${id}` } }));
    send(res, 200, { data, links: { self: `http://${req.headers.host}${req.url}`, next: `/articles?page[after]=${next}` }, meta: { servedAt: Date.now() / 1000 } });
  } catch (err) {
    const late = err.name === 'TimeoutError';
    const id = fail(res, late ? 504 : 502, late ? 'Archive timeout' : 'Archive unavailable');
    console.error(`${new Date().toISOString()} ERROR ${id} ${err.name}: ${err.message} ${err.cause?.code ?? ''}`);
  }
}

const server = createServer((req, res) => {
  const url = new URL(req.url, 'http://localhost');
  if (url.pathname === '/status') return send(res, 200, { meta: { uptime: process.uptime() } });
  if (url.pathname !== '/articles') return fail(res, 404, 'Not found');
  if (req.method !== 'GET') return fail(res, 405, 'Method not allowed', { Allow: 'GET' });
  return list(req, res, url);
});
server.keepAliveTimeout = 2000;
server.listen(process.env.PORT, '127.0.0.1');
process.once('SIGTERM', () => server.close());
