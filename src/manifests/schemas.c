/* From CRDs and AdmissionSchemas to the rules of a webhook. */
#include "manifests/manifests.h"

#include "base/stack.h"

static const struct pq_string own_group = PQ_LITERAL("admission.pratique.dev");

/* items, with room for one more behind count of them; NULL when the arena is exhausted. */
static void *make_room(struct pq_arena *arena, void *items, size_t count, size_t *capacity,
		       size_t size)
{
	if (count < *capacity)
		return items;
	size_t more = *capacity * 2 + 8;
	void *grown = pq_arena_grow(arena, items, count * size, more * size);
	if (grown != NULL)
		*capacity = more;
	return grown;
}

/* Pushes the schemas of a map of them. */
static bool push_members(struct pq_stack *schemas, const struct pq_value *map)
{
	for (size_t i = 0; map != NULL && map->kind == PQ_OBJECT && i < map->object->count; i++) {
		const struct pq_value **next = pq_stack_push(schemas);
		if (next == NULL)
			return false;
		*next = &map->object->members[i].value;
	}
	return true;
}

/* Defaults stand at the schema itself or below these; elsewhere the API server refuses them. */
static bool push_children(struct pq_stack *schemas, const struct pq_value *schema)
{
	static const struct pq_string keys[] = { PQ_LITERAL("items"),
						 PQ_LITERAL("additionalProperties") };
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const struct pq_value *child = pq_value_find(schema, keys[i]);
		if (child == NULL)
			continue;
		const struct pq_value **next = pq_stack_push(schemas);
		if (next == NULL)
			return false;
		*next = child;
	}
	return push_members(schemas, pq_value_find(schema, PQ_S("properties")));
}

/* Sets *found when a schema has a default anywhere. */
static bool find_default(const struct pq_value *schema, bool *found)
{
	pq_cleanup_stack struct pq_stack schemas;
	pq_stack_init(&schemas, sizeof(const struct pq_value *));
	const struct pq_value **first = pq_stack_push(&schemas);
	if (first == NULL)
		return false;
	*first = schema;
	while (!*found && schemas.count > 0) {
		const struct pq_value *next = *(const struct pq_value **)pq_stack_top(&schemas);
		pq_stack_cut(&schemas, schemas.count - 1);
		*found = pq_value_find(next, PQ_S("default")) != NULL;
		if (!push_children(&schemas, next))
			return false;
	}
	return true;
}

static bool is_same(const struct pq_manifest_rule *one, const struct pq_manifest_rule *other)
{
	return pq_value_equal(&one->groups, &other->groups) &&
	       pq_value_equal(&one->versions, &other->versions) &&
	       pq_value_equal(&one->resources, &other->resources);
}

/* Two schemas for the same are one rule: what one of them demands is demanded. */
static bool add_rule(struct pq_manifest_schemas *schemas, const struct pq_manifest_rule *rule)
{
	for (size_t i = 0; i < schemas->rule_count; i++) {
		struct pq_manifest_rule *known = &schemas->rules[i];
		if (!is_same(known, rule))
			continue;
		known->defaults |= rule->defaults;
		known->denies |= rule->denies;
		if (strcmp(known->scope, rule->scope) != 0)
			known->scope = "*";
		return true;
	}
	struct pq_manifest_rule *rules =
		make_room(schemas->arena, schemas->rules, schemas->rule_count,
			  &schemas->rule_capacity, sizeof *rules);
	if (rules == NULL)
		return false;
	schemas->rules = rules;
	schemas->rules[schemas->rule_count++] = *rule;
	return true;
}

static bool list_of_one(struct pq_arena *arena, struct pq_string text, struct pq_value *list)
{
	struct pq_value *item = pq_arena_alloc(arena, sizeof *item);
	if (item == NULL)
		return false;
	*item = pq_value_from_string(text);
	*list = pq_value_from_items(item, 1);
	return true;
}

