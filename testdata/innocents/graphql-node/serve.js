'use strict';
// Serves a schema by GraphQL over HTTP (the draft of February 2025) on Node's own http module, and fails well.
const http = require('http');
const { randomBytes } = require('crypto');
const { answer, Refusal } = require('./operation');

const BODY_LIMIT = 64 << 10;
const TRACE = /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/;

function log(level, msg, more) {
  process.stdout.write(JSON.stringify({ time: new Date().toISOString(), level, msg, ...more }) + '\n');
}

/** The body as text, or a Refusal when it is longer than it may be. */
async function readBody(req) {
  const parts = [];
  let size = 0;
  for await (const part of req) {
    size += part.length;
    if (size > BODY_LIMIT) throw new Refusal(413, 'The body is too large.', { Connection: 'close' });
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

/** What a request of GraphQL over HTTP asks for; members that are not known are ignored. */
async function readRequest(req, url) {
  if (req.method === 'GET') {
    const member = (name) => url.searchParams.get(name) ?? undefined;
    return checked({ query: member('query'), operationName: member('operationName'), variables: parsed(member('variables') ?? '{}') });
  }
  if (req.method !== 'POST') throw new Refusal(405, 'Operations are sent by GET or POST.', { Allow: 'GET, POST' });
  const media = (req.headers['content-type'] ?? '').split(';')[0].trim().toLowerCase();
  if (media !== 'application/json' || req.headers['content-encoding']) throw new Refusal(415, 'The body must be application/json.');
  if (Number(req.headers['content-length']) > BODY_LIMIT) throw new Refusal(413, 'The body is too large.', { Connection: 'close' });
  return checked(parsed(await readBody(req)));
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal(400, 'This is not JSON.');
  }
}

function checked(asked) {
  const isMap = (v) => v === undefined || v === null || (typeof v === 'object' && !Array.isArray(v));
  if (!isMap(asked) || !asked || typeof asked.query !== 'string' || asked.query === '') throw new Refusal(400, 'The request has no query.');
  if (!isMap(asked.variables)) throw new Refusal(400, 'The variables must be a map.');
  if (asked.operationName != null && typeof asked.operationName !== 'string') throw new Refusal(400, 'The operationName must be text.');
  return asked;
}

/** The media type of the answer, by what the caller takes. */
function chosen(accept, offers) {
  for (const media of offers) if (accept.includes(media)) return media;
  if (accept === '' || accept.includes('*/*') || accept.includes('application/*')) return 'application/json';
  throw new Refusal(406, 'The answer is ' + offers.join(' or ') + '.');
}

function send(res, status, media, body, headers = {}) {
  const text = JSON.stringify(body);
  res.writeHead(status, { 'Content-Type': media + '; charset=utf-8', 'Content-Length': Buffer.byteLength(text), 'Cache-Control': 'no-store', ...headers });
  res.end(text);
}

const errorsOf = (message, code) => ({ errors: [{ message, extensions: { code } }] });

/**
 * Listens, and answers at /graphql. app has a schema, the media types that it offers, begin(id, req) for the context of each request, format(error, id)
 * for its errors, and extensions(context), if it wants them.
 */
function serve(app) {
  const offers = app.offers ?? ['application/graphql-response+json', 'application/json'];
  const server = http.createServer({ requestTimeout: 3000, headersTimeout: 2000, connectionsCheckingInterval: 500 }, async (req, res) => {
    const id = TRACE.exec(req.headers.traceparent ?? '')?.[1] ?? randomBytes(16).toString('hex');
    res.setHeader('X-Request-Id', id);
    let media = 'application/json';
    try {
      const url = new URL(req.url, 'http://localhost');
      if (url.pathname === '/healthz') return send(res, 200, media, { ok: true });
      if (url.pathname !== '/graphql') throw new Refusal(404, 'There is nothing at this address.');
      media = chosen(req.headers.accept ?? '', offers);
      const { status, body } = await answer(app, await readRequest(req, url), { id, media, req, log });
      send(res, status, media, body);
    } catch (err) {
      if (res.headersSent || res.destroyed) return log('warn', 'the caller has left', { id });
      if (err instanceof Refusal) return send(res, err.status, media, errorsOf(err.message, 'BAD_REQUEST'), err.headers);
      log('error', 'request failed', { id, cause: String(err) });
      send(res, 500, 'application/json', errorsOf('Something went wrong on our side.', 'INTERNAL_SERVER_ERROR'));
    }
  });
  server.on('clientError', (err, socket) => {
    if (!socket.writable) return;
    const status = { HPE_HEADER_OVERFLOW: 431, ERR_HTTP_REQUEST_TIMEOUT: 408 }[err.code] ?? 400;
    const text = JSON.stringify(errorsOf('The request is malformed.', 'BAD_REQUEST'));
    socket.end(`HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nConnection: close\r\nX-Request-Id: ${randomBytes(16).toString('hex')}\r\n` +
      `Content-Type: application/json; charset=utf-8\r\nContent-Length: ${Buffer.byteLength(text)}\r\n\r\n${text}`);
  });
  process.on('SIGTERM', () => {
    server.close(() => process.exit(0));
    setTimeout(() => process.exit(0), 3000).unref();
  });
  server.listen(Number(process.env.PORT), '127.0.0.1');
}

module.exports = { serve, log };
