/* Documents that are none of ours, and those that were meant to be. */
#include "policy/builder.h"

#include "base/nearest.h"

static const struct {
	struct pq_string kind;
	struct pq_string version;
} known[] = {
	{ PQ_LITERAL("CustomResourceDefinition"), PQ_LITERAL("apiextensions.k8s.io/v1") },
	{ PQ_LITERAL("AdmissionSchema"), PQ_LITERAL("admission.pratique.dev/v1") },
	{ PQ_LITERAL("AdmissionExemption"), PQ_LITERAL("admission.pratique.dev/v1") },
	{ PQ_LITERAL("ConversionRules"), PQ_LITERAL("conversion.pratique.dev/v1") },
};

enum { KNOWN_COUNT = sizeof known / sizeof known[0] };

static struct pq_string group_of(struct pq_string version)
{
	ptrdiff_t slash = pq_string_find_byte(version, '/');
	return pq_string_slice(version, 0, slash < 0 ? 0 : (size_t)slash);
}

static bool is_known_group(struct pq_string group)
{
	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		if (pq_string_equal(group_of(known[i].version), group))
			return true;
	}
	return false;
}

/* The place is the field's, or the document's where there is none. */
static enum pq_policy_addition refuse(const struct addition *addition, const char *field)
{
	const struct pq_value *value = pq_value_find(addition->document, pq_string_from(field));
	return addition_refuse(addition,
			       value == NULL ? addition->document->offset : value->offset);
}

static enum pq_policy_addition refuse_text(const struct addition *addition)
{
	pq_error_set(addition->error, PQ_ERROR_INVALID,
		     "is a text and no object: take it out, or mend what has become of it");
	return addition_refuse(addition, addition->document->offset);
}

static enum pq_policy_addition refuse_kind(const struct addition *addition, struct pq_string kind,
					   struct pq_string group)
{
	struct pq_nearest nearest = pq_nearest_to(kind);
	char hint[PQ_NEAREST_HINT_MAX];
	for (size_t i = 0; i < KNOWN_COUNT; i++)
		pq_nearest_consider(&nearest, known[i].kind);
	pq_error_set(addition->error, PQ_ERROR_INVALID, "kind \"%.*s\" of %.*s is not known%s",
		     PQ_STRING_ARGUMENT(kind), PQ_STRING_ARGUMENT(group),
		     pq_nearest_hint(&nearest, "\"", "\"", hint));
	return refuse(addition, "kind");
}

enum pq_policy_addition addition_pass_over(const struct addition *addition)
{
	const struct pq_value *document = addition->document;
	if (document->kind == PQ_NULL || document->kind == PQ_ARRAY)
		return PQ_POLICY_NOT_OURS;
	if (document->kind != PQ_OBJECT)
		return refuse_text(addition);
	struct pq_string kind = pq_value_find_string(document, PQ_S("kind"));
	struct pq_string version = pq_value_find_string(document, PQ_S("apiVersion"));
	for (size_t i = 0; i < KNOWN_COUNT; i++) {
		if (!pq_string_equal(known[i].kind, kind))
			continue;
		pq_error_set(addition->error, PQ_ERROR_INVALID,
			     "%.*s is read as %.*s, not as \"%.*s\"", PQ_STRING_ARGUMENT(kind),
			     PQ_STRING_ARGUMENT(known[i].version), PQ_STRING_ARGUMENT(version));
		return refuse(addition, "apiVersion");
	}
	struct pq_string group = group_of(version);
	if (!is_known_group(group) || pq_string_is(kind, "ConversionReview"))
		return PQ_POLICY_NOT_OURS;
	return refuse_kind(addition, kind, group);
}
