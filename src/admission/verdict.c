#include "admission/verdict.h"

#include "base/utf8.h"
#include "registry/warning.h"

void pq_verdict_init(struct pq_verdict *verdict, struct pq_arena *arena)
{
	*verdict = (struct pq_verdict){ .arena = arena };
	pq_patch_init(&verdict->patch, arena);
	verdict->warnings_end = &verdict->warnings;
	verdict->annotations_end = &verdict->annotations;
	for (size_t i = 0; i < PQ_CONSEQUENCE_COUNT; i++)
		pq_findings_init(&verdict->findings[i], arena, 0);
}

/* kube-apiserver drops a warning with control characters without a word: each is a space here. */
static struct pq_string without_control_characters(struct pq_arena *arena, struct pq_string text)
{
	if (pq_warning_is_sendable(text))
		return text;
	char *copy = pq_arena_alloc_bytes(arena, text.length);
	size_t length = 0, width;
	if (copy == NULL)
		return (struct pq_string){ 0 };
	for (size_t i = 0; i < text.length; i += width) {
		struct pq_string rest = pq_string_slice(text, i, text.length);
		pq_utf8_decode(rest, &width);
		struct pq_string character = pq_string_slice(rest, 0, width);
		if (!pq_warning_is_sendable(character))
			character = PQ_S(" ");
		memcpy(copy + length, character.data, character.length);
		length += character.length;
	}
	return (struct pq_string){ .data = copy, .length = length };
}

void pq_verdict_add_warning(struct pq_verdict *verdict, struct pq_string text)
{
	size_t characters;
	text = pq_utf8_cut(text, PQ_WARNING_LENGTH_MAX, &characters);
	/* One more must fit: that warnings were left out. */
	struct pq_warning *warning = NULL;
	if (verdict->warnings_length + characters + PQ_WARNING_LENGTH_MAX <= PQ_WARNINGS_LENGTH_MAX)
		warning = pq_arena_alloc(verdict->arena, sizeof *warning);
	if (warning == NULL) {
		verdict->warnings_dropped++;
		return;
	}
	warning->text = without_control_characters(verdict->arena, text);
	verdict->warnings_length += characters;
	*verdict->warnings_end = warning;
	verdict->warnings_end = &warning->next;
}

void pq_verdict_warn_of_findings(struct pq_verdict *verdict, struct pq_string schema,
				 const struct pq_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct pq_finding *finding = &findings->items[i];
		struct pq_string text = pq_arena_format(
			verdict->arena, "%.*s: %.*s: %.*s", PQ_STRING_ARGUMENT(schema),
			PQ_STRING_ARGUMENT(finding->field), PQ_STRING_ARGUMENT(finding->message));
		pq_verdict_add_warning(verdict, text);
	}
	verdict->warnings_dropped += findings->dropped;
	pq_findings_add_all(&verdict->findings[PQ_CONSEQUENCE_WARN], findings);
}

/* FNV-1a: the same in every process, so that a key can be searched for. */
static uint32_t stable_hash(struct pq_string text)
{
	uint32_t hash = 2166136261u;
	for (size_t i = 0; i < text.length; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * 16777619u;
	return hash;
}

/* A schema's name is a DNS subdomain: only its length can be too much. */
static struct pq_string annotation_key(struct pq_arena *arena, struct pq_string schema)
{
	if (schema.length <= PQ_AUDIT_KEY_MAX)
		return schema;
	return pq_arena_format(arena, "%.*s-%08x", PQ_AUDIT_KEY_MAX - 9, schema.data,
			       (unsigned)stable_hash(schema));
}

void pq_verdict_annotate_text(struct pq_verdict *verdict, struct pq_string key,
			      struct pq_string text)
{
	size_t characters;
	struct pq_audit_annotation *annotation = pq_arena_alloc(verdict->arena, sizeof *annotation);
	if (annotation == NULL)
		return;
	annotation->key = key;
	annotation->value = pq_utf8_cut(text, PQ_AUDIT_VALUE_MAX, &characters);
	*verdict->annotations_end = annotation;
	verdict->annotations_end = &annotation->next;
}

void pq_verdict_annotate(struct pq_verdict *verdict, struct pq_string schema,
			 const struct pq_findings *findings)
{
	struct pq_buffer value;
	pq_buffer_init_in(&value, verdict->arena, 0);
	for (size_t i = 0; i < findings->count && value.length < PQ_AUDIT_VALUE_MAX; i++) {
		if (i > 0)
			pq_buffer_append_text(&value, "; ");
		pq_buffer_append_string(&value, findings->items[i].field);
		pq_buffer_append_text(&value, ": ");
		pq_buffer_append_string(&value, findings->items[i].message);
	}
	if (pq_buffer_failed(&value))
		return;
	pq_findings_add_all(&verdict->findings[PQ_CONSEQUENCE_AUDIT], findings);
	pq_verdict_annotate_text(verdict, annotation_key(verdict->arena, schema),
				 pq_buffer_view(&value));
}
