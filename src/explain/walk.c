#include "explain/walk.h"

struct walk {
	const struct pq_explain_visitor *visitor;
	struct pq_arena arena;
	const struct pq_object *above[PQ_EXPLAIN_DEPTH_MAX]; /* whose fields are being visited */
	size_t depth;
	size_t visited;
};

static bool fail_size(const char *what, size_t limit, struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_TOO_LARGE,
			    "there is more to explain than %zu %s; ask for a field", limit, what);
}

static bool stands_in(const struct walk *walk, const struct pq_object *properties)
{
	for (size_t i = 0; i < walk->depth; i++) {
		if (walk->above[i] == properties)
			return true;
	}
	return false;
}

static bool walk_fields(struct walk *walk, const struct pq_explain_schema *schema,
			struct pq_error *error);

static bool walk_field(struct walk *walk, const struct pq_explain_field *field, bool is_first,
		       struct pq_error *error)
{
	const struct pq_explain_visitor *visitor = walk->visitor;
	const struct pq_object *properties = pq_explain_properties(&field->schema);
	const struct pq_explain_step step = {
		.field = field,
		.depth = walk->depth - 1,
		.is_first = is_first,
		.has_fields =
			visitor->is_recursive && properties != NULL && !stands_in(walk, properties),
	};
	if (++walk->visited > PQ_EXPLAIN_FIELDS_MAX)
		return fail_size("fields", PQ_EXPLAIN_FIELDS_MAX, error);
	if (visitor->text->length > PQ_EXPLAIN_BYTES_MAX)
		return fail_size("bytes", PQ_EXPLAIN_BYTES_MAX, error);
	visitor->enter(&step, visitor->context);
	if (step.has_fields && !walk_fields(walk, &field->schema, error))
		return false;
	if (visitor->leave != NULL)
		visitor->leave(&step, visitor->context);
	return true;
}

/* Recursion is bounded by PQ_EXPLAIN_DEPTH_MAX. */
static bool walk_fields(struct walk *walk, const struct pq_explain_schema *schema,
			struct pq_error *error)
{
	struct pq_explain_fields fields;
	if (walk->depth == PQ_EXPLAIN_DEPTH_MAX)
		return fail_size("levels", PQ_EXPLAIN_DEPTH_MAX, error);
	if (!pq_explain_list_fields(schema, &walk->arena, &fields))
		return pq_error_set(error, PQ_ERROR_MEMORY, "no memory to list fields");
	walk->above[walk->depth++] = pq_explain_properties(schema);
	for (size_t i = 0; i < fields.count; i++) {
		if (!walk_field(walk, &fields.items[i], i == 0, error))
			return false;
	}
	walk->depth--;
	return true;
}

bool pq_explain_walk(const struct pq_explain_schema *schema,
		     const struct pq_explain_visitor *visitor, struct pq_error *error)
{
	struct walk walk = { .visitor = visitor };
	pq_arena_init(&walk.arena, 0);
	bool fine = walk_fields(&walk, schema, error);
	pq_arena_done(&walk.arena);
	return fine;
}
