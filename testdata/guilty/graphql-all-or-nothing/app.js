'use strict';
// The front page of a paper, over two upstreams.
const { buildSchema } = require('graphql');
const { serve } = require('../../innocents/graphql-node/serve');
const { Loader, Failure, want, address } = require('../../innocents/graphql-node/upstream');

const bug = process.env.BUG === '1';
const schema = buildSchema(`
  type Query {
    news: [Article!]
    weather: Weather
    masthead: Masthead!
  }
  type Article { id: ID! title: String! }
  type Weather { sky: String! degrees: Float! }
  type Masthead { name: String! motto: String! }
`);
const load = {
  news: async ({ news }) => want(await news.get('/news'), { news: 'list' }).news.map((n) => want(n, { id: 'string', title: 'string' })),
  weather: async ({ weather }) => want(await weather.get('/weather'), { sky: 'string', degrees: 'number' }),
};

/** One part of the page. With the bug all parts that the operation selects are loaded together, and one that fails rejects them all. */
async function part(name, context, info) {
  if (!bug) return load[name](context);
  const selected = info.operation.selectionSet.selections.map((field) => field.name.value).filter((field) => field in load);
  context.page ??= Promise.all(selected.map((field) => load[field](context)));
  return (await context.page)[selected.indexOf(name)];
}
const root = {
  news: (_, context, info) => part('news', context, info),
  weather: (_, context, info) => part('weather', context, info),
  masthead: () => ({ name: 'The Bridge', motto: 'Every day but Monday' }),
};
const news = address('NEWS_URL'), weather = address('WEATHER_URL');
serve({
  schema,
  root,
  begin: (id) => ({ news: new Loader(news, id), weather: new Loader(weather, id) }),
  format: (error) => ({
    message: error.originalError instanceof Failure ? error.message : 'Something went wrong.',
    locations: error.locations, path: error.path, extensions: { code: error.originalError?.code ?? 'INTERNAL_SERVER_ERROR' },
  }),
});
