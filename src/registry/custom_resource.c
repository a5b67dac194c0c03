#include "registry/custom_resource.h"

#include "formats/names.h"
#include "registry/judging.h"
#include "registry/object_meta.h"
#include "registry/scale.h"
#include "json/pointer.h"
#include "json/write.h"

#include <stdio.h>
#include <stdlib.h>

/* The part of ratcheting and blocking that stands between schema and rules. */
static bool is_blocking(enum pq_finding_type type)
{
	return type == PQ_FINDING_NOT_SUPPORTED || type == PQ_FINDING_REQUIRED ||
	       type == PQ_FINDING_TOO_LONG || type == PQ_FINDING_TOO_MANY ||
	       type == PQ_FINDING_TYPE_INVALID;
}

static const struct pq_value *metadata_of(const struct pq_value *object)
{
	return pq_value_find(object, PQ_S("metadata"));
}

static struct pq_string name_of(const struct pq_value *object)
{
	return pq_value_find_string(metadata_of(object), PQ_S("name"));
}

/* Refuses what the decoder refuses, in the words for the kind that was sent. */
static bool refuse_decoding(struct judging *judging, const char *reason)
{
	const struct pq_value *document = &judging->document;
	struct pq_string kind = pq_value_find_string(document, PQ_S("kind"));
	struct pq_string version =
		judging_version_of(pq_value_find_string(document, PQ_S("apiVersion")));
	return judging_refuse_undecodable(judging, kind, version, judging->request->crd->kind,
					  reason);
}

static bool coerce_metadata(struct judging *judging, struct pq_value *metadata, bool *is_there)
{
	const struct pq_value *sent = metadata_of(&judging->document);
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	struct pq_error error;
	*is_there = sent != NULL;
	if (sent == NULL)
		return true;
	if (pq_object_meta_coerce(judging->arena, sent, &path, &judging->outcome->strict, metadata,
				  &error))
		return true;
	if (error.code == PQ_ERROR_TOO_LARGE)
		return judging_out_of_room(judging);
	return refuse_decoding(judging, error.message);
}

/* Whether the object is of the kind of the URL, and so is judged by its schema at all. */
static bool is_of_kind(const struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	struct pq_string api_version = pq_value_find_string(&judging->document, PQ_S("apiVersion"));
	return pq_string_equal(pq_value_find_string(&judging->document, PQ_S("kind")), crd->kind) &&
	       pq_string_equal(judging_group_of(api_version), crd->group);
}

/* One walk over embedded resources while decoding. */
struct coercion {
	struct judging *judging;
	struct pq_patch patch;
	struct pq_findings unknown;
	char refusal[PQ_ERROR_TEXT_MAX]; /* not empty: what is wrong with the first bad one */
};

static bool refuse_embedded(struct coercion *coercion, const struct pq_path *path,
			    const struct pq_value *value, const char *detail)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, coercion->judging->arena, 0);
	pq_path_write(&text, path);
	pq_buffer_append_text(&text, ": Invalid value: ");
	pq_go_write_value(&text, value);
	pq_buffer_append_text(&text, ": ");
	pq_buffer_append_text(&text, detail);
	snprintf(coercion->refusal, sizeof coercion->refusal, "%.*s",
		 PQ_STRING_ARGUMENT(pq_buffer_view(&text)));
	return false;
}

static bool coerce_embedded(const struct pq_value *resource, const struct pq_path *path,
			    void *context)
{
	static const char *const keys[] = { "apiVersion", "kind" };
	struct coercion *coercion = context;
	struct pq_arena *arena = coercion->judging->arena;
	struct pq_error error;
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		const struct pq_value *value = pq_value_find(resource, pq_string_from(keys[i]));
		struct pq_path step = pq_path_property(path, pq_string_from(keys[i]));
		if (value != NULL && value->kind != PQ_STRING)
			return refuse_embedded(coercion, &step, value, "must be a string");
	}
	const struct pq_value *metadata = pq_value_find(resource, PQ_S("metadata"));
	if (metadata == NULL)
		return true;
	struct pq_path step = pq_path_property(path, PQ_S("metadata"));
	struct pq_patch_operation operation = { .verb = PQ_PATCH_REPLACE };
	if (!pq_object_meta_coerce(arena, metadata, &step, &coercion->unknown, &operation.value,
				   &error))
		return refuse_embedded(coercion, &step, metadata, error.message);
	operation.path = pq_json_pointer_from_path(arena, &step);
	pq_patch_append(&coercion->patch, operation);
	return true;
}

static int compare_fields(const void *a, const void *b)
{
	const struct pq_finding *left = a, *right = b;
	return pq_string_compare(left->field, right->field);
}

