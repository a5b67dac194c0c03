#include "json/read.h"

#include "base/hash.h"
#include "base/stack.h"
#include "base/utf8.h"
#include "json/double.h"
#include "json/structure.h"
#include "json/syntax.h"
#include "json/token.h"
#include "json/unescape.h"
#include "json/write.h"

#include <math.h>
#include <stdlib.h>

/* A container that has been opened and not closed. Its children so far, the one being read
 * included, are on top of the stack of members or items, from base on. */
struct frame {
	size_t base;
	uint32_t offset;
	bool object;
};

struct duplicate {
	uint32_t offset;
	struct pq_string path;
};

/* Distinct duplicates remembered while reading; the first in the text among them are reported. */
enum { DUPLICATES_COLLECTED_MAX = 10 * PQ_JSON_DUPLICATES_MAX };

enum outcome {
	READ,
	MALFORMED, /* the syntax checker says why */
	EXHAUSTED,
	NO_MEMORY,
};

/* Reading goes token by token. Values wait on the stacks until their container closes and takes
 * them over into the arena, so that a document costs one copy and no recursion. */
struct reader {
	struct pq_arena *arena;
	const char *text;
	const uint32_t *next; /* start of the next token */
	const uint32_t *end;  /* behind the last token's start */
	const char *text_end;
	const char *backslash; /* the first one behind what has been read, if it is known */
	bool valid_utf8;
	size_t depth_max;
	struct pq_findings *findings;
	enum outcome outcome;
	struct pq_value root;
	struct pq_string deferred;     /* name of objects to pass over */
	bool passes;                   /* over one: checks, but builds nothing */
	size_t floor;                  /* reading ends when no more than so many frames are open */
	struct pq_string out_of_range; /* the first number that is no double */
	struct pq_stack frames;        /* struct frame */
	struct pq_stack members;       /* struct pq_member */
	struct pq_stack items;         /* struct pq_value */
	struct pq_stack duplicates;    /* struct duplicate */
	struct pq_stack replaced;      /* struct pq_json_replaced_member */
	struct pq_json_replaced *kept; /* where those go at the end, or NULL */
};

static bool stop(struct reader *reader, enum outcome outcome)
{
	reader->outcome = outcome;
	return false;
}

static bool is_space(char byte)
{
	return byte == ' ' || byte == '\n' || byte == '\r' || byte == '\t';
}

/* The token that starts at reader->next[-1], without the white space behind it. */
static PQ_ALWAYS_INLINE struct pq_string current_token(const struct reader *reader)
{
	const char *start = reader->text + reader->next[-1];
	const char *end = reader->text + reader->next[0];
	while (is_space(end[-1]))
		end--;
	return (struct pq_string){ .data = start, .length = (size_t)(end - start) };
}

/* The path of a member of the innermost open container; of the value being read when key is NULL:
 * every open object's last key, every open array's count. */
static bool render_place(struct reader *reader, const struct pq_string *key,
			 struct pq_string *place)
{
	size_t count = reader->frames.count;
	size_t members = reader->members.count, items = reader->items.count;
	struct pq_path *steps = malloc((count == 0 ? 1 : count) * sizeof *steps);
	if (steps == NULL)
		return stop(reader, NO_MEMORY);
	for (size_t i = count; i-- > 0;) {
		const struct frame *frame = pq_stack_at(&reader->frames, i);
		const struct pq_path *parent = i == 0 ? NULL : &steps[i - 1];
		if (frame->object) {
			const struct pq_member *last = pq_stack_at(&reader->members, members - 1);
			bool innermost = i + 1 == count && key != NULL;
			steps[i] = pq_path_property(parent, innermost ? *key : last->key);
			members = frame->base;
		} else {
			steps[i] = pq_path_index(parent, items - frame->base - 1);
			items = frame->base;
		}
	}
	*place = pq_path_render(reader->arena, count == 0 ? NULL : &steps[count - 1]);
	free(steps);
	return place->data != NULL || stop(reader, EXHAUSTED);
}

