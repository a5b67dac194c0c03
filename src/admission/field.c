#include "admission/field.h"

bool field_refuse(struct pq_error *error, const char *path, const char *message)
{
	pq_error_set(error, PQ_ERROR_INVALID, "%s", message);
	pq_error_add_path(error, pq_string_from(path));
	return false;
}

bool field_is_absent(const struct pq_value *value)
{
	return value == NULL || value->kind == PQ_NULL;
}

bool field_take_string(const struct pq_value *parent, const char *key, const char *path,
		       struct pq_string *text, struct pq_error *error)
{
	const struct pq_value *value = pq_value_find(parent, pq_string_from(key));
	*text = PQ_S("");
	if (field_is_absent(value))
		return true;
	if (value->kind != PQ_STRING)
		return field_refuse(error, path, "must be a string");
	*text = pq_value_string(value);
	return true;
}

bool field_take_object(const struct pq_value *parent, const char *key, const char *path,
		       const struct pq_value **object, struct pq_error *error)
{
	const struct pq_value *value = pq_value_find(parent, pq_string_from(key));
	*object = NULL;
	if (field_is_absent(value))
		return true;
	if (value->kind != PQ_OBJECT)
		return field_refuse(error, path, "must be an object or null");
	*object = value;
	return true;
}