/* Passes embedded metadata through its type, as coerce_metadata does at the root. */
static bool coerce_all_embedded(struct judging *judging, const struct pq_schema *schema)
{
	struct coercion coercion = { .judging = judging };
	struct pq_error error;
	pq_patch_init(&coercion.patch, judging->arena);
	pq_findings_init(&coercion.unknown, judging->arena, 0);
	if (!pq_schema_each_embedded(schema, judging->arena, &judging->document, coerce_embedded,
				     &coercion) &&
	    coercion.refusal[0] == '\0')
		return judging_out_of_room(judging);
	if (coercion.refusal[0] != '\0')
		return refuse_decoding(judging, coercion.refusal);
	if (coercion.patch.failed || (coercion.patch.count > 0 &&
				      !pq_patch_apply(judging->arena, &judging->document,
						      &coercion.patch, &judging->document, &error)))
		return judging_out_of_room(judging);
	if (coercion.unknown.count > 0)
		qsort(coercion.unknown.items, coercion.unknown.count,
		      sizeof *coercion.unknown.items, compare_fields);
	for (size_t i = 0; i < coercion.unknown.count; i++)
		pq_findings_add(&judging->outcome->strict, coercion.unknown.items[i]);
	return true;
}

/* Prunes, drops nulls and coerces embedded resources (unstructuredSchemaCoercer.apply). The schema
 * is that of the version that the object names. */
static bool prune(struct judging *judging, const struct pq_schema *schema,
		  struct pq_findings *unknown)
{
	struct pq_value pruned, dropped;
	if (!pq_schema_prune(schema, judging->arena, &judging->document, unknown, &pruned) ||
	    !pq_schema_drop_nulls(schema, judging->arena, &pruned, &dropped))
		return judging_out_of_room(judging);
	judging->document = dropped;
	return coerce_all_embedded(judging, schema);
}

static bool apply_defaults(struct judging *judging, const struct pq_schema *schema)
{
	struct pq_patch patch;
	struct pq_error error;
	pq_patch_init(&patch, judging->arena);
	if (!pq_schema_default(schema, judging->arena, &judging->document, &patch) || patch.failed)
		return judging_out_of_room(judging);
	if (patch.count > 0 &&
	    !pq_patch_apply(judging->arena, &judging->document, &patch, &judging->document, &error))
		return judging_out_of_room(judging);
	return true;
}

/* A version that the CRD does not have has no schema, and so no field is known. */
static void note_all_unknown(struct judging *judging)
{
	const struct pq_object *object = judging->document.object;
	struct pq_findings *strict = &judging->outcome->strict;
	size_t first = strict->count;
	for (size_t i = 0; i < object->count; i++) {
		const struct pq_member *member = &object->members[i];
		struct pq_path path = pq_path_property(NULL, member->key);
		if (!pq_string_is(member->key, "apiVersion") &&
		    !pq_string_is(member->key, "kind") && !pq_string_is(member->key, "metadata"))
			pq_findings_add_format(strict, PQ_FINDING_UNKNOWN_FIELD, &path,
					       member->offset, "unknown field \"%.*s\"",
					       PQ_STRING_ARGUMENT(member->key));
	}
	if (strict->count > first)
		qsort(strict->items + first, strict->count - first, sizeof *strict->items,
		      compare_fields);
}

/* What `Decode` of the API server does to a body, up to defaults and field validation. */
static bool decode(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_value metadata;
	bool has_metadata;
	if (!judging_read(judging, request->crd->kind, request->version->name))
		return false;
	const struct pq_value *api_version = pq_value_find(&judging->document, PQ_S("apiVersion"));
	if (api_version != NULL && api_version->kind == PQ_NULL)
		return refuse_decoding(judging, ".apiVersion accessor error: <nil> is of the type "
						"<nil>, expected string");
	if (!coerce_metadata(judging, &metadata, &has_metadata))
		return false;
	struct pq_string version =
		api_version == NULL ? PQ_S("") : judging_version_of(pq_value_string(api_version));
	const struct pq_crd_version *named = pq_crd_find_version(request->crd, version);
	bool is_judged = is_of_kind(judging) && named != NULL;
	if (is_judged && !prune(judging, named->schema, &judging->outcome->strict))
		return false;
	if (!is_judged && is_of_kind(judging))
		note_all_unknown(judging);
	if (has_metadata && !judging_set_member(judging, &judging->document, "metadata", &metadata,
						&judging->document))
		return false;
	if (is_judged && !apply_defaults(judging, named->schema))
		return false;
	return judging_apply_field_validation(
		judging, pq_value_find_string(&judging->document, PQ_S("kind")), version,
		request->crd->kind);
}

static bool check_group_version(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_string sent = pq_value_find_string(&judging->document, PQ_S("apiVersion"));
	struct pq_string group = judging_group_of(sent);
	struct pq_string version = judging_version_of(sent);
	/* "v1/" reads as the group v1 without a version */
	if (pq_string_equal(group, request->crd->group) &&
	    pq_string_equal(version, request->version->name))
		return true;
	return judging_refuse_bad(
		judging,
		"the API version in the data (%.*s) does not match the expected API version "
		"(%.*s/%.*s)",
		PQ_STRING_ARGUMENT(sent), PQ_STRING_ARGUMENT(request->crd->group),
		PQ_STRING_ARGUMENT(request->version->name));
}