static PQ_SELDOM bool report_replaced(struct reader *reader, uint32_t offset)
{
	struct pq_finding finding = {
		.type = PQ_FINDING_INVALID_UTF8,
		.message = PQ_LITERAL("invalid UTF-8 is read as U+FFFD"),
		.offset = offset,
	};
	if (reader->findings == NULL || reader->passes)
		return true;
	if (reader->findings->count < reader->findings->limit &&
	    !render_place(reader, NULL, &finding.field))
		return false;
	pq_findings_add(reader->findings, finding);
	return true;
}

/* A copy of a string's text with escapes resolved and invalid bytes replaced. */
static PQ_SELDOM bool rewrite_string(struct reader *reader, struct pq_string raw,
				     struct pq_string *text, bool *replaced)
{
	size_t room = pq_json_unescape_room(raw, reader->valid_utf8), length;
	char *bytes = pq_arena_alloc_bytes(reader->arena, room);
	if (bytes == NULL)
		return stop(reader, EXHAUSTED);
	if (!pq_json_unescape(raw, reader->valid_utf8, bytes, &length, replaced))
		return stop(reader, MALFORMED);
	text->data = pq_arena_grow(reader->arena, bytes, room, reader->passes ? 0 : length);
	text->length = length;
	return true;
}

/* Strings are read from the front to the back, so all looks together go over the text once. */
static PQ_ALWAYS_INLINE bool has_backslash(struct reader *reader, struct pq_string raw)
{
	const char *end = raw.data + raw.length;
	if (reader->backslash >= end)
		return false;
	if (reader->backslash < raw.data) {
		const char *found = memchr(raw.data, '\\', (size_t)(reader->text_end - raw.data));
		reader->backslash = found != NULL ? found : reader->text_end;
	}
	return reader->backslash < end;
}

/* A token that begins with a quote. */
static PQ_ALWAYS_INLINE bool read_string(struct reader *reader, struct pq_string token,
					 struct pq_string *text, bool *replaced)
{
	if (token.length < 2 || token.data[token.length - 1] != '"')
		return stop(reader, MALFORMED);
	struct pq_string raw = { .data = token.data + 1, .length = token.length - 2 };
	*replaced = false;
	if (has_backslash(reader, raw) ||
	    (!reader->valid_utf8 && pq_utf8_find_invalid(raw) != raw.length))
		return rewrite_string(reader, raw, text, replaced);
	*text = raw;
	return true;
}

static bool read_number(struct reader *reader, struct pq_string token, struct pq_value *value)
{
	bool integer;
	if (!pq_json_token_is_number(token, &integer))
		return stop(reader, MALFORMED);
	if (integer && pq_json_token_integer(token, &value->integer)) {
		value->kind = PQ_INTEGER;
		return true;
	}
	value->kind = PQ_DOUBLE;
	switch (pq_double_parse(token, &value->number)) {
	case PQ_DOUBLE_PARSED:
		return true;
	case PQ_DOUBLE_NO_MEMORY:
		return stop(reader, NO_MEMORY);
	case PQ_DOUBLE_OUT_OF_RANGE:
		break;
	}
	/* Go reports a syntax error further on rather than this. */
	value->number = token.data[0] == '-' ? -INFINITY : INFINITY;
	if (reader->out_of_range.data == NULL)
		reader->out_of_range = token;
	return true;
}

static bool read_literal(struct reader *reader, struct pq_string token, struct pq_value *value)
{
	if (pq_string_is(token, "null")) {
		value->kind = PQ_NULL;
		return true;
	}
	value->kind = PQ_BOOLEAN;
	value->boolean = token.data[0] == 't';
	return pq_string_is(token, "true") || pq_string_is(token, "false") ||
	       stop(reader, MALFORMED);
}

static bool read_number_or_literal(struct reader *reader, struct pq_value *value)
{
	struct pq_string token = current_token(reader);
	value->length = 0;
	value->offset = reader->next[-1];
	switch (token.data[0]) {
	case 't':
	case 'f':
	case 'n':
		return read_literal(reader, token, value);
	default:
		return read_number(reader, token, value);
	}
}

