'use strict';
// The client of an upstream that answers JSON: in time, checked, each thing once a request.

const CALL_LIMIT = 700, BODY_LIMIT = 64 << 10;

/** A call that gave nothing usable: a code and a text for callers, the cause for the log. */
class Failure extends Error {
  constructor(code, message, cause) {
    super(message, { cause });
    this.code = code;
  }
}

const late = (cause) => new Failure('UPSTREAM_TIMEOUT', 'A needed service did not answer in time.', cause);
const down = (cause) => new Failure('UPSTREAM_UNAVAILABLE', 'A needed service is not available.', cause);
const invalid = (cause) => new Failure('UPSTREAM_INVALID', 'A needed service gave no usable answer.', cause);

/** Reads a body that is no longer than it may be. */
async function readAll(body) {
  const parts = [];
  let size = 0;
  for await (const part of body) {
    size += part.length;
    if (size > BODY_LIMIT) throw invalid('too big');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}

async function once(url, options) {
  const res = await fetch(url, { redirect: 'manual', ...options });
  const text = res.body ? await readAll(res.body) : '';
  if (res.status === 504) throw late('status 504');
  if (!res.ok) throw down(`status ${res.status}: ${text.slice(0, 200)}`);
  if (!/^application\/json\b/.test(res.headers.get('content-type') ?? '')) throw invalid(`not JSON: ${text.slice(0, 200)}`);
  try {
    return JSON.parse(text);
  } catch (err) {
    throw invalid(err);
  }
}

/** Calls the upstream. What is safe is tried a second time when a kept connection turns out to be dead. */
async function call(base, path, { id, method = 'GET', body } = {}) {
  const signal = AbortSignal.timeout(CALL_LIMIT);
  const span = id.slice(0, 16);
  const headers = { Accept: 'application/json', 'Accept-Encoding': 'identity', traceparent: `00-${id}-${span}-01` };
  if (body) headers['Content-Type'] = 'application/json';
  const options = { method, signal, headers, body: body && JSON.stringify(body) };
  const dead = (err) => ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(err.cause?.code);
  try {
    return await once(base + path, options).catch((err) => {
      if (method === 'GET' && dead(err)) return once(base + path, options);
      throw err;
    });
  } catch (err) {
    if (err instanceof Failure) throw err;
    throw signal.aborted ? late(err) : down(err.cause ?? err);
  }
}

/** Loads things of the upstream for one request: each path once, however often it is selected. */
class Loader {
  constructor(base, id) {
    Object.assign(this, { base, id, calls: 0, loaded: new Map() });
  }
  get(path) {
    if (!this.loaded.has(path)) {
      this.calls++;
      this.loaded.set(path, call(this.base, path, { id: this.id }));
    }
    return this.loaded.get(path);
  }
  post(path, body) {
    this.calls++;
    return call(this.base, path, { id: this.id, method: 'POST', body });
  }
}

/** The address of an upstream as a setting says it; the process ends when it says none. */
function address(name) {
  const value = process.env[name] ?? '';
  if (URL.canParse(value) && /^https?:$/.test(new URL(value).protocol)) return value.replace(/\/$/, '');
  process.stderr.write(`${name} is no address of an HTTP service\n`);
  return process.exit(1);
}

/** The members of an object that the upstream owes, each of its type; wrong ones are no values. */
function want(value, members) {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw invalid('not an object');
  for (const [name, type] of Object.entries(members)) {
    const ok = type === 'list' ? Array.isArray(value[name]) : typeof value[name] === type && value[name] !== '';
    if (!ok) throw invalid(`${name} is not a ${type}`);
  }
  return value;
}

module.exports = { Loader, Failure, want, address };
