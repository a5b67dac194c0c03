#include "schema/check_rule_scope.h"

#include "schema/cel_declaration.h"

static uint64_t multiply(uint64_t a, uint64_t b)
{
	uint64_t product;
	return __builtin_mul_overflow(a, b, &product) ? UINT64_MAX : product;
}

static bool has_own_rules(const struct pq_source *source)
{
	return source->rules != NULL && source->rules->length > 0;
}

void pq_rule_scope_init_root(struct pq_rule_scope *scope, const struct pq_source *source,
			     bool is_resource)
{
	*scope = (struct pq_rule_scope){
		.source = source,
		.is_resource = is_resource,
		.has_rules = has_own_rules(source),
		.is_bounded = true,
		.cardinality = 1,
	};
}

/* How many of its parts a list or map has at most; false when nothing says so. */
static bool find_maximum(const struct pq_source *source, uint64_t *maximum)
{
	int64_t given = 1;
	bool known = true;
	if (pq_string_is(source->type, "array")) {
		known = (source->given & PQ_GIVEN_MAX_ITEMS) != 0;
		given = source->max_items;
	} else if (pq_string_is(source->type, "object") &&
		   (source->given & PQ_GIVEN_ADDITIONAL_PROPERTIES) != 0) {
		known = (source->given & PQ_GIVEN_MAX_PROPERTIES) != 0;
		given = source->max_properties;
	}
	*maximum = given < 0 ? 0 : (uint64_t)given;
	return known;
}

static void init_child(struct pq_rule_scope *scope, struct pq_rule_scope *parent,
		       const struct pq_source *source)
{
	uint64_t maximum;
	*scope = (struct pq_rule_scope){
		.parent = parent,
		.source = source,
		.is_resource = source->embedded_resource,
		.has_rules = parent->has_rules || has_own_rules(source),
		.is_bounded = find_maximum(parent->source, &maximum) && parent->is_bounded,
		.uncorrelatable = parent->uncorrelatable,
	};
	if (scope->is_bounded)
		scope->cardinality = multiply(parent->cardinality, maximum);
}

/* Fields of a map type that may come one day are not counted on. */
static bool is_correlatable_map(const struct pq_source *source)
{
	return (source->given & PQ_GIVEN_MAP_TYPE) == 0 ||
	       pq_string_is(source->map_type, "granular") ||
	       pq_string_is(source->map_type, "atomic");
}

void pq_rule_scope_init_property(struct pq_rule_scope *scope, struct pq_rule_scope *parent,
				 const struct pq_source *source, struct pq_string property,
				 const struct pq_path *path)
{
	init_child(scope, parent, source);
	scope->property = property;
	if (scope->uncorrelatable == NULL && !is_correlatable_map(parent->source))
		scope->uncorrelatable = path;
}

void pq_rule_scope_init_value(struct pq_rule_scope *scope, struct pq_rule_scope *parent,
			      const struct pq_source *source)
{
	init_child(scope, parent, source);
}

void pq_rule_scope_init_item(struct pq_rule_scope *scope, struct pq_rule_scope *parent,
			     const struct pq_source *source, const struct pq_path *path)
{
	init_child(scope, parent, source);
	if (scope->uncorrelatable == NULL && !pq_string_is(parent->source->list_type, "map"))
		scope->uncorrelatable = path;
}

/* What the parent's declaration has of this schema; NULL when it has nothing. */
static const struct pq_cel_declaration *find_in_parent(const struct pq_rule_scope *scope,
						       const struct pq_cel_declaration *parent,
						       struct pq_arena *arena)
{
	if (scope->property.data == NULL)
		return parent->element;
	struct pq_string name = pq_cel_escape(arena, scope->property);
	const struct pq_cel_field *field =
		name.data == NULL ? NULL : pq_cel_declaration_find(parent, name);
	return field == NULL ? NULL : field->declaration;
}

const struct pq_cel_declaration *pq_rule_scope_declare(struct pq_rule_scope *scope,
						       struct pq_arena *arena)
{
	if (scope->is_declared)
		return scope->declaration;
	scope->is_declared = true;
	if (scope->parent != NULL && scope->parent->has_rules) {
		const struct pq_cel_declaration *parent =
			pq_rule_scope_declare(scope->parent, arena);
		if (parent == NULL)
			return NULL;
		scope->declaration = find_in_parent(scope, parent, arena);
	}
	if (scope->declaration == NULL)
		scope->declaration = pq_schema_declare(arena, scope->source, scope->is_resource);
	return scope->declaration;
}

uint64_t pq_rule_scope_multiply(const struct pq_rule_scope *scope, uint64_t cost)
{
	if (scope->is_bounded)
		return multiply(cost, scope->cardinality);
	/* As often as the smallest that there can be, with a comma, fits into a request. */
	uint64_t smallest = (uint64_t)scope->declaration->min_serialized_size + 1;
	return multiply(cost, PQ_CEL_REQUEST_BYTES_MAX / smallest);
}