/* Values are written where they stay, part by part: a copy of what has just been written in other
 * parts would have to wait for it. */
static PQ_ALWAYS_INLINE bool read_scalar(struct reader *reader, struct pq_value *value)
{
	struct pq_string text;
	bool replaced;
	if (reader->text[reader->next[-1]] != '"')
		return read_number_or_literal(reader, value);
	if (!read_string(reader, current_token(reader), &text, &replaced))
		return false;
	value->kind = PQ_STRING;
	value->length = (uint32_t)text.length;
	value->offset = reader->next[-1];
	value->bytes = text.data;
	return !replaced || report_replaced(reader, value->offset);
}

/* A key and its colon; the member waits for its value. */
static PQ_ALWAYS_INLINE bool read_key(struct reader *reader, bool passes)
{
	if (reader->end - reader->next < 2)
		return stop(reader, MALFORMED);
	uint32_t offset = *reader->next++;
	if (reader->text[offset] != '"' || reader->text[*reader->next] != ':')
		return stop(reader, MALFORMED);
	struct pq_string key;
	bool replaced;
	if (!read_string(reader, current_token(reader), &key, &replaced))
		return false;
	reader->next++;
	if (passes)
		return true;
	struct pq_member *member = pq_stack_push(&reader->members);
	if (member == NULL)
		return stop(reader, NO_MEMORY);
	member->key.data = key.data;
	member->key.length = key.length;
	member->hash = pq_hash(key);
	member->offset = offset;
	return !replaced || report_replaced(reader, offset);
}

static bool collect_duplicate(struct reader *reader, const struct pq_member *member)
{
	if (reader->findings == NULL || reader->duplicates.count == DUPLICATES_COLLECTED_MAX)
		return true;
	struct duplicate *duplicate = pq_stack_push(&reader->duplicates);
	if (duplicate == NULL)
		return stop(reader, NO_MEMORY);
	duplicate->offset = member->offset;
	return render_place(reader, &member->key, &duplicate->path);
}

/* The member of this key is about to give its place to a later one. */
static bool keep_replaced(struct reader *reader, const struct pq_object *object,
			  const struct pq_member *later)
{
	if (reader->kept == NULL || reader->replaced.count == PQ_JSON_REPLACED_MAX)
		return true;
	const struct pq_member *member = pq_object_find(object, later->key, later->hash);
	if (member == NULL)
		return true;
	struct pq_json_replaced_member *kept = pq_stack_push(&reader->replaced);
	if (kept == NULL)
		return stop(reader, NO_MEMORY);
	*kept = (struct pq_json_replaced_member){ .object = object, .member = *member };
	return true;
}

static bool close_object(struct reader *reader, size_t base, struct pq_value *value)
{
	size_t count = reader->members.count - base;
	struct pq_object *object = pq_object_new(reader->arena, count);
	if (object == NULL)
		return stop(reader, EXHAUSTED);
	const struct pq_member *member = count == 0 ? NULL : pq_stack_at(&reader->members, base);
	bool is_filled = pq_object_fill(object, member, count);
	for (size_t i = 0; i < count && !is_filled; i++, member++) {
		if (!keep_replaced(reader, object, member) ||
		    (!pq_object_put(object, member) && !collect_duplicate(reader, member)))
			return false;
	}
	value->kind = PQ_OBJECT;
	value->length = 0;
	value->object = object;
	return true;
}

static bool close_array(struct reader *reader, size_t base, struct pq_value *value)
{
	size_t count = reader->items.count - base;
	struct pq_value *items = pq_arena_alloc_raw(reader->arena, count * sizeof *items);
	if (items == NULL)
		return stop(reader, EXHAUSTED);
	if (count > 0)
		memcpy(items, pq_stack_at(&reader->items, base), count * sizeof *items);
	value->kind = PQ_ARRAY;
	value->length = (uint32_t)count;
	value->items = items;
	return true;
}

