/* What a CRD says of its endpoints: columns, subresources, selectable fields, conversion. */
#include "registry/crd_check.h"

#include "formats/names.h"

#include <stdio.h>

enum { SELECTABLE_FIELDS_MAX = 8, PORT_MAX = 65535 };

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
				 "must be a simple json path starting with .");
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
					 "must be one of boolean,date,integer,number,string");
	if (format.length > 0 && !list_has(column_formats, format))
		finding_add_invalid_text(check->findings, &format_path, format, column->offset,
					 "must be one of byte,date,date-time,double,float,int32,"
					 "int64,password");
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
		finding_add_invalid_text(check->findings, &path, text, scale->offset, detail);
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
	if (!pq_string_starts_with(selector, PQ_S(".spec.")) &&
	    !pq_string_starts_with(selector, PQ_S(".status.")))
		finding_add_invalid_text(check->findings, &step, selector, scale->offset,
					 "should be a json path under either .spec or .status");
}

/* A name of a path from start on; what stands alone, as a bracket does, is one too. */
static struct pq_string take_name(struct pq_string path, size_t start)
{
	size_t end = start;
	while (end < path.length && strchr(".[]{}\"'", path.data[end]) == NULL)
		end++;
	return pq_string_slice(path, start, end == start ? 1 : end - start);
}

static const struct pq_value *find_child(const struct pq_value *schema, struct pq_string name)
{
	const struct pq_value *child =
		pq_value_find(pq_value_find(schema, PQ_S("properties")), name);
	if (child == NULL)
		child = pq_value_find(schema, PQ_S("additionalProperties"));
	return child != NULL && child->kind == PQ_OBJECT ? child : NULL;
}

