#include "cel/data.h"

#include "base/base64.h"
#include "base/character.h"
#include "cel/cel.h"
#include "cel/opaque.h"
#include "formats/duration.h"
#include "formats/timestamp.h"
#include "formats/wordy_duration.h"
#include "json/write.h"

const char *pq_cel_native_go_type(const struct pq_cel_value *value)
{
	static const char *const types[] = {
		[PQ_CEL_NULL] = "structpb.NullValue",
		[PQ_CEL_BOOL] = "bool",
		[PQ_CEL_INT] = "int64",
		[PQ_CEL_UINT] = "uint64",
		[PQ_CEL_DOUBLE] = "float64",
		[PQ_CEL_STRING] = "string",
		[PQ_CEL_BYTES] = "[]uint8",
		[PQ_CEL_TIMESTAMP] = "time.Time",
		[PQ_CEL_DURATION] = "time.Duration",
		[PQ_CEL_LIST_VALUE] = "[]ref.Val",
		[PQ_CEL_MAP_VALUE] = "map[ref.Val]ref.Val",
		[PQ_CEL_OBJECT_VALUE] = "map[string]interface {}",
		[PQ_CEL_TYPE_VALUE] = "string",
		[PQ_CEL_OPAQUE_VALUE] = "opaque",
		[PQ_CEL_ERROR] = "*errors.errorString",
	};
	if (value->kind == PQ_CEL_OPTIONAL)
		return value->present == NULL ? "<nil>" : pq_cel_native_go_type(value->present);
	bool is_container = value->kind == PQ_CEL_LIST_VALUE || value->kind == PQ_CEL_MAP_VALUE;
	if (is_container && value->form == PQ_CEL_OF_DATA)
		return pq_go_type(value->data);
	return types[value->kind];
}

struct pq_cel_value pq_cel_misfit(struct pq_arena *arena,
				  const struct pq_cel_declaration *declaration, const char *go_type)
{
	switch (declaration->kind) {
	case PQ_CEL_DECLARED_DYN:
		return pq_cel_from_error("invalid data, expected XIntOrString value to be either "
					 "a string or integer");
	case PQ_CEL_DECLARED_LIST:
		return pq_cel_from_error("invalid data, expected an array for the provided schema "
					 "with type=array");
	case PQ_CEL_DECLARED_MAP:
	case PQ_CEL_DECLARED_OBJECT:
		return pq_cel_from_error("invalid data, expected a map for the provided schema "
					 "with type=object");
	case PQ_CEL_DECLARED_BOOL:
		return pq_cel_error_format(arena, "invalid data, expected bool, got %s", go_type);
	case PQ_CEL_DECLARED_INT:
		return pq_cel_error_format(arena, "invalid data, expected int, got %s", go_type);
	case PQ_CEL_DECLARED_DOUBLE:
		return pq_cel_error_format(arena, "invalid data, expected float, got %s", go_type);
	default:
		return pq_cel_error_format(arena, "invalid data, expected string, got %s", go_type);
	}
}

static bool are_equal_data(const void *a, const void *b)
{
	return pq_value_equal(a, b);
}

const struct pq_cel_opaque_kind pq_cel_kind_unseen = {
	.type = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL("unknown") },
	.equal = are_equal_data,
	.differs_from_others = true,
	.go_name = "*common.unknownPreserved",
};

static void adapt_any(const struct pq_value *data, struct pq_cel_value *value)
{
	switch (data->kind) {
	case PQ_NULL:
		*value = pq_cel_null_value();
		return;
	case PQ_BOOLEAN:
		*value = pq_cel_from_bool(data->boolean);
		return;
	case PQ_INTEGER:
		*value = pq_cel_from_int(data->integer);
		return;
	case PQ_DOUBLE:
		*value = pq_cel_from_double(data->number);
		return;
	case PQ_STRING:
		*value = pq_cel_from_string(pq_value_string(data));
		return;
	default:
		*value = (struct pq_cel_value){
			.kind = data->kind == PQ_ARRAY ? PQ_CEL_LIST_VALUE : PQ_CEL_MAP_VALUE,
			.form = PQ_CEL_OF_DATA,
			.length = data->length,
			.data = data,
			.declaration = &pq_cel_declaration_any,
		};
	}
}

static struct pq_cel_value adapt_duration(struct pq_arena *arena, struct pq_string text)
{
	struct pq_error error;
	int64_t nanoseconds;
	if (pq_duration_parse(text, &nanoseconds, &error) ||
	    pq_wordy_duration_parse(text, &nanoseconds))
		return pq_cel_from_duration(nanoseconds);
	return pq_cel_error_format(arena, "Invalid duration %.*s: unable to parse %.*s as duration",
				   PQ_STRING_ARGUMENT(text), PQ_STRING_ARGUMENT(text));
}

