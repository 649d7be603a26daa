'use strict';
// News that are asked for each time; while their source is in trouble the last ones are shown, with their Age (RFC 5861, stale-if-error).
const http = require('http');

const LIMIT = 800, BIGGEST = 1 << 16, OLDEST = 3_600_000; // ms for one call, bytes of its answer, ms that news are shown at most
const base = process.env.NEWS_URL ?? '';
if (!URL.canParse(base) || !base.startsWith('http')) {
  process.stderr.write('NEWS_URL is no address\n');
  process.exit(1);
}

class Trouble extends Error {
  constructor(status, text, cause) {
    super(text, { cause });
    this.status = status;
  }
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
          const news = JSON.parse(Buffer.concat(parts).toString('utf8'))?.news;
          if (!Array.isArray(news) || news.length === 0 || !news.every((one) => typeof one === 'string')) throw new Error('no news');
          done(news);
        } catch (err) {
          fail(err);
        }
      });
    });
    req.on('error', fail);
  }).catch((err) => {
    throw signal.aborted ? new Trouble(504, 'the news are late', err) : new Trouble(502, 'the news are not to be had', err);
  });
}

let last; // {news, at}: what was found last, and when

/** The news with the seconds since they were found: 0, unless their source is in trouble. */
async function news() {
  try {
    last = { news: await ask('/news'), at: Date.now() };
  } catch (err) {
    if (!last || Date.now() - last.at > OLDEST) throw err;
    console.log(JSON.stringify({ level: 'warn', msg: 'old news are shown', cause: String(err.cause) }));
  }
  return { body: { news: last.news }, age: Math.floor((Date.now() - last.at) / 1000) };
}

function send(res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(text);
}

const server = http.createServer(async (req, res) => {
  try {
    if (!['/news', '/livez', '/readyz'].includes(req.url)) return send(res, 404, { error: 'nothing is here' });
    if (req.method !== 'GET') return send(res, 405, { error: 'this is only read' }, { Allow: 'GET' });
    if (req.url !== '/news') return send(res, 200, { ok: true });
    const { body, age } = await news();
    send(res, 200, body, { Age: age, 'Cache-Control': 'max-age=0, stale-if-error=3600' });
  } catch (err) {
    console.log(JSON.stringify({ level: 'error', msg: err.message, cause: String(err.cause) }));
    send(res, err.status ?? 500, { error: err.status ? err.message : 'our mistake' });
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
