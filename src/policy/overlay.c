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

static const struct {
	const char *name;
	enum pq_selector_operator operator;
} operators[] = {
	{ "In", PQ_SELECTOR_IN },
	{ "NotIn", PQ_SELECTOR_NOT_IN },
	{ "Exists", PQ_SELECTOR_EXISTS },
	{ "DoesNotExist", PQ_SELECTOR_DOES_NOT_EXIST },
};

/* What a compile is doing, so that every step can say where it failed. */
struct compiler {
	struct overlay *overlay;
	struct pq_arena *arena;
	uint32_t offset;
	struct pq_error *error;
};

static bool refuse(struct compiler *compiler, const struct pq_value *at, const char *field,
		   const char *message)
{
	if (at != NULL && at->offset != PQ_OFFSET_NONE)
		compiler->offset = at->offset;
	return pq_error_set(compiler->error, PQ_ERROR_REJECTED, "%s: %s", field, message);
}

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for an AdmissionSchema");
}

static bool compile_list(struct compiler *compiler, const struct pq_value *parent, const char *key,
			 const char *field, struct string_list *list)
{
	const struct pq_value *source = pq_value_find(parent, pq_string_from(key));
	if (source == NULL)
		return refuse(compiler, parent, field, "Required value");
	if (source->kind != PQ_ARRAY || source->length == 0)
		return refuse(compiler, source, field, "must be a list that is not empty");
	struct pq_string *items =
		pq_arena_alloc_array(compiler->arena, source->length, sizeof *items);
	if (items == NULL)
		return out_of_memory(compiler->error);
	for (size_t i = 0; i < source->length; i++) {
		if (source->items[i].kind != PQ_STRING)
			return refuse(compiler, &source->items[i], field,
				      "must be a list of strings");
		items[i] = pq_arena_copy(compiler->arena, pq_value_string(&source->items[i]));
	}
	*list = (struct string_list){ .items = items, .count = source->length };
	return true;
}

static bool compile_label(struct compiler *compiler, const struct pq_member *label,
			  const char *field, struct pq_selector_requirement *requirement)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string *value = pq_arena_alloc(compiler->arena, sizeof *value);
	if (value == NULL)
		return out_of_memory(compiler->error);
	if (label->value.kind != PQ_STRING)
		return refuse(compiler, &label->value, field,
			      "matchLabels has a value that is no string");
	if (pq_names_check_label_key(label->key, problems) > 0 ||
	    pq_names_check_label_value(pq_value_string(&label->value), problems) > 0)
		return refuse(compiler, &label->value, field, problems[0]);
	*value = pq_arena_copy(compiler->arena, pq_value_string(&label->value));
	*requirement = (struct pq_selector_requirement){
		.key = pq_arena_copy(compiler->arena, label->key),
		.operator= PQ_SELECTOR_IN,
		.values = value,
		.value_count = 1,
	};
	return true;
}

static bool find_operator(struct pq_string name, enum pq_selector_operator *operator)
{
	for (size_t i = 0; i < sizeof operators / sizeof operators[0]; i++) {
		if (pq_string_is(name, operators[i].name)) {
			*operator= operators[i].operator;
			return true;
		}
	}
	return false;
}

static bool compile_expression(struct compiler *compiler, const struct pq_value *source,
			       const char *field, struct pq_selector_requirement *requirement)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string key = pq_value_find_string(source, PQ_S("key"));
	if (pq_names_check_label_key(key, problems) > 0)
		return refuse(compiler, source, field, problems[0]);
	requirement->key = pq_arena_copy(compiler->arena, key);
	if (!find_operator(pq_value_find_string(source, PQ_S("operator")), &requirement->operator))
		return refuse(compiler, source, field,
			      "operator must be In, NotIn, Exists or DoesNotExist");
	bool wants_values = requirement->operator== PQ_SELECTOR_IN || requirement->operator==
			    PQ_SELECTOR_NOT_IN;
	const struct pq_value *values = pq_value_find(source, PQ_S("values"));
	bool has_values = values != NULL && values->kind == PQ_ARRAY && values->length > 0;
	if (wants_values != has_values)
		return refuse(compiler, source, field,
			      "values must be given for In and NotIn, and only for them");
	struct string_list list = { 0 };
	if (has_values && !compile_list(compiler, source, "values", field, &list))
		return false;
	requirement->values = list.items;
	requirement->value_count = list.count;
	return true;
}

static bool compile_selector(struct compiler *compiler, const struct pq_value *source,
			     const char *field, struct pq_selector *selector)
{
	if (source == NULL || source->kind == PQ_NULL)
		return true;
	const struct pq_value *labels = pq_value_find(source, PQ_S("matchLabels"));
	const struct pq_value *expressions = pq_value_find(source, PQ_S("matchExpressions"));
	size_t label_count =
		labels != NULL && labels->kind == PQ_OBJECT ? labels->object->count : 0;
	size_t expression_count =
		expressions != NULL && expressions->kind == PQ_ARRAY ? expressions->length : 0;
	struct pq_selector_requirement *requirements = pq_arena_alloc_array(
		compiler->arena, label_count + expression_count, sizeof *requirements);
	if (requirements == NULL)
		return out_of_memory(compiler->error);
	for (size_t i = 0; i < label_count; i++) {
		if (!compile_label(compiler, &labels->object->members[i], field, &requirements[i]))
			return false;
	}
	for (size_t i = 0; i < expression_count; i++) {
		if (!compile_expression(compiler, &expressions->items[i], field,
					&requirements[label_count + i]))
			return false;
	}
	selector->requirements = requirements;
	selector->count = label_count + expression_count;
	return true;
}

