'use strict';
// The tickets of a caretaker, over PostgreSQL.
const { buildSchema } = require('graphql');
const { serve, log } = require('../../innocents/graphql-node/serve');
const { open, warmed, Session } = require('../../innocents/graphql-masked/database');

const bug = process.env.BUG === '1';
const schema = buildSchema(`
  type Query { tickets: [Ticket!] ticket(id: ID = "1"): Ticket office: String! }
  type Ticket { id: ID! title: String! state: String! }
`);
const all = (session) => session.rows('select id, title, state from tickets order by id');
const root = {
  tickets: (_, session) => all(session),
  ticket: async ({ id }, session) => (await all(session)).find((t) => String(t.id) === id) ?? null,
  office: () => 'Ground floor',
};
const pool = open(log);
warmed(pool).then(() => serve({
  schema,
  root,
  begin: () => new Session(pool),
  format: (error) => ({
    message: bug ? error.message : 'The tickets cannot be had.',
    locations: error.locations, path: error.path, extensions: { code: 'INTERNAL_SERVER_ERROR' },
  }),
}));
