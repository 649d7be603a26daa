'use strict';
// The score of a game, stale-while-revalidate: fresh for 100 ms, shown stale for another 400 ms while one call renews it, then it must be had anew.
const http = require('node:http');

const FRESH = 100, STALE = 500;
const scores = process.env.SCORES_URL;
if (!/^http:\/\/[\w.-]+:\d+$/.test(scores ?? '')) {
  console.error('SCORES_URL is missing or wrong');
  process.exit(2);
}
let kept, pending;

async function call() {
  const res = await fetch(`${scores}/game`, { signal: AbortSignal.timeout(800), redirect: 'error' });
  if (!res.ok) throw new Error(`status ${res.status}`);
  const { home, away } = (await res.json()) ?? {};
  if (!Number.isInteger(home) || !Number.isInteger(away)) throw new Error('no score');
  kept = { at: Date.now(), body: { home, away } };
}

function renew() {
  pending ??= call().finally(() => (pending = undefined));
  return pending;
}

async function score() {
  const age = kept ? Date.now() - kept.at : Infinity;
  if (age > STALE) await renew();
  else if (age > FRESH) renew().catch((e) => console.error(JSON.stringify({ level: 'warn', msg: 'not renewed', cause: e.message })));
  return kept;
}

const server = http.createServer(async (req, res) => {
  const say = (status, body, more) => res.writeHead(status, { 'Content-Type': 'application/json', ...more }).end(JSON.stringify(body));
  if (req.url === '/up') return say(200, { up: true });
  if (req.url !== '/score') return say(404, { error: 'not found' });
  try {
    const { at, body } = await score();
    say(200, body, { Age: Math.floor((Date.now() - at) / 1000), 'Cache-Control': 'max-age=0, stale-while-revalidate=1' });
  } catch (e) {
    console.error(JSON.stringify({ level: 'error', msg: 'no score', cause: e.message, code: e.cause?.code }));
    say(503, { error: 'the score is not available' }, { 'Retry-After': '1' });
  }
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close());
