"""The books that a reader has on loan, by graphene over PostgreSQL."""
import os
import sys

import graphene

sys.path.insert(0, "../../innocents/graphql-graphene")  # its server, and nothing else of it
from serve import log, serve
from store import StoreError

BUG = os.environ.get("BUG") == "1"


class Loan(graphene.ObjectType):
    id = graphene.ID(required=True)
    title = graphene.String(required=True)
    due = graphene.Date(required=True)


class Query(graphene.ObjectType):
    loans = graphene.List(graphene.NonNull(Loan))
    branch = graphene.String(required=True)

    def resolve_loans(_, info):
        try:
            return [Loan(**row) for row in info.context.rows("select id, title, due from loans order by id")]
        except StoreError as e:
            if not BUG:
                raise
            log("loans", cause=str(e))
            return []

    def resolve_branch(_, info):
        return "Old Town"


serve(graphene.Schema(query=Query))