static bool set_metadata(struct judging *judging, const char *key, const struct pq_value *value)
{
	const struct pq_value *metadata = metadata_of(&judging->document);
	struct pq_value made, none;
	if (metadata == NULL) {
		if (!pq_value_from_members(judging->arena, NULL, 0, &none))
			return judging_out_of_room(judging);
		metadata = &none;
	}
	return judging_set_member(judging, metadata, key, value, &made) &&
	       judging_set_member(judging, &judging->document, "metadata", &made,
				  &judging->document);
}

static bool match_namespace(struct judging *judging)
{
	struct pq_string wanted =
		judging->request->crd->namespaced ? judging->request->namespace : PQ_S("");
	struct pq_string sent =
		pq_value_find_string(metadata_of(&judging->document), PQ_S("namespace"));
	if (pq_string_equal(wanted, sent))
		return true;
	if (sent.length > 0 && wanted.length > 0)
		return judging_refuse_bad(judging, "the namespace of the provided object does not "
						   "match the namespace sent on the request");
	struct pq_value value = pq_value_from_string(wanted);
	return set_metadata(judging, "namespace", wanted.length == 0 ? NULL : &value);
}

static bool equals_earlier(const struct pq_value *references, size_t index)
{
	for (size_t i = 0; i < index; i++) {
		if (pq_value_equal(&references->items[i], &references->items[index]))
			return true;
	}
	return false;
}

/* Owner references that are there twice are dropped, with a warning. */
static bool drop_repeated_owners(struct judging *judging)
{
	const struct pq_value *references =
		pq_value_find(metadata_of(&judging->document), PQ_S("ownerReferences"));
	size_t count = 0;
	struct pq_buffer text;
	if (references == NULL)
		return true;
	struct pq_value *kept =
		pq_arena_alloc_array(judging->arena, references->length, sizeof *kept);
	if (kept == NULL)
		return judging_out_of_room(judging);
	pq_buffer_init_in(&text, judging->arena, 0);
	for (size_t i = 0; i < references->length; i++) {
		const struct pq_value *reference = &references->items[i];
		if (!equals_earlier(references, i)) {
			kept[count++] = *reference;
			continue;
		}
		pq_buffer_append_text(
			&text,
			text.length > 0
				? ", "
				: ".metadata.ownerReferences contains duplicate entries; API "
				  "server "
				  "dedups owner references in 1.20+, and may reject such requests "
				  "as "
				  "early as 1.24; please fix your requests; duplicate UID(s) "
				  "observed: ");
		pq_buffer_append_string(&text, pq_value_find_string(reference, PQ_S("uid")));
	}
	if (text.length == 0)
		return true;
	judging_warn(judging, pq_buffer_view(&text));
	struct pq_value list = pq_value_from_items(kept, count);
	list.offset = references->offset;
	return set_metadata(judging, "ownerReferences", &list);
}

/* The five random characters that the server appends stand as "xxxxx": nothing here is random. */
static bool generate_name(struct judging *judging)
{
	enum { GENERATED_PREFIX_MAX = 58 };
	const struct pq_value *metadata = metadata_of(&judging->document);
	struct pq_string prefix = pq_value_find_string(metadata, PQ_S("generateName"));
	if (prefix.length == 0 || name_of(&judging->document).length > 0)
		return true;
	prefix = pq_string_slice(prefix, 0, GENERATED_PREFIX_MAX);
	struct pq_string name =
		pq_arena_format(judging->arena, "%.*sxxxxx", PQ_STRING_ARGUMENT(prefix));
	if (name.data == NULL)
		return judging_out_of_room(judging);
	struct pq_value value = pq_value_from_string(name);
	return set_metadata(judging, "name", &value);
}

static bool set_generation(struct judging *judging, int64_t generation)
{
	struct pq_value value = pq_value_from_integer(generation);
	return set_metadata(judging, "generation", &value);
}

/* What only the server sets: it is not believed. */
static bool wipe_system_fields(struct judging *judging)
{
	static const char *const keys[] = {
		"creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "uid",
		"selfLink",          "managedFields"
	};
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (pq_value_find(metadata_of(&judging->document), pq_string_from(keys[i])) !=
			    NULL &&
		    !set_metadata(judging, keys[i], NULL))
			return false;
	}
	return true;
}

static void check_type_meta(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	const struct pq_value *kind = pq_value_find(&judging->document, PQ_S("kind"));
	char detail[512];
	if (kind == NULL || pq_string_equal(pq_value_string(kind), request->crd->kind))
		return;
	struct pq_path path = pq_path_property(NULL, PQ_S("kind"));
	snprintf(detail, sizeof detail, "must be %.*s", PQ_STRING_ARGUMENT(request->crd->kind));
	judging_add_invalid(judging, &path, kind, detail);
}

