/* Values without parts, and what is told of a value of the wrong type. */
#include "registry/typed_read.h"

#include "base/stack.h"
#include "formats/timestamp.h"
#include "json/write.h"

#include <math.h>

bool pq_typed_end(struct pq_typed_reading *reading, struct pq_string reason)
{
	reading->reason = reason;
	return false;
}

bool pq_typed_out_of_room(struct pq_typed_reading *reading)
{
	return pq_typed_end(reading, PQ_S("the object takes too much memory"));
}

static const char *go_name(const struct pq_value *value)
{
	switch ((enum pq_kind)value->kind) {
	case PQ_BOOLEAN:
		return "bool";
	case PQ_INTEGER:
	case PQ_DOUBLE:
		return "number";
	default:
		return pq_kind_name((enum pq_kind)value->kind);
	}
}

/* In Go's words; of an exhausted arena, that. */
static struct pq_string describe(const struct pq_typed_reading *reading,
				 const struct pq_typed *type, const char *what)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, reading->arena, 0);
	pq_buffer_append_format(&text, "json: cannot unmarshal %s into Go ", what);
	const char *struct_name = reading->outer_struct_name != NULL ? reading->outer_struct_name
								     : reading->struct_name;
	if (struct_name == NULL)
		pq_buffer_append_text(&text, "value");
	else
		pq_buffer_append_format(&text, "struct field %s.%.*s", struct_name,
					PQ_STRING_ARGUMENT(pq_buffer_view(&reading->field)));
	pq_buffer_append_format(&text, " of type %s", type->name);
	return pq_buffer_failed(&text) ? PQ_S("the object takes too much memory")
				       : pq_buffer_view(&text);
}

/* Repeated fields of a text are not read in its order. */
static bool is_first(const struct pq_typed_reading *reading, const struct pq_value *value)
{
	return reading->first.data == NULL ||
	       (reading->text != NULL && value->offset < reading->first_offset);
}

static void note(struct pq_typed_reading *reading, const struct pq_typed *type,
		 const struct pq_value *value, const char *what)
{
	if (is_first(reading, value))
		pq_typed_note(reading, value, describe(reading, type, what));
}

void pq_typed_note(struct pq_typed_reading *reading, const struct pq_value *value,
		   struct pq_string problem)
{
	if (!is_first(reading, value))
		return;
	reading->first = problem;
	reading->first_offset = value->offset;
}

void pq_typed_note_mismatch(struct pq_typed_reading *reading, const struct pq_typed *type,
			    const struct pq_value *value)
{
	note(reading, type, value, go_name(value));
}

struct pq_value pq_typed_zero(const struct pq_typed *type)
{
	switch (type->kind) {
	case PQ_TYPED_STRING:
		return pq_value_from_string(PQ_S(""));
	case PQ_TYPED_INTEGER:
		return pq_value_from_integer(0);
	case PQ_TYPED_NUMBER:
		return pq_value_from_double(0);
	case PQ_TYPED_BOOLEAN:
		return pq_value_from_boolean(false);
	default:
		return pq_value_null();
	}
}

static bool is_number(const struct pq_value *value)
{
	return value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE;
}

/* As it stands in the text, if there is one. */
static struct pq_string written_number(const struct pq_typed_reading *reading,
				       const struct pq_value *value)
{
	if (reading->text == NULL || value->offset >= reading->text->json.length)
		return (struct pq_string){ 0 };
	struct pq_string rest =
		pq_string_slice(reading->text->json, value->offset, reading->text->json.length);
	size_t length = 0;
	while (length < rest.length && rest.data[length] != '\0' &&
	       strchr("+-.0123456789Ee", rest.data[length]) != NULL)
		length++;
	return pq_string_slice(rest, 0, length);
}

/* A number that its field cannot hold is shown. */
static void note_misfit(struct pq_typed_reading *reading, const struct pq_typed *type,
			const struct pq_value *value)
{
	struct pq_buffer text;
	struct pq_string number = written_number(reading, value);
	if (!is_number(value)) {
		note(reading, type, value, go_name(value));
		return;
	}
	pq_buffer_init_in(&text, reading->arena, 0);
	pq_buffer_append_text(&text, "number ");
	if (number.length > 0)
		pq_buffer_append_string(&text, number);
	else
		pq_json_write(&text, value, PQ_JSON_COMPACT);
	pq_buffer_append_byte(&text, '\0');
	note(reading, type, value, pq_buffer_failed(&text) ? "number" : text.data);
}

static void read_integer(struct pq_typed_reading *reading, const struct pq_typed *type,
			 const struct pq_value *value, struct pq_value *result)
{
	bool is_in_range = value->kind == PQ_INTEGER && value->integer >= type->least &&
			   value->integer <= type->most;
	/* What holds nothing below 0 takes no "-0". */
	bool is_signed = type->least < 0 ||
			 !pq_string_starts_with(written_number(reading, value), PQ_S("-"));
	if (is_in_range && is_signed)
		*result = *value;
	else
		note_misfit(reading, type, value);
}

