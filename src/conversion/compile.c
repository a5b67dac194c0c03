/* ConversionRules as people write them, checked and compiled. */
#include "conversion/compile_rule.h"

#include <stdlib.h>

static bool compile_pairing(const struct compiler *compiler, const struct pq_value *source,
			    struct pairing *pairing)
{
	static const struct keys keys = { { "from", "to", "rules" } };
	const char *field = "spec.conversions";
	if (!source_expect(compiler, source, field, &keys) ||
	    !source_take_text(compiler, source, field, "from", &pairing->first) ||
	    !source_take_text(compiler, source, field, "to", &pairing->second))
		return false;
	if (pq_string_equal(pairing->first, pairing->second))
		return source_refuse(compiler, source, field, "from and to are the same version");
	const struct pq_value *list =
		source_take_list(compiler, source, field, "rules", PQ_CONVERSION_RULES_MAX);
	if (list == NULL)
		return false;
	struct rule *rules = pq_arena_alloc_array(compiler->arena, list->length, sizeof *rules);
	if (rules == NULL)
		return source_out_of_memory(compiler);
	for (size_t i = 0; i < list->length; i++) {
		if (!compile_rule(compiler, &list->items[i], pairing, &rules[i]))
			return false;
	}
	pairing->rules = rules;
	pairing->rule_count = list->length;
	return true;
}

/* Whether two pairings are of the same versions. */
static bool overlap(const struct pairing *a, const struct pairing *b)
{
	return (pq_string_equal(a->first, b->first) && pq_string_equal(a->second, b->second)) ||
	       (pq_string_equal(a->first, b->second) && pq_string_equal(a->second, b->first));
}

static bool compile_pairings(const struct compiler *compiler, const struct pq_value *list)
{
	struct pairing *pairings =
		pq_arena_alloc_array(compiler->arena, list->length, sizeof *pairings);
	if (pairings == NULL)
		return source_out_of_memory(compiler);
	for (size_t i = 0; i < list->length; i++) {
		if (!compile_pairing(compiler, &list->items[i], &pairings[i]))
			return false;
		for (size_t j = 0; j < i; j++) {
			if (overlap(&pairings[i], &pairings[j]))
				return source_refuse(
					compiler, &list->items[i], "spec.conversions",
					"%s and %s are there already: rules work in both "
					"directions",
					pairings[i].first.data, pairings[i].second.data);
		}
	}
	compiler->conversion->pairings = pairings;
	compiler->conversion->pairing_count = list->length;
	return true;
}

static bool compile(const struct compiler *compiler, const struct pq_value *document)
{
	static const struct keys top = { { "apiVersion", "kind", "metadata", "spec" } };
	static const struct keys keys = { { "group", "kind", "conversions" } };
	struct pq_conversion *conversion = compiler->conversion;
	if (!source_expect(compiler, document, "ConversionRules", &top))
		return false;
	const struct pq_value *metadata =
		source_require(compiler, document, "ConversionRules", "metadata");
	const struct pq_value *spec = source_require(compiler, document, "ConversionRules", "spec");
	if (metadata == NULL || spec == NULL ||
	    !source_take_text(compiler, metadata, "metadata", "name", &conversion->name) ||
	    !source_expect(compiler, spec, "spec", &keys) ||
	    !source_take_text(compiler, spec, "spec", "group", &conversion->group) ||
	    !source_take_text(compiler, spec, "spec", "kind", &conversion->kind))
		return false;
	const struct pq_value *list =
		source_take_list(compiler, spec, "spec", "conversions", PQ_CONVERSION_VERSIONS_MAX);
	return list != NULL && compile_pairings(compiler, list);
}

const struct pq_conversion *pq_conversion_compile(const struct pq_value *document, uint32_t *offset,
						  struct pq_error *error)
{
	struct pq_conversion *conversion = calloc(1, sizeof *conversion);
	uint32_t at = document->offset;
	if (conversion == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for ConversionRules");
		return NULL;
	}
	atomic_init(&conversion->references, 1);
	pq_arena_init(&conversion->arena, 0);
	const struct compiler compiler = {
		.conversion = conversion,
		.arena = &conversion->arena,
		.offset = &at,
		.error = error,
	};
	if (compile(&compiler, document))
		return conversion;
	*offset = at;
	pq_conversion_unref(conversion);
	return NULL;
}

const struct pq_conversion *pq_conversion_ref(const struct pq_conversion *conversion)
{
	struct pq_conversion *shared = (struct pq_conversion *)(uintptr_t)conversion;
	atomic_fetch_add_explicit(&shared->references, 1, memory_order_relaxed);
	return conversion;
}

void pq_conversion_unref(const struct pq_conversion *conversion)
{
	struct pq_conversion *shared = (struct pq_conversion *)(uintptr_t)conversion;
	if (shared == NULL ||
	    atomic_fetch_sub_explicit(&shared->references, 1, memory_order_acq_rel) != 1)
		return;
	pq_arena_done(&shared->arena);
	free(shared);
}

struct pq_string pq_conversion_name(const struct pq_conversion *conversion)
{
	return conversion->name;
}

struct pq_string pq_conversion_group(const struct pq_conversion *conversion)
{
	return conversion->group;
}

struct pq_string pq_conversion_kind(const struct pq_conversion *conversion)
{
	return conversion->kind;
}