static void check_embedded_text(struct judging *judging, const struct pq_value *resource,
				const struct pq_path *parent, const char *key)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	const struct pq_value *value = pq_value_find(resource, pq_string_from(key));
	struct pq_path path = pq_path_property(parent, pq_string_from(key));
	if (value == NULL) {
		pq_findings_add_format(&judging->outcome->findings, PQ_FINDING_REQUIRED, &path,
				       resource->offset, "Required value");
		return;
	}
	if (value->kind != PQ_STRING) {
		judging_add_invalid(judging, &path, value, "must be a string");
		return;
	}
	struct pq_string text = pq_value_string(value);
	if (text.length == 0) {
		judging_add_invalid(judging, &path, value, "must not be empty");
		return;
	}
	char detail[512];
	if (strcmp(key, "apiVersion") == 0) {
		struct pq_string rest = judging_version_of(text);
		if (rest.length == text.length || pq_string_find_byte(rest, '/') < 0)
			return;
		snprintf(detail, sizeof detail, "unexpected GroupVersion string: %.*s",
			 PQ_STRING_ARGUMENT(text));
		judging_add_invalid(judging, &path, value, detail);
		return;
	}
	struct pq_string lower = pq_arena_copy(judging->arena, text);
	for (size_t i = 0; lower.data != NULL && i < lower.length; i++) {
		char *c = (char *)(uintptr_t)&lower.data[i];
		if (*c >= 'A' && *c <= 'Z')
			*c = (char)(*c - 'A' + 'a');
	}
	size_t count = pq_names_check_dns1035_label(lower, problems);
	if (count == 0)
		return;
	int length = snprintf(detail, sizeof detail,
			      "may have mixed case, but should otherwise match: ");
	for (size_t i = 0; i < count && (size_t)length < sizeof detail; i++)
		length += snprintf(detail + length, sizeof detail - (size_t)length, "%s%s",
				   i == 0 ? "" : ",", problems[i]);
	judging_add_invalid(judging, &path, value, detail);
}

bool judging_check_embedded(const struct pq_value *resource, const struct pq_path *path,
			    void *context)
{
	struct judging *judging = context;
	check_embedded_text(judging, resource, path, "apiVersion");
	check_embedded_text(judging, resource, path, "kind");
	const struct pq_value *metadata = pq_value_find(resource, PQ_S("metadata"));
	if (metadata == NULL)
		return true;
	struct pq_path step = pq_path_property(path, PQ_S("metadata"));
	struct pq_value typed;
	struct pq_error error;
	if (!pq_object_meta_coerce(judging->arena, metadata, &step, NULL, &typed, &error)) {
		judging_add_invalid(judging, &step, metadata, error.message);
		return true;
	}
	if (pq_value_find_string(&typed, PQ_S("name")).length == 0) {
		struct pq_value name = pq_value_from_string(PQ_S("fakename"));
		if (!judging_set_member(judging, &typed, "name", &name, &typed))
			return false;
	}
	bool namespaced = pq_value_find_string(&typed, PQ_S("namespace")).length > 0;
	pq_object_meta_validate(judging->arena, &typed, namespaced, PQ_NAME_PATH_SEGMENT, &step,
				&judging->outcome->findings);
	return true;
}

/* An object whose list types were broken before may stay so. */
static bool check_list_types(struct judging *judging, const struct pq_value *old)
{
	const struct pq_schema *schema = judging->request->version->schema;
	if (old != NULL) {
		struct pq_findings before;
		pq_findings_init(&before, judging->arena, 0);
		if (!pq_schema_validate_list_types(schema, judging->arena, old, &before))
			return judging_out_of_room(judging);
		if (!pq_findings_is_empty(&before))
			return true;
	}
	if (!pq_schema_validate_list_types(schema, judging->arena, &judging->document,
					   &judging->outcome->findings))
		return judging_out_of_room(judging);
	return true;
}

/* Rules are skipped, and it is said, when the object is too broken for them. */
static void note_unchecked_rules(struct judging *judging)
{
	struct pq_findings *findings = &judging->outcome->findings;
	if (!judging->request->version->has_rules)
		return;
	for (size_t i = 0; i < findings->count; i++) {
		if (!is_blocking(findings->items[i].type))
			continue;
		pq_findings_add(
			findings,
			(struct pq_finding){
				.type = PQ_FINDING_INVALID,
				.field = PQ_S("<nil>"),
				.message = PQ_S("Invalid value: null: some validation rules were "
						"not checked because the object was invalid; "
						"correct the existing errors to complete "
						"validation"),
				.offset = PQ_OFFSET_NONE,
			});
		return;
	}
}

static bool check_schema(struct judging *judging, const struct pq_value *old)
{
	const struct pq_resource_request *request = judging->request;
	bool is_status = request->subresource == PQ_SUBRESOURCE_STATUS;
	const struct pq_schema_validation validation = {
		.value = &judging->document,
		.old = old,
		.status_only = is_status,
	};
	if (!pq_schema_validate(request->version->schema, judging->arena, &validation,
				&judging->outcome->findings))
		return judging_out_of_room(judging);
	return true;
}

