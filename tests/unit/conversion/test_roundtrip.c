/* Random objects of one version, converted to another and back by rules of every kind, are what
 * they were: through what an API server does on the way, and without it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "versions.h"

enum { OBJECTS = 3000, DEPTH_MAX = 6 };

static const char rules_text[] =
	BETWEEN("{'rename':{'from':'.spec.count','to':'size'}},"
		"{'move':{'from':'.spec.image','to':'.spec.container.image'}},"
		"{'move':{'from':'.spec.peers[*]','to':'.spec.peers[*].name'}},"
		"{'rename':{'from':'.spec.labels[*].v','to':'value'}},"
		"{'split':{'from':'.spec.endpoint','separator':':','into':['.spec.host',"
		"{'path':'.spec.port','type':'integer'}]}},"
		"{'move':{'from':'.spec.box.lid','to':'.spec.new'}},"
		"{'default':{'in':'v2','path':'.spec.tier','value':'t'}},"
		"{'default':{'in':'v1','path':'.spec.old','value':1}},"
		"{'constant':{'in':'v2','path':'.spec.mode','value':'a'}}");

/* xorshift64*; the same objects in every run. */
static uint64_t random_state = 88172645463325252u;

static uint32_t any(uint32_t below)
{
	random_state ^= random_state >> 12;
	random_state ^= random_state << 25;
	random_state ^= random_state >> 27;
	return (uint32_t)((random_state * 2685821657736338717u) >> 33) % below;
}

static struct pq_string any_text(void)
{
	static const char *const texts[] = { "a",    "b:1", "b:01", ":",   "",
					     "c:-2", "::",  "t",    "a:b", "1" };
	return pq_string_from(texts[any(sizeof texts / sizeof texts[0])]);
}

static struct pq_value any_object(struct pq_arena *arena, const struct pq_value *schema, int depth);

/* A value of a schema; now and then one that it does not allow. */
static struct pq_value any_value(struct pq_arena *arena, const struct pq_value *schema, int depth)
{
	struct pq_string type = pq_value_find_string(schema, PQ_S("type"));
	if (any(40) == 0)
		return any(2) == 0 ? pq_value_null() : pq_value_from_integer(any(3));
	if (pq_string_is(type, "integer"))
		return pq_value_from_integer(any(4));
	if (pq_string_is(type, "boolean"))
		return pq_value_from_boolean(any(2) == 1);
	if (pq_string_is(type, "object"))
		return any_object(arena, schema, depth);
	if (!pq_string_is(type, "array"))
		return pq_value_from_string(any_text());
	size_t count = depth >= DEPTH_MAX ? 0 : any(4);
	struct pq_value *items = pq_arena_alloc_array(arena, count, sizeof *items);
	for (size_t i = 0; i < count; i++)
		items[i] = any_value(arena, pq_value_find(schema, PQ_S("items")), depth + 1);
	return pq_value_from_items(items, count);
}

static struct pq_value any_object(struct pq_arena *arena, const struct pq_value *schema, int depth)
{
	static const char *const keys[] = { "x", "y", "z" };
	const struct pq_value *properties = pq_value_find(schema, PQ_S("properties"));
	const struct pq_value *more = pq_value_find(schema, PQ_S("additionalProperties"));
	struct pq_value object;
	assert_true(pq_value_from_members(arena, NULL, 0, &object));
	for (size_t i = 0; properties != NULL && i < properties->object->count; i++) {
		const struct pq_member *property = &properties->object->members[i];
		struct pq_value value = any_value(arena, &property->value, depth + 1);
		if (any(3) > 0)
			assert_true(pq_value_with_member(arena, &object, property->key, &value,
							 &object));
	}
	for (size_t i = 0; more != NULL && i < sizeof keys / sizeof keys[0]; i++) {
		struct pq_value value = any_value(arena, more, depth + 1);
		if (any(2) == 0)
			assert_true(pq_value_with_member(arena, &object, pq_string_from(keys[i]),
							 &value, &object));
	}
	return object;
}

