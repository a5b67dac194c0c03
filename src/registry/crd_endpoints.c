/* What a CRD says of its endpoints: columns, subresources, selectable fields. */
#include "registry/crd_check.h"

#include <stdio.h>

enum { SELECTABLE_FIELDS_MAX = 8 };

static const char column_types[] = "boolean,date,integer,number,string";
static const char column_formats[] = "byte,date,date-time,double,float,int32,int64,password";

static bool list_has(const char *list, struct pq_string text)
{
	struct pq_string rest = pq_string_from(list), part;
	while (pq_string_split(&rest, ',', &part)) {
		if (pq_string_equal(part, text))
			return true;
	}
	return false;
}

/* validateSimpleJSONPath; false when it found something. */
static bool check_simple_path(const struct crd_check *check, const struct pq_path *path,
			      struct pq_string text, uint32_t offset)
{
	if (text.data[0] == '.')
		return true;
	finding_add_invalid_text(check->findings, path, text, offset,
				 PQ_S("must be a simple json path starting with ."));
	return false;
}

static void check_column(const struct crd_check *check, const struct pq_value *column,
			 const struct pq_path *path)
{
	struct pq_path name_path = pq_path_property(path, PQ_S("name"));
	struct pq_path type_path = pq_path_property(path, PQ_S("type"));
	struct pq_path format_path = pq_path_property(path, PQ_S("format"));
	struct pq_path json_path = pq_path_property(path, PQ_S("JSONPath"));
	struct pq_string type = pq_value_find_string(column, PQ_S("type"));
	struct pq_string format = pq_value_find_string(column, PQ_S("format"));
	struct pq_string place = pq_value_find_string(column, PQ_S("jsonPath"));
	if (pq_value_find_string(column, PQ_S("name")).length == 0)
		crd_check_add_required(check, &name_path, column->offset, "");
	if (type.length == 0)
		crd_check_add_required(check, &type_path, column->offset,
				       "must be one of boolean,date,integer,number,string");
	else if (!list_has(column_types, type))
		finding_add_invalid_text(check->findings, &type_path, type, column->offset,
					 PQ_S("must be one of boolean,date,integer,number,string"));
	if (format.length > 0 && !list_has(column_formats, format))
		finding_add_invalid_text(
			check->findings, &format_path, format, column->offset,
			PQ_S("must be one of byte,date,date-time,double,float,int32,"
			     "int64,password"));
	if (place.length == 0)
		crd_check_add_required(check, &json_path, column->offset, "");
	else
		check_simple_path(check, &json_path, place, column->offset);
}

void crd_check_columns(const struct crd_check *check, const struct pq_value *columns,
		       const struct pq_path *path)
{
	for (size_t i = 0; columns != NULL && i < columns->length; i++) {
		struct pq_path step = pq_path_index(path, i);
		check_column(check, &columns->items[i], &step);
	}
}

static void check_scale_path(const struct crd_check *check, const struct pq_value *scale,
			     const struct pq_path *parent, const char *key, const char *prefix,
			     const char *detail)
{
	char field[64];
	snprintf(field, sizeof field, "scale.%s", key);
	struct pq_path path = pq_path_property(parent, pq_string_from(field));
	struct pq_string text = pq_value_find_string(scale, pq_string_from(key));
	if (text.length == 0)
		crd_check_add_required(check, &path, scale->offset, "");
	else if (check_simple_path(check, &path, text, scale->offset) &&
		 !pq_string_starts_with(text, pq_string_from(prefix)))
		finding_add_invalid_text(check->findings, &path, text, scale->offset,
					 pq_string_from(detail));
}

void crd_check_subresources(const struct crd_check *check, const struct pq_value *subresources,
			    const struct pq_path *path)
{
	const struct pq_value *scale = pq_value_find(subresources, PQ_S("scale"));
	if (scale == NULL)
		return;
	check_scale_path(check, scale, path, "specReplicasPath", ".spec.",
			 "should be a json path under .spec");
	check_scale_path(check, scale, path, "statusReplicasPath", ".status.",
			 "should be a json path under .status");
	struct pq_string selector = pq_value_find_string(scale, PQ_S("labelSelectorPath"));
	struct pq_path step = pq_path_property(path, PQ_S("scale.labelSelectorPath"));
	if (selector.length == 0 || !check_simple_path(check, &step, selector, scale->offset))
		return;
	if (pq_string_starts_with(selector, PQ_S(".spec.")) ||
	    pq_string_starts_with(selector, PQ_S(".status.")))
		return;
	finding_add_invalid_named(check->findings, &step, selector, scale->offset,
				  PQ_S("should be a json path under either .spec or .status"));
}

/* The end of a text in single quotes, which take the rest of a path when nothing closes them. */
static size_t end_of_quoted(struct pq_string path, size_t start)
{
	for (size_t at = start + 1; at < path.length; at++) {
		if (path.data[at] == '\'' && path.data[at - 1] != '\\')
			return at + 1;
	}
	return path.length;
}

/* A word of a path from start on, as ValidFieldPath's scanner splits it: a delimiter, a text in
 * single quotes, or what reaches to the next delimiter. */
