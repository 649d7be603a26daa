'use strict';
// Progress of a build as server-sent events: each step is asked for, and a step that cannot be had ends the stream with an error event.
const http = require('node:http');

const builds = process.env.BUILDS_URL || '';
if (!/^http:\/\/[^/]+$/.test(builds)) {
  console.error('BUILDS_URL is required');
  process.exit(1);
}

async function step(n) {
  const res = await fetch(`${builds}/steps/${n}`, { signal: AbortSignal.timeout(600), redirect: 'error' });
  if (res.status !== 200) throw new Error(`builds: status ${res.status}`);
  const body = await res.json();
  if (typeof body?.name !== 'string') throw new Error('builds: no name');
  return body;
}

const server = http.createServer(async (req, res) => {
  const json = (status, body) => {
    const text = JSON.stringify(body);
    res.writeHead(status, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) }).end(req.method === 'HEAD' ? '' : text);
  };
  const { pathname } = new URL(req.url, 'http://x');
  if (pathname === '/ping') return json(200, { pong: true });
  if (pathname !== '/progress') return json(404, { error: 'not_found' });
  if (req.method !== 'GET') {
    res.setHeader('allow', 'GET');
    return json(405, { error: 'method_not_allowed' });
  }
  for (let n = 1; n <= 3; n++) {
    try {
      const { name } = await step(n);
      if (n === 1) res.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
      res.write(`event: step\nid: ${n}\ndata: ${JSON.stringify({ step: n, name })}\n\n`);
    } catch (err) {
      console.error(JSON.stringify({ level: 'error', step: n, message: err.message, cause: err.cause?.code }));
      const late = err.name === 'TimeoutError';
      if (n === 1) return json(late ? 504 : 502, { error: late ? 'builds_timeout' : 'builds_unavailable' });
      return res.end(`event: error\ndata: ${JSON.stringify({ error: late ? 'builds_timeout' : 'builds_unavailable' })}\n\n`);
    }
  }
  res.end('event: done\ndata: {}\n\n');
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close());