static bool compile_match(struct compiler *compiler, const struct pq_value *spec)
{
	struct overlay *overlay = compiler->overlay;
	const struct pq_value *match = pq_value_find(spec, PQ_S("match"));
	if (match == NULL || match->kind != PQ_OBJECT)
		return refuse(compiler, spec, "spec.match", "Required value");
	return compile_list(compiler, match, "groups", "spec.match.groups", &overlay->groups) &&
	       compile_list(compiler, match, "versions", "spec.match.versions",
			    &overlay->versions) &&
	       compile_list(compiler, match, "resources", "spec.match.resources",
			    &overlay->resources) &&
	       compile_selector(compiler, pq_value_find(match, PQ_S("namespaceSelector")),
				"spec.match.namespaceSelector", &overlay->namespaces) &&
	       compile_selector(compiler, pq_value_find(match, PQ_S("objectSelector")),
				"spec.match.objectSelector", &overlay->objects);
}

static bool compile_actions(struct compiler *compiler, const struct pq_value *spec)
{
	const struct pq_value *source = pq_value_find(spec, PQ_S("validationActions"));
	unsigned *set = &compiler->overlay->public.actions;
	if (source == NULL || source->kind == PQ_NULL) {
		*set = PQ_ACTION_DENY;
		return true;
	}
	struct string_list list;
	if (!compile_list(compiler, spec, "validationActions", "spec.validationActions", &list))
		return false;
	for (size_t i = 0; i < list.count; i++) {
		unsigned before = *set;
		for (size_t j = 0; j < sizeof actions / sizeof actions[0]; j++) {
			if (pq_string_is(list.items[i], actions[j].name))
				*set |= actions[j].action;
		}
		if (*set == before)
			return refuse(compiler, &source->items[i], "spec.validationActions",
				      "must be a set of Deny, Warn and Audit");
	}
	if ((*set & PQ_ACTION_DENY) != 0 && (*set & PQ_ACTION_WARN) != 0)
		return refuse(compiler, source, "spec.validationActions",
			      "Deny and Warn exclude each other, since a refusal says everything a "
			      "warning would");
	return true;
}

static bool compile_schema(struct compiler *compiler, const struct pq_value *spec)
{
	const struct pq_value *source = pq_value_find(spec, PQ_S("openAPIV3Schema"));
	if (source == NULL || source->kind != PQ_OBJECT)
		return refuse(compiler, source == NULL ? spec : source, "spec.openAPIV3Schema",
			      "Required value");
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
	compiler->overlay->public.schema =
		pq_schema_compile(source, PQ_SCHEMA_OVERLAY, compiler->error);
	return compiler->overlay->public.schema != NULL;
}

static bool compile(struct compiler *compiler, const struct pq_value *document)
{
	const struct pq_value *metadata = pq_value_find(document, PQ_S("metadata"));
	const struct pq_value *spec = pq_value_find(document, PQ_S("spec"));
	struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
	if (name.length == 0)
		return refuse(compiler, metadata == NULL ? document : metadata, "metadata.name",
			      "Required value");
	compiler->overlay->public.name = pq_arena_copy(compiler->arena, name);
	if (spec == NULL || spec->kind != PQ_OBJECT)
		return refuse(compiler, document, "spec", "Required value");
	if (!compile_match(compiler, spec) || !compile_actions(compiler, spec) ||
	    !compile_schema(compiler, spec))
		return false;
	return !pq_arena_is_exhausted(compiler->arena) || out_of_memory(compiler->error);
}

struct overlay *overlay_compile(const struct pq_value *document, uint32_t *offset,
				struct pq_error *error)
{
	struct overlay *overlay = calloc(1, sizeof *overlay);
	if (overlay == NULL) {
		out_of_memory(error);
		return NULL;
	}
	atomic_init(&overlay->references, 1);
	pq_arena_init(&overlay->arena, 0);
	struct compiler compiler = {
		.overlay = overlay,
		.arena = &overlay->arena,
		.offset = document->offset,
		.error = error,
	};
	if (compile(&compiler, document))
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

static bool lookup_label(const void *labels, struct pq_string key, struct pq_string *value)
{
	const struct pq_value *found = pq_value_find(labels, key);
	if (found == NULL || found->kind != PQ_STRING)
		return false;
	*value = pq_value_string(found);
	return true;
}

static bool object_labels_match(const struct pq_selector *selector, const struct pq_value *object)
{
	if (object == NULL || object->kind != PQ_OBJECT)
		return false;
	return pq_selector_matches(selector, lookup_label,
				   pq_value_find_path(object, 2, "metadata", "labels"));
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
	       object_labels_match(&overlay->objects, subject->object) ||
	       object_labels_match(&overlay->objects, subject->old);
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
		*matches = object_labels_match(selector, subject->object != NULL ? subject->object
										 : subject->old);
	} else if (subject->namespace.length == 0) {
		*matches = true; /* as webhooks do for what has no namespace */
	} else if (subject->namespace_labels != NULL) {
		*matches = pq_selector_matches(selector, lookup_label, subject->namespace_labels);
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
