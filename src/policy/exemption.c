#include "policy/exemption.h"

#include "base/clock.h"
#include "formats/timestamp.h"
#include "json/write.h"

#include <stdlib.h>

static const char *const spec_fields[] = { "reason", "expires", "match", NULL };
static const char *const match_fields[] = { "users", "groups", "namespaces", "objectSelector",
					    NULL };

static bool take_text(struct compiler *compiler, const struct pq_value *parent, const char *key,
		      const char *field, struct pq_string *text)
{
	const struct pq_value *value = pq_value_find(parent, pq_string_from(key));
	if (value == NULL || value->kind != PQ_STRING || pq_value_string(value).length == 0)
		return compiler_refuse(compiler, value == NULL ? parent : value, field,
				       "must be a text that is not empty");
	*text = pq_arena_copy(compiler->arena, pq_value_string(value));
	return text->data != NULL || compiler_fail_memory(compiler);
}

static bool take_expiry(struct compiler *compiler, const struct pq_value *spec,
			struct pq_exemption *exemption)
{
	int64_t seconds;
	int32_t nanoseconds;
	if (!take_text(compiler, spec, "expires", "spec.expires", &exemption->expires_text))
		return false;
	if (!pq_time_parse(exemption->expires_text, &seconds, &nanoseconds, NULL) ||
	    __builtin_mul_overflow(seconds, PQ_SECOND, &exemption->expires))
		return compiler_refuse(compiler, pq_value_find(spec, PQ_S("expires")),
				       "spec.expires",
				       "must be a point in time, such as \"2027-01-31T18:00:00Z\"");
	return true;
}

/* A list that may be left out, but not be empty. */
static bool take_list(struct compiler *compiler, const struct pq_value *match, const char *key,
		      const char *field, struct string_list *list)
{
	return pq_value_find(match, pq_string_from(key)) == NULL ||
	       compiler_take_list(compiler, match, key, field, list);
}

static bool take_objects(struct compiler *compiler, const struct pq_value *match,
			 struct pq_selector *objects)
{
	static const char field[] = "spec.match.objectSelector";
	const struct pq_value *source = pq_value_find(match, PQ_S("objectSelector"));
	if (source == NULL)
		return true;
	if (!compiler_take_selector(compiler, source, field, objects))
		return false;
	return objects->count > 0 ||
	       compiler_refuse(compiler, source, field, "must not select every object");
}

/* A pattern would look as if it covered many, and cover nobody. */
static bool are_names(struct compiler *compiler, const struct pq_value *match,
		      const struct string_list *list, const char *field)
{
	for (size_t i = 0; i < list->count; i++) {
		if (pq_string_find_byte(list->items[i], '*') >= 0)
			return compiler_refuse(compiler, match, field,
					       "has names, no patterns: name each whole");
	}
	return true;
}

static bool compile_match(struct compiler *compiler, struct exemption *exemption,
			  const struct pq_value *spec)
{
	const struct pq_value *match = pq_value_find(spec, PQ_S("match"));
	if (match == NULL)
		return compiler_refuse(compiler, spec, "spec.match", "Required value");
	if (!compiler_check_fields(compiler, match, "spec.match", match_fields) ||
	    !take_list(compiler, match, "users", "spec.match.users", &exemption->users) ||
	    !take_list(compiler, match, "groups", "spec.match.groups", &exemption->groups) ||
	    !take_list(compiler, match, "namespaces", "spec.match.namespaces",
		       &exemption->namespaces) ||
	    !take_objects(compiler, match, &exemption->objects) ||
	    !are_names(compiler, match, &exemption->users, "spec.match.users") ||
	    !are_names(compiler, match, &exemption->groups, "spec.match.groups") ||
	    !are_names(compiler, match, &exemption->namespaces, "spec.match.namespaces"))
		return false;
	return match->object->count > 0 ||
	       compiler_refuse(compiler, match, "spec.match",
			       "must say for whom or what: users, groups, namespaces or an "
			       "objectSelector; to let everything pass, set enforcement to warn");
}

