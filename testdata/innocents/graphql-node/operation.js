'use strict';
// One operation: parsed, validated, bounded, executed; its errors put into words for callers.
const { parse, validate, execute, getOperationAST, specifiedRules, GraphQLError, visit, Kind } = require('graphql');

const MOST_FIELDS = 300, DEEPEST = 15;

/** A request that is not carried out. */
class Refusal extends Error {
  constructor(status, message, headers) {
    super(message);
    Object.assign(this, { status, headers });
  }
}

/** Bounds what one document can cost: how many fields it writes down, and how deep. Fragments count where they are written. */
function bounded(context) {
  let fields = 0, depth = 0, told = false;
  const tell = (node, what) => {
    if (!told) context.reportError(new GraphQLError(`The operation is too ${what}.`, { nodes: node }));
    told = true;
  };
  return {
    Field: {
      enter(node) {
        if (++fields > MOST_FIELDS) tell(node, 'big');
        if (++depth > DEEPEST) tell(node, 'deep');
      },
      leave() { depth--; },
    },
    FragmentSpread(node) { if (++fields > MOST_FIELDS) tell(node, 'big'); },
  };
}

/** How many fields an operation selects, for the bill. */
function fieldsOf(document) {
  let n = 0;
  visit(document, { [Kind.FIELD]() { n++; } });
  return n;
}

const formatted = (error, id) => ({ message: error.message, locations: error.locations, path: error.path, extensions: { code: codeOf(error), requestId: id } });

function codeOf(error) {
  return error.extensions?.code ?? (error.message.startsWith('Syntax Error') ? 'GRAPHQL_PARSE_FAILED' : 'GRAPHQL_VALIDATION_FAILED');
}

/** The status and the body of the answer to one operation. */
async function answer(app, asked, { id, media, req, log }) {
  const refused = (errors) => ({
    status: media === 'application/json' ? 200 : 400,
    body: { errors: errors.map((e) => formatted(e, id)) },
  });
  let document;
  try {
    document = parse(asked.query, { maxTokens: 4000 });
  } catch (err) {
    return refused([err instanceof GraphQLError ? err : new GraphQLError('The operation is too deep.')]); // for the stack of the parser
  }
  const wrong = validate(app.schema, document, [...specifiedRules, bounded], { maxErrors: 20 });
  if (wrong.length > 0) return refused(wrong);
  const operation = getOperationAST(document, asked.operationName);
  if (!operation) return refused([new GraphQLError('Which operation is meant?')]);
  if (operation.operation === 'subscription') return refused([new GraphQLError('Subscriptions are not served here.')]);
  if (req.method === 'GET' && operation.operation !== 'query') throw new Refusal(405, 'Mutations are sent by POST.', { Allow: 'POST' });
  const contextValue = app.begin(id, req);
  const result = await execute({
    schema: app.schema, document, rootValue: app.root, contextValue, variableValues: asked.variables, operationName: asked.operationName,
  });
  if (!('data' in result)) return refused(result.errors);
  const body = { data: result.data };
  if (result.errors) {
    for (const e of result.errors) log('error', 'field failed', { id, path: e.path, cause: String(e.originalError?.cause ?? e.originalError ?? e) });
    body.errors = result.errors.map((e) => app.format(e, id));
  }
  if (app.extensions) body.extensions = app.extensions(contextValue, fieldsOf(document));
  return { status: 200, body };
}

module.exports = { answer, Refusal };