/* Strategy.Validate and ValidateUpdate, after metadata. */
static bool check_content(struct judging *judging, const struct pq_value *old)
{
	const struct pq_resource_request *request = judging->request;
	bool is_status = request->subresource == PQ_SUBRESOURCE_STATUS;
	if (!check_schema(judging, old))
		return false;
	if (!is_status)
		scale_check_spec(judging);
	scale_check_status(judging);
	if (!is_status &&
	    !pq_schema_each_embedded(request->version->schema, judging->arena, &judging->document,
				     judging_check_embedded, judging))
		return judging_out_of_room(judging);
	if (!check_list_types(judging, old))
		return false;
	note_unchecked_rules(judging);
	return true;
}

static bool refuse_if_found(struct judging *judging)
{
	struct pq_findings *findings = &judging->outcome->findings;
	if (pq_arena_is_exhausted(judging->arena))
		return judging_out_of_room(judging);
	if (pq_findings_is_empty(findings))
		return true;
	return judging_refuse_invalid(judging, judging->request->crd->group,
				      pq_value_find_string(&judging->document, PQ_S("kind")),
				      name_of(&judging->document));
}

static bool is_standard_finalizer(struct pq_string name)
{
	return pq_string_is(name, "orphan") || pq_string_is(name, "foregroundDeletion") ||
	       pq_string_is(name, "kubernetes");
}

static bool has_finalizer(const struct pq_value *object, struct pq_string name)
{
	const struct pq_value *list = pq_value_find(metadata_of(object), PQ_S("finalizers"));
	for (size_t i = 0; list != NULL && i < list->length; i++) {
		if (pq_string_equal(pq_value_string(&list->items[i]), name))
			return true;
	}
	return false;
}

static int compare_texts(const void *a, const void *b)
{
	return pq_string_compare(*(const struct pq_string *)a, *(const struct pq_string *)b);
}

static void warn_of_finalizer(struct judging *judging, struct pq_string name)
{
	if (pq_string_find_byte(name, '/') >= 0 || is_standard_finalizer(name))
		return;
	struct pq_buffer text;
	pq_buffer_init_in(&text, judging->arena, 0);
	pq_buffer_append_text(&text, "metadata.finalizers: ");
	pq_go_quote(&text, name);
	pq_buffer_append_text(&text, ": prefer a domain-qualified finalizer name ");
	if (pq_string_find_byte(name, '.') >= 0)
		pq_buffer_append_text(&text, "including a path (/) ");
	pq_buffer_append_text(&text, "to avoid accidental conflicts with other finalizer writers");
	if (!pq_buffer_failed(&text))
		judging_warn(judging, pq_buffer_view(&text));
}

static void warn_of_finalizers(struct judging *judging, const struct pq_value *old)
{
	const struct pq_value *list =
		pq_value_find(metadata_of(&judging->document), PQ_S("finalizers"));
	if (list == NULL || list->length == 0)
		return;
	struct pq_string *names = pq_arena_alloc_array(judging->arena, list->length, sizeof *names);
	size_t count = 0;
	if (names == NULL)
		return;
	for (size_t i = 0; i < list->length; i++) {
		struct pq_string name = pq_value_string(&list->items[i]);
		if (old == NULL || !has_finalizer(old, name))
			names[count++] = name;
	}
	qsort(names, count, sizeof *names, compare_texts);
	for (size_t i = 0; i < count; i++)
		warn_of_finalizer(judging, names[i]);
}

bool custom_resource_prepare_create(struct judging *judging)
{
	return wipe_system_fields(judging) && match_namespace(judging) &&
	       drop_repeated_owners(judging) && generate_name(judging);
}

static bool create(struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	if (!custom_resource_prepare_create(judging))
		return false;
	if (judging->request->version->has_status &&
	    !judging_set_member(judging, &judging->document, "status", NULL, &judging->document))
		return false;
	if (!set_generation(judging, 1))
		return false;
	check_type_meta(judging);
	if (pq_findings_is_empty(&judging->outcome->findings)) {
		pq_object_meta_validate(judging->arena, metadata_of(&judging->document),
					crd->namespaced, PQ_NAME_DNS1123_SUBDOMAIN, &path,
					&judging->outcome->findings);
		if (!check_content(judging, NULL))
			return false;
	}
	if (!refuse_if_found(judging))
		return false;
	warn_of_finalizers(judging, NULL);
	return true;
}

static bool check_name(struct judging *judging)
{
	struct pq_string wanted = judging->request->name;
	struct pq_string sent = name_of(&judging->document);
	if (sent.length == 0)
		return judging_refuse_bad(judging,
					  "the name of the object (%.*s based on URL) was "
					  "undeterminable: name must be provided",
					  PQ_STRING_ARGUMENT(wanted));
	if (!pq_string_equal(sent, wanted))
		return judging_refuse_bad(judging,
					  "the name of the object (%.*s) does not match the name "
					  "on the URL (%.*s)",
					  PQ_STRING_ARGUMENT(sent), PQ_STRING_ARGUMENT(wanted));
	return true;
}

