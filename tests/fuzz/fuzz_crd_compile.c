/*
 * A schema by a stranger, and an object by another: two JSON documents, one after the other with a
 * line feed between. The schema is checked and compiled as a CRD's and as an overlay's; the object
 * is pruned, defaulted and validated by it.
 *
 * Beyond memory safety: what the check accepts must compile, defaulting must lead to an object
 * that needs no further defaults, and pruning to one that has nothing more to prune.
 */
#include "schema/schema.h"
#include "json/read.h"

#include <assert.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

enum { MEMORY_MAX = 64 * 1024 * 1024 };

static void check_pruned(const struct pq_schema *schema, struct pq_arena *arena,
			 const struct pq_value *value, struct pq_value *pruned)
{
	struct pq_findings unknown;
	struct pq_value again;
	*pruned = *value;
	pq_findings_init(&unknown, arena, 0);
	if (!pq_schema_prune(schema, arena, value, NULL, pruned) ||
	    !pq_schema_prune(schema, arena, pruned, &unknown, &again))
		return;
	assert(pq_findings_is_empty(&unknown));
}

static void check_defaulted(const struct pq_schema *schema, struct pq_arena *arena,
			    const struct pq_value *value, struct pq_value *defaulted)
{
	struct pq_patch patch;
	struct pq_error error;
	*defaulted = *value;
	pq_patch_init(&patch, arena);
	if (!pq_schema_default(schema, value, &patch) || patch.count == 0)
		return;
	if (!pq_patch_apply(arena, value, &patch, defaulted, &error)) {
		assert(error.code == PQ_ERROR_TOO_LARGE);
		return;
	}
	pq_patch_init(&patch, arena);
	if (pq_schema_default(schema, defaulted, &patch))
		assert(patch.count == 0);
}

static void use(const struct pq_schema *schema, struct pq_arena *arena,
		const struct pq_value *object)
{
	struct pq_value pruned, defaulted;
	struct pq_findings findings;
	check_pruned(schema, arena, object, &pruned);
	if (!pq_schema_drop_nulls(schema, arena, &pruned, &pruned))
		return;
	check_defaulted(schema, arena, &pruned, &defaulted);
	struct pq_schema_validation validation = { .value = &defaulted };
	pq_findings_init(&findings, arena, 0);
	if (!pq_schema_validate(schema, arena, &validation, &findings))
		return;
	validation.old = object;
	if (!pq_schema_validate(schema, arena, &validation, &findings) ||
	    !pq_schema_validate_list_types(schema, arena, &defaulted, NULL, &findings))
		return;
}

static void run(struct pq_arena *arena, enum pq_schema_kind kind, const struct pq_value *source,
		const struct pq_value *object)
{
	const struct pq_schema_check_options options = { .kind = kind, .has_status = true };
	struct pq_findings findings;
	struct pq_error error;
	pq_findings_init(&findings, arena, 0);
	pq_schema_check(source, NULL, &options, &findings);
	const struct pq_schema *schema = pq_schema_compile(source, kind, &error);
	if (pq_findings_is_empty(&findings) && !pq_arena_is_exhausted(arena))
		assert(schema != NULL || error.code == PQ_ERROR_TOO_LARGE);
	if (schema != NULL && object != NULL)
		use(schema, arena, object);
	pq_schema_unref(schema);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pq_string text = { .data = (const char *)data, .length = size }, schema_text;
	struct pq_arena arena;
	struct pq_value source, object;
	struct pq_error error;
	if (!pq_string_split(&text, '\n', &schema_text))
		return 0;
	pq_arena_init(&arena, MEMORY_MAX);
	if (pq_json_read_copy(&arena, schema_text, NULL, &source, &error)) {
		bool has_object =
			text.data != NULL && pq_json_read_copy(&arena, text, NULL, &object, &error);
		run(&arena, PQ_SCHEMA_RESOURCE, &source, has_object ? &object : NULL);
		run(&arena, PQ_SCHEMA_OVERLAY, &source, has_object ? &object : NULL);
	}
	pq_arena_done(&arena);
	return 0;
}