static struct pq_string read_word(struct pq_string path, size_t start)
{
	size_t end = start;
	if (start < path.length && path.data[start] == '\'')
		return pq_string_slice(path, start, end_of_quoted(path, start) - start);
	while (end < path.length && memchr(".[]", path.data[end], 3) == NULL)
		end++;
	return pq_string_slice(path, start, end == start ? 1 : end - start);
}

/* A null when additionalProperties has no schema: the field is there, but of no type. */
static const struct pq_value *find_child(const struct pq_value *schema, struct pq_string name)
{
	static const struct pq_value typeless = { .kind = PQ_NULL };
	const struct pq_value *properties = pq_value_find(schema, PQ_S("properties"));
	const struct pq_value *additional = pq_value_find(schema, PQ_S("additionalProperties"));
	if (properties != NULL && properties->kind == PQ_OBJECT && properties->object->count > 0)
		return pq_value_find(properties, name);
	return additional != NULL && additional->kind == PQ_BOOLEAN ? &typeless : additional;
}

/* The schema that a dotted path leads to, or NULL with what stands in the way added to problem. */
static const struct pq_value *find_schema(const struct pq_value *schema, struct pq_string path,
					  struct pq_buffer *problem)
{
	for (size_t at = 0; at < path.length;) {
		if (path.data[at] == '[') {
			pq_buffer_append_text(problem, "array notation is not allowed");
			return NULL;
		}
		if (path.data[at] != '.') {
			pq_buffer_append_text(problem, "expected [ or . but got: ");
			pq_buffer_append_string(problem, read_word(path, at));
			return NULL;
		}
		if (++at == path.length) {
			pq_buffer_append_text(problem, "unexpected end of JSON path");
			return NULL;
		}
		struct pq_string name = read_word(path, at);
		schema = find_child(schema, name);
		if (schema == NULL) {
			pq_buffer_append_text(problem, "does not refer to a valid field");
			return NULL;
		}
		at += name.length;
	}
	return schema;
}

static bool is_selectable(const struct pq_value *schema)
{
	struct pq_string type = pq_value_find_string(schema, PQ_S("type"));
	return pq_string_is(type, "string") || pq_string_is(type, "boolean") ||
	       pq_string_is(type, "integer");
}

static bool is_earlier(const struct pq_value *fields, size_t index, struct pq_string path)
{
	for (size_t i = 0; i < index; i++) {
		if (pq_string_equal(pq_value_find_string(&fields->items[i], PQ_S("jsonPath")),
				    path))
			return true;
	}
	return false;
}

/* Returns whether the field counts against the limit. */
static bool check_selectable_field(const struct crd_check *check, const struct pq_value *fields,
				   size_t index, const struct pq_value *schema,
				   const struct pq_path *path)
{
	struct pq_buffer problem;
	const struct pq_value *field = &fields->items[index];
	struct pq_path item = pq_path_index(path, index);
	struct pq_path step = pq_path_property(&item, PQ_S("jsonPath"));
	struct pq_string text = pq_value_find_string(field, PQ_S("jsonPath"));
	if (text.length == 0) {
		crd_check_add_required(check, &step, field->offset, "");
		return false;
	}
	pq_buffer_init_in(&problem, check->arena, 0);
	pq_buffer_append_text(&problem, "is an invalid path: ");
	const struct pq_value *found = find_schema(schema, text, &problem);
	if (found == NULL) {
		struct pq_string detail = { 0 };
		if (!pq_buffer_failed(&problem))
			detail = pq_buffer_view(&problem);
		finding_add_invalid_text(check->findings, &step, text, field->offset, detail);
		return false;
	}
	if (pq_string_is(read_word(text, 1), "metadata"))
		finding_add_invalid_text(check->findings, &step, text, field->offset,
					 PQ_S("must not point to fields in metadata"));
	if (!is_selectable(found))
		finding_add_invalid_text(
			check->findings, &step, text, field->offset,
			PQ_S("must point to a field of type string, boolean or "
			     "integer. Enum string fields and strings with formats "
			     "are allowed."));
	if (!is_earlier(fields, index, text))
		return true;
	pq_findings_add_format(check->findings, PQ_FINDING_DUPLICATE, &step, field->offset,
			       "Duplicate value: \"%.*s\"", PQ_STRING_ARGUMENT(text));
	return false;
}

void crd_check_selectable_fields(const struct crd_check *check, const struct pq_value *fields,
				 const struct pq_value *schema, bool is_kept,
				 const struct pq_path *path)
{
	size_t count = 0;
	if (fields == NULL || fields->length == 0)
		return;
	if (schema == NULL) {
		finding_add_invalid_text(
			check->findings, path, PQ_S(""), fields->offset,
			PQ_S("may only be set when validations.schema is included"));
		return;
	}
	for (size_t i = 0; i < fields->length; i++)
		count += check_selectable_field(check, fields, i, schema, path);
	if (count > SELECTABLE_FIELDS_MAX && !is_kept)
		pq_findings_add_format(check->findings, PQ_FINDING_TOO_MANY, path, fields->offset,
				       "Too many: %zu: must have at most %d items", count,
				       SELECTABLE_FIELDS_MAX);
}