/* Where the value that is being read goes: to the last member or item of the innermost open
 * container. Holds until something is pushed. */
static struct pq_value *current_place(struct reader *reader)
{
	if (reader->frames.count == 0)
		return &reader->root;
	const struct frame *frame = pq_stack_top(&reader->frames);
	if (!frame->object)
		return pq_stack_top(&reader->items);
	struct pq_member *member = pq_stack_top(&reader->members);
	return &member->value;
}

/* Makes a value of the innermost open container, whose place is on top of the stacks once its
 * children are taken off. */
static PQ_ALWAYS_INLINE bool close_container(struct reader *reader, bool passes)
{
	const struct frame frame = *(const struct frame *)pq_stack_top(&reader->frames);
	struct pq_value value;
	if (passes) {
		pq_stack_cut(&reader->frames, reader->frames.count - 1);
		return true;
	}
	if (!(frame.object ? close_object : close_array)(reader, frame.base, &value))
		return false;
	pq_stack_cut(frame.object ? &reader->members : &reader->items, frame.base);
	pq_stack_cut(&reader->frames, reader->frames.count - 1);
	struct pq_value *place = current_place(reader);
	place->kind = value.kind;
	place->length = value.length;
	place->offset = frame.offset;
	place->object = value.object;
	return true;
}

/* The place of the next item of an array. */
static PQ_ALWAYS_INLINE bool begin_item(struct reader *reader, bool passes)
{
	return passes || pq_stack_push(&reader->items) != NULL || stop(reader, NO_MEMORY);
}

/* The bracket has been read. *complete says that it closed again at once. */
static PQ_ALWAYS_INLINE bool open_container(struct reader *reader, bool passes, bool object,
					    bool *complete)
{
	if (reader->frames.count == reader->depth_max || reader->next == reader->end)
		return stop(reader, MALFORMED);
	struct frame *frame = pq_stack_push(&reader->frames);
	if (frame == NULL)
		return stop(reader, NO_MEMORY);
	frame->base = object ? reader->members.count : reader->items.count;
	frame->offset = reader->next[-1];
	frame->object = object;
	*complete = reader->text[*reader->next] == (object ? '}' : ']');
	if (*complete) {
		reader->next++;
		return close_container(reader, passes);
	}
	return object ? read_key(reader, passes) : begin_item(reader, passes);
}

static PQ_ALWAYS_INLINE bool begin_value(struct reader *reader, bool passes, bool *complete)
{
	if (reader->next == reader->end)
		return stop(reader, MALFORMED);
	char byte = reader->text[*reader->next++];
	if (byte == '{' || byte == '[')
		return open_container(reader, passes, byte == '{', complete);
	*complete = true;
	struct pq_value passed;
	return read_scalar(reader, passes ? &passed : current_place(reader));
}

/* What follows a complete value: the next one's place, or the end of containers. */
static PQ_ALWAYS_INLINE bool end_value(struct reader *reader, bool passes)
{
	while (reader->frames.count > reader->floor) {
		const struct frame *frame = pq_stack_top(&reader->frames);
		if (reader->next == reader->end)
			return stop(reader, MALFORMED);
		char byte = reader->text[*reader->next++];
		if (byte == ',')
			return frame->object ? read_key(reader, passes)
					     : begin_item(reader, passes);
		if (byte != (frame->object ? '}' : ']'))
			return stop(reader, MALFORMED);
		if (!close_container(reader, passes))
			return false;
	}
	return true;
}

/* Whether an object begins that is to be passed over. */
static bool is_deferred(const struct reader *reader)
{
	if (reader->frames.count != 2 || reader->deferred.length == 0 ||
	    reader->next == reader->end || reader->text[*reader->next] != '{')
		return false;
	const struct frame *outer = pq_stack_at(&reader->frames, 0);
	const struct frame *inner = pq_stack_at(&reader->frames, 1);
	if (!outer->object || !inner->object)
		return false;
	const struct pq_member *member = pq_stack_top(&reader->members);
	return pq_string_equal(member->key, reader->deferred);
}

