/* Defaults of apiextensions.k8s.io/v1 (pkg/apis/apiextensions/v1/defaults.go). */
#include "registry/crd.h"

enum { DEFAULT_PORT = 443 }; /* of a conversion webhook's Service */

static bool is_empty_string(const struct pq_value *object, const char *key)
{
	const struct pq_value *value = pq_value_find(object, pq_string_from(key));
	return value == NULL || value->kind == PQ_NULL ||
	       (value->kind == PQ_STRING && value->length == 0);
}

/* Sets a name that is empty; text without data means that the arena is exhausted. */
static bool default_name(struct pq_arena *arena, struct pq_value *names, const char *key,
			 struct pq_string text)
{
	if (!is_empty_string(names, key))
		return true;
	const struct pq_value value = pq_value_from_string(text);
	return text.data != NULL &&
	       pq_value_with_member(arena, names, pq_string_from(key), &value, names);
}

static bool default_names(struct pq_arena *arena, const struct pq_value *names,
			  struct pq_value *result)
{
	struct pq_string kind = pq_value_find_string(names, PQ_S("kind"));
	*result = *names;
	return kind.length == 0 ||
	       (default_name(arena, result, "singular", pq_arena_copy_lower(arena, kind)) &&
		default_name(arena, result, "listKind",
			     pq_arena_format(arena, "%.*sList", PQ_STRING_ARGUMENT(kind))));
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
	struct pq_string key = PQ_S("port");
	struct pq_value made = pq_value_from_integer(DEFAULT_PORT);
	for (size_t i = STEPS + 1; i > 0; i--) {
		if (!pq_value_with_member(arena, levels[i - 1], key, &made, &made))
			return false;
		if (i > 1)
			key = pq_string_from(steps[i - 2]);
	}
	*result = made;
	return true;
}

static bool is_nothing(const struct pq_value *value)
{
	return value == NULL || value->kind == PQ_NULL;
}

/* A webhook without parts does not come through the conversion to the internal type. */
static bool drop_empty_webhook(struct pq_arena *arena, const struct pq_value *conversion,
			       struct pq_value *result)
{
	const struct pq_value *webhook = pq_value_find(conversion, PQ_S("webhook"));
	*result = *conversion;
	return webhook == NULL || !is_nothing(pq_value_find(webhook, PQ_S("clientConfig"))) ||
	       !is_nothing(pq_value_find(webhook, PQ_S("conversionReviewVersions"))) ||
	       pq_value_with_member(arena, conversion, PQ_S("webhook"), NULL, result);
}

static bool default_conversion(struct pq_arena *arena, const struct pq_value *conversion,
			       struct pq_value *result)
{
	if (conversion != NULL && conversion->kind == PQ_OBJECT)
		return default_port(arena, conversion, result) &&
		       drop_empty_webhook(arena, result, result);
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
	struct pq_value changed = *spec, part;
	const struct pq_value *names = pq_value_find(spec, PQ_S("names"));
	if (names != NULL && names->kind == PQ_OBJECT &&
	    (!default_names(arena, names, &part) ||
	     !pq_value_with_member(arena, &changed, PQ_S("names"), &part, &changed)))
		return false;
	const struct pq_value *conversion = pq_value_find(spec, PQ_S("conversion"));
	bool may_default =
		conversion == NULL || conversion->kind == PQ_NULL || conversion->kind == PQ_OBJECT;
	if (may_default &&
	    (!default_conversion(arena, conversion, &part) ||
	     !pq_value_with_member(arena, &changed, PQ_S("conversion"), &part, &changed)))
		return false;
	return pq_value_with_member(arena, document, PQ_S("spec"), &changed, result);
}
