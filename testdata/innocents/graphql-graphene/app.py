"""A garden: its beds, plants and diary by graphene, over PostgreSQL. Its habit: the codes of its errors are its own."""
from garden import schema
from serve import serve

serve(schema)