static bool pass_over(struct reader *reader)
{
	static const struct pq_object no_members;
	uint32_t offset = *reader->next;
	bool complete;
	reader->passes = true;
	reader->floor = reader->frames.count;
	do {
		if (!begin_value(reader, true, &complete) || (complete && !end_value(reader, true)))
			return false;
	} while (reader->frames.count > reader->floor);
	reader->passes = false;
	reader->floor = 0;
	struct pq_value *place = current_place(reader);
	place->kind = PQ_OBJECT;
	place->length = reader->next[-1] + 1 - offset;
	place->offset = offset;
	place->object = &no_members;
	return true;
}

static bool read_document(struct reader *reader)
{
	bool complete = false;
	do {
		if (is_deferred(reader)) {
			if (!pass_over(reader))
				return false;
			complete = true;
		} else if (!begin_value(reader, false, &complete)) {
			return false;
		}
		if (complete && !end_value(reader, false))
			return false;
	} while (reader->frames.count > 0);
	return reader->next == reader->end || stop(reader, MALFORMED);
}

static int compare_offsets(const void *a, const void *b)
{
	const struct duplicate *left = a, *right = b;
	return (left->offset > right->offset) - (left->offset < right->offset);
}

static bool is_reported(const struct pq_findings *findings, size_t from, struct pq_string path)
{
	for (size_t i = from; i < findings->count; i++) {
		if (findings->items[i].type == PQ_FINDING_DUPLICATE_FIELD &&
		    pq_string_equal(findings->items[i].field, path))
			return true;
	}
	return false;
}

/* In the order of the text, each path once. */
static void report_duplicates(struct reader *reader)
{
	struct pq_findings *findings = reader->findings;
	struct pq_stack *duplicates = &reader->duplicates;
	if (duplicates->count == 0)
		return;
	qsort(duplicates->items, duplicates->count, duplicates->item_size, compare_offsets);
	size_t from = findings->count, reported = 0;
	for (size_t i = 0; i < duplicates->count && reported < PQ_JSON_DUPLICATES_MAX; i++) {
		const struct duplicate *duplicate = pq_stack_at(duplicates, i);
		if (is_reported(findings, from, duplicate->path))
			continue;
		struct pq_buffer message;
		pq_buffer_init_in(&message, findings->arena, 0);
		pq_buffer_append_text(&message, "duplicate field ");
		pq_go_quote(&message, duplicate->path);
		pq_findings_add(findings, (struct pq_finding){
						  .type = PQ_FINDING_DUPLICATE_FIELD,
						  .field = duplicate->path,
						  .message = pq_buffer_view(&message),
						  .offset = duplicate->offset,
					  });
		reported++;
	}
}

static bool explain(const struct reader *reader, struct pq_string text, struct pq_error *error)
{
	switch (reader->outcome) {
	case EXHAUSTED:
		if (reader->arena->limit != SIZE_MAX)
			return pq_error_set(error, PQ_ERROR_TOO_LARGE,
					    "the document needs more than the %zu bytes of memory "
					    "that a request may use",
					    reader->arena->limit);
		break;
	case MALFORMED:
		if (pq_json_check_syntax(text, reader->depth_max, error))
			return pq_error_set(
				error, PQ_ERROR_INTERNAL,
				"the JSON reader refused a document that is well-formed");
		return false;
	case READ:
	case NO_MEMORY:
		break;
	}
	return pq_error_set(error, PQ_ERROR_MEMORY, "out of memory");
}

static bool explain_number(struct pq_string text, struct pq_string number, struct pq_error *error)
{
	uint32_t line, column;
	pq_source_locate(text, (uint32_t)(number.data - text.data), &line, &column);
	pq_error_set(error, PQ_ERROR_INVALID,
		     "json: cannot unmarshal number %.*s into Go value of type float64",
		     PQ_STRING_ARGUMENT(number));
	pq_error_set_position(error, line, column);
	return false;
}

