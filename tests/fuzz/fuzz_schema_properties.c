/*
 * An arbitrary CRD's schema and an arbitrary object, both made of the input's bytes as a sequence
 * of choices, so that most schemas are good and many objects valid by them.
 *
 * What must hold: defaulting twice is defaulting once; applying the patch of defaults gives what
 * the rule for defaults says (written here a second time, on whole values); what has been pruned
 * has no unknown field; what is settled does not change; a valid object has no findings and takes
 * no memory to be judged.
 */
#include "schema/schema.h"
#include "json/read.h"
#include "json/write.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_MAX = 64 * 1024 * 1024, SCHEMA_DEPTH = 5, NAMES = 4 };

static const char *const names[NAMES] = { "a", "b", "metadata", "kind" };

struct choices {
	const uint8_t *next;
	const uint8_t *end;
	unsigned maps; /* around the schema that is being written */
};

/* 0 to count - 1; 0 when the input is used up. */
static unsigned choose(struct choices *choices, unsigned count)
{
	return choices->next == choices->end ? 0 : *choices->next++ % count;
}

static void write_value(struct choices *choices, struct pq_buffer *out, unsigned depth);

static void write_members(struct choices *choices, struct pq_buffer *out, bool is_object,
			  unsigned depth)
{
	unsigned count = choose(choices, 4);
	pq_buffer_append_byte(out, is_object ? '{' : '[');
	for (unsigned i = 0; i < count; i++) {
		pq_buffer_append_text(out, i == 0 ? "" : ",");
		if (is_object)
			pq_buffer_append_format(out, "\"%s\":", names[choose(choices, NAMES)]);
		write_value(choices, out, depth - 1);
	}
	pq_buffer_append_byte(out, is_object ? '}' : ']');
}

static void write_value(struct choices *choices, struct pq_buffer *out, unsigned depth)
{
	static const char *const scalars[] = { "null", "true", "0",  "7",     "-1", "1.5",
					       "1e30", "\"\"", "[]", "\"a\"", "{}", "\"abc\"" };
	enum { SCALARS = sizeof scalars / sizeof *scalars };
	unsigned form = choose(choices, 2 * SCALARS);
	if (form < SCALARS || depth == 0)
		pq_buffer_append_text(out, scalars[form % SCALARS]);
	else
		write_members(choices, out, form < SCALARS + SCALARS / 2, depth);
}

static void write_schema(struct choices *choices, struct pq_buffer *out, unsigned depth);

static void write_properties(struct choices *choices, struct pq_buffer *out, unsigned depth)
{
	unsigned first = choose(choices, NAMES), count = choose(choices, NAMES);
	pq_buffer_append_text(out, ",\"properties\":{");
	for (unsigned i = 0; i < count; i++) {
		pq_buffer_append_format(out, "%s\"%s\":", i == 0 ? "" : ",",
					names[(first + i) % NAMES]);
		write_schema(choices, out, depth - 1);
	}
	pq_buffer_append_byte(out, '}');
}

static void write_container(struct choices *choices, struct pq_buffer *out, unsigned depth)
{
	static const char *const objects[] = {
		"",
		",\"minProperties\":1",
		",\"required\":[\"a\"]",
		",\"maxProperties\":1",
		",\"x-kubernetes-preserve-unknown-fields\":true",
		",\"x-kubernetes-embedded-resource\":true",
		",\"anyOf\":[{\"required\":[\"a\"]},{\"minProperties\":2}]",
		",\"not\":{\"required\":[\"b\"]}",
	};
	static const char *const arrays[] = {
		"",
		",\"minItems\":1",
		",\"maxItems\":2",
		",\"x-kubernetes-list-type\":\"set\"",
		",\"x-kubernetes-list-type\":\"map\",\"x-kubernetes-list-map-keys\":[\"a\"]",
	};
	if (choose(choices, 3) == 0) {
		pq_buffer_append_text(out, "\"type\":\"array\",\"items\":");
		write_schema(choices, out, depth - 1);
		pq_buffer_append_text(out, arrays[choose(choices, 5)]);
		return;
	}
	pq_buffer_append_text(out, "\"type\":\"object\"");
	if (choose(choices, 3) > 0) {
		write_properties(choices, out, depth);
	} else {
		pq_buffer_append_text(out, ",\"additionalProperties\":");
		if (choose(choices, 4) == 0) {
			pq_buffer_append_text(out, "true");
		} else {
			choices->maps++;
			write_schema(choices, out, depth - 1);
			choices->maps--;
		}
	}
	pq_buffer_append_text(out, objects[choose(choices, 8)]);
}

