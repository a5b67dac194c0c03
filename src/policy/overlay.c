#include "policy/overlay.h"

#include "formats/names.h"
#include "policy/refusal.h"

#include <stdlib.h>

static const struct pq_string metadata_name_label = PQ_LITERAL("kubernetes.io/metadata.name");

static const struct {
	const char *name;
	enum pq_validation_action action;
} actions[] = {
	{ "Deny", PQ_ACTION_DENY },
	{ "Warn", PQ_ACTION_WARN },
	{ "Audit", PQ_ACTION_AUDIT },
};

static const char *const spec_fields[] = { "match", "validationActions", "openAPIV3Schema", NULL };
static const char *const match_fields[] = { "groups",         "versions",
					    "resources",      "namespaceSelector",
					    "objectSelector", NULL };

/* A misspelt name, such as a kind's, would match nothing, and nobody would notice. */
static bool check_resources(struct compiler *compiler, const struct pq_value *list)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	for (uint32_t i = 0; i < list->length; i++) {
		struct pq_string name = pq_value_string(&list->items[i]);
		if (!pq_string_is(name, "*") && pq_names_check_dns1035_label(name, problems) > 0)
			return compiler_refuse(
				compiler, &list->items[i], "spec.match.resources",
				"must be \"*\" or a resource's name in the plural and in small "
				"letters, such as deployments");
	}
	return true;
}

static bool compile_match(struct compiler *compiler, struct overlay *overlay,
			  const struct pq_value *spec)
{
	const struct pq_value *match = pq_value_find(spec, PQ_S("match"));
	if (match == NULL || match->kind != PQ_OBJECT)
		return compiler_refuse(compiler, spec, "spec.match", "Required value");
	return compiler_check_fields(compiler, match, "spec.match", match_fields) &&
	       compiler_take_list(compiler, match, "groups", "spec.match.groups",
				  &overlay->groups) &&
	       compiler_take_list(compiler, match, "versions", "spec.match.versions",
				  &overlay->versions) &&
	       compiler_take_list(compiler, match, "resources", "spec.match.resources",
				  &overlay->resources) &&
	       check_resources(compiler, pq_value_find(match, PQ_S("resources"))) &&
	       compiler_take_selector(compiler, pq_value_find(match, PQ_S("namespaceSelector")),
				      "spec.match.namespaceSelector", &overlay->namespaces) &&
	       compiler_take_selector(compiler, pq_value_find(match, PQ_S("objectSelector")),
				      "spec.match.objectSelector", &overlay->objects);
}

static bool compile_actions(struct compiler *compiler, struct overlay *overlay,
			    const struct pq_value *spec)
{
	const struct pq_value *source = pq_value_find(spec, PQ_S("validationActions"));
	unsigned *set = &overlay->public.actions;
	if (source == NULL || source->kind == PQ_NULL) {
		*set = PQ_ACTION_DENY;
		return true;
	}
	struct string_list list;
	if (!compiler_take_list(compiler, spec, "validationActions", "spec.validationActions",
				&list))
		return false;
	for (size_t i = 0; i < list.count; i++) {
		unsigned before = *set;
		for (size_t j = 0; j < sizeof actions / sizeof actions[0]; j++) {
			if (pq_string_is(list.items[i], actions[j].name))
				*set |= actions[j].action;
		}
		if (*set == before)
			return compiler_refuse(compiler, &source->items[i],
					       "spec.validationActions",
					       "must be a set of Deny, Warn and Audit");
	}
	if ((*set & PQ_ACTION_DENY) != 0 && (*set & PQ_ACTION_WARN) != 0)
		return compiler_refuse(
			compiler, source, "spec.validationActions",
			"Deny and Warn exclude each other, since a refusal says everything a "
			"warning would");
	return true;
}

static bool compile_schema(struct compiler *compiler, struct overlay *overlay,
			   const struct pq_value *spec)
{
	const struct pq_value *source = pq_value_find(spec, PQ_S("openAPIV3Schema"));
	if (source == NULL || source->kind != PQ_OBJECT)
		return compiler_refuse(compiler, source == NULL ? spec : source,
				       "spec.openAPIV3Schema", "Required value");
	pq_cleanup_arena struct pq_arena scratch;
	pq_arena_init(&scratch, 0);
	struct pq_findings findings;
	pq_findings_init(&findings, &scratch, 0);
	struct pq_path parent = pq_path_property(NULL, PQ_S("spec"));
	struct pq_path path = pq_path_property(&parent, PQ_S("openAPIV3Schema"));
	const struct pq_schema_check_options options = { .kind = PQ_SCHEMA_OVERLAY };
	pq_schema_check(source, &path, &options, &findings);
	if (!pq_findings_is_empty(&findings))
		return refuse_for_findings(&findings, &compiler->offset, compiler->error);
	overlay->public.schema = pq_schema_compile(source, PQ_SCHEMA_OVERLAY, compiler->error);
	return overlay->public.schema != NULL;
}

