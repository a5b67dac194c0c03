#include "cel/message.h"

#define WRAPPER(variable, kind_, text)                                                             \
	static const struct pq_cel_type variable = {                                               \
		.kind = (kind_),                                                                   \
		.nullable = true,                                                                  \
		.name = PQ_LITERAL(text),                                                          \
	}

WRAPPER(bool_value, PQ_CEL_TYPE_BOOL, "bool");
WRAPPER(bytes_value, PQ_CEL_TYPE_BYTES, "bytes");
WRAPPER(double_value, PQ_CEL_TYPE_DOUBLE, "double");
WRAPPER(int_value, PQ_CEL_TYPE_INT, "int");
WRAPPER(uint_value, PQ_CEL_TYPE_UINT, "uint");
WRAPPER(string_value, PQ_CEL_TYPE_STRING, "string");

static const struct pq_cel_type struct_type = {
	.kind = PQ_CEL_TYPE_MAP,
	.parameter_count = 2,
	.name = PQ_LITERAL("map"),
	.parameters = { &pq_cel_string, &pq_cel_dyn },
};

static const struct pq_cel_type empty_type = {
	.kind = PQ_CEL_TYPE_OBJECT,
	.name = PQ_LITERAL("google.protobuf.Empty"),
};

static const struct pq_cel_message_field any_fields[] = {
	{ "type_url", &pq_cel_string, PQ_CEL_NATIVE_STRING },
	{ "value", &pq_cel_bytes, PQ_CEL_NATIVE_BYTES }
};
static const struct pq_cel_message_field time_fields[] = {
	{ "seconds", &pq_cel_int, PQ_CEL_NATIVE_INT64 },
	{ "nanos", &pq_cel_int, PQ_CEL_NATIVE_INT32 }
};
static const struct pq_cel_message_field struct_fields[] = { { "fields", &struct_type,
							       PQ_CEL_NATIVE_MAP_OF_JSON } };
static const struct pq_cel_message_field list_fields[] = { { "values", &pq_cel_list_of_dyn,
							     PQ_CEL_NATIVE_REPEATED_JSON } };
static const struct pq_cel_message_field value_fields[] = {
	{ "null_value", &pq_cel_int, PQ_CEL_NATIVE_ENUM },
	{ "number_value", &pq_cel_double, PQ_CEL_NATIVE_DOUBLE },
	{ "string_value", &pq_cel_string, PQ_CEL_NATIVE_STRING },
	{ "bool_value", &pq_cel_bool, PQ_CEL_NATIVE_BOOL },
	{ "struct_value", &struct_type, PQ_CEL_NATIVE_JSON_OBJECT },
	{ "list_value", &pq_cel_list_of_dyn, PQ_CEL_NATIVE_JSON_LIST }
};
static const struct pq_cel_message_field bool_fields[] = { { "value", &pq_cel_bool,
							     PQ_CEL_NATIVE_BOOL } };
static const struct pq_cel_message_field bytes_fields[] = { { "value", &pq_cel_bytes,
							      PQ_CEL_NATIVE_BYTES } };
static const struct pq_cel_message_field double_fields[] = { { "value", &pq_cel_double,
							       PQ_CEL_NATIVE_DOUBLE } };
static const struct pq_cel_message_field float_fields[] = { { "value", &pq_cel_double,
							      PQ_CEL_NATIVE_FLOAT } };
static const struct pq_cel_message_field int64_fields[] = { { "value", &pq_cel_int,
							      PQ_CEL_NATIVE_INT64 } };
static const struct pq_cel_message_field int32_fields[] = { { "value", &pq_cel_int,
							      PQ_CEL_NATIVE_INT32 } };
static const struct pq_cel_message_field uint64_fields[] = { { "value", &pq_cel_uint,
							       PQ_CEL_NATIVE_UINT64 } };
static const struct pq_cel_message_field uint32_fields[] = { { "value", &pq_cel_uint,
							       PQ_CEL_NATIVE_UINT32 } };
static const struct pq_cel_message_field string_fields[] = { { "value", &pq_cel_string,
							       PQ_CEL_NATIVE_STRING } };

#define MESSAGE(name_, type_, fields_)                                                             \
	.name = "google.protobuf." name_, .type = (type_), .fields = (fields_),                    \
	.field_count = sizeof(fields_) / sizeof(fields_)[0]

/* Those of one type: the one whose fields literals of the type have comes first. */
static const struct pq_cel_message messages[] = {
	{ MESSAGE("Any", &pq_cel_any, any_fields), .make = pq_cel_make_any },
	{ MESSAGE("Duration", &pq_cel_duration, time_fields), .make = pq_cel_make_duration },
	{ MESSAGE("Timestamp", &pq_cel_timestamp, time_fields), .make = pq_cel_make_timestamp },
	{ MESSAGE("Struct", &struct_type, struct_fields), .make = pq_cel_make_struct },
	{ MESSAGE("ListValue", &pq_cel_list_of_dyn, list_fields),
	  .zero = { .kind = PQ_CEL_LIST_VALUE, .form = PQ_CEL_BUILT } },
	{ MESSAGE("Value", &pq_cel_dyn, value_fields), .make = pq_cel_make_value },
	{ MESSAGE("BoolValue", &bool_value, bool_fields), .zero = { .kind = PQ_CEL_BOOL } },
	{ MESSAGE("BytesValue", &bytes_value, bytes_fields),
	  .zero = { .kind = PQ_CEL_BYTES, .bytes = "" } },
	{ MESSAGE("DoubleValue", &double_value, double_fields), .zero = { .kind = PQ_CEL_DOUBLE } },
	{ MESSAGE("FloatValue", &double_value, float_fields), .zero = { .kind = PQ_CEL_DOUBLE } },
	{ MESSAGE("Int64Value", &int_value, int64_fields), .zero = { .kind = PQ_CEL_INT } },
	{ MESSAGE("Int32Value", &int_value, int32_fields), .zero = { .kind = PQ_CEL_INT } },
	{ MESSAGE("UInt64Value", &uint_value, uint64_fields), .zero = { .kind = PQ_CEL_UINT } },
	{ MESSAGE("UInt32Value", &uint_value, uint32_fields), .zero = { .kind = PQ_CEL_UINT } },
	{ MESSAGE("StringValue", &string_value, string_fields),
	  .zero = { .kind = PQ_CEL_STRING, .bytes = "" } },
	{ .name = "google.protobuf.Empty", .type = &empty_type, .make = pq_cel_make_empty },
};

enum { MESSAGE_COUNT = sizeof messages / sizeof messages[0] };

const struct pq_cel_message *pq_cel_message_find(struct pq_string name)
{
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		if (pq_string_is(name, messages[i].name))
			return &messages[i];
	}
	return NULL;
}

const struct pq_cel_message *pq_cel_message_of_type(const struct pq_cel_type *type)
{
	for (size_t i = 0; i < MESSAGE_COUNT; i++) {
		const struct pq_cel_type *known = messages[i].type;
		if (known->nullable == type->nullable && pq_cel_type_equal(known, type))
			return &messages[i];
	}
	return NULL;
}

const struct pq_cel_message_field *pq_cel_message_find_field(const struct pq_cel_message *message,
							     struct pq_string name)
{
	for (size_t i = 0; i < message->field_count; i++) {
		if (pq_string_is(name, message->fields[i].name))
			return &message->fields[i];
	}
	return NULL;
}
