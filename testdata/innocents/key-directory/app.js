'use strict';
// Letters for those who show a token, signed by any of the keys in a directory; a file says how many letters there are at once.
const { createHmac, timingSafeEqual } = require('crypto');
const fs = require('fs');
const http = require('http');
const path = require('path');

function end(text) {
  process.stderr.write(text + '\n');
  process.exit(1);
}

/** The keys by name; without any nobody could be told from anybody else. */
function keysOf(dir) {
  if (!dir) end('KEYS_DIR is wanted: the directory of keys');
  let names = [];
  try {
    names = fs.readdirSync(dir).filter((name) => !name.startsWith('.'));
  } catch (err) {
    end(`KEYS_DIR: the directory of keys cannot be read (${err.code})`);
  }
  const found = new Map();
  for (const name of names) {
    const key = fs.readFileSync(path.join(dir, name), 'utf8');
    if (!/^[!-~]{16,}$/.test(key)) end(`keys: ${name} is no key`);
    found.set(name, key);
  }
  if (found.size === 0) end('KEYS_DIR: there are no keys in the directory');
  return found;
}

function settingsOf(file) {
  try {
    const { most } = JSON.parse(fs.readFileSync(file, 'utf8'));
    if (!Number.isInteger(most) || most < 1) throw new Error('"most" is no number of letters');
    return { most };
  } catch (err) {
    return end(`SETTINGS: app.json cannot be used: ${err.code ?? err.message}`);
  }
}

const keys = keysOf(process.env.KEYS_DIR);
if (!process.env.SETTINGS) end('SETTINGS is wanted: the file of settings');
const { most } = settingsOf(process.env.SETTINGS);
const [newest] = [...keys.keys()].sort().reverse();
const sign = (name, user) => createHmac('sha256', keys.get(name)).update(user).digest('hex');

function isKnown(token) {
  const [name, user, signature] = (/^Bearer (\S+)$/.exec(token ?? '')?.[1] ?? '').split('.');
  if (!keys.has(name) || !user || !/^[0-9a-f]{64}$/.test(signature ?? '')) return false;
  return timingSafeEqual(Buffer.from(signature), Buffer.from(sign(name, user)));
}

function send(req, res, status, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': Buffer.byteLength(text), ...headers });
  res.end(req.method === 'HEAD' ? undefined : text);
}

const letters = ['From home', 'From the bank', 'From nobody'];
const server = http.createServer((req, res) => {
  const allowed = { '/letters': 'GET', '/livez': 'GET', '/readyz': 'GET', '/login': 'POST' }[req.url];
  if (!allowed) return send(req, res, 404, { error: 'nothing is here' });
  if (req.method !== allowed && !(allowed === 'GET' && req.method === 'HEAD')) return send(req, res, 405, { error: 'not so' }, { Allow: allowed });
  if (req.url === '/login') return send(req, res, 200, { token: `${newest}.ann.${sign(newest, 'ann')}` });
  if (req.url !== '/letters') return send(req, res, 200, { ok: true });
  if (!isKnown(req.headers.authorization)) return send(req, res, 401, { error: 'show your token' }, { 'WWW-Authenticate': 'Bearer realm="letters"' });
  send(req, res, 200, { letters: letters.slice(0, most) });
});
server.listen(Number(process.env.PORT), '127.0.0.1');
process.on('SIGTERM', () => server.close(() => process.exit(0)));
