/* Scalars of built-in kinds, as their Go types read them from JSON. */
#include "registry/builtin/steps.h"

#include "base/base64.h"
#include "base/utf8.h"
#include "formats/quantity.h"
#include "formats/timestamp.h"

/* A number with a fraction or an exponent is no integer, whatever its value. */
static bool is_integer_between(const struct pq_value *value, int64_t minimum, int64_t maximum)
{
	return value->kind == PQ_INTEGER && value->integer >= minimum && value->integer <= maximum;
}

/* Any number is one; its own text is what Quantity reads. */
static bool is_quantity(const struct pq_value *value, struct pq_buffer *detail)
{
	struct pq_quantity quantity;
	struct pq_error error;
	if (value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE)
		return true;
	if (value->kind != PQ_STRING)
		return false;
	if (pq_quantity_parse(pq_utf8_trim(pq_value_string(value)), &quantity, &error) ||
	    error.code == PQ_ERROR_TOO_LARGE)
		return true;
	pq_buffer_append_text(detail, error.message);
	return false;
}

static bool has_six_decimals(struct pq_string text)
{
	ptrdiff_t point = pq_string_find_byte(text, '.');
	if (point < 0)
		point = pq_string_find_byte(text, ',');
	size_t digits = 0;
	while (point >= 0 && (size_t)point + 1 + digits < text.length &&
	       text.data[(size_t)point + 1 + digits] >= '0' &&
	       text.data[(size_t)point + 1 + digits] <= '9')
		digits++;
	return digits == 6;
}

static bool is_time(const struct pq_value *value, bool is_micro, struct pq_buffer *detail)
{
	int64_t seconds;
	int32_t nanoseconds;
	if (value->kind != PQ_STRING ||
	    !pq_time_parse(pq_value_string(value), &seconds, &nanoseconds, detail))
		return false;
	if (!is_micro || has_six_decimals(pq_value_string(value)))
		return true;
	pq_buffer_append_text(detail, "the seconds must have six decimals");
	return false;
}

/* Base64, or a list of bytes. */
static bool is_bytes(const struct pq_value *value, struct pq_buffer *detail)
{
	size_t at;
	if (value->kind == PQ_STRING) {
		if (pq_base64_check(pq_value_string(value), &at))
			return true;
		pq_buffer_append_format(detail, "illegal base64 data at input byte %zu", at);
		return false;
	}
	if (value->kind != PQ_ARRAY)
		return false;
	for (size_t i = 0; i < value->length; i++) {
		if (value->items[i].kind != PQ_NULL &&
		    !is_integer_between(&value->items[i], 0, UINT8_MAX))
			return false;
	}
	return true;
}

bool builtin_scalar_fits(enum pq_openapi_shape shape, const struct pq_value *value,
			 struct pq_buffer *detail)
{
	switch (shape) {
	case PQ_OPENAPI_STRING:
		return value->kind == PQ_STRING;
	case PQ_OPENAPI_BOOLEAN:
		return value->kind == PQ_BOOLEAN;
	case PQ_OPENAPI_INT32:
		return is_integer_between(value, INT32_MIN, INT32_MAX);
	case PQ_OPENAPI_INT64:
		return value->kind == PQ_INTEGER;
	case PQ_OPENAPI_NUMBER:
		return value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE;
	case PQ_OPENAPI_INT_OR_STRING:
		return value->kind == PQ_STRING || is_integer_between(value, INT32_MIN, INT32_MAX);
	case PQ_OPENAPI_BYTES:
		return is_bytes(value, detail);
	case PQ_OPENAPI_QUANTITY:
		return is_quantity(value, detail);
	case PQ_OPENAPI_TIME:
	case PQ_OPENAPI_MICRO_TIME:
		return is_time(value, shape == PQ_OPENAPI_MICRO_TIME, detail);
	case PQ_OPENAPI_ANY:
	case PQ_OPENAPI_LIST:
	case PQ_OPENAPI_MAP:
	case PQ_OPENAPI_STRUCT:
		break;
	}
	return true;
}