static bool compile(struct compiler *compiler, struct overlay *overlay,
		    const struct pq_value *document)
{
	const struct pq_value *metadata = pq_value_find(document, PQ_S("metadata"));
	const struct pq_value *spec = pq_value_find(document, PQ_S("spec"));
	struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
	if (!compiler_check_document(compiler, document))
		return false;
	if (name.length == 0)
		return compiler_refuse(compiler, metadata == NULL ? document : metadata,
				       "metadata.name", "Required value");
	overlay->public.name = pq_arena_copy(compiler->arena, name);
	if (spec == NULL || spec->kind != PQ_OBJECT)
		return compiler_refuse(compiler, document, "spec", "Required value");
	if (!compiler_check_fields(compiler, spec, "spec", spec_fields) ||
	    !compile_match(compiler, overlay, spec) || !compile_actions(compiler, overlay, spec) ||
	    !compile_schema(compiler, overlay, spec))
		return false;
	return !pq_arena_is_exhausted(compiler->arena) || compiler_fail_memory(compiler);
}

struct overlay *overlay_compile(const struct pq_value *document, uint32_t *offset,
				struct pq_error *error)
{
	struct overlay *overlay = calloc(1, sizeof *overlay);
	struct compiler compiler = { .offset = document->offset, .error = error };
	if (overlay == NULL) {
		compiler_fail_memory(&compiler);
		return NULL;
	}
	atomic_init(&overlay->references, 1);
	pq_arena_init(&overlay->arena, 0);
	compiler.arena = &overlay->arena;
	if (compile(&compiler, overlay, document))
		return overlay;
	*offset = compiler.offset;
	overlay_unref(overlay);
	return NULL;
}

struct overlay *overlay_ref(struct overlay *overlay)
{
	atomic_fetch_add_explicit(&overlay->references, 1, memory_order_relaxed);
	return overlay;
}

void overlay_unref(struct overlay *overlay)
{
	if (overlay == NULL ||
	    atomic_fetch_sub_explicit(&overlay->references, 1, memory_order_acq_rel) != 1)
		return;
	pq_schema_unref(overlay->public.schema);
	pq_arena_done(&overlay->arena);
	free(overlay);
}

static bool list_has(const struct string_list *list, struct pq_string text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (pq_string_is(list->items[i], "*") || pq_string_equal(list->items[i], text))
			return true;
	}
	return false;
}

bool overlay_covers(const struct overlay *overlay, const struct pq_policy_subject *subject,
		    struct pq_string resource)
{
	return list_has(&overlay->groups, subject->group) &&
	       list_has(&overlay->versions, subject->version) &&
	       list_has(&overlay->resources, resource);
}

bool overlay_matches_object(const struct overlay *overlay, const struct pq_policy_subject *subject,
			    struct pq_string resource)
{
	if (!overlay_covers(overlay, subject, resource))
		return false;
	return overlay->objects.count == 0 ||
	       selector_matches_object(&overlay->objects, subject->object) ||
	       selector_matches_object(&overlay->objects, subject->old);
}

/* The one label that every namespace has by its name alone. */
static bool lookup_name_label(const void *namespace, struct pq_string key, struct pq_string *value)
{
	if (!pq_string_equal(key, metadata_name_label))
		return false;
	*value = *(const struct pq_string *)namespace;
	return true;
}

static bool needs_only_name(const struct pq_selector *selector)
{
	for (size_t i = 0; i < selector->count; i++) {
		if (!pq_string_equal(selector->requirements[i].key, metadata_name_label))
			return false;
	}
	return true;
}

static bool is_namespace(const struct pq_policy_subject *subject)
{
	return subject->group.length == 0 && pq_string_is(subject->kind, "Namespace");
}

bool overlay_matches_namespace(const struct overlay *overlay,
			       const struct pq_policy_subject *subject, bool *matches,
			       struct pq_error *error)
{
	const struct pq_selector *selector = &overlay->namespaces;
	if (selector->count == 0) {
		*matches = true;
	} else if (is_namespace(subject)) {
		*matches = selector_matches_object(
			selector, subject->object != NULL ? subject->object : subject->old);
	} else if (subject->namespace.length == 0) {
		*matches = true; /* as webhooks do for what has no namespace */
	} else if (subject->namespace_labels != NULL) {
		*matches =
			pq_selector_matches(selector, selector_lookup, subject->namespace_labels);
	} else if (needs_only_name(selector)) {
		*matches = pq_selector_matches(selector, lookup_name_label, &subject->namespace);
	} else {
		return pq_error_set(
			error, PQ_ERROR_UNAVAILABLE,
			"AdmissionSchema %.*s selects namespaces by labels, and those of "
			"namespace %.*s are not known",
			PQ_STRING_ARGUMENT(overlay->public.name),
			PQ_STRING_ARGUMENT(subject->namespace));
	}
	return true;
}