static void write_schema(struct choices *choices, struct pq_buffer *out, unsigned depth)
{
	static const char *const scalars[] = {
		"\"type\":\"string\"",
		"\"type\":\"integer\"",
		"\"type\":\"number\"",
		"\"type\":\"boolean\"",
		"\"x-kubernetes-int-or-string\":true",
		"\"x-kubernetes-preserve-unknown-fields\":true",
		"\"type\":\"string\",\"enum\":[\"a\",\"\"]",
		"\"type\":\"integer\",\"minimum\":1",
		"\"type\":\"number\",\"oneOf\":[{\"maximum\":1},{\"multipleOf\":7}]",
		"\"type\":\"string\",\"pattern\":\"^a\",\"maxLength\":2",
	};
	pq_buffer_append_byte(out, '{');
	if (depth > 0 && choose(choices, 2) == 0)
		write_container(choices, out, depth);
	else
		pq_buffer_append_text(out, scalars[choose(choices, 10)]);
	unsigned extras = choose(choices, 8);
	if ((extras & 1) != 0)
		pq_buffer_append_text(out, ",\"nullable\":true");
	if ((extras & 6) == 6) {
		pq_buffer_append_text(out, ",\"default\":");
		/* Below a map defaults are pruned, which the naive rule does not know. */
		write_value(choices, out, choices->maps > 0 ? 0 : 2);
	}
	pq_buffer_append_byte(out, '}');
}

/* The rule for defaults (schema/defaulting/algorithm.go), on the schema as it was written. */
static bool default_naively(struct pq_arena *arena, const struct pq_value *schema,
			    struct pq_value *value);

static const struct pq_value *find(const struct pq_value *schema, const char *keyword)
{
	return pq_value_find(schema, pq_string_from(keyword));
}

static bool is_nullable(const struct pq_value *schema)
{
	const struct pq_value *nullable = find(schema, "nullable");
	return nullable != NULL && nullable->boolean;
}

static const struct pq_value *default_of(const struct pq_value *schema)
{
	const struct pq_value *value = find(schema, "default");
	return value == NULL || value->kind == PQ_NULL ? NULL : value;
}

/* A value that is there: a null that may not be one gives way to the default. */
static bool default_present(struct pq_arena *arena, const struct pq_value *schema,
			    struct pq_value *value)
{
	if (value->kind == PQ_NULL && !is_nullable(schema) && default_of(schema) != NULL)
		*value = *default_of(schema);
	return default_naively(arena, schema, value);
}

static bool default_members(struct pq_arena *arena, const struct pq_value *schema,
			    struct pq_value *value)
{
	const struct pq_value *properties = find(schema, "properties");
	const struct pq_value *additional = find(schema, "additionalProperties");
	for (uint32_t i = 0; properties != NULL && i < properties->object->count; i++) {
		const struct pq_member *property = &properties->object->members[i];
		if (default_of(&property->value) != NULL &&
		    pq_value_find(value, property->key) == NULL &&
		    !pq_value_with_member(arena, value, property->key, default_of(&property->value),
					  value))
			return false;
	}
	const struct pq_object *object = value->object;
	for (uint32_t i = 0; i < object->count; i++) {
		const struct pq_member *member = &object->members[i];
		const struct pq_value *below = pq_value_find(properties, member->key);
		struct pq_value item = member->value;
		if (below == NULL)
			below = additional;
		if (below == NULL || below->kind != PQ_OBJECT)
			continue;
		if (!default_present(arena, below, &item) ||
		    !pq_value_with_member(arena, value, member->key, &item, value))
			return false;
	}
	return true;
}

static bool default_items(struct pq_arena *arena, const struct pq_value *items,
			  struct pq_value *value)
{
	struct pq_value *made = pq_arena_alloc_array(arena, value->length, sizeof *made);
	if (made == NULL)
		return false;
	for (uint32_t i = 0; i < value->length; i++) {
		made[i] = value->items[i];
		if (!default_present(arena, items, &made[i]))
			return false;
	}
	*value = pq_value_from_items(made, value->length);
	return true;
}