static bool keep_document(struct compiler *compiler, const struct pq_value *document,
			  struct pq_string *text)
{
	struct pq_buffer json;
	pq_buffer_init_in(&json, compiler->arena, 0);
	pq_json_write(&json, document, PQ_JSON_COMPACT);
	*text = pq_buffer_view(&json);
	return !pq_buffer_failed(&json) || compiler_fail_memory(compiler);
}

static bool compile(struct compiler *compiler, struct exemption *exemption,
		    const struct pq_value *document)
{
	const struct pq_value *metadata = pq_value_find(document, PQ_S("metadata"));
	const struct pq_value *spec = pq_value_find(document, PQ_S("spec"));
	if (!compiler_check_document(compiler, document))
		return false;
	if (metadata == NULL || spec == NULL)
		return compiler_refuse(compiler, document, metadata == NULL ? "metadata" : "spec",
				       "Required value");
	return take_text(compiler, metadata, "name", "metadata.name", &exemption->public.name) &&
	       compiler_check_fields(compiler, spec, "spec", spec_fields) &&
	       take_text(compiler, spec, "reason", "spec.reason", &exemption->public.reason) &&
	       take_expiry(compiler, spec, &exemption->public) &&
	       compile_match(compiler, exemption, spec) &&
	       keep_document(compiler, document, &exemption->public.document) &&
	       (!pq_arena_is_exhausted(compiler->arena) || compiler_fail_memory(compiler));
}

struct exemption *exemption_compile(const struct pq_value *document, uint32_t *offset,
				    struct pq_error *error)
{
	struct exemption *exemption = calloc(1, sizeof *exemption);
	struct compiler compiler = { .offset = document->offset, .error = error };
	if (exemption == NULL) {
		compiler_fail_memory(&compiler);
		return NULL;
	}
	atomic_init(&exemption->references, 1);
	pq_arena_init(&exemption->arena, 0);
	compiler.arena = &exemption->arena;
	if (compile(&compiler, exemption, document))
		return exemption;
	*offset = compiler.offset;
	exemption_unref(exemption);
	return NULL;
}

struct exemption *exemption_ref(struct exemption *exemption)
{
	atomic_fetch_add_explicit(&exemption->references, 1, memory_order_relaxed);
	return exemption;
}

void exemption_unref(struct exemption *exemption)
{
	if (exemption == NULL ||
	    atomic_fetch_sub_explicit(&exemption->references, 1, memory_order_acq_rel) != 1)
		return;
	pq_arena_done(&exemption->arena);
	free(exemption);
}

static bool list_has(const struct string_list *list, struct pq_string text)
{
	for (size_t i = 0; i < list->count; i++) {
		if (pq_string_equal(list->items[i], text))
			return true;
	}
	return false;
}

static bool list_has_any(const struct string_list *list, const struct pq_value *texts)
{
	if (texts == NULL || texts->kind != PQ_ARRAY)
		return false;
	for (uint32_t i = 0; i < texts->length; i++) {
		if (texts->items[i].kind == PQ_STRING &&
		    list_has(list, pq_value_string(&texts->items[i])))
			return true;
	}
	return false;
}

/* The object as it is to be: labels that it has no more do not help. */
bool exemption_covers(const struct exemption *exemption, const struct pq_policy_subject *subject,
		      const struct pq_policy_caller *caller, int64_t now)
{
	return now < exemption->public.expires &&
	       (exemption->users.count == 0 || list_has(&exemption->users, caller->user)) &&
	       (exemption->groups.count == 0 || list_has_any(&exemption->groups, caller->groups)) &&
	       (exemption->namespaces.count == 0 ||
		list_has(&exemption->namespaces, subject->namespace)) &&
	       (exemption->objects.count == 0 ||
		selector_matches_object(&exemption->objects, subject->object));
}
