#include "base/findings.h"

#include <assert.h>

static const struct {
	const char *reason;
	const char *text;
} types[] = {
	[PQ_FINDING_REQUIRED] = { "FieldValueRequired", "Required value" },
	[PQ_FINDING_INVALID] = { "FieldValueInvalid", "Invalid value" },
	[PQ_FINDING_TYPE_INVALID] = { "FieldValueTypeInvalid", "Invalid value" },
	[PQ_FINDING_NOT_SUPPORTED] = { "FieldValueNotSupported", "Unsupported value" },
	[PQ_FINDING_NOT_FOUND] = { "FieldValueNotFound", "Not found" },
	[PQ_FINDING_DUPLICATE] = { "FieldValueDuplicate", "Duplicate value" },
	[PQ_FINDING_FORBIDDEN] = { "FieldValueForbidden", "Forbidden" },
	[PQ_FINDING_TOO_LONG] = { "FieldValueTooLong", "Too long" },
	[PQ_FINDING_TOO_SHORT] = { "FieldValueTooShort", "Too short" },
	[PQ_FINDING_TOO_MANY] = { "FieldValueTooMany", "Too many" },
	[PQ_FINDING_INTERNAL] = { "InternalError", "Internal error" },
	[PQ_FINDING_UNKNOWN_FIELD] = { "UnknownField", "unknown field" },
	[PQ_FINDING_DUPLICATE_FIELD] = { "DuplicateField", "duplicate field" },
	[PQ_FINDING_INVALID_UTF8] = { "InvalidUTF8", "invalid UTF-8" },
};
static_assert(sizeof types / sizeof types[0] == PQ_FINDING_TYPE_COUNT, "a row for every type");

const char *pq_finding_type_reason(enum pq_finding_type type)
{
	return types[type].reason;
}

const char *pq_finding_type_text(enum pq_finding_type type)
{
	return types[type].text;
}

struct pq_string pq_finding_render(struct pq_arena *arena, const struct pq_finding *finding)
{
	return pq_arena_format(arena, "%.*s: %.*s", PQ_STRING_ARGUMENT(finding->field),
			       PQ_STRING_ARGUMENT(finding->message));
}

void pq_findings_init(struct pq_findings *findings, struct pq_arena *arena, size_t limit)
{
	*findings = (struct pq_findings){
		.arena = arena,
		.limit = limit == 0 ? PQ_FINDINGS_MAX : limit,
	};
}

static bool grow(struct pq_findings *findings)
{
	if (findings->count < findings->capacity)
		return true;
	size_t capacity = findings->capacity == 0 ? 8 : findings->capacity * 2;
	struct pq_finding *items =
		pq_arena_grow(findings->arena, findings->items, findings->capacity * sizeof *items,
			      capacity * sizeof *items);
	if (items == NULL)
		return false;
	findings->items = items;
	findings->capacity = capacity;
	return true;
}

void pq_findings_add(struct pq_findings *findings, struct pq_finding finding)
{
	if (findings->count >= findings->limit || finding.message.data == NULL || !grow(findings)) {
		findings->dropped++;
		return;
	}
	findings->items[findings->count++] = finding;
}

void pq_findings_add_all(struct pq_findings *findings, const struct pq_findings *more)
{
	for (size_t i = 0; i < more->count; i++)
		pq_findings_add(findings, more->items[i]);
	findings->dropped += more->dropped;
}

void pq_findings_add_format(struct pq_findings *findings, enum pq_finding_type type,
			    const struct pq_path *path, uint32_t offset, const char *format, ...)
{
	if (findings->count >= findings->limit) {
		findings->dropped++; /* nothing is rendered for what nobody will see */
		return;
	}
	va_list arguments;
	va_start(arguments, format);
	struct pq_finding finding = {
		.type = type,
		.message = pq_arena_format_list(findings->arena, format, arguments),
		.field = pq_path_render(findings->arena, path),
		.offset = offset,
	};
	va_end(arguments);
	pq_findings_add(findings, finding);
}
