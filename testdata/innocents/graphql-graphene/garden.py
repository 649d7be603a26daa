"""The schema of a garden: beds, plants and a diary in PostgreSQL, by graphene."""
import graphene


class Bed(graphene.ObjectType):
    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    sunny = graphene.Boolean(required=True)


class Plant(graphene.ObjectType):
    id = graphene.ID(required=True)
    name = graphene.String(required=True)
    height = graphene.Int(required=True)
    bed = graphene.Field(Bed, required=True)

    def resolve_bed(plant, info):
        return next(bed for bed in beds(info) if bed.id == plant.bed_id)


class Note(graphene.ObjectType):
    id = graphene.ID(required=True)
    text = graphene.String(required=True)
    written = graphene.DateTime(required=True)


class Garden(graphene.ObjectType):
    name = graphene.String(required=True)
    zone = graphene.Int(required=True)
    open = graphene.Boolean(required=True)


def plant(row):
    p = Plant(id=row["id"], name=row["name"], height=row["height"])
    p.bed_id = row["bed_id"]
    return p


def beds(info):
    return [Bed(**row) for row in info.context.rows("select id, name, sunny from beds order by id")]


class Query(graphene.ObjectType):
    plants = graphene.List(graphene.NonNull(Plant), required=True)
    plant = graphene.Field(Plant, id=graphene.ID(default_value="1"))
    beds = graphene.List(graphene.NonNull(Bed))
    diary = graphene.List(graphene.NonNull(Note))
    tallest = graphene.Field(Plant)
    garden = graphene.Field(Garden, required=True)

    def resolve_plants(_, info):
        return [plant(row) for row in info.context.rows("select id, name, height, bed_id from plants order by id")]

    def resolve_plant(_, info, id):
        if id is None or not id.isdecimal() or len(id) > 9:
            return None
        found = info.context.rows("select id, name, height, bed_id from plants where id = %s", int(id))
        return plant(found[0]) if found else None

    def resolve_beds(_, info):
        return beds(info)

    def resolve_diary(_, info):
        return [Note(**row) for row in info.context.rows("select id, text, written from notes order by id limit 20")]

    def resolve_tallest(_, info):
        found = info.context.rows("select id, name, height, bed_id from plants order by height desc, id limit 1")
        return plant(found[0]) if found else None

    def resolve_garden(_, info):
        return Garden(name="Back yard", zone=8, open=True)


class AddNote(graphene.Mutation):
    class Arguments:
        text = graphene.String(required=True)

    Output = Note

    def mutate(_, info, text):
        found = info.context.run("insert into notes (text) values (%s) returning id, text, written", (text[:500],))
        return Note(**found[0])


class Mutation(graphene.ObjectType):
    add_note = AddNote.Field()


schema = graphene.Schema(query=Query, mutation=Mutation)
