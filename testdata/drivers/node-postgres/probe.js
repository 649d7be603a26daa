// Speaks the protocol of suites/drivers with a pool of node-postgres.
const { Pool } = require("pg");
const fields = ["detail", "hint", "where", "position", "schema", "table", "column", "constraint", "file", "routine"];
let pool, held;
let events = [];

const heard = (who) => (e) => events.push(`${who}: ${e.constructor.name} ${e.code ?? ""} ${e.message}`);

function query(step, sql) {
  const values = sql.includes("$1") ? [step.id] : undefined;
  return (held ?? pool).query(sql, values);
}

async function run(step) {
  switch (step.do) {
    case "connect": {
      const { host, port, user, password, database, timeout } = step;
      pool = new Pool({ host, port, user, password, database, connectionTimeoutMillis: timeout, query_timeout: step.query });
      pool.on("error", heard("pool"));
      held = undefined;
      return (await query(step, "select pg_backend_pid() as value")).rows[0].value;
    }
    case "ping":
      return (await query(step, "select pg_backend_pid() as value")).rows[0].value;
    case "begin":
      held = await pool.connect();
      held.on("error", heard("client"));
      await query(step, "begin");
      return;
    case "commit": {
      const client = held;
      let failed;
      try {
        const { command } = await query(step, "commit");
        return command;
      } catch (e) {
        failed = e;
        throw e;
      } finally {
        held = undefined;
        client.release(failed);
      }
    }
    case "run":
      await query(step, step.sql);
      return;
    case "close":
      held?.release(true);
      held = undefined;
      await pool?.end();
      pool = undefined;
  }
}

async function answer(step) {
  const began = performance.now();
  const a = {};
  try {
    a.value = await run(step);
  } catch (e) {
    Object.assign(a, { class: e.constructor.name, message: e.message, code: e.code, severity: e.severity, fields: {} });
    for (const f of fields) a.fields[f] = e[f];
  }
  a.ms = Math.round(performance.now() - began);
  a.events = events.join("; ");
  events = [];
  console.log(JSON.stringify(a));
}

require("readline").createInterface({ input: process.stdin }).on("line", (line) => answer(JSON.parse(line)));