static struct pq_cel_value refuse_time(struct pq_arena *arena, const char *what,
				       struct pq_string text, const struct pq_buffer *problem)
{
	if (pq_buffer_failed(problem))
		return pq_cel_out_of_memory();
	return pq_cel_error_format(arena, "Invalid %s formatted string %.*s: %.*s", what,
				   PQ_STRING_ARGUMENT(text),
				   PQ_STRING_ARGUMENT(pq_buffer_view(problem)));
}

static struct pq_cel_value adapt_date(struct pq_arena *arena, struct pq_string text)
{
	struct pq_time time;
	struct pq_buffer problem;
	pq_buffer_init_in(&problem, arena, 0);
	if (pq_date_parse(text, &time, &problem))
		return pq_cel_from_timestamp(time.seconds, 0, 0);
	return refuse_time(arena, "date", text, &problem);
}

static struct pq_cel_value adapt_date_time(struct pq_arena *arena, struct pq_string text)
{
	struct pq_time time = { 0 };
	struct pq_buffer problem;
	pq_buffer_init_in(&problem, arena, 0);
	if (text.length == 0 || pq_zoned_time_parse(text, &time, NULL) ||
	    pq_local_time_parse(text, &time, &problem))
		return pq_cel_from_timestamp(time.seconds, time.nanoseconds, time.utc_offset);
	return refuse_time(arena, "date-time", text, &problem);
}

/* Letters of base64 for URLs, its padding, and the line breaks that Go skips. */
static bool is_base64_byte(char byte)
{
	return pq_is_alphanumeric((unsigned char)byte) || byte == '-' || byte == '_' ||
	       byte == '=' || byte == '\r' || byte == '\n';
}

/* The API server reads what its schemas want in the standard alphabet in that for URLs: "+" and "/"
 * are errors. */
static struct pq_cel_value adapt_bytes(struct pq_arena *arena, struct pq_string text)
{
	size_t foreign = 0;
	char *standard = pq_arena_alloc_bytes(arena, text.length + 1);
	if (standard == NULL)
		return pq_cel_out_of_memory();
	for (; foreign < text.length; foreign++) {
		char digit = text.data[foreign];
		if (!is_base64_byte(digit))
			break;
		standard[foreign] = digit == '-' ? '+' : digit == '_' ? '/' : digit;
	}
	struct pq_string bytes = { .data = NULL };
	if (foreign == text.length)
		bytes = pq_base64_decode(arena, (struct pq_string){ standard, text.length });
	if (bytes.data != NULL)
		return pq_cel_from_bytes(bytes);
	return pq_cel_error_format(
		arena, "Invalid byte formatted string %.*s: illegal base64 data at input byte %zu",
		PQ_STRING_ARGUMENT(text), foreign);
}

static struct pq_cel_value adapt_text(struct pq_arena *arena, struct pq_string text,
				      enum pq_cel_declared kind)
{
	switch (kind) {
	case PQ_CEL_DECLARED_BYTES:
		return adapt_bytes(arena, text);
	case PQ_CEL_DECLARED_DATE:
		return adapt_date(arena, text);
	case PQ_CEL_DECLARED_DATE_TIME:
		return adapt_date_time(arena, text);
	case PQ_CEL_DECLARED_DURATION:
		return adapt_duration(arena, text);
	default:
		return pq_cel_from_string(text);
	}
}

static void adapt_container(struct pq_arena *arena, const struct pq_value *data,
			    const struct pq_cel_declaration *declaration,
			    struct pq_cel_value *value)
{
	bool is_list = declaration->kind == PQ_CEL_DECLARED_LIST;
	if (data->kind != (is_list ? PQ_ARRAY : PQ_OBJECT)) {
		*value = pq_cel_misfit(arena, declaration, NULL);
		return;
	}
	*value = (struct pq_cel_value){
		.kind = is_list                                       ? PQ_CEL_LIST_VALUE
			: declaration->kind == PQ_CEL_DECLARED_OBJECT ? PQ_CEL_OBJECT_VALUE
								      : PQ_CEL_MAP_VALUE,
		.form = PQ_CEL_OF_DATA,
		.length = data->length,
		.data = data,
		.declaration = declaration,
	};
}

/* Data that is no container and fits; false otherwise. */
static bool adapt_scalar(struct pq_arena *arena, const struct pq_value *data,
			 enum pq_cel_declared kind, struct pq_cel_value *value)
{
	switch (data->kind) {
	case PQ_STRING:
		if (kind != PQ_CEL_DECLARED_DYN &&
		    (kind < PQ_CEL_DECLARED_STRING || kind > PQ_CEL_DECLARED_DURATION))
			return false;
		*value = adapt_text(arena, pq_value_string(data), kind);
		return true;
	case PQ_INTEGER:
		if (kind == PQ_CEL_DECLARED_INT || kind == PQ_CEL_DECLARED_DYN)
			*value = pq_cel_from_int(data->integer);
		else
			*value = pq_cel_from_double((double)data->integer);
		return kind == PQ_CEL_DECLARED_INT || kind == PQ_CEL_DECLARED_DYN ||
		       kind == PQ_CEL_DECLARED_DOUBLE;
	case PQ_DOUBLE:
		*value = pq_cel_from_double(data->number);
		return kind == PQ_CEL_DECLARED_DOUBLE;
	case PQ_BOOLEAN:
		*value = pq_cel_from_bool(data->boolean);
		return kind == PQ_CEL_DECLARED_BOOL;
	default:
		return false;
	}
}

