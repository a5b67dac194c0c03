/* What is wrong with the schemas of a CRD that is stored, which an update may leave as it is
 * (requirePrunedDefaults and its neighbours in apis/apiextensions/validation/validation.go). */
#include "schema/check.h"

#include "schema/compile.h"
#include "schema/resource.h"
#include "schema/surround.h"

enum { SCRATCH_KEEP = 256 * 1024 }; /* bytes; more than the surroundings of most defaults */

struct finding_flaws {
	const struct pq_check *check; /* its findings are for whatever is looked at */
	unsigned flaws;
};

/* Notes the flaws of one schema by itself; the search goes on. */
static bool note_flaws(const struct pq_source *source, void *context)
{
	struct finding_flaws *finding = context;
	struct pq_findings *findings = finding->check->findings;
	size_t before = findings->count + findings->dropped;
	pq_check_list_items(finding->check, source, NULL);
	if (findings->count + findings->dropped > before)
		finding->flaws |= PQ_SCHEMA_LOOSE_ITEMS;
	if (!pq_check_is_known_type(source))
		finding->flaws |= PQ_SCHEMA_UNKNOWN_TYPE;
	if (pq_check_is_granular_set(source))
		finding->flaws |= PQ_SCHEMA_GRANULAR_SET;
	return false;
}

/* Looking for a default that is not as a server would serve it. */
struct pruning {
	const struct pq_schema *schema; /* the whole */
	struct pq_arena *scratch;       /* for one default at a time: each is surrounded anew */
	pq_schema_coerce *coerce;
	bool is_refused; /* a default of the root that is no object: the server gives up then */
	bool is_found;
};

/* Looks at one default. What is no container has nothing to prune, and only metadata and types are
 * coerced: most need not be surrounded, which takes the longer the deeper they are. False when
 * there is no memory. */
static bool check_pruned(struct pruning *pruning, const struct pq_value *value,
			 const struct pq_place *place, bool in_metadata)
{
	struct pq_value resource = *value, coerced, pruned;
	if (place->above == NULL && value->kind != PQ_OBJECT) {
		pruning->is_refused = true;
		return true;
	}
	if (!in_metadata && !pq_value_is_container(value))
		return true;
	pq_arena_reset(pruning->scratch, SCRATCH_KEEP);
	if (!pq_place_surround(pruning->scratch, place, &resource) ||
	    !pruning->coerce(pruning->schema, pruning->scratch, &resource, &coerced) ||
	    !pq_schema_prune(pruning->schema, pruning->scratch, &coerced, NULL, &pruned))
		return false;
	pruning->is_found = !pq_value_equal(&pruned, &resource);
	return true;
}

/* Unlike checks of defaults it goes into additionalProperties, by the name "*" as the server does
 * (defaulting/prune.go). Ends with the first that is found. False when there is no memory. */
static bool find_unpruned(struct pruning *pruning, const struct pq_source *source,
			  const struct pq_place *place, bool in_metadata)
{
	struct pq_place below = { .above = place, .name = PQ_S("*") };
	if (source->default_value != NULL &&
	    !check_pruned(pruning, source->default_value, place, in_metadata))
		return false;
	if (pruning->is_found || pruning->is_refused)
		return true;
	if (source->additional_properties != NULL &&
	    !find_unpruned(pruning, source->additional_properties, &below, in_metadata))
		return false;
	for (size_t i = 0; i < source->properties.count && !pruning->is_found; i++) {
		const struct pq_source_member *member = &source->properties.items[i];
		below.name = member->name;
		if (!find_unpruned(pruning, member->schema, &below,
				   in_metadata || pq_is_type_or_object_meta(member->name)))
			return false;
	}
	below.is_item = true;
	return source->items == NULL || pruning->is_found ||
	       find_unpruned(pruning, source->items, &below, in_metadata);
}

/* False when there is no memory; then the arena is exhausted. */
static bool find_unpruned_default(const struct pq_source *source, struct pq_arena *arena,
				  pq_schema_coerce *coerce, bool *found)
{
	static const struct pq_place root = { .above = NULL };
	pq_cleanup_arena struct pq_arena scratch;
	struct pq_error error;
	pq_arena_init(&scratch, arena->limit);
	struct pq_schema *schema =
		pq_source_compile(source, PQ_SCHEMA_RESOURCE, PQ_COMPILE_DEFAULTS, &error);
	*found = false;
	if (schema == NULL)
		return true;
	struct pruning pruning = { .schema = schema, .scratch = &scratch, .coerce = coerce };
	bool done = find_unpruned(&pruning, source, &root, false);
	pq_schema_unref(schema);
	arena->exhausted |= scratch.exhausted;
	arena->limited |= scratch.limited;
	*found = pruning.is_found && !pruning.is_refused;
	return done;
}

bool pq_schema_find_flaws(const struct pq_value *value, struct pq_arena *arena,
			  pq_schema_coerce *coerce, unsigned *flaws)
{
	const struct pq_schema_check_options options = { .kind = PQ_SCHEMA_RESOURCE };
	struct pq_findings findings;
	struct pq_error error;
	struct pq_source *source;
	bool has_unpruned = false;
	pq_findings_init(&findings, arena, 1);
	const struct pq_check check = {
		.kind = options.kind,
		.options = &options,
		.arena = arena,
		.findings = &findings,
	};
	struct finding_flaws finding = { .check = &check };
	*flaws = 0;
	if (!pq_source_read(arena, value, NULL, &source, &error))
		return !pq_arena_is_exhausted(arena);
	bool is_structural = pq_check_is_structural(arena, source);
	(void)pq_source_any(source, note_flaws, &finding);
	if (is_structural && !find_unpruned_default(source, arena, coerce, &has_unpruned))
		return false;
	*flaws = finding.flaws | (is_structural ? 0 : PQ_SCHEMA_NOT_STRUCTURAL) |
		 (has_unpruned ? PQ_SCHEMA_UNPRUNED_DEFAULT : 0);
	return !pq_arena_is_exhausted(arena);
}
