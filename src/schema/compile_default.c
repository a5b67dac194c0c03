/* Defaults, as they are served. */
#include "schema/compiling.h"

#include "schema/defaulting.h"
#include "schema/prune.h"
#include "json/read.h"
#include "json/write.h"

static bool copy_value(struct pq_compiling *compiling, const struct pq_value *value,
		       const struct pq_value **copy)
{
	struct pq_value *made = pq_arena_alloc(compiling->arena, sizeof *made);
	if (made == NULL || !pq_value_copy(compiling->arena, value, made))
		return pq_compiling_fail_memory(compiling);
	*copy = made;
	return true;
}

/* A default as it is served: it has been stored, so that 2.0 has become 2. */
static bool copy_default(struct pq_compiling *compiling, const struct pq_value *value,
			 const struct pq_value **copy)
{
	if (compiling->mode == PQ_COMPILE_DEFAULTS)
		return copy_value(compiling, value, copy);
	pq_cleanup_arena struct pq_arena scratch;
	struct pq_buffer text;
	struct pq_error error;
	struct pq_value read;
	struct pq_value *made = pq_arena_alloc(compiling->arena, sizeof *made);
	pq_arena_init(&scratch, 0);
	pq_buffer_init_in(&text, &scratch, 0);
	pq_json_write(&text, value, PQ_JSON_COMPACT);
	if (made == NULL || pq_buffer_failed(&text) ||
	    !pq_json_read(&scratch, pq_buffer_view(&text), NULL, &read, &error) ||
	    !pq_value_copy_without_offsets(compiling->arena, &read, made))
		return pq_compiling_fail_memory(compiling);
	*copy = made;
	return true;
}

/* What comes into being where the default is inserted. Shares the parts with the default and with
 * those below it, so that nested defaults do not multiply. */
static bool complete_default(struct pq_compiling *compiling, const struct pq_node *node,
			     struct pq_node_extras *extras)
{
	struct pq_patch patch;
	pq_patch_init(&patch, compiling->arena);
	if (!pq_node_append_defaults(node, extras->default_value, &patch))
		return pq_compiling_fail_memory(compiling);
	extras->complete_default = extras->default_value;
	if (patch.count == 0)
		return true;
	struct pq_value *complete = pq_arena_alloc(compiling->arena, sizeof *complete);
	if (complete == NULL)
		return pq_compiling_fail_memory(compiling);
	extras->complete_default = complete;
	return pq_patch_apply(compiling->arena, extras->default_value, &patch, complete,
			      compiling->error);
}

/* Defaults that nobody checked lose the fields that their schema does not know before they are
 * served (PruneDefaults). */
static bool prune_default(struct pq_compiling *compiling, const struct pq_node *node,
			  struct pq_node_extras *extras)
{
	if (!compiling->in_additional || compiling->mode != PQ_COMPILE_SERVING ||
	    compiling->schema->kind != PQ_SCHEMA_RESOURCE)
		return true;
	struct pq_value *pruned = pq_arena_alloc(compiling->arena, sizeof *pruned);
	if (pruned == NULL ||
	    !pq_node_prune(node, false, compiling->arena, extras->default_value, NULL, pruned))
		return pq_compiling_fail_memory(compiling);
	extras->default_value = pruned;
	return true;
}

bool pq_compiling_take_default(struct pq_compiling *compiling, const struct pq_node *node,
			       const struct pq_value *value, struct pq_node_extras *extras)
{
	return copy_default(compiling, value, &extras->default_value) &&
	       prune_default(compiling, node, extras) && complete_default(compiling, node, extras);
}
