'use strict';
// A board at a bus stop, by graphql-js over PostgreSQL. Its habit: it shows what it has. Everything may be null, every error says the same,
// and the answer is 200 of application/json whatever fails inside it.
const fs = require('fs');
const path = require('path');
const { buildSchema } = require('graphql');
const { serve, log } = require('../graphql-node/serve');
const { open, warmed, Session } = require('./database');

const STOP = 'select id, name, shelter from stops';
const LINE = 'select id, name, colour from lines';

async function stop(id, session) {
  const rows = await session.rows(`${STOP} order by id`);
  return rows.find((row) => String(row.id) === id) ?? null;
}

const line = (row, session) => row && {
  ...row,
  stops: async () => {
    const calls = await session.rows('select line_id, stop_id from calls order by line_id, stop_id');
    const stops = await session.rows(`${STOP} order by id`);
    return stops.filter((s) => calls.some((c) => c.line_id === row.id && c.stop_id === s.id));
  },
};

async function departures(id, session) {
  const calls = await session.rows('select line_id, stop_id, minutes from calls order by minutes');
  const lines = async (call) => line((await session.rows(`${LINE} order by id`)).find((l) => l.id === call.line_id), session);
  return calls.filter((c) => String(c.stop_id) === id).map((c) => ({ minutes: c.minutes, line: () => lines(c) }));
}

const alerts = (session) => session.rows('select id, text from alerts order by id');

const root = {
  stops: (_, session) => session.rows(`${STOP} order by id`),
  stop: ({ id }, session) => stop(id, session),
  board: ({ stop: id }, session) => ({
    title: 'Departures', stop: () => stop(id, session), departures: () => departures(id, session), alerts: () => alerts(session),
  }),
  lines: async (_, session) => (await session.rows(`${LINE} order by id`)).map((row) => line(row, session)),
  alerts: (_, session) => alerts(session),
  about: () => ({ name: 'Bus board', languages: ['en', 'cy'] }),
  report: async ({ stop: id, text }, session) => {
    if (!/^[0-9]{1,9}$/.test(id ?? '')) return null;
    return (await session.run('insert into reports (stop_id, text) values ($1, $2) returning id, text', id, text))[0];
  },
};

const pool = open(log);
warmed(pool).then(() => serve({
  schema: buildSchema(fs.readFileSync(path.join(__dirname, 'schema.graphql'), 'utf8')),
  root,
  offers: ['application/json'],
  begin: () => new Session(pool),
  format: (error, id) => ({
    message: `Something went wrong (${id})`, locations: error.locations, path: error.path, extensions: { code: 'INTERNAL_SERVER_ERROR' },
  }),
}));
