#include "check/draft.h"

#include "check/comments.h"

#include "base/utf8.h"

#include <stdlib.h>

static struct pq_string name_of(const struct pq_value *metadata)
{
	struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
	return name.length > 0 ? name : pq_value_find_string(metadata, PQ_S("generateName"));
}

void check_draft_init(struct check_draft *draft, struct pq_arena *arena,
		      struct check_source *source, const struct check_document *document)
{
	const struct pq_value *value = &document->value;
	const struct pq_value *metadata = pq_value_find(value, PQ_S("metadata"));
	*draft = (struct check_draft){
		.source = source,
		.arena = arena,
		.offset = value->offset,
		.outcome = {
			.file = source->file,
			.document = document->index,
			.item = document->item,
			.api_version = pq_value_find_string(value, PQ_S("apiVersion")),
			.kind = pq_value_find_string(value, PQ_S("kind")),
			.source = check_find_source_comment(document->head),
			.namespace = pq_value_find_string(metadata, PQ_S("namespace")),
			.name = name_of(metadata),
			.text = source->text,
		},
	};
}

/* A finding that cannot be stored is counted, so that an object with findings never looks clean. */
static void add(struct check_draft *draft, const struct pq_check_finding *finding)
{
	size_t count = draft->outcome.finding_count;
	draft->is_refused |= finding->severity == PQ_CHECK_ERROR;
	if (count == draft->capacity && finding->message.data != NULL) {
		size_t capacity = count == 0 ? 8 : count * 2;
		struct pq_check_finding *grown =
			pq_arena_grow(draft->arena, draft->findings, count * sizeof *grown,
				      capacity * sizeof *grown);
		if (grown != NULL) {
			draft->findings = grown;
			draft->capacity = capacity;
		}
	}
	if (count < draft->capacity && finding->message.data != NULL) {
		draft->findings[draft->outcome.finding_count++] = *finding;
		return;
	}
	draft->outcome.findings_dropped++;
	draft->has_dropped_errors |= finding->severity == PQ_CHECK_ERROR;
}

/* One outside of its document, which aliases of YAML make, is as good as none. */
static uint32_t offset_in(const struct check_draft *draft, uint32_t offset)
{
	bool is_inside = draft->offset == PQ_OFFSET_NONE || offset >= draft->offset;
	return is_inside ? offset : PQ_OFFSET_NONE;
}

void check_draft_add_finding(struct check_draft *draft, enum pq_check_severity severity,
			     const struct pq_finding *found)
{
	struct pq_check_finding finding = {
		.severity = severity,
		.field = found->field,
		.reason = pq_string_from(pq_finding_type_reason(found->type)),
		.message = found->message,
		.schema = draft->schema,
		.offset = offset_in(draft, found->offset),
	};
	if (pq_string_is(found->field, "<nil>"))
		finding.field = PQ_S("");
	add(draft, &finding);
}

void check_draft_add_findings(struct check_draft *draft, enum pq_check_severity severity,
			      const struct pq_findings *findings)
{
	for (size_t i = 0; i < findings->count; i++)
		check_draft_add_finding(draft, severity, &findings->items[i]);
	draft->outcome.findings_dropped += findings->dropped;
	draft->has_dropped_errors |= findings->dropped > 0 && severity == PQ_CHECK_ERROR;
	draft->is_refused |= draft->has_dropped_errors;
}

void check_draft_add_message(struct check_draft *draft, enum pq_check_severity severity,
			     struct pq_string message)
{
	const struct pq_check_finding finding = {
		.severity = severity,
		.message = message,
		.offset = draft->offset,
	};
	add(draft, &finding);
}

void check_draft_add_refusal(struct check_draft *draft, uint32_t offset, struct pq_string message)
{
	uint32_t place = offset_in(draft, offset);
	const struct pq_check_finding finding = {
		.severity = PQ_CHECK_ERROR,
		.message = message,
		.offset = place == PQ_OFFSET_NONE ? draft->offset : place,
	};
	add(draft, &finding);
}