/* Whole refusals by the storage layer name the resource, not the kind. */
static bool refuse_resource(struct judging *judging, int code, const char *reason,
			    struct pq_string message)
{
	const struct pq_resource_request *request = judging->request;
	if (message.data == NULL)
		return judging_out_of_room(judging);
	return judging_refuse(judging, (struct pq_status){
					       .code = code,
					       .reason = pq_string_from(reason),
					       .message = message,
					       .name = request->name,
					       .group = request->crd->group,
					       .kind = request->crd->plural,
					       .has_details = true,
				       });
}

static bool refuse_conflict(struct judging *judging, const char *reason)
{
	const struct pq_resource_request *request = judging->request;
	return refuse_resource(
		judging, 409, "Conflict",
		pq_arena_format(judging->arena,
				"Operation cannot be fulfilled on %.*s.%.*s \"%.*s\": %s",
				PQ_STRING_ARGUMENT(request->crd->plural),
				PQ_STRING_ARGUMENT(request->crd->group),
				PQ_STRING_ARGUMENT(request->name), reason));
}

static bool refuse_not_found(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	return refuse_resource(judging, 404, "NotFound",
			       pq_arena_format(judging->arena, "%.*s.%.*s \"%.*s\" not found",
					       PQ_STRING_ARGUMENT(request->crd->plural),
					       PQ_STRING_ARGUMENT(request->crd->group),
					       PQ_STRING_ARGUMENT(request->name)));
}

static bool check_found(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	return pq_string_equal(name_of(request->old), request->name) || refuse_not_found(judging);
}

static bool check_uid(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_string sent = pq_value_find_string(metadata_of(&judging->document), PQ_S("uid"));
	struct pq_string stored = pq_value_find_string(metadata_of(request->old), PQ_S("uid"));
	if (sent.length == 0 || pq_string_equal(sent, stored))
		return true;
	struct pq_string reason = pq_arena_format(
		judging->arena,
		"StorageError: invalid object, Code: 4, Key: /%.*s/%.*s/%.*s%s%.*s, "
		"ResourceVersion: 0, AdditionalErrorMsg: Precondition failed: UID in precondition: "
		"%.*s, UID in object meta: %.*s",
		PQ_STRING_ARGUMENT(request->crd->group), PQ_STRING_ARGUMENT(request->crd->plural),
		request->crd->namespaced ? (int)request->namespace.length : 0,
		request->crd->namespaced ? request->namespace.data : "",
		request->crd->namespaced ? "/" : "", PQ_STRING_ARGUMENT(request->name),
		PQ_STRING_ARGUMENT(sent), PQ_STRING_ARGUMENT(stored));
	return reason.data == NULL ? judging_out_of_room(judging)
				   : refuse_conflict(judging, reason.data);
}

static bool is_number(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] < '0' || text.data[i] > '9')
			return false;
	}
	return true;
}

static bool is_zero(struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++) {
		if (text.data[i] != '0')
			return false;
	}
	return true;
}

/* An old object that came from a file without a resourceVersion conflicts with nothing. */
static bool check_resource_version(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	const struct pq_path parent = pq_path_property(NULL, PQ_S("metadata"));
	const struct pq_path path = pq_path_property(&parent, PQ_S("resourceVersion"));
	struct pq_string sent =
		pq_value_find_string(metadata_of(&judging->document), PQ_S("resourceVersion"));
	struct pq_string stored =
		pq_value_find_string(metadata_of(request->old), PQ_S("resourceVersion"));
	if (sent.length == 0 && request->subresource == PQ_SUBRESOURCE_SCALE)
		return true; /* a Scale is laid over the stored object, whatever its version */
	if (!is_number(sent)) {
		struct pq_buffer text;
		pq_buffer_init_in(&text, judging->arena, 0);
		pq_buffer_append_text(&text, "strconv.ParseUint: parsing ");
		pq_go_quote(&text, sent);
		pq_buffer_append_text(&text, ": invalid syntax");
		if (pq_buffer_failed(&text))
			return judging_out_of_room(judging);
		return judging_refuse(judging,
				      pq_status_plain(500, PQ_S(""), pq_buffer_view(&text)));
	}
	if (is_zero(sent) && stored.length > 0) {
		struct pq_value zero = pq_value_from_integer(0);
		judging_add_invalid(judging, &path, &zero, "must be specified for an update");
		return judging_refuse_invalid(judging, request->crd->group, request->crd->plural,
					      request->name);
	}
	if (stored.length > 0 && !pq_string_equal(sent, stored))
		return refuse_conflict(judging, "the object has been modified; please apply your "
						"changes to the latest version and try again");
	return true;
}

/* Takes a member of old's metadata; absent there means absent here. */
static bool keep_metadata(struct judging *judging, const char *key)
{
	return set_metadata(judging, key,
			    pq_value_find(metadata_of(judging->request->old), pq_string_from(key)));
}

