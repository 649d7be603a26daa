'use strict';
// The parcels of somebody who has signed in, over PostgreSQL.
const { buildSchema } = require('graphql');
const { serve, log } = require('../../innocents/graphql-node/serve');
const { open, warmed, Session } = require('../../innocents/graphql-masked/database');

const bug = process.env.BUG === '1';
const schema = buildSchema(`
  type Query { me: Person parcels: [Parcel!] depot: String! }
  type Person { name: String! }
  type Parcel { id: ID! state: String! }
`);

class NotSignedIn extends Error {
  code = 'UNAUTHENTICATED';
}

async function person(session) {
  let found;
  try {
    found = await session.rows('select name from sessions where token = $1', session.token);
  } catch (err) {
    if (bug) throw new NotSignedIn('Please sign in.', { cause: err });
    throw err;
  }
  if (found.length === 0) throw new NotSignedIn('Please sign in.');
  return found[0];
}
const root = {
  me: (_, session) => person(session),
  parcels: async (_, session) => session.rows('select id, state from parcels where name = $1 order by id', (await person(session)).name),
  depot: () => 'Harbour road',
};
const pool = open(log);
warmed(pool).then(() => serve({
  schema,
  root,
  begin: (id, req) => Object.assign(new Session(pool), { token: (req.headers.authorization ?? '').replace(/^Bearer /, '') }),
  format: ({ originalError: cause, locations, path }) => {
    const known = cause instanceof NotSignedIn ? cause : { message: 'The parcels cannot be had.', code: 'STORE_UNAVAILABLE' };
    return { message: known.message, locations, path, extensions: { code: known.code } };
  },
}));
