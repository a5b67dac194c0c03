#include "cel/value.h"

#include "cel/container.h"
#include "cel/opaque.h"

static const struct pq_cel_type optional_type = {
	.kind = PQ_CEL_TYPE_OPAQUE,
	.name = PQ_LITERAL("optional_type"),
};

struct pq_cel_value pq_cel_error_format(struct pq_arena *arena, const char *format, ...)
{
	va_list arguments;
	va_start(arguments, format);
	struct pq_cel_value error = pq_cel_error_format_list(arena, format, arguments);
	va_end(arguments);
	return error;
}

struct pq_cel_value pq_cel_error_format_list(struct pq_arena *arena, const char *format,
					     va_list arguments)
{
	struct pq_string text = pq_arena_format_list(arena, format, arguments);
	if (text.data == NULL)
		return pq_cel_out_of_memory();
	return (struct pq_cel_value){ .kind = PQ_CEL_ERROR,
				      .length = (uint32_t)text.length,
				      .bytes = text.data };
}

struct pq_cel_value pq_cel_optional_of(struct pq_arena *arena, const struct pq_cel_value *value)
{
	struct pq_cel_value *copy = pq_arena_alloc_raw(arena, sizeof *copy);
	if (copy == NULL)
		return pq_cel_out_of_memory();
	*copy = *value;
	return pq_cel_from_optional(copy);
}

struct pq_cel_value pq_cel_out_of_memory(void)
{
	return pq_cel_from_fatal("operation cancelled: out of memory");
}

struct pq_cel_value pq_cel_no_such_overload(const struct pq_cel_value *value)
{
	return pq_cel_is_error(value) ? *value : pq_cel_from_error("no such overload");
}

const struct pq_cel_type *pq_cel_runtime_type(const struct pq_cel_value *value)
{
	static const struct pq_cel_type *const types[] = {
		[PQ_CEL_NULL] = &pq_cel_null,
		[PQ_CEL_BOOL] = &pq_cel_bool,
		[PQ_CEL_INT] = &pq_cel_int,
		[PQ_CEL_UINT] = &pq_cel_uint,
		[PQ_CEL_DOUBLE] = &pq_cel_double,
		[PQ_CEL_STRING] = &pq_cel_string,
		[PQ_CEL_BYTES] = &pq_cel_bytes,
		[PQ_CEL_TIMESTAMP] = &pq_cel_timestamp,
		[PQ_CEL_DURATION] = &pq_cel_duration,
		[PQ_CEL_LIST_VALUE] = &pq_cel_list_of_dyn,
		[PQ_CEL_MAP_VALUE] = &pq_cel_map_of_dyn,
		[PQ_CEL_OBJECT_VALUE] = &pq_cel_map_of_dyn,
		[PQ_CEL_TYPE_VALUE] = &pq_cel_type_type,
		[PQ_CEL_OPTIONAL] = &optional_type,
		[PQ_CEL_ERROR] = &pq_cel_error,
	};
	return value->kind == PQ_CEL_OPAQUE_VALUE ? value->opaque_type : types[value->kind];
}

/* Lists and maps of declared data have no notion of being empty in cel-go. */
static bool is_zero_container(const struct pq_cel_value *value)
{
	if (value->kind == PQ_CEL_LIST_VALUE)
		return pq_cel_list_is_plain(value) && pq_cel_list_size(value) == 0;
	return pq_cel_map_is_plain(value) && pq_cel_map_size(value) == 0;
}

bool pq_cel_is_zero(const struct pq_cel_value *value)
{
	switch (value->kind) {
	case PQ_CEL_NULL:
		return true;
	case PQ_CEL_BOOL:
		return !value->boolean;
	case PQ_CEL_INT:
	case PQ_CEL_UINT:
	case PQ_CEL_DURATION:
		return value->integer == 0;
	case PQ_CEL_DOUBLE:
		return value->number == 0;
	case PQ_CEL_STRING:
	case PQ_CEL_BYTES:
		return value->length == 0;
	case PQ_CEL_TIMESTAMP:
		return value->integer == PQ_CEL_TIMESTAMP_MIN && value->nanoseconds == 0;
	case PQ_CEL_LIST_VALUE:
	case PQ_CEL_MAP_VALUE:
	case PQ_CEL_OBJECT_VALUE:
		return is_zero_container(value);
	default:
		return false;
	}
}

const char *pq_cel_value_go_type(const struct pq_cel_value *value)
{
	static const char *const names[] = {
		[PQ_CEL_NULL] = "types.Null",
		[PQ_CEL_BOOL] = "types.Bool",
		[PQ_CEL_INT] = "types.Int",
		[PQ_CEL_UINT] = "types.Uint",
		[PQ_CEL_DOUBLE] = "types.Double",
		[PQ_CEL_STRING] = "types.String",
		[PQ_CEL_BYTES] = "types.Bytes",
		[PQ_CEL_TIMESTAMP] = "types.Timestamp",
		[PQ_CEL_DURATION] = "types.Duration",
		[PQ_CEL_TYPE_VALUE] = "*types.Type",
		[PQ_CEL_OPTIONAL] = "*types.Optional",
		[PQ_CEL_ERROR] = "*types.Err",
	};
	switch (value->kind) {
	case PQ_CEL_LIST_VALUE:
		return pq_cel_list_is_plain(value) ? "*types.baseList" : "*common.unstructuredList";
	case PQ_CEL_MAP_VALUE:
	case PQ_CEL_OBJECT_VALUE:
		return pq_cel_map_is_plain(value) ? "*types.baseMap" : "*common.unstructuredMap";
	case PQ_CEL_OPAQUE_VALUE:
		return pq_cel_opaque_kind(value)->go_name + (value->form != PQ_CEL_BY_POINTER);
	default:
		return names[value->kind];
	}
}
