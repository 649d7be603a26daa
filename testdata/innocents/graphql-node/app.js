'use strict';
// A canteen: its menu by graphql-js, over one upstream. Its habit: what an operation cost stands in extensions.
const { GraphQLSchema, GraphQLObjectType, GraphQLList, GraphQLNonNull, GraphQLString, GraphQLInt, GraphQLFloat, GraphQLID, GraphQLBoolean, GraphQLEnumType } = require('graphql');
const { serve } = require('./serve');
const { Loader, Failure, want, address } = require('./upstream');

const must = (type) => new GraphQLNonNull(type);
const listOf = (type) => new GraphQLList(must(type));

const Diet = new GraphQLEnumType({ name: 'Diet', values: { VEGAN: {}, VEGETARIAN: {}, ANY: {} } });
const Kitchen = new GraphQLObjectType({ name: 'Kitchen', fields: { id: { type: must(GraphQLID) }, chef: { type: must(GraphQLString) } } });
const Dish = new GraphQLObjectType({
  name: 'Dish',
  fields: {
    id: { type: must(GraphQLID) },
    name: { type: must(GraphQLString) },
    price: { type: must(GraphQLFloat) },
    diet: { type: must(Diet) },
    kitchen: { type: must(Kitchen), resolve: kitchenOf },
  },
});
const Special = new GraphQLObjectType({
  name: 'Special',
  fields: { day: { type: must(GraphQLString) }, dish: { type: must(Dish), resolve: (special, _, context) => dish(special.dish, context) } },
});
const Hours = new GraphQLObjectType({ name: 'Hours', fields: { opens: { type: must(GraphQLString) }, closes: { type: must(GraphQLString) } } });
const House = new GraphQLObjectType({
  name: 'House',
  fields: { name: { type: must(GraphQLString) }, seats: { type: must(GraphQLInt) }, cash: { type: must(GraphQLBoolean) } },
});
const Order = new GraphQLObjectType({ name: 'Order', fields: { id: { type: must(GraphQLID) }, dish: { type: must(GraphQLID) }, count: { type: must(GraphQLInt) } } });

const DIETS = ['VEGAN', 'VEGETARIAN', 'ANY'];
async function dishes({ loader }) {
  const all = want(await loader.get('/dishes'), { dishes: 'list' }).dishes;
  for (const d of all) {
    want(d, { id: 'string', name: 'string', price: 'number', diet: 'string', kitchen: 'string' });
    if (!DIETS.includes(d.diet)) throw new Failure('UPSTREAM_INVALID', 'A needed service gave no usable answer.', `diet ${d.diet}`);
  }
  return all;
}
async function dish(id, context) {
  return (await dishes(context)).find((d) => d.id === id) ?? null;
}
async function kitchenOf(of, _, { loader }) {
  const all = want(await loader.get('/kitchens'), { kitchens: 'list' }).kitchens;
  return all.map((k) => want(k, { id: 'string', chef: 'string' })).find((k) => k.id === of.kitchen);
}
async function special(_, args, { loader }) {
  return want(await loader.get('/special'), { day: 'string', dish: 'string' });
}
async function hours(_, args, { loader }) {
  return want(await loader.get('/hours'), { opens: 'string', closes: 'string' });
}
async function order(_, args, { loader }) {
  return want(await loader.post('/orders', args), { id: 'string', dish: 'string', count: 'number' });
}

const Query = new GraphQLObjectType({
  name: 'Query',
  fields: {
    menu: { type: must(listOf(Dish)), resolve: (_, args, context) => dishes(context) },
    dish: { type: Dish, args: { id: { type: must(GraphQLID), defaultValue: '1' } }, resolve: (_, { id }, context) => dish(id, context) },
    special: { type: Special, resolve: special },
    hours: { type: Hours, resolve: hours },
    house: { type: must(House), resolve: () => ({ name: 'Canteen', seats: 60, cash: false }) },
  },
});
const Mutation = new GraphQLObjectType({
  name: 'Mutation',
  fields: { order: { type: Order, args: { dish: { type: must(GraphQLID) }, count: { type: must(GraphQLInt), defaultValue: 1 } }, resolve: order } },
});

/** Callers see what a Failure says, and nothing of any other error. */
function format(error, id) {
  const known = error.originalError instanceof Failure ? error.originalError : { message: 'Something went wrong on our side.', code: 'INTERNAL_SERVER_ERROR' };
  return { message: known.message, locations: error.locations, path: error.path, extensions: { code: known.code, requestId: id } };
}

const upstream = address('UPSTREAM_URL');
serve({
  schema: new GraphQLSchema({ query: Query, mutation: Mutation }),
  begin: (id) => ({ loader: new Loader(upstream, id), began: performance.now() }),
  format,
  extensions: ({ loader, began }, fields) => ({ cost: { fields, calls: loader.calls, took: Math.round((performance.now() - began) * 1000) / 1000 } }),
});