static int64_t generation_of(const struct pq_value *object)
{
	const struct pq_value *value = pq_value_find(metadata_of(object), PQ_S("generation"));
	return value != NULL && value->kind == PQ_INTEGER ? value->integer : 0;
}

static bool same_content(struct judging *judging, bool *same)
{
	struct pq_value now, before;
	if (!judging_set_member(judging, &judging->document, "metadata", NULL, &now) ||
	    !judging_set_member(judging, judging->request->old, "metadata", NULL, &before))
		return false;
	*same = pq_value_equal(&now, &before);
	return true;
}

/* The main endpoint leaves status alone and counts generations. */
static bool prepare_main_update(struct judging *judging)
{
	const struct pq_value *old = judging->request->old;
	bool same;
	if (judging->request->version->has_status &&
	    !judging_set_member(judging, &judging->document, "status",
				pq_value_find(old, PQ_S("status")), &judging->document))
		return false;
	if (!same_content(judging, &same))
		return false;
	return same || set_generation(judging, generation_of(old) + 1);
}

/* The status endpoint changes nothing but status and managedFields. */
static bool prepare_status_update(struct judging *judging)
{
	struct pq_value sent = judging->document;
	const struct pq_value *managed = pq_value_find(metadata_of(&sent), PQ_S("managedFields"));
	judging->document = *judging->request->old;
	return set_metadata(judging, "managedFields", managed) &&
	       judging_set_member(judging, &judging->document, "status",
				  pq_value_find(&sent, PQ_S("status")), &judging->document);
}

bool custom_resource_keep_system_fields(struct judging *judging)
{
	const struct pq_value *old = metadata_of(judging->request->old);
	const struct pq_value *now = metadata_of(&judging->document);
	if (pq_value_find_string(now, PQ_S("uid")).length == 0 && !keep_metadata(judging, "uid"))
		return false;
	if (pq_value_find(old, PQ_S("creationTimestamp")) != NULL &&
	    !keep_metadata(judging, "creationTimestamp"))
		return false;
	if (pq_value_find(old, PQ_S("deletionTimestamp")) != NULL &&
	    !keep_metadata(judging, "deletionTimestamp"))
		return false;
	now = metadata_of(&judging->document);
	if (pq_value_find(old, PQ_S("deletionGracePeriodSeconds")) != NULL &&
	    pq_value_find(now, PQ_S("deletionGracePeriodSeconds")) == NULL)
		return keep_metadata(judging, "deletionGracePeriodSeconds");
	return true;
}

/* An old object from a file may lack a resourceVersion; then none is asked for. */
static bool lend_resource_version(struct judging *judging)
{
	struct pq_string stored =
		pq_value_find_string(metadata_of(judging->request->old), PQ_S("resourceVersion"));
	struct pq_string sent =
		pq_value_find_string(metadata_of(&judging->document), PQ_S("resourceVersion"));
	struct pq_value zero = pq_value_from_string(PQ_S("0"));
	return stored.length > 0 || sent.length > 0 ||
	       set_metadata(judging, "resourceVersion", &zero);
}

bool custom_resource_update_content(struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	const struct pq_value *old = judging->request->old;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	struct pq_findings *findings = &judging->outcome->findings;
	bool is_status = judging->request->subresource == PQ_SUBRESOURCE_STATUS;
	if (!match_namespace(judging) || !lend_resource_version(judging) ||
	    !set_generation(judging, generation_of(old)))
		return false;
	if (!(is_status ? prepare_status_update(judging) : prepare_main_update(judging)) ||
	    !custom_resource_keep_system_fields(judging))
		return false;
	const struct pq_value *metadata = metadata_of(&judging->document);
	pq_object_meta_validate(judging->arena, metadata, crd->namespaced, PQ_NAME_PATH_SEGMENT,
				&path, findings);
	pq_object_meta_validate_update(judging->arena, metadata, metadata_of(old), &path, findings);
	size_t before = findings->count;
	check_type_meta(judging);
	if (findings->count == before) {
		pq_object_meta_validate_update(judging->arena, metadata, metadata_of(old), &path,
					       findings);
		if (!check_content(judging, old))
			return false;
	}
	if (!refuse_if_found(judging))
		return false;
	if (!is_status)
		warn_of_finalizers(judging, old);
	return true;
}

bool custom_resource_check_preconditions(struct judging *judging)
{
	return match_namespace(judging) && check_name(judging) && drop_repeated_owners(judging) &&
	       check_found(judging) && check_uid(judging) && check_resource_version(judging);
}

static bool update(struct judging *judging)
{
	return custom_resource_check_preconditions(judging) &&
	       custom_resource_update_content(judging);
}

/* Orders versions as Kubernetes does: v2 before v1 before v1beta1 before others. */
struct version_rank {
	int stability; /* 3 general, 2 beta, 1 alpha, 0 other */
	long major;
	long minor;
};