/* The schema that a dotted path leads to, or NULL with what stands in the way. */
static const struct pq_value *find_schema(const struct crd_check *check,
					  const struct pq_value *schema, struct pq_string path,
					  struct pq_string *problem)
{
	for (size_t at = 0; at < path.length;) {
		if (path.data[at] == '[') {
			*problem = PQ_S("array notation is not allowed");
			return NULL;
		}
		if (path.data[at] != '.') {
			*problem = pq_arena_format(check->arena, "expected [ or . but got: %.*s",
						   PQ_STRING_ARGUMENT(take_name(path, at)));
			return NULL;
		}
		if (++at == path.length) {
			*problem = PQ_S("unexpected end of JSON path");
			return NULL;
		}
		struct pq_string name = take_name(path, at);
		schema = find_child(schema, name);
		if (schema == NULL) {
			*problem = PQ_S("does not refer to a valid field");
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
	struct pq_string problem;
	const struct pq_value *field = &fields->items[index];
	struct pq_path item = pq_path_index(path, index);
	struct pq_path step = pq_path_property(&item, PQ_S("jsonPath"));
	struct pq_string text = pq_value_find_string(field, PQ_S("jsonPath"));
	if (text.length == 0) {
		crd_check_add_required(check, &step, field->offset, "");
		return false;
	}
	const struct pq_value *found = find_schema(check, schema, text, &problem);
	if (found == NULL) {
		struct pq_string detail = pq_arena_format(check->arena, "is an invalid path: %.*s",
							  PQ_STRING_ARGUMENT(problem));
		finding_add_invalid_text(check->findings, &step, text, field->offset, detail.data);
		return false;
	}
	if (pq_string_is(take_name(text, 1), "metadata"))
		finding_add_invalid_text(check->findings, &step, text, field->offset,
					 "must not point to fields in metadata");
	if (!is_selectable(found))
		finding_add_invalid_text(check->findings, &step, text, field->offset,
					 "must point to a field of type string, boolean or "
					 "integer. Enum string fields and strings with formats "
					 "are allowed.");
	if (!is_earlier(fields, index, text))
		return true;
	pq_findings_add_format(check->findings, PQ_FINDING_DUPLICATE, &step, field->offset,
			       "Duplicate value: \"%.*s\"", PQ_STRING_ARGUMENT(text));
	return false;
}

void crd_check_selectable_fields(const struct crd_check *check, const struct pq_value *fields,
				 const struct pq_value *schema, const struct pq_path *path)
{
	size_t count = 0;
	if (fields == NULL || fields->length == 0)
		return;
	if (schema == NULL) {
		finding_add_invalid_text(check->findings, path, PQ_S(""), fields->offset,
					 "may only be set when validations.schema is included");
		return;
	}
	for (size_t i = 0; i < fields->length; i++)
		count += check_selectable_field(check, fields, i, schema, path);
	if (count > SELECTABLE_FIELDS_MAX)
		pq_findings_add_format(check->findings, PQ_FINDING_TOO_MANY, path, fields->offset,
				       "Too many: %zu: must have at most %d items", count,
				       SELECTABLE_FIELDS_MAX);
}

static void check_service_path(const struct crd_check *check, const struct pq_value *value,
			       const struct pq_path *parent)
{
	struct pq_path path = pq_path_property(parent, PQ_S("path"));
	struct pq_string text = pq_value_string(value), rest, step;
	if (text.length == 0 || pq_string_is(text, "/"))
		return;
	if (pq_string_is(text, "//")) {
		finding_add_invalid_typed(check->findings, &path, value,
					  "segment[0] may not be empty");
		return;
	}
	if (text.data[0] != '/')
		finding_add_invalid_typed(check->findings, &path, value, "must start with a '/'");
	rest = pq_string_slice(text, 1, text.length);
	if (pq_string_ends_with(rest, PQ_S("/")))
		rest.length--;
	for (size_t i = 0; pq_string_split(&rest, '/', &step); i++) {
		const char *problems[PQ_NAME_PROBLEMS_MAX] = { "may not be empty" };
		size_t count =
			step.length == 0 ? 1 : pq_names_check_dns1123_subdomain(step, problems);
		for (size_t j = 0; j < count; j++) {
			struct pq_string detail =
				pq_arena_format(check->arena, "segment[%zu]%s %s", i,
						step.length == 0 ? "" : ":", problems[j]);
			finding_add_invalid_typed(check->findings, &path, value, detail.data);
		}
	}
}

static void check_service(const struct crd_check *check, const struct pq_value *service,
			  const struct pq_path *path)
{
	/* The server takes the one for the other: what lacks is told under the wrong name. */
	struct pq_path name_path = pq_path_property(path, PQ_S("name"));
	struct pq_path namespace_path = pq_path_property(path, PQ_S("namespace"));
	struct pq_path port_path = pq_path_property(path, PQ_S("port"));
	const struct pq_value *port = pq_value_find(service, PQ_S("port"));
	const struct pq_value *place = pq_value_find(service, PQ_S("path"));
	if (pq_value_find_string(service, PQ_S("namespace")).length == 0)
		crd_check_add_required(check, &name_path, service->offset, "");
	if (pq_value_find_string(service, PQ_S("name")).length == 0)
		crd_check_add_required(check, &namespace_path, service->offset, "");
	if (port != NULL && (port->integer < 1 || port->integer > PORT_MAX))
		finding_add_invalid_typed(
			check->findings, &port_path, port,
			"port is not valid: must be between 1 and 65535, inclusive");
	if (place != NULL && place->kind == PQ_STRING)
		check_service_path(check, place, path);
}

/* The parts of a URL that ValidateWebhookURL looks at. */
static void check_url(const struct crd_check *check, const struct pq_value *value,
		      const struct pq_path *path)
{
	struct pq_string url = pq_value_string(value), scheme = PQ_S(""), rest = url;
	ptrdiff_t colon = pq_string_find_byte(url, ':');
	if (colon > 0) {
		scheme = pq_string_slice(url, 0, (size_t)colon);
		rest = pq_string_slice(url, (size_t)colon + 1, url.length);
	}
	if (!pq_string_is(scheme, "https"))
		finding_add_invalid_text(check->findings, path, scheme, value->offset,
					 "'https' is the only allowed URL scheme; desired format: "
					 "https://host[/path]");
	struct pq_string host = PQ_S("");
	if (pq_string_starts_with(rest, PQ_S("//"))) {
		rest = pq_string_slice(rest, 2, rest.length);
		size_t end = 0;
		while (end < rest.length && strchr("/?#", rest.data[end]) == NULL)
			end++;
		host = pq_string_slice(rest, 0, end);
		rest = pq_string_slice(rest, end, rest.length);
	}
	ptrdiff_t at = pq_string_find_byte(host, '@');
	struct pq_string user = pq_string_slice(host, 0, at < 0 ? 0 : (size_t)at);
	if (at >= 0)
		host = pq_string_slice(host, (size_t)at + 1, host.length);
	if (host.length == 0)
		finding_add_invalid_text(check->findings, path, PQ_S(""), value->offset,
					 "host must be specified; desired format: "
					 "https://host[/path]");
	if (at >= 0)
		finding_add_invalid_text(check->findings, path, user, value->offset,
					 "user information is not permitted in the URL");
	ptrdiff_t hash = pq_string_find_byte(rest, '#');
	if (hash >= 0) {
		struct pq_string fragment = pq_string_slice(rest, (size_t)hash + 1, rest.length);
		rest.length = (size_t)hash;
		if (fragment.length > 0)
			finding_add_invalid_text(check->findings, path, fragment, value->offset,
						 "fragments are not permitted in the URL");
	}
	ptrdiff_t mark = pq_string_find_byte(rest, '?');
	if (mark >= 0 && (size_t)mark + 1 < rest.length)
		finding_add_invalid_text(
			check->findings, path, pq_string_slice(rest, (size_t)mark + 1, rest.length),
			value->offset, "query parameters are not permitted in the URL");
}

static void check_client_config(const struct crd_check *check, const struct pq_value *webhook,
				const struct pq_path *parent)
{
	struct pq_path path = pq_path_property(parent, PQ_S("webhookClientConfig"));
	const struct pq_value *config = pq_value_find(webhook, PQ_S("clientConfig"));
	if (config == NULL) {
		crd_check_add_required(check, &path,
				       webhook == NULL ? PQ_OFFSET_NONE : webhook->offset,
				       "required when strategy is set to Webhook");
		return;
	}
	const struct pq_value *url = pq_value_find(config, PQ_S("url"));
	const struct pq_value *service = pq_value_find(config, PQ_S("service"));
	struct pq_path url_path = pq_path_property(&path, PQ_S("url"));
	struct pq_path service_path = pq_path_property(&path, PQ_S("service"));
	if ((url == NULL) == (service == NULL))
		crd_check_add_required(check, &path, config->offset,
				       "exactly one of url or service is required");
	else if (url != NULL)
		check_url(check, url, &url_path);
	else
		check_service(check, service, &service_path);
}

static void check_review_versions(const struct crd_check *check, const struct pq_value *versions,
				  const struct pq_path *path, uint32_t offset)
{
	bool has_known = false;
	if (versions == NULL || versions->kind != PQ_ARRAY || versions->length == 0) {
		crd_check_add_required(check, path, offset, "");
		return;
	}
	for (size_t i = 0; i < versions->length; i++) {
		const struct pq_value *version = &versions->items[i];
		struct pq_string name = pq_value_string(version);
		struct pq_path step = pq_path_index(path, i);
		bool is_repeated = false;
		for (size_t j = 0; j < i && !is_repeated; j++)
			is_repeated = pq_value_equal(version, &versions->items[j]);
		if (is_repeated) {
			finding_add_invalid_typed(check->findings, &step, version,
						  "duplicate version");
			continue;
		}
		const char *problem = crd_check_label_problem(check, name, false);
		if (problem != NULL)
			finding_add_invalid_typed(check->findings, &step, version, problem);
		has_known |= pq_string_is(name, "v1") || pq_string_is(name, "v1beta1");
	}
	if (!has_known)
		finding_add_invalid_typed(check->findings, path, versions,
					  "must include at least one of v1, v1beta1");
}

void crd_check_conversion(const struct crd_check *check, const struct pq_value *conversion,
			  const struct pq_path *path)
{
	static const char *const strategies[] = { "None", "Webhook", NULL };
	if (conversion == NULL)
		return;
	struct pq_path strategy_path = pq_path_property(path, PQ_S("strategy"));
	struct pq_path config_path = pq_path_property(path, PQ_S("webhookClientConfig"));
	struct pq_path versions_path = pq_path_property(path, PQ_S("conversionReviewVersions"));
	struct pq_string strategy = pq_value_find_string(conversion, PQ_S("strategy"));
	const struct pq_value *webhook = pq_value_find(conversion, PQ_S("webhook"));
	const struct pq_value *config = pq_value_find(webhook, PQ_S("clientConfig"));
	const struct pq_value *versions = pq_value_find(webhook, PQ_S("conversionReviewVersions"));
	crd_check_choice(check, &strategy_path, strategy, conversion->offset, strategies);
	if (pq_string_is(strategy, "Webhook")) {
		check_client_config(check, webhook, path);
		check_review_versions(check, versions, &versions_path, conversion->offset);
		return;
	}
	if (config != NULL)
		crd_check_add_forbidden(check, &config_path, config->offset,
					"should not be set when strategy is not set to Webhook");
	if (versions != NULL && versions->kind == PQ_ARRAY && versions->length > 0)
		crd_check_add_forbidden(check, &versions_path, versions->offset,
					"should not be set when strategy is not set to Webhook");
}