void check_draft_give_up(struct check_draft *draft)
{
	struct pq_check_outcome *outcome = &draft->outcome;
	draft->last_word = (struct pq_check_finding){
		.severity = PQ_CHECK_ERROR,
		.message = PQ_S("could not be judged: that takes too much memory"),
		.offset = draft->offset,
	};
	draft->findings = &draft->last_word;
	outcome->finding_count = 1;
	outcome->findings_dropped = 0;
	outcome->verdict = PQ_CHECK_UNREADABLE;
	outcome->status = NULL;
	outcome->warnings = NULL;
	outcome->warning_count = 0;
}

/* The offset of a place in the source's own text, or PQ_OFFSET_NONE. */
static uint32_t offset_of(struct pq_string text, uint32_t line, uint32_t column)
{
	struct pq_string rest = text, part;
	while (pq_string_split(&rest, '\n', &part)) {
		if (--line > 0)
			continue;
		size_t at = 0, width;
		while (--column > 0 && at < part.length) {
			pq_utf8_decode(pq_string_slice(part, at, part.length), &width);
			at += width;
		}
		return (uint32_t)((size_t)(part.data - text.data) + at);
	}
	return PQ_OFFSET_NONE;
}

/* libyaml does not say which character it is, and nobody sees a tab. */
static bool is_tab(struct pq_string text, uint32_t offset, const char *message)
{
	return offset < text.length && text.data[offset] == '\t' &&
	       strcmp(message, "found character that cannot start any token") == 0;
}

void check_draft_add_error(struct check_draft *draft, const struct pq_error *error)
{
	struct pq_check_finding finding = {
		.severity = PQ_CHECK_ERROR,
		.offset = draft->offset,
	};
	if (error->line > 0) {
		uint32_t column = error->column > 0 ? error->column : 1;
		finding.line = draft->source->start.line + error->line - 1;
		finding.column = column;
		finding.offset = offset_of(draft->source->text, error->line, column);
	}
	const char *hint = is_tab(draft->source->text, finding.offset, error->message)
				   ? ": a tab; YAML is indented by spaces"
				   : "";
	finding.message = pq_arena_format(draft->arena, "%s%s", error->message, hint);
	add(draft, &finding);
}

/* Walks on from the last place, as documents and findings mostly come in the order of the text. */
static void move_to(const struct check_source *source, struct check_place *place, uint32_t offset)
{
	uint32_t lines, columns;
	if (offset < place->offset)
		*place = source->start;
	struct pq_string rest = pq_string_slice(source->text, place->offset, source->text.length);
	pq_source_locate(rest, offset - place->offset, &lines, &columns);
	place->column = lines == 1 ? place->column + columns - 1 : columns;
	place->line += lines - 1;
	place->offset = offset;
}

static int compare_numbers(const void *left, const void *right)
{
	const uint64_t *a = left, *b = right;
	return (*a > *b) - (*a < *b);
}

/* Findings at one place keep their order; those without a place come last. Without memory all do.
 */
static void sort(struct check_draft *draft)
{
	size_t count = draft->outcome.finding_count;
	uint64_t *order = pq_arena_alloc_array(draft->arena, count, sizeof *order);
	struct pq_check_finding *sorted = pq_arena_alloc_array(draft->arena, count, sizeof *sorted);
	if (order == NULL || sorted == NULL)
		return;
	for (size_t i = 0; i < count; i++)
		order[i] = (uint64_t)draft->findings[i].offset << 32 | i;
	qsort(order, count, sizeof *order, compare_numbers);
	for (size_t i = 0; i < count; i++)
		sorted[i] = draft->findings[order[i] & UINT32_MAX];
	draft->findings = sorted;
	draft->capacity = count;
}