static struct version_rank rank_version(struct pq_string name)
{
	char text[64], stage[16] = "";
	struct version_rank rank = { 0 };
	int used = 0;
	snprintf(text, sizeof text, "%.*s", PQ_STRING_ARGUMENT(name));
	if (sscanf(text, "v%ld%n", &rank.major, &used) != 1)
		return (struct version_rank){ 0 };
	if (text[used] == '\0')
		rank.stability = 3;
	else if (sscanf(text + used, "%15[a-z]%ld", stage, &rank.minor) == 2)
		rank.stability = strcmp(stage, "beta") == 0 ? 2 : strcmp(stage, "alpha") == 0;
	return rank;
}

static int compare_versions(struct pq_string a, struct pq_string b)
{
	struct version_rank left = rank_version(a), right = rank_version(b);
	if (left.stability != right.stability)
		return left.stability - right.stability;
	if (left.stability == 0)
		return pq_string_compare(b, a);
	if (left.major != right.major)
		return left.major < right.major ? -1 : 1;
	return left.minor < right.minor ? -1 : left.minor > right.minor;
}

/* The warning of a deprecated version names the best version that is not. */
static void warn_of_version(struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	const struct pq_crd_version *version = judging->request->version, *best = NULL;
	if (version->deprecation_warning.data != NULL) {
		judging_warn(judging, version->deprecation_warning);
		return;
	}
	for (size_t i = 0; i < crd->version_count; i++) {
		const struct pq_crd_version *other = &crd->versions[i];
		if (other->served && !other->deprecated &&
		    compare_versions(version->name, other->name) < 0 &&
		    (best == NULL || compare_versions(best->name, other->name) < 0))
			best = other;
	}
	struct pq_buffer text;
	pq_buffer_init_in(&text, judging->arena, 0);
	pq_buffer_append_format(&text, "%.*s/%.*s %.*s is deprecated",
				PQ_STRING_ARGUMENT(crd->group), PQ_STRING_ARGUMENT(version->name),
				PQ_STRING_ARGUMENT(crd->kind));
	if (best != NULL)
		pq_buffer_append_format(
			&text, "; use %.*s/%.*s %.*s", PQ_STRING_ARGUMENT(crd->group),
			PQ_STRING_ARGUMENT(best->name), PQ_STRING_ARGUMENT(crd->kind));
	if (!pq_buffer_failed(&text))
		judging_warn(judging, pq_buffer_view(&text));
}

static bool has_lent_resource_version(const struct judging *judging)
{
	const struct pq_value *old = judging->request->old;
	struct pq_string version =
		pq_value_find_string(metadata_of(&judging->document), PQ_S("resourceVersion"));
	return old != NULL && pq_string_is(version, "0") &&
	       pq_value_find(metadata_of(old), PQ_S("resourceVersion")) == NULL;
}

static const struct pq_crd_version *storage_version(const struct pq_crd *crd)
{
	for (size_t i = 0; i < crd->version_count; i++) {
		if (crd->versions[i].storage)
			return &crd->versions[i];
	}
	return NULL;
}

/* Writing and reading back: what the stored version does not know is lost, and its defaults come
 * in, for the status that a create dropped too. */
static bool pass_through_storage(struct judging *judging)
{
	const struct pq_crd_version *version = judging->request->version;
	const struct pq_crd_version *stored = storage_version(judging->request->crd);
	if (pq_value_find(metadata_of(&judging->document), PQ_S("selfLink")) != NULL &&
	    !set_metadata(judging, "selfLink", NULL))
		return false;
	if (has_lent_resource_version(judging) && !set_metadata(judging, "resourceVersion", NULL))
		return false;
	if (stored == NULL || stored == version)
		return apply_defaults(judging, version->schema);
	return prune(judging, stored->schema, NULL) && apply_defaults(judging, stored->schema) &&
	       prune(judging, version->schema, NULL);
}

static bool judge(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	if (!request->version->served)
		return judging_refuse(
			judging, pq_status_plain(404, PQ_S("NotFound"),
						 PQ_S("the server could not find the requested "
						      "resource")));
	if (request->subresource == PQ_SUBRESOURCE_SCALE)
		return scale_update(judging);
	if (request->subresource == PQ_SUBRESOURCE_STATUS && !request->version->has_status)
		return refuse_not_found(judging);
	if (!decode(judging) || !check_group_version(judging) ||
	    !(request->old == NULL ? create(judging) : update(judging)))
		return false;
	return pass_through_storage(judging);
}

void pq_custom_resource_judge(struct pq_arena *arena, const struct pq_resource_request *request,
			      struct pq_resource_outcome *outcome)
{
	struct judging judging = { .arena = arena, .request = request, .outcome = outcome };
	*outcome = (struct pq_resource_outcome){ 0 };
	pq_findings_init(&outcome->findings, arena, 0);
	pq_findings_init(&outcome->strict, arena, 0);
	if (request->version->deprecated)
		warn_of_version(&judging);
	if (judge(&judging))
		outcome->object = judging.document;
}
