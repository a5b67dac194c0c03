/* Defaults of apiextensions.k8s.io/v1 (pkg/apis/apiextensions/v1/defaults.go). */
#include "registry/crd.h"

#include <ctype.h>

enum { MEMBERS_ADDED_MAX = 4 };

/* A copy of an object with some members added or replaced. */
static bool with_members(struct pq_arena *arena, const struct pq_value *object,
			 const struct pq_member *added, size_t added_count, struct pq_value *result)
{
	if (added_count == 0) {
		*result = *object;
		return true;
	}
	size_t count = 0, old_count = object->kind == PQ_OBJECT ? object->object->count : 0;
	struct pq_member *members =
		pq_arena_alloc_array(arena, old_count + added_count, sizeof *members);
	if (members == NULL)
		return false;
	for (size_t i = 0; i < old_count; i++)
		members[count++] = object->object->members[i];
	for (size_t i = 0; i < added_count; i++) {
		size_t at = 0;
		while (at < old_count && !pq_string_equal(members[at].key, added[i].key))
			at++;
		if (at < old_count)
			members[at].value = added[i].value;
		else
			members[count++] = added[i];
	}
	if (!pq_value_from_members(arena, members, count, result))
		return false;
	result->offset = object->offset;
	return true;
}

static bool is_empty_string(const struct pq_value *object, const char *key)
{
	const struct pq_value *value = pq_value_find(object, pq_string_from(key));
	return value == NULL || value->kind == PQ_NULL ||
	       (value->kind == PQ_STRING && value->length == 0);
}

static bool default_names(struct pq_arena *arena, const struct pq_value *names,
			  struct pq_value *result)
{
	struct pq_member added[MEMBERS_ADDED_MAX];
	size_t count = 0;
	struct pq_string kind = pq_value_find_string(names, PQ_S("kind"));
	if (kind.length > 0 && is_empty_string(names, "singular")) {
		struct pq_string singular = pq_arena_copy(arena, kind);
		if (singular.data == NULL)
			return false;
		for (size_t i = 0; i < singular.length; i++)
			((char *)(uintptr_t)singular.data)[i] =
				(char)tolower((unsigned char)singular.data[i]);
		added[count++] = (struct pq_member){ .key = PQ_S("singular"),
						     .value = pq_value_from_string(singular) };
	}
	if (kind.length > 0 && is_empty_string(names, "listKind")) {
		struct pq_string list =
			pq_arena_format(arena, "%.*sList", PQ_STRING_ARGUMENT(kind));
		if (list.data == NULL)
			return false;
		added[count++] = (struct pq_member){ .key = PQ_S("listKind"),
						     .value = pq_value_from_string(list) };
	}
	return with_members(arena, names, added, count, result);
}

/* conversion.webhook.clientConfig.service.port = 443, level by level. */
static bool default_port(struct pq_arena *arena, const struct pq_value *conversion,
			 struct pq_value *result)
{
	static const char *const steps[] = { "webhook", "clientConfig", "service" };
	enum { STEPS = sizeof steps / sizeof steps[0] };
	const struct pq_value *levels[STEPS + 1] = { conversion };
	for (size_t i = 0; i < STEPS; i++) {
		levels[i + 1] = pq_value_find(levels[i], pq_string_from(steps[i]));
		if (levels[i + 1] == NULL || levels[i + 1]->kind != PQ_OBJECT) {
			*result = *conversion;
			return true;
		}
	}
	const struct pq_value *port = pq_value_find(levels[STEPS], PQ_S("port"));
	if (port != NULL && port->kind != PQ_NULL) {
		*result = *conversion;
		return true;
	}
	struct pq_member added = { .key = PQ_S("port"), .value = pq_value_from_integer(443) };
	for (size_t i = STEPS;; i--) {
		struct pq_value level;
		if (!with_members(arena, levels[i], &added, 1, &level))
			return false;
		if (i == 0) {
			*result = level;
			return true;
		}
		added = (struct pq_member){ .key = pq_string_from(steps[i - 1]), .value = level };
	}
}

static bool default_conversion(struct pq_arena *arena, const struct pq_value *conversion,
			       struct pq_value *result)
{
	if (conversion != NULL && conversion->kind == PQ_OBJECT)
		return default_port(arena, conversion, result);
	const struct pq_member none = { .key = PQ_S("strategy"),
					.value = pq_value_from_string(PQ_S("None")) };
	return pq_value_from_members(arena, &none, 1, result);
}

bool pq_crd_default(struct pq_arena *arena, const struct pq_value *document,
		    struct pq_value *result)
{
	const struct pq_value *spec = pq_value_find(document, PQ_S("spec"));
	if (spec == NULL || spec->kind != PQ_OBJECT) {
		*result = *document;
		return true;
	}
	struct pq_member added[MEMBERS_ADDED_MAX];
	size_t count = 0;
	const struct pq_value *names = pq_value_find(spec, PQ_S("names"));
	if (names != NULL && names->kind == PQ_OBJECT) {
		added[count] = (struct pq_member){ .key = PQ_S("names") };
		if (!default_names(arena, names, &added[count++].value))
			return false;
	}
	const struct pq_value *conversion = pq_value_find(spec, PQ_S("conversion"));
	if (conversion == NULL || conversion->kind == PQ_NULL || conversion->kind == PQ_OBJECT) {
		added[count] = (struct pq_member){ .key = PQ_S("conversion") };
		if (!default_conversion(arena, conversion, &added[count++].value))
			return false;
	}
	struct pq_value new_spec;
	if (!with_members(arena, spec, added, count, &new_spec))
		return false;
	const struct pq_member member = { .key = PQ_S("spec"), .value = new_spec };
	return with_members(arena, document, &member, 1, result);
}
