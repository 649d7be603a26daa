'use strict';
// The members of a rowing club and their boats, over one upstream.
const { buildSchema } = require('graphql');
const { serve } = require('../../innocents/graphql-node/serve');
const { Loader, Failure, want, address } = require('../../innocents/graphql-node/upstream');

const bug = process.env.BUG === '1';
const schema = buildSchema(`
  type Query { members: [Member!] club: String! }
  type Member { id: ID! name: String! boat: String }
`);
const checked = (value) => want(value, { member: 'string', boat: 'string' });

async function boatOf(id, loader) {
  if (bug) return checked(await loader.get(`/members/${id}/boat`)).boat;
  return want(await loader.get('/boats'), { boats: 'list' }).boats.map(checked).find((b) => b.member === id)?.boat;
}
const root = {
  members: async (_, loader) => want(await loader.get('/members'), { members: 'list' }).members
    .map((m) => ({ ...want(m, { id: 'string', name: 'string' }), boat: () => boatOf(m.id, loader) })),
  club: () => 'River rowers',
};
const upstream = address('UPSTREAM_URL');
serve({
  schema,
  root,
  begin: (id) => new Loader(upstream, id),
  format: (error) => ({
    message: error.originalError instanceof Failure ? error.message : 'Something went wrong.',
    locations: error.locations, path: error.path, extensions: { code: error.originalError?.code ?? 'INTERNAL_SERVER_ERROR' },
  }),
});