static struct pq_value convert(struct pq_arena *arena, const struct pq_conversion *rules,
			       const struct pq_conversion_side *from,
			       const struct pq_conversion_side *to, const struct pq_value *object,
			       bool is_completed)
{
	struct pq_value converted;
	struct pq_error error;
	struct pq_conversion_work work = any_work();
	if (!pq_conversion_convert(rules, arena, from, to, object, &work, &converted, &error))
		fail_msg("%s", error.message);
	const struct pq_value settled = settle(arena, to->schema, &converted);
	return is_completed ? complete(arena, to->schema, &settled) : settled;
}

static struct pq_value without_annotations(struct pq_arena *arena, const struct pq_value *object)
{
	struct pq_value metadata, result;
	assert_true(pq_value_with_member(arena, pq_value_find(object, PQ_S("metadata")),
					 PQ_S("annotations"), NULL, &metadata) &&
		    pq_value_with_member(arena, object, PQ_S("metadata"), &metadata, &result));
	return result;
}

/* What an API server would not have let in need not come back. */
static bool is_valid(struct pq_arena *arena, const struct pq_schema *schema,
		     const struct pq_value *object)
{
	const struct pq_value completed = complete(arena, schema, object);
	const struct pq_schema_validation validation = { .value = &completed };
	struct pq_findings findings;
	pq_findings_init(&findings, arena, 0);
	assert_true(pq_schema_validate(schema, arena, &validation, &findings));
	return pq_findings_is_empty(&findings);
}

static void travel(const struct pq_conversion_side *from, const char *schema_text,
		   const struct pq_conversion_side *to, bool is_completed)
{
	pq_cleanup_arena struct pq_arena texts;
	pq_arena_init(&texts, 0);
	const struct pq_value schema = read_value(&texts, schema_text);
	const struct pq_conversion *rules = compile_rules(rules_text);
	for (size_t i = 0; i < OBJECTS; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		struct pq_value object = any_object(&arena, &schema, 0);
		const struct pq_value version = pq_value_from_string(pq_arena_format(
			&arena, "example.com/%.*s", PQ_STRING_ARGUMENT(from->version)));
		const struct pq_value metadata = read_value(&arena, "{'name':'a'}");
		assert_true(pq_value_with_member(&arena, &object, PQ_S("apiVersion"), &version,
						 &object) &&
			    pq_value_with_member(&arena, &object, PQ_S("metadata"), &metadata,
						 &object));
		object = settle(&arena, from->schema, &object);
		if (is_completed)
			object = complete(&arena, from->schema, &object);
		const struct pq_value there =
			convert(&arena, rules, from, to, &object, is_completed);
		struct pq_value back = convert(&arena, rules, to, from, &there, is_completed);
		if (is_completed) /* the defaults of the other version are kept for it */
			back = without_annotations(&arena, &back);
		if (is_valid(&arena, from->schema, &object) && !pq_value_equal(&object, &back))
			fail_msg("object %zu\n  %s\nis by way of\n  %s\n  %s", i,
				 show(&arena, &object), show(&arena, &there), show(&arena, &back));
	}
	pq_conversion_unref(rules);
}

static void test_round_trips(void **state)
{
	(void)state;
	const struct pq_conversion_side v1 = { PQ_S("v1"), compile_schema(v1_schema) };
	const struct pq_conversion_side v2 = { PQ_S("v2"), compile_schema(v2_schema) };
	travel(&v1, v1_schema, &v2, true);
	travel(&v1, v1_schema, &v2, false);
	travel(&v2, v2_schema, &v1, true);
	travel(&v2, v2_schema, &v1, false);
	pq_schema_unref(v1.schema);
	pq_schema_unref(v2.schema);
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(test_round_trips) };
	return cmocka_run_group_tests(tests, NULL, NULL);
}