void pq_cel_adapt_any_kind(struct pq_arena *arena, const struct pq_value *data,
			   const struct pq_cel_declaration *declaration, struct pq_cel_value *value)
{
	if (declaration->kind == PQ_CEL_DECLARED_ANY) {
		adapt_any(data, value);
	} else if (data->kind == PQ_NULL) {
		*value = declaration->nullable
				 ? pq_cel_null_value()
				 : pq_cel_from_error("invalid data, got null for schema with "
						     "nullable=false");
	} else if (declaration->kind == PQ_CEL_DECLARED_UNSEEN) {
		*value = pq_cel_from_opaque(&pq_cel_kind_unseen.type, data);
	} else if (declaration->kind >= PQ_CEL_DECLARED_LIST) {
		adapt_container(arena, data, declaration, value);
	} else if (!adapt_scalar(arena, data, declaration->kind, value)) {
		*value = pq_cel_misfit(arena, declaration, pq_go_type(data));
	}
}

struct pq_cel_value pq_cel_from_data(struct pq_arena *arena, const struct pq_value *data,
				     const struct pq_cel_declaration *declaration)
{
	struct pq_cel_value value;
	pq_cel_adapt(arena, data, declaration, &value);
	return value;
}

bool pq_cel_to_data(const struct pq_cel_value *value, struct pq_value *data)
{
	switch (value->kind) {
	case PQ_CEL_BOOL:
		*data = pq_value_from_boolean(value->boolean);
		return true;
	case PQ_CEL_INT:
		*data = pq_value_from_integer(value->integer);
		return true;
	case PQ_CEL_DOUBLE:
		*data = pq_value_from_double(value->number);
		return true;
	case PQ_CEL_STRING:
		*data = pq_value_from_string(pq_cel_value_string(value));
		return true;
	case PQ_CEL_LIST_VALUE:
	case PQ_CEL_MAP_VALUE:
	case PQ_CEL_OBJECT_VALUE:
		if (value->form != PQ_CEL_OF_DATA)
			return false;
		*data = *value->data;
		return true;
	default:
		return false;
	}
}

/* The items of a list that was added to others of declared data. */
static void strip_items(struct pq_arena *arena, struct pq_cel_value *list)
{
	struct pq_cel_value *items = pq_arena_alloc_raw(arena, list->length * sizeof *items);
	if (items == NULL) {
		*list = pq_cel_out_of_memory();
		return;
	}
	for (uint32_t i = 0; i < list->length; i++) {
		items[i] = list->items[i];
		pq_cel_strip(arena, &items[i]);
	}
	*list = pq_cel_from_items(items, list->length);
}

/* cel-go's adapter does not know what the library's type holds. */
static void strip_opaque(struct pq_arena *arena, struct pq_cel_value *value)
{
	const struct pq_cel_opaque_kind *kind = pq_cel_opaque_kind(value);
	struct pq_buffer shown;
	if (kind->go_type == NULL)
		return;
	pq_buffer_init_in(&shown, arena, 0);
	if (kind->write != NULL)
		kind->write(&shown, value->opaque);
	*value = pq_cel_error_format(arena, "unsupported conversion to ref.Val: (%s)%.*s",
				     kind->go_type, PQ_STRING_ARGUMENT(pq_buffer_view(&shown)));
}

void pq_cel_strip(struct pq_arena *arena, struct pq_cel_value *value)
{
	switch (value->kind) {
	case PQ_CEL_LIST_VALUE:
	case PQ_CEL_MAP_VALUE:
	case PQ_CEL_OBJECT_VALUE:
		if (value->form == PQ_CEL_OF_DATA)
			adapt_any(value->data, value);
		else if (value->kind == PQ_CEL_LIST_VALUE && value->form == PQ_CEL_BUILT &&
			 value->declaration != NULL)
			strip_items(arena, value);
		return;
	case PQ_CEL_TYPE_VALUE:
		*value = pq_cel_from_string(value->type_value->name);
		return;
	case PQ_CEL_OPTIONAL:
		if (value->present == NULL) {
			*value = pq_cel_null_value();
			return;
		}
		*value = *value->present;
		if (value->kind == PQ_CEL_ERROR)
			*value =
				pq_cel_error_format(arena,
						    "unsupported conversion to ref.Val: "
						    "(*errors.errorString)%.*s",
						    PQ_STRING_ARGUMENT(pq_cel_value_string(value)));
		else
			pq_cel_strip(arena, value);
		return;
	case PQ_CEL_OPAQUE_VALUE:
		strip_opaque(arena, value);
		return;
	default:
		return;
	}
}