static void reader_init(struct reader *reader, struct pq_arena *arena, struct pq_string text,
			const struct pq_json_options *options)
{
	*reader = (struct reader){
		.arena = arena,
		.text = text.data,
		.text_end = text.data + text.length,
		.backslash = text.data,
	};
	reader->depth_max = PQ_JSON_DEPTH_MAX;
	if (options != NULL) {
		reader->findings = options->findings;
		reader->deferred = options->deferred;
		reader->kept = options->replaced;
		if (options->depth_max != 0)
			reader->depth_max = options->depth_max;
	}
	pq_stack_init(&reader->frames, sizeof(struct frame));
	pq_stack_init(&reader->members, sizeof(struct pq_member));
	pq_stack_init(&reader->items, sizeof(struct pq_value));
	pq_stack_init(&reader->duplicates, sizeof(struct duplicate));
	pq_stack_init(&reader->replaced, sizeof(struct pq_json_replaced_member));
}

static void reader_done(struct reader *reader)
{
	pq_stack_done(&reader->frames);
	pq_stack_done(&reader->members);
	pq_stack_done(&reader->items);
	pq_stack_done(&reader->duplicates);
	pq_stack_done(&reader->replaced);
}

static bool read_text(struct reader *reader, struct pq_string text)
{
	struct pq_json_structure structure;
	switch (pq_json_structure_find(text.data, text.length, &structure)) {
	case PQ_JSON_STRUCTURE_BROKEN:
		return stop(reader, MALFORMED);
	case PQ_JSON_STRUCTURE_NO_MEMORY:
		return stop(reader, NO_MEMORY);
	case PQ_JSON_STRUCTURE_FOUND:
		break;
	}
	reader->next = structure.starts;
	reader->end = structure.starts + structure.count;
	reader->valid_utf8 = structure.valid_utf8;
	return read_document(reader);
}

/* What was replaced, moved to the arena. */
static bool hand_over_replaced(struct reader *reader, struct pq_json_replaced *replaced)
{
	size_t count = reader->replaced.count;
	struct pq_json_replaced_member *items =
		pq_arena_alloc_array(reader->arena, count, sizeof *items);
	if (items == NULL)
		return stop(reader, EXHAUSTED);
	if (count > 0)
		memcpy(items, reader->replaced.items, count * sizeof *items);
	*replaced = (struct pq_json_replaced){
		.items = items,
		.count = count,
		.out_of_range = reader->out_of_range,
	};
	return true;
}

bool pq_json_read(struct pq_arena *arena, struct pq_string text,
		  const struct pq_json_options *options, struct pq_value *value,
		  struct pq_error *error)
{
	struct reader reader;
	reader_init(&reader, arena, text, options);
	bool success = read_text(&reader, text) &&
		       (reader.kept == NULL || hand_over_replaced(&reader, reader.kept));
	if (!success)
		explain(&reader, text, error);
	else if (reader.out_of_range.data != NULL && reader.kept == NULL)
		success = explain_number(text, reader.out_of_range, error);
	if (success) {
		report_duplicates(&reader);
		*value = reader.root;
	}
	reader_done(&reader);
	pq_json_structure_release();
	return success;
}

bool pq_json_read_deferred(struct pq_arena *arena, struct pq_string text,
			   const struct pq_value *deferred, struct pq_value *value,
			   struct pq_error *error)
{
	return pq_json_read(arena, pq_string_slice(text, deferred->offset, deferred->length), NULL,
			    value, error);
}

bool pq_json_read_copy(struct pq_arena *arena, struct pq_string text,
		       const struct pq_json_options *options, struct pq_value *value,
		       struct pq_error *error)
{
	struct pq_string copy = pq_arena_copy(arena, text);
	if (copy.data == NULL)
		return explain(&(struct reader){ .arena = arena, .outcome = EXHAUSTED }, text,
			       error);
	return pq_json_read(arena, copy, options, value, error);
}