/* What has no place of its own is told at the document. */
static void locate(struct check_draft *draft, struct pq_check_finding *finding,
		   struct check_place *place)
{
	if (finding->line > 0)
		return;
	if (finding->offset == PQ_OFFSET_NONE)
		*place = draft->source->place;
	else
		move_to(draft->source, place, finding->offset);
	finding->line = place->line;
	finding->column = place->column;
	finding->offset = place->offset;
}

enum ignoring { NOT_IGNORED, IGNORED, IGNORED_WITHOUT_REASON };

static enum ignoring find_ignoring(const struct check_draft *draft,
				   const struct pq_check_finding *finding)
{
	struct pq_string text = draft->outcome.text, reason;
	if (finding->offset >= text.length || !check_is_ignored_at(text, finding->offset, &reason))
		return NOT_IGNORED;
	return reason.length > 0 ? IGNORED : IGNORED_WITHOUT_REASON;
}

static const struct pq_string lack_of_reason =
	PQ_LITERAL("\"# pratique: ignore\" needs a reason behind it");

void check_draft_add_lack_of_reason(struct check_draft *draft)
{
	check_draft_add_message(draft, PQ_CHECK_ERROR, lack_of_reason);
	draft->lacks_reason = true;
}

/* Tells it once, right behind the finding that a comment is about. */
static void insert_lack_of_reason(struct check_draft *draft, size_t index)
{
	size_t count = draft->outcome.finding_count;
	struct pq_check_finding finding = draft->findings[index];
	finding.severity = PQ_CHECK_ERROR;
	finding.field = finding.reason = PQ_S("");
	finding.message = lack_of_reason;
	add(draft, &finding);
	if (draft->outcome.finding_count == count)
		return;
	memmove(draft->findings + index + 2, draft->findings + index + 1,
		(count - index - 1) * sizeof finding);
	draft->findings[index + 1] = finding;
}

/* is_refused then says whether an error is among what is left. */
static void take_ignored_out(struct check_draft *draft)
{
	struct pq_check_outcome *outcome = &draft->outcome;
	size_t kept = 0, found = outcome->finding_count;
	size_t first = found; /* of what is not ignored for want of a reason */
	draft->is_refused = draft->has_dropped_errors;
	for (size_t i = 0; i < found; i++) {
		const struct pq_check_finding *finding = &draft->findings[i];
		enum ignoring ignoring = find_ignoring(draft, finding);
		if (ignoring == IGNORED)
			continue;
		if (ignoring == IGNORED_WITHOUT_REASON && first == found)
			first = kept;
		draft->is_refused |= finding->severity == PQ_CHECK_ERROR;
		draft->findings[kept++] = *finding;
	}
	outcome->findings_ignored = found - kept;
	outcome->finding_count = kept;
	if (first < found && !draft->lacks_reason)
		insert_lack_of_reason(draft, first);
}

static bool may_have_comment_for_us(struct pq_string text)
{
	static const struct pq_string word = PQ_LITERAL("pratique:");
	return text.length > 0 && memmem(text.data, text.length, word.data, word.length) != NULL;
}

void check_draft_finish(struct check_draft *draft)
{
	struct pq_check_outcome *outcome = &draft->outcome;
	struct check_source *source = draft->source;
	if (draft->offset != PQ_OFFSET_NONE)
		move_to(source, &source->place, draft->offset);
	outcome->line = source->place.line;
	outcome->column = source->place.column;
	if (outcome->finding_count > 1)
		sort(draft);
	struct check_place place = source->place;
	for (size_t i = 0; i < outcome->finding_count; i++)
		locate(draft, &draft->findings[i], &place);
	if (outcome->finding_count > 0 && may_have_comment_for_us(outcome->text))
		take_ignored_out(draft);
	outcome->findings = draft->findings;
	if (draft->is_refused && outcome->verdict == PQ_CHECK_VALID)
		outcome->verdict = PQ_CHECK_INVALID;
}