/* metav1.Time.UnmarshalJSON; its errors end the reading at once. */
static bool read_time(struct pq_typed_reading *reading, const struct pq_value *value,
		      struct pq_value *result)
{
	int64_t seconds;
	int32_t nanoseconds;
	if (value->kind != PQ_STRING)
		return pq_typed_end(reading, describe(reading, &pq_typed_string, go_name(value)));
	struct pq_buffer text;
	pq_buffer_init_in(&text, reading->arena, 0);
	if (!pq_time_parse(pq_value_string(value), &seconds, &nanoseconds, &text))
		return pq_buffer_failed(&text) ? pq_typed_out_of_room(reading)
					       : pq_typed_end(reading, pq_buffer_view(&text));
	pq_time_write(&text, seconds);
	if (pq_buffer_failed(&text))
		return pq_typed_out_of_room(reading);
	uint32_t offset = value->offset;
	/* The year 1 is Go's zero time, which is written as null. */
	*result = seconds == INT64_C(-62135596800) && nanoseconds == 0
			  ? pq_value_null()
			  : pq_value_from_string(pq_buffer_view(&text));
	result->offset = offset;
	return true;
}

/* A float64 holds integers beyond 2^53 only roughly, and there is a "-0" of it. */
static struct pq_value round_to_double(const struct pq_typed_reading *reading,
				       const struct pq_value *value)
{
	enum { EXACT_BITS = 53 };
	const int64_t exact = INT64_C(1) << EXACT_BITS;
	bool is_negative_zero = value->kind == PQ_INTEGER && value->integer == 0 &&
				pq_string_is(written_number(reading, value), "-0");
	if (value->kind != PQ_INTEGER ||
	    (value->integer <= exact && value->integer >= -exact && !is_negative_zero))
		return *value;
	struct pq_value rounded =
		pq_value_from_double(is_negative_zero ? -0.0 : (double)value->integer);
	rounded.offset = value->offset;
	return rounded;
}

static bool is_out_of_range(const struct pq_value *value)
{
	return value->kind == PQ_DOUBLE && isinf(value->number);
}

/* Go writes "-0" for it, too, and reads an integer from that. */
static bool is_zero_double(const struct pq_value *value)
{
	return value->kind == PQ_DOUBLE && value->number == 0;
}

/* The first such number in raw JSON, in the order of the text; *found stays when there is none. */
static bool find_number(struct pq_typed_reading *reading, const struct pq_value *value,
			bool (*is_wanted)(const struct pq_value *), const struct pq_value **found)
{
	pq_cleanup_stack struct pq_stack stack;
	pq_stack_init(&stack, sizeof value);
	do {
		if (is_wanted(value)) {
			*found = value;
			return true;
		}
		size_t count = value->kind == PQ_ARRAY    ? value->length
			       : value->kind == PQ_OBJECT ? value->object->count
							  : 0;
		const struct pq_value **children = pq_stack_push_many(&stack, count);
		if (children == NULL && count > 0)
			return pq_typed_out_of_room(reading);
		/* The first child on top. */
		for (size_t i = 0; i < count; i++)
			children[count - 1 - i] = value->kind == PQ_ARRAY
							  ? &value->items[i]
							  : &value->object->members[i].value;
		if (stack.count == 0)
			return true;
		value = *(const struct pq_value **)pq_stack_top(&stack);
		pq_stack_cut(&stack, stack.count - 1);
	} while (true);
}

/* As the server answers, which has written raw JSON and read it again before. */
static bool write_raw(struct pq_typed_reading *reading, const struct pq_value *value,
		      struct pq_value *result)
{
	struct pq_buffer text;
	struct pq_error error;
	const struct pq_value *zero = NULL;
	if (!find_number(reading, value, is_zero_double, &zero))
		return false;
	if (zero == NULL)
		return true;
	pq_buffer_init_in(&text, reading->arena, 0);
	pq_json_write(&text, value, PQ_JSON_COMPACT);
	if (pq_buffer_failed(&text) ||
	    !pq_json_read(reading->arena, pq_buffer_view(&text), NULL, result, &error))
		return pq_typed_out_of_room(reading);
	result->offset = value->offset;
	return true;
}

/* Raw JSON is converted when all has been read, and only then a number that no double holds fails:
 * the first such one is remembered. */
static bool read_raw(struct pq_typed_reading *reading, const struct pq_value *value,
		     struct pq_value *result)
{
	const struct pq_value *found = NULL;
	*result = *value;
	if (reading->is_writing)
		return write_raw(reading, value, result);
	if (reading->text == NULL || reading->unconvertible.data != NULL)
		return true;
	if (!find_number(reading, value, is_out_of_range, &found))
		return false;
	if (found != NULL)
		reading->unconvertible = written_number(reading, found);
	return true;
}

bool pq_typed_read_scalar(struct pq_typed_reading *reading, const struct pq_typed *type,
			  const struct pq_value *value, struct pq_value *result)
{
	switch (type->kind) {
	case PQ_TYPED_TIME:
		return read_time(reading, value, result);
	case PQ_TYPED_RAW:
		return read_raw(reading, value, result);
	case PQ_TYPED_INTEGER:
		read_integer(reading, type, value, result);
		return true;
	case PQ_TYPED_NUMBER:
		if (is_number(value) && !is_out_of_range(value))
			*result = round_to_double(reading, value);
		else
			note_misfit(reading, type, value);
		return true;
	default:
		if (value->kind == (type->kind == PQ_TYPED_STRING ? PQ_STRING : PQ_BOOLEAN))
			*result = *value;
		else
			pq_typed_note_mismatch(reading, type, value);
		return true;
	}
}
