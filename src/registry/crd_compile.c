/* From an accepted CRD document to the form that requests are judged by. */
#include "registry/crd_check.h"

#include "base/stack.h"

#include <stdatomic.h>
#include <stddef.h>
#include <stdlib.h>

/* A CRD may have versions by the thousand, and whether schemas are shared changes no answer. */
enum { EQUAL_VERSIONS_TRIED_MAX = 32 };

struct holder {
	struct pq_crd crd;
	atomic_size_t references;
	struct pq_arena arena; /* of the strings and tables of crd */
};

static struct holder *holder_of(const struct pq_crd *crd)
{
	return (struct holder *)((char *)(uintptr_t)crd - offsetof(struct holder, crd));
}

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for a CustomResourceDefinition");
}

static struct pq_string copy_string(struct pq_arena *arena, const struct pq_value *object,
				    const char *key)
{
	struct pq_string text = pq_value_find_string(object, pq_string_from(key));
	return text.data == NULL ? text : pq_arena_copy(arena, text);
}

static bool find_switch(const struct pq_value *object, const char *key)
{
	const struct pq_value *value = pq_value_find(object, pq_string_from(key));
	return pq_value_is_true(value);
}

static void compile_names(struct pq_arena *arena, const struct pq_value *names, struct pq_crd *crd)
{
	crd->kind = copy_string(arena, names, "kind");
	crd->plural = copy_string(arena, names, "plural");
	crd->list_kind = copy_string(arena, names, "listKind");
	crd->singular = copy_string(arena, names, "singular");
	const struct pq_value *shorts = pq_value_find(names, PQ_S("shortNames"));
	if (shorts == NULL || shorts->kind != PQ_ARRAY)
		return;
	struct pq_string *texts = pq_arena_alloc_array(arena, shorts->length, sizeof *texts);
	if (texts == NULL)
		return;
	for (size_t i = 0; i < shorts->length; i++) {
		if (shorts->items[i].kind == PQ_STRING)
			texts[i] = pq_arena_copy(arena, pq_value_string(&shorts->items[i]));
	}
	crd->short_names = texts;
	crd->short_name_count = shorts->length;
}

static void compile_subresources(struct pq_arena *arena, const struct pq_value *source,
				 struct pq_crd_version *version)
{
	const struct pq_value *status = pq_value_find(source, PQ_S("status"));
	version->has_status = status != NULL && status->kind != PQ_NULL;
	const struct pq_value *scale = pq_value_find(source, PQ_S("scale"));
	version->has_scale = scale != NULL && scale->kind != PQ_NULL;
	if (!version->has_scale)
		return;
	version->spec_replicas_path = copy_string(arena, scale, "specReplicasPath");
	version->status_replicas_path = copy_string(arena, scale, "statusReplicasPath");
	version->label_selector_path = copy_string(arena, scale, "labelSelectorPath");
}

static bool push_value(struct pq_stack *stack, const struct pq_value *value)
{
	const struct pq_value **top = pq_stack_push(stack);
	if (top != NULL)
		*top = value;
	return top != NULL;
}

static bool says_something(const struct pq_value *value)
{
	return value->kind == PQ_ARRAY ? value->length > 0 : pq_value_is_true(value);
}

/* Pushes what an object or array holds, and notes whether a member of it is the keyword. */
static bool push_children(struct pq_stack *stack, const struct pq_value *value, const char *name,
			  bool *found)
{
	for (size_t i = 0; value->kind == PQ_ARRAY && i < value->length; i++) {
		if (!push_value(stack, &value->items[i]))
			return false;
	}
	for (size_t i = 0; value->kind == PQ_OBJECT && i < value->object->count; i++) {
		const struct pq_member *member = &value->object->members[i];
		if (pq_string_is(member->key, name) && says_something(&member->value))
			*found = true;
		if (!push_value(stack, &member->value))
			return false;
	}
	return true;
}

bool crd_find_keyword(const struct pq_value *root, const char *name, bool *found,
		      struct pq_error *error)
{
	pq_cleanup_stack struct pq_stack stack;
	pq_stack_init(&stack, sizeof root);
	*found = false;
	bool fits = push_value(&stack, root);
	while (fits && !*found && stack.count > 0) {
		const struct pq_value *value = *(const struct pq_value **)pq_stack_top(&stack);
		pq_stack_cut(&stack, stack.count - 1);
		fits = push_children(&stack, value, name, found);
	}
	return fits || out_of_memory(error);
}

/* A version without a schema takes everything, as stored CRDs of older clusters do. */
static bool compile_schema(struct pq_arena *arena, const struct pq_value *source,
			   const struct pq_schema **schema, struct pq_error *error)
{
	const struct pq_value *openapi = pq_value_find_path(source, 2, "schema", "openAPIV3Schema");
	struct pq_value open;
	if (openapi == NULL || openapi->kind != PQ_OBJECT) {
		const struct pq_member members[] = {
			{ .key = PQ_S("type"), .value = pq_value_from_string(PQ_S("object")) },
			{ .key = PQ_S("x-kubernetes-preserve-unknown-fields"),
			  .value = pq_value_from_boolean(true) },
		};
		if (!pq_value_from_members(arena, members, 2, &open))
			return out_of_memory(error);
		openapi = &open;
	}
	*schema = pq_schema_compile(openapi, PQ_SCHEMA_RESOURCE, error);
	return *schema != NULL;
}

