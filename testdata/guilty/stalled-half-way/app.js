'use strict';
// Rows of a source, counted. BUG=1: the time-out is that of the first row.
const http = require('http');

const LIMIT = 800; // milliseconds for one call
const base = process.env.ROWS_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('http')) {
  process.stderr.write('ROWS_URL is no address\n');
  process.exit(1);
}

function send(req, res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(req.method === 'HEAD' ? undefined : text);
}

/** The rows of the source, each as soon as it is there; what is wrong with them is thrown. */
async function* rows(signal) {
  const source = await new Promise((done, fail) => http.get(base + '/rows', { agent: false, signal }, done).on('error', fail));
  if (source.statusCode !== 200 || !/^application\/x-ndjson\b/.test(source.headers['content-type']) || source.headers['content-encoding']) {
    source.destroy();
    throw new Error(`status ${source.statusCode}`);
  }
  let rest = '', n = 0, size = 0;
  for await (const part of source.setEncoding('utf8')) {
    if ((size += part.length) > 1 << 16) throw new Error('too big');
    const lines = (rest + part).split('\n');
    rest = lines.pop();
    for (const line of lines) {
      const row = JSON.parse(line);
      if (!Number.isInteger(row?.id) || typeof row.name !== 'string') throw new Error('no row');
      n++;
      yield { id: row.id, name: row.name };
    }
  }
  if (rest || n === 0) throw new Error('not whole');
}

async function list(req, res) {
  const limit = new AbortController();
  const timer = setTimeout(() => limit.abort(), LIMIT);
  let n = 0;
  const all = [];
  try {
    for await (const row of rows(limit.signal)) {
      if (process.env.BUG === '1') clearTimeout(timer);
      all.push(row);
      n++;
    }
    send(req, res, 200, { rows: all, count: n });
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: 'no rows', cause: String(err) }));
    const [status, error] = limit.signal.aborted ? [504, 'the rows are late'] : [502, 'there are no rows'];
    send(req, res, status, { error });
  } finally {
    clearTimeout(timer);
  }
}

const server = http.createServer(async (req, res) => {
  if (!['/rows', '/livez', '/readyz'].includes(req.url)) return send(req, res, 404, { error: 'nothing is here' });
  if (!['GET', 'HEAD'].includes(req.method)) return send(req, res, 405, { error: 'this is only read' }, { Allow: 'GET, HEAD' });
  if (req.url !== '/rows' || req.method === 'HEAD') return send(req, res, 200, { ok: true });
  await list(req, res);
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
