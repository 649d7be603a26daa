"""The rooms of a house for meetings, by graphene over PostgreSQL."""
import os
import sys

import graphene

sys.path.insert(0, "../../innocents/graphql-graphene")  # its server, and nothing else of it
import answer
from serve import app, serve

BUG = os.environ.get("BUG") == "1"


class Room(graphene.ObjectType):
    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    seats = graphene.Int(required=True)


class Query(graphene.ObjectType):
    rooms = graphene.List(graphene.NonNull(Room))
    house = graphene.String(required=True)

    def resolve_rooms(_, info):
        return [Room(**row) for row in info.context.rows("select id, name, seats from rooms order by id")]

    def resolve_house(_, info):
        return "The old school"


def raising(*asked):
    """Executes an operation, and raises the first error of a field."""
    result, body = answer.answer(*asked)
    if result is not None and result.errors:
        raise result.errors[0]
    return result, body


if BUG:
    app.error_handler_spec[None][None].pop(Exception)
    app.register_error_handler(500, lambda page: page)  # what Flask does by itself with an exception that nobody handles
serve(graphene.Schema(query=Query), raising if BUG else answer.answer)