/* The names of the versions that are served, and whether one of them has defaults. */
static bool read_versions(struct pq_arena *arena, const struct pq_value *versions,
			  struct pq_manifest_rule *rule)
{
	size_t count = 0;
	struct pq_value *names = pq_arena_alloc_array(arena, versions->length, sizeof *names);
	if (names == NULL)
		return false;
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		const struct pq_value *served = pq_value_find(version, PQ_S("served"));
		const struct pq_value *schema =
			pq_value_find_path(version, 2, "schema", "openAPIV3Schema");
		if (served == NULL || served->kind != PQ_BOOLEAN || !served->boolean)
			continue;
		names[count++] = pq_value_from_string(pq_value_find_string(version, PQ_S("name")));
		if (schema != NULL && !find_default(schema, &rule->defaults))
			return false;
	}
	rule->versions = pq_value_from_items(names, count);
	return true;
}

static bool add_crd(struct pq_manifest_schemas *schemas, const struct pq_value *crd)
{
	const struct pq_value *spec = pq_value_find(crd, PQ_S("spec"));
	struct pq_string group = pq_value_find_string(spec, PQ_S("group"));
	struct pq_string scope = pq_value_find_string(spec, PQ_S("scope"));
	struct pq_string plural =
		pq_value_find_string(pq_value_find(spec, PQ_S("names")), PQ_S("plural"));
	struct pq_manifest_rule rule = {
		.scope = pq_string_is(scope, "Namespaced") ? "Namespaced" : "Cluster",
		.denies = true,
	};
	struct pq_value *crds = make_room(schemas->arena, schemas->crds, schemas->crd_count,
					  &schemas->crd_capacity, sizeof *crds);
	if (crds == NULL)
		return false;
	schemas->crds = crds;
	schemas->crds[schemas->crd_count++] = *crd;
	if (pq_string_equal(group, own_group))
		return true;
	return list_of_one(schemas->arena, group, &rule.groups) &&
	       list_of_one(schemas->arena, plural, &rule.resources) &&
	       read_versions(schemas->arena, pq_value_find(spec, PQ_S("versions")), &rule) &&
	       (rule.versions.length == 0 || add_rule(schemas, &rule));
}

/* Deny is what an AdmissionSchema does that says nothing of it. */
static bool denies(const struct pq_value *actions)
{
	if (actions == NULL || actions->kind != PQ_ARRAY)
		return true;
	for (size_t i = 0; i < actions->length; i++) {
		if (pq_string_is(pq_value_string(&actions->items[i]), "Deny"))
			return true;
	}
	return false;
}

static bool add_overlay(struct pq_manifest_schemas *schemas, const struct pq_value *overlay)
{
	const struct pq_value *spec = pq_value_find(overlay, PQ_S("spec"));
	const struct pq_value *match = pq_value_find(spec, PQ_S("match"));
	struct pq_manifest_rule rule = {
		.groups = *pq_value_find(match, PQ_S("groups")),
		.versions = *pq_value_find(match, PQ_S("versions")),
		.resources = *pq_value_find(match, PQ_S("resources")),
		.scope = "*",
		.denies = denies(pq_value_find(spec, PQ_S("validationActions"))),
	};
	return find_default(pq_value_find(spec, PQ_S("openAPIV3Schema")), &rule.defaults) &&
	       add_rule(schemas, &rule);
}

static bool add_conversion(struct pq_manifest_schemas *schemas, const struct pq_value *rules)
{
	struct pq_value *conversions =
		make_room(schemas->arena, schemas->conversions, schemas->conversion_count,
			  &schemas->conversion_capacity, sizeof *conversions);
	if (conversions == NULL)
		return false;
	schemas->conversions = conversions;
	schemas->conversions[schemas->conversion_count++] = *rules;
	return true;
}

static const struct {
	const char *kind;
	bool (*add)(struct pq_manifest_schemas *schemas, const struct pq_value *document);
} kinds[] = {
	{ "CustomResourceDefinition", add_crd },
	{ "AdmissionSchema", add_overlay },
	{ "ConversionRules", add_conversion },
};

bool pq_manifest_add_schema(struct pq_manifest_schemas *schemas, const struct pq_value *document,
			    struct pq_error *error)
{
	struct pq_string kind = pq_value_find_string(document, PQ_S("kind"));
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct pq_value copy;
		if (!pq_string_is(kind, kinds[i].kind))
			continue;
		return (pq_value_copy(schemas->arena, document, &copy) &&
			kinds[i].add(schemas, &copy)) ||
		       pq_error_set(error, PQ_ERROR_MEMORY, "no memory for manifests");
	}
	return true;
}