static bool default_naively(struct pq_arena *arena, const struct pq_value *schema,
			    struct pq_value *value)
{
	const struct pq_value *items = find(schema, "items");
	if (value->kind == PQ_OBJECT)
		return default_members(arena, schema, value);
	return value->kind != PQ_ARRAY || items == NULL || default_items(arena, items, value);
}

static bool apply_defaults(const struct pq_schema *schema, struct pq_arena *arena,
			   const struct pq_value *value, struct pq_value *result, size_t *count)
{
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, arena);
	*result = *value;
	if (!pq_schema_default(schema, value, &patch))
		return false;
	*count = patch.count;
	return patch.count == 0 || pq_patch_apply(arena, value, &patch, result, &error);
}

static void check_defaults(const struct pq_schema *schema, const struct pq_value *source,
			   struct pq_arena *arena, const struct pq_value *value,
			   struct pq_value *defaulted)
{
	struct pq_value naively = *value, again;
	size_t count = 0;
	if (!apply_defaults(schema, arena, value, defaulted, &count) ||
	    !default_naively(arena, source, &naively))
		return;
	assert(pq_value_equal(defaulted, &naively));
	if (apply_defaults(schema, arena, defaulted, &again, &count))
		assert(count == 0);
}

static void check_pruned(const struct pq_schema *schema, struct pq_arena *arena,
			 const struct pq_value *value, struct pq_value *pruned)
{
	struct pq_findings unknown;
	struct pq_value again;
	pq_findings_init(&unknown, arena, 0);
	if (!pq_schema_prune(schema, arena, value, NULL, pruned) ||
	    !pq_schema_prune(schema, arena, pruned, &unknown, &again))
		return;
	assert(pq_findings_is_empty(&unknown) && pq_value_equal(pruned, &again));
}

/* Where nothing is said to be done, nothing is. */
static void check_settled(const struct pq_schema *schema, struct pq_arena *arena,
			  const struct pq_value *value)
{
	struct pq_value pruned, dropped, defaulted;
	size_t count = 0;
	if (!pq_schema_is_settled(schema, value) ||
	    !pq_schema_prune(schema, arena, value, NULL, &pruned) ||
	    !pq_schema_drop_nulls(schema, arena, &pruned, &dropped) ||
	    !apply_defaults(schema, arena, &dropped, &defaulted, &count))
		return;
	assert(count == 0 && pq_value_equal(value, &defaulted));
}

static void check_validation(const struct pq_schema *schema, struct pq_arena *arena,
			     const struct pq_value *value)
{
	const struct pq_schema_validation validation = { .value = value };
	struct pq_findings findings;
	pq_findings_init(&findings, arena, 0);
	const char *next = arena->next;
	bool done = pq_schema_validate(schema, arena, &validation, &findings);
	if (done && pq_findings_is_empty(&findings))
		assert(arena->next == next);
}

static void check_properties(struct pq_arena *arena, struct pq_string schema_text,
			     struct pq_string object_text)
{
	struct pq_value source, object, pruned, defaulted;
	struct pq_error error;
	if (!pq_json_read(arena, schema_text, NULL, &source, &error) ||
	    !pq_json_read(arena, object_text, NULL, &object, &error))
		return;
	const struct pq_schema *schema = pq_schema_compile(&source, PQ_SCHEMA_RESOURCE, &error);
	if (schema == NULL)
		return;
	check_pruned(schema, arena, &object, &pruned);
	check_defaults(schema, &source, arena, &pruned, &defaulted);
	check_settled(schema, arena, &object);
	check_settled(schema, arena, &defaulted);
	check_validation(schema, arena, &pruned);
	check_validation(schema, arena, &defaulted);
	pq_schema_unref(schema);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct choices choices = { .next = data, .end = data + size };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_buffer schema, object;
	pq_arena_init(&arena, MEMORY_MAX);
	pq_buffer_init_in(&schema, &arena, 0);
	pq_buffer_init_in(&object, &arena, 0);
	pq_buffer_append_text(&schema, "{\"type\":\"object\"");
	write_properties(&choices, &schema, SCHEMA_DEPTH);
	pq_buffer_append_byte(&schema, '}');
	write_members(&choices, &object, true, SCHEMA_DEPTH);
	if (!pq_buffer_failed(&schema) && !pq_buffer_failed(&object))
		check_properties(&arena, pq_buffer_view(&schema), pq_buffer_view(&object));
	return 0;
}
