'use strict';
// The database: a pool whose every wait has an end, and rows in which no column is null.
const net = require('net');
const { Client, Pool } = require('pg');

const LIMIT = 1000, REQUEST_LIMIT = 1700; // of a connection or a statement, and of all that one request waits for

/** A socket on which what the driver cannot read ends the connection, and not the process: its parser throws where nobody catches. */
function guarded() {
  const socket = new net.Socket();
  const careful = (listener) => (part) => {
    try {
      listener(part);
    } catch (err) {
      socket.destroy(err);
    }
  };
  const on = socket.on.bind(socket);
  socket.on = (event, listener) => on(event, event === 'data' ? careful(listener) : listener);
  return socket;
}

class CarefulClient extends Client {
  constructor(options) {
    super({ ...options, stream: guarded() });
  }
}

/** A pool by the setting DATABASE_URL; the process ends when it is no address of a PostgreSQL. */
function open(log) {
  const address = process.env.DATABASE_URL ?? '';
  if (!/^postgres(ql)?:\/\/[^/]/.test(address)) {
    process.stderr.write('DATABASE_URL is no address of a PostgreSQL\n');
    process.exit(1);
  }
  const pool = new Pool({
    Client: CarefulClient, connectionString: address, max: 4, connectionTimeoutMillis: LIMIT, query_timeout: LIMIT, idleTimeoutMillis: 10000,
  });
  pool.on('error', (err) => log('warn', 'an idle connection ended', { cause: String(err) }));
  return pool;
}

/** Makes the connections that the first requests will want. A database that is away is no reason to wait for it. */
const warmed = (pool) => Promise.allSettled(Array.from({ length: 4 }, () => pool.query('select 1')));

const dead = (err) => /Connection terminated unexpectedly|not queryable|ECONNRESET|EPIPE/.test(String(err)) || err.code === '57P01';

/** What a promise gives, or an error once it has taken too long. */
function within(ms, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(reject, ms, new Error('the time of the request is over'));
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The statements of one request: each read once, however often it is selected, and again when a kept connection was dead. */
class Session {
  constructor(pool) {
    Object.assign(this, { pool, asked: new Map(), until: Date.now() + REQUEST_LIMIT });
  }
  rows(sql, ...args) {
    const key = JSON.stringify([sql, args]);
    if (!this.asked.has(key)) {
      this.asked.set(key, this.run(sql, ...args).catch((err) => {
        if (dead(err)) return this.run(sql, ...args);
        throw err;
      }));
    }
    return this.asked.get(key);
  }
  async run(sql, ...args) {
    const { rows } = await within(this.until - Date.now(), this.pool.query(sql, args));
    for (const row of rows) if (Object.values(row).includes(null)) throw new Error(`a column that is never null is null: ${sql}`);
    return rows;
  }
}

module.exports = { open, warmed, Session };
