"""One operation: parsed, validated, bounded, executed; its errors put into words for callers."""
import json

from graphql import GraphQLError, execute, parse, validate
from graphql.error import format_error
from graphql.language.ast import Field, FragmentDefinition, FragmentSpread, InlineFragment, ListType, NonNullType, OperationDefinition

from store import Store, StoreError

SCALARS = {"ID": (str, int), "String": str, "Int": int, "Float": (int, float), "Boolean": bool}
MOST_FIELDS, DEEPEST, LONGEST = 300, 15, 16 << 10
TEXTS = {"GARDEN_STORE_SLOW": "The garden's records did not come in time.", "GARDEN_STORE_DOWN": "The garden's records cannot be had.",
         "GARDEN_STORE_WRONG": "The garden's records are not in order.", "GARDEN_BROKEN": "Something went wrong on our side."}


class Refusal(Exception):
    """A request that is not carried out."""
    def __init__(self, status, text, headers=()):
        super().__init__(text)
        self.status, self.headers = status, dict(headers)


def measure(document):
    """Raises for a document that writes down more than it may."""
    fields, open_nodes = 0, [(d.selection_set, 1) for d in document.definitions if isinstance(d, (OperationDefinition, FragmentDefinition))]
    while open_nodes:
        selections, depth = open_nodes.pop()
        for node in selections.selections if selections else ():
            fields += isinstance(node, (Field, FragmentSpread))
            if fields > MOST_FIELDS or depth > DEEPEST:
                raise GraphQLError("The operation is too big.")
            if isinstance(node, (Field, InlineFragment)):
                open_nodes.append((node.selection_set, depth + isinstance(node, Field)))


def chosen(document, name):
    """The operation that is meant."""
    operations = [d for d in document.definitions if isinstance(d, OperationDefinition)]
    named = [d for d in operations if d.name and d.name.value == name] if name else operations
    if len(named) != 1:
        raise GraphQLError("Which operation is meant?")
    return named[0]


def fits(value, of):
    """Tells whether a variable fits its type, as far as that is of lists and scalars: graphene 2 makes text of whatever it gets."""
    if isinstance(of, NonNullType):
        return fits(value, of.type)
    if isinstance(of, ListType):
        return all(fits(v, of.type) for v in (value if isinstance(value, list) else [value]))
    kinds = SCALARS.get(of.name.value)
    return value is None or kinds is None or isinstance(value, kinds) and (kinds is bool or not isinstance(value, bool))


def unfit(operation, variables):
    """Errors for the variables of an operation that do not fit their types."""
    names = [(d.variable.name.value, d.type) for d in operation.variable_definitions or ()]
    return [GraphQLError(f'Variable "${name}" does not fit its type.') for name, of in names if not fits(variables.get(name), of)]


def prepared(schema, asked):
    """The document and its operation, or the errors for which it is not executed."""
    if len(asked["query"]) > LONGEST:
        return None, None, [GraphQLError("The operation is too big.")]
    try:
        document = parse(asked["query"])
        measure(document)
        wrong = validate(schema, document)
        return document, None if wrong else chosen(document, asked.get("operationName")), wrong
    except GraphQLError as e:
        return None, None, [e]


def told(error, log):
    """An error as callers see it: the code of its cause, a text of ours, its place."""
    cause = getattr(error, "original_error", None)
    code = cause.code if isinstance(cause, StoreError) else "GARDEN_BROKEN"
    log("field failed", path=error.path, code=code, cause=repr(cause or error))
    return {"message": TEXTS[code], "path": error.path, "extensions": {"code": code},
            "locations": [{"line": at.line, "column": at.column} for at in error.locations or ()]}


def refused(errors):
    """An answer to what is not executed."""
    return None, {"errors": [{**format_error(e), "extensions": {"code": "GARDEN_BAD_OPERATION"}} for e in errors[:20]]}


def answer(schema, asked, by_get, log):
    """The data, or None where nothing was executed, and the body of the answer."""
    document, operation, wrong = prepared(schema, asked)
    if wrong:
        return refused(wrong)
    if by_get and operation.operation != "query":
        raise Refusal(405, "Mutations are sent by POST.", {"Allow": "POST"})
    variables = asked.get("variables") or {}
    if unfit(operation, variables):
        return refused(unfit(operation, variables))
    store = Store()
    try:
        result = execute(schema, document, context_value=store, variable_values=variables, operation_name=asked.get("operationName"))
    except GraphQLError as e:
        return refused([e])
    finally:
        store.close()
    if result.errors and not any(getattr(e, "path", None) for e in result.errors):
        return refused(result.errors)
    body = {"data": result.data}
    if result.errors:
        body["errors"] = [told(e, log) for e in result.errors]
    return result, body


def parsed(text):
    """What a text in JSON says."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        raise Refusal(400, "This is not JSON.")


def checked(asked):
    """A request, if it is one; members that are not known are ignored."""
    if not isinstance(asked, dict) or not isinstance(asked.get("query"), str) or not asked["query"]:
        raise Refusal(400, "The request has no query.")
    if not isinstance(asked.get("variables") or {}, dict) or not isinstance(asked.get("operationName") or "", str):
        raise Refusal(400, "The variables must be a map, and the operationName text.")
    return asked
