'use strict';
// A gateway that hands requests and answers on as they are, errors too. Only when it gets no answer it makes one: 502 or 504.
const http = require('http');

const LIMIT = 1200; // milliseconds from the request to the last byte of its answer
const behind = process.env.BEHIND_URL ?? '';
if (!URL.canParse(behind) || !behind.startsWith('http')) {
  process.stderr.write('BEHIND_URL is no address\n');
  process.exit(1);
}
const HOP_BY_HOP = new Set(['connection', 'keep-alive', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'proxy-connection']);

/** The fields that go from end to end (RFC 9110, 7.6.1), as pairs in their order. */
function endToEnd(raw) {
  const all = [];
  for (let i = 0; i < raw.length; i += 2) all.push([raw[i], raw[i + 1]]);
  const named = all.filter(([name]) => name.toLowerCase() === 'connection').flatMap(([, value]) => value.toLowerCase().split(',').map((s) => s.trim()));
  return all.filter(([name]) => !HOP_BY_HOP.has(name.toLowerCase()) && !named.includes(name.toLowerCase())).flat();
}

function send(res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(text);
}

function relay(req, res) {
  const signal = AbortSignal.timeout(LIMIT);
  const fail = (err) => {
    console.log(JSON.stringify({ level: 'error', msg: 'no answer from behind', cause: String(err) }));
    up.destroy();
    if (res.headersSent) return res.destroy(); // what has begun cannot be taken back, but broken off
    send(res, signal.aborted ? 504 : 502, { error: signal.aborted ? 'gateway timeout' : 'bad gateway' });
  };
  const up = http.request(behind + req.url, { method: req.method, headers: endToEnd(req.rawHeaders), agent: false, signal }, (from) => {
    res.writeHead(from.statusCode, from.statusMessage, endToEnd(from.rawHeaders));
    from.on('error', fail);
    from.pipe(res);
  });
  up.on('error', fail);
  res.on('close', () => up.destroy());
  req.pipe(up);
}

const server = http.createServer((req, res) => (req.url === '/gateway' ? send(res, 200, { ok: true }) : relay(req, res)));
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