/* The schema of one of the versions just before this one that has the same, or NULL. */
static const struct pq_schema *find_equal_schema(const struct pq_crd *crd,
						 const struct pq_value *sources)
{
	const struct pq_value *wanted =
		pq_value_find(&sources->items[crd->version_count], PQ_S("schema"));
	size_t last = crd->version_count;
	for (size_t i = last; i-- > 0 && last - i <= EQUAL_VERSIONS_TRIED_MAX;) {
		const struct pq_value *other = pq_value_find(&sources->items[i], PQ_S("schema"));
		if (wanted != NULL && other != NULL && pq_value_equal(wanted, other))
			return crd->versions[i].schema;
	}
	return NULL;
}

static bool compile_version(struct pq_arena *arena, const struct pq_value *source,
			    const struct pq_schema *equal, struct pq_crd_version *version,
			    struct pq_error *error)
{
	version->name = copy_string(arena, source, "name");
	version->served = find_switch(source, "served");
	version->storage = find_switch(source, "storage");
	version->deprecated = find_switch(source, "deprecated");
	version->deprecation_warning = copy_string(arena, source, "deprecationWarning");
	compile_subresources(arena, pq_value_find(source, PQ_S("subresources")), version);
	if (equal != NULL) {
		version->schema = pq_schema_ref(equal);
		return true;
	}
	if (compile_schema(arena, source, &version->schema, error))
		return true;
	pq_error_add_path(error, version->name);
	return false;
}

static bool compile(struct holder *holder, const struct pq_value *document, struct pq_error *error)
{
	struct pq_crd *crd = &holder->crd;
	struct pq_arena *arena = &holder->arena;
	const struct pq_value *spec = pq_value_find(document, PQ_S("spec"));
	crd->name = copy_string(arena, pq_value_find(document, PQ_S("metadata")), "name");
	crd->group = copy_string(arena, spec, "group");
	crd->namespaced = pq_string_is(pq_value_find_string(spec, PQ_S("scope")), "Namespaced");
	compile_names(arena, pq_value_find(spec, PQ_S("names")), crd);
	const struct pq_value *versions = pq_value_find(spec, PQ_S("versions"));
	if (versions == NULL || versions->kind != PQ_ARRAY || crd->kind.length == 0)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "a CustomResourceDefinition needs spec.versions and "
				    "spec.names.kind");
	struct pq_crd_version *table = pq_arena_alloc_array(arena, versions->length, sizeof *table);
	if (table == NULL)
		return out_of_memory(error);
	crd->versions = table;
	for (; crd->version_count < versions->length; crd->version_count++) {
		if (!compile_version(arena, &versions->items[crd->version_count],
				     find_equal_schema(crd, versions), &table[crd->version_count],
				     error))
			return false;
	}
	return !pq_arena_is_exhausted(arena) || out_of_memory(error);
}

static void holder_free(struct holder *holder)
{
	for (size_t i = 0; i < holder->crd.version_count; i++)
		pq_schema_unref(holder->crd.versions[i].schema);
	pq_arena_done(&holder->arena);
	free(holder);
}

const struct pq_crd *pq_crd_compile(const struct pq_value *document, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena scratch;
	struct pq_value complete;
	pq_arena_init(&scratch, 0);
	struct holder *holder = calloc(1, sizeof *holder);
	if (holder == NULL || !pq_crd_default(&scratch, document, &complete) ||
	    !crd_serve_defaults(&scratch, &complete, &complete)) {
		free(holder);
		out_of_memory(error);
		return NULL;
	}
	pq_arena_init(&holder->arena, 0);
	atomic_init(&holder->references, 1);
	if (!compile(holder, &complete, error)) {
		holder_free(holder);
		return NULL;
	}
	return &holder->crd;
}

const struct pq_crd *pq_crd_ref(const struct pq_crd *crd)
{
	atomic_fetch_add_explicit(&holder_of(crd)->references, 1, memory_order_relaxed);
	return crd;
}

void pq_crd_unref(const struct pq_crd *crd)
{
	if (crd == NULL)
		return;
	struct holder *holder = holder_of(crd);
	if (atomic_fetch_sub_explicit(&holder->references, 1, memory_order_acq_rel) == 1)
		holder_free(holder);
}

const struct pq_crd_version *pq_crd_find_version(const struct pq_crd *crd, struct pq_string name)
{
	for (size_t i = 0; i < crd->version_count; i++) {
		if (pq_string_equal(crd->versions[i].name, name))
			return &crd->versions[i];
	}
	return NULL;
}
