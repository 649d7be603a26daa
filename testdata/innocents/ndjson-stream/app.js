'use strict';
// An export as NDJSON, row by row as its source gives them. A stream that cannot go on is broken off, so that callers see it.
const http = require('http');

const LIMIT = 1000, LONGEST = 1 << 12; // milliseconds for an export, bytes of one row
const base = process.env.ROWS_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('http')) {
  process.stderr.write('ROWS_URL is no address\n');
  process.exit(1);
}

function send(res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(text);
}

function log(msg, cause) {
  console.log(JSON.stringify({ level: 'error', msg, cause: String(cause) }));
}

/** One row as it goes to callers. */
function row(line) {
  const one = JSON.parse(line);
  if (typeof one?.id !== 'number' || typeof one.city !== 'string') throw new Error('a row that makes no sense');
  return JSON.stringify({ id: one.id, city: one.city }) + '\n';
}

function exportRows(res) {
  const signal = AbortSignal.timeout(LIMIT);
  let rest = '', over = false;
  /** The end when something is wrong: an error while there is still a status to say, else the connection. */
  const stop = (cause) => {
    if (over) return;
    over = true;
    source.destroy();
    log('the export stops', cause);
    if (res.headersSent) return res.destroy();
    send(res, signal.aborted ? 504 : 502, { error: signal.aborted ? 'the rows are late' : 'the rows are not to be had' });
  };
  const source = http.get(base + '/rows', { agent: false, signal, headers: { Accept: 'application/x-ndjson' } }, (from) => {
    if (from.statusCode !== 200 || !/^application\/x-ndjson\b/.test(from.headers['content-type'] ?? '') || from.headers['content-encoding']) {
      return stop(`status ${from.statusCode}`);
    }
    from.setEncoding('utf8');
    from.on('error', stop);
    from.on('data', (text) => {
      if (over) return;
      try {
        const lines = (rest + text).split('\n');
        rest = lines.pop();
        if (rest.length > LONGEST) throw new Error('a row without end');
        for (const out of lines.map(row)) {
          if (!res.headersSent) res.writeHead(200, { 'Content-Type': 'application/x-ndjson' });
          res.write(out);
        }
      } catch (err) {
        stop(err);
      }
    });
    from.on('end', () => {
      if (rest !== '' || !res.headersSent) return stop('the last row is not whole');
      over = true;
      res.end();
    });
  });
  source.on('error', stop);
  res.on('close', () => source.destroy());
}

const server = http.createServer((req, res) => {
  if (!['/export', '/livez', '/readyz'].includes(req.url)) return send(res, 404, { error: 'nothing is here' });
  if (req.method !== 'GET') return send(res, 405, { error: 'this is only read' }, { Allow: 'GET' });
  if (req.url === '/export') return exportRows(res);
  send(res, 200, { ok: true });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
