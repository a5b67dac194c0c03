/* Decoding into Go's types (sigs.k8s.io/json), as far as the OpenAPI document tells them. */
#include "registry/builtin/steps.h"
#include "registry/finding.h"

#include "json/patch.h"
#include "json/pointer.h"

struct decoding {
	struct judging *judging;
	const struct pq_openapi *openapi;
	struct pq_patch unknown; /* takes the unknown fields out */
	struct pq_string reason; /* of the first value that does not fit; data NULL: all do */
	unsigned depth;
};

/* A value, and the struct that has the field it stands in or below. */
struct site {
	const struct pq_value *value;
	struct pq_string owner;
	const struct pq_path *path;
};

static const char *go_kind(const struct pq_value *value)
{
	return value->kind == PQ_BOOLEAN ? "bool"
	       : value->kind == PQ_INTEGER || value->kind == PQ_DOUBLE
		       ? "number"
		       : pq_kind_name((enum pq_kind)value->kind);
}

/* core.v1.Container is v1.Container to Go. */
static struct pq_string package_and_name(struct pq_string type)
{
	ptrdiff_t dot = pq_string_find_byte(type, '.');
	return pq_string_slice(type, dot < 0 ? 0 : (size_t)dot + 1, type.length);
}

static void write_go_type(struct pq_buffer *text, struct pq_openapi_form form)
{
	while (form.shape == PQ_OPENAPI_LIST || form.shape == PQ_OPENAPI_MAP) {
		pq_buffer_append_text(text, form.shape == PQ_OPENAPI_LIST ? "[]" : "map[string]");
		form = pq_openapi_read_form(form.below);
	}
	switch (form.shape) {
	case PQ_OPENAPI_BOOLEAN:
		pq_buffer_append_text(text, "bool");
		break;
	case PQ_OPENAPI_NUMBER:
		pq_buffer_append_text(text, "float64");
		break;
	case PQ_OPENAPI_BYTES:
		pq_buffer_append_text(text, "[]uint8");
		break;
	default:
		pq_buffer_append_string(text, form.shape == PQ_OPENAPI_STRUCT
						      ? package_and_name(form.name)
						      : form.name);
	}
}

/* Go names the fields on the way, but neither indexes nor keys. */
static void write_fields(struct pq_buffer *text, const struct pq_path *path)
{
	if (path == NULL)
		return;
	write_fields(text, path->parent);
	if (path->kind == PQ_PATH_PROPERTY) {
		pq_buffer_append_byte(text, '.');
		pq_buffer_append_string(text, path->name);
	}
}

static void keep_reason(struct decoding *decoding, struct pq_string reason)
{
	if (decoding->reason.data == NULL)
		decoding->reason = reason;
}

static void refuse_type(struct decoding *decoding, const struct site *site,
			struct pq_openapi_form form)
{
	struct pq_buffer reason, type;
	struct pq_string owner = package_and_name(package_and_name(site->owner));
	pq_buffer_init_in(&type, decoding->judging->arena, 0);
	write_go_type(&type, form);
	pq_buffer_init_in(&reason, decoding->judging->arena, 0);
	pq_buffer_append_format(&reason, "json: cannot unmarshal %s into Go struct field %.*s",
				go_kind(site->value), PQ_STRING_ARGUMENT(owner));
	write_fields(&reason, site->path);
	pq_buffer_append_format(&reason, " of type %.*s",
				PQ_STRING_ARGUMENT(pq_buffer_view(&type)));
	keep_reason(decoding, pq_buffer_view(&reason));
	pq_findings_add_format(&decoding->judging->outcome->findings, PQ_FINDING_TYPE_INVALID,
			       site->path, site->value->offset,
			       "Invalid value: \"%s\": must be of type %.*s", go_kind(site->value),
			       PQ_STRING_ARGUMENT(pq_buffer_view(&type)));
}

static void refuse_content(struct decoding *decoding, const struct site *site,
			   struct pq_string detail)
{
	keep_reason(decoding, detail);
	finding_add_invalid(&decoding->judging->outcome->findings, site->path, site->value, detail);
}

/* What is no base64 may well be a password that was meant to be: it is not shown. */
static void refuse_base64(struct decoding *decoding, const struct site *site,
			  struct pq_string detail)
{
	keep_reason(decoding, detail);
	pq_findings_add_format(&decoding->judging->outcome->findings, PQ_FINDING_INVALID,
			       site->path, site->value->offset, "Invalid value: %.*s",
			       PQ_STRING_ARGUMENT(detail));
}

/* An empty detail: the value is of the wrong type. */
static void refuse_scalar(struct decoding *decoding, const struct site *site,
			  struct pq_openapi_form form, const struct pq_buffer *detail)
{
	if (detail->length == 0) {
		refuse_type(decoding, site, form);
		return;
	}
	if (form.shape == PQ_OPENAPI_BYTES)
		refuse_base64(decoding, site, pq_buffer_view(detail));
	else
		refuse_content(decoding, site, pq_buffer_view(detail));
}

static void note_unknown(struct decoding *decoding, const struct pq_member *member,
			 const struct pq_path *path)
{
	struct pq_arena *arena = decoding->judging->arena;
	struct pq_string field = pq_path_render(arena, path);
	pq_findings_add_format(&decoding->judging->outcome->strict, PQ_FINDING_UNKNOWN_FIELD, path,
			       member->offset, "unknown field \"%.*s\"", PQ_STRING_ARGUMENT(field));
	pq_patch_append(
		&decoding->unknown,
		(struct pq_patch_operation){ .verb = PQ_PATCH_REMOVE,
					     .path = pq_json_pointer_from_path(arena, path) });
}

static void decode(struct decoding *decoding, const struct site *site, struct pq_openapi_form form);

static void decode_struct(struct decoding *decoding, const struct site *site,
			  struct pq_openapi_form form)
{
	const struct pq_value *fields = pq_openapi_find_type(decoding->openapi, form.name);
	for (size_t i = 0; fields != NULL && i < site->value->object->count; i++) {
		const struct pq_member *member = &site->value->object->members[i];
		const struct pq_member *field =
			pq_object_find(fields->object, member->key, member->hash);
		const struct pq_path path = pq_path_property(site->path, member->key);
		const struct site below = { &member->value, form.name, &path };
		if (field == NULL)
			note_unknown(decoding, member, &path);
		else
			decode(decoding, &below,
			       pq_openapi_read_form(pq_value_string(&field->value)));
	}
}

static void decode_map(struct decoding *decoding, const struct site *site,
		       struct pq_openapi_form form)
{
	form = pq_openapi_read_form(form.below);
	for (size_t i = 0; i < site->value->object->count; i++) {
		const struct pq_member *member = &site->value->object->members[i];
		const struct pq_path path = pq_path_key(site->path, member->key);
		const struct site below = { &member->value, site->owner, &path };
		decode(decoding, &below, form);
	}
}

static void decode_list(struct decoding *decoding, const struct site *site,
			struct pq_openapi_form form)
{
	form = pq_openapi_read_form(form.below);
	for (size_t i = 0; i < site->value->length; i++) {
		const struct pq_path path = pq_path_index(site->path, i);
		const struct site below = { &site->value->items[i], site->owner, &path };
		decode(decoding, &below, form);
	}
}

/* Null fits every type. */
static void decode(struct decoding *decoding, const struct site *site, struct pq_openapi_form form)
{
	struct pq_buffer detail;
	bool is_list = form.shape == PQ_OPENAPI_LIST;
	bool is_object = form.shape == PQ_OPENAPI_STRUCT || form.shape == PQ_OPENAPI_MAP;
	if (site->value->kind == PQ_NULL || form.shape == PQ_OPENAPI_ANY)
		return;
	if (decoding->depth == PQ_BUILTIN_DEPTH_MAX) {
		refuse_content(decoding, site, PQ_S("nested too deeply"));
		return;
	}
	decoding->depth++;
	pq_buffer_init_in(&detail, decoding->judging->arena, 0);
	if ((is_list && site->value->kind != PQ_ARRAY) ||
	    (is_object && site->value->kind != PQ_OBJECT))
		refuse_type(decoding, site, form);
	else if (is_list)
		decode_list(decoding, site, form);
	else if (form.shape == PQ_OPENAPI_MAP)
		decode_map(decoding, site, form);
	else if (form.shape == PQ_OPENAPI_STRUCT)
		decode_struct(decoding, site, form);
	else if (!builtin_scalar_fits(form.shape, site->value, &detail))
		refuse_scalar(decoding, site, form, &detail);
	decoding->depth--;
}

/* Taking the last of many members away is cheap. */
static void put_last_first(struct pq_patch *patch)
{
	struct pq_patch_operation *operations = patch->operations;
	for (size_t i = 0, k = patch->count; i + 1 < k; i++) {
		struct pq_patch_operation operation = operations[--k];
		operations[k] = operations[i];
		operations[i] = operation;
	}
}

bool builtin_decode(struct judging *judging, const struct pq_openapi *openapi,
		    const struct pq_openapi_kind *kind)
{
	struct decoding decoding = { .judging = judging, .openapi = openapi };
	const struct site site = { &judging->document, kind->type, NULL };
	struct pq_value known;
	struct pq_error error;
	pq_patch_init(&decoding.unknown, judging->arena);
	decode(&decoding, &site, pq_openapi_read_form(kind->type));
	if (decoding.unknown.failed || pq_arena_is_exhausted(judging->arena))
		return judging_out_of_room(judging);
	if (decoding.reason.data != NULL)
		return judging_refuse_undecodable(judging, kind->kind, kind->version, kind->kind,
						  decoding.reason);
	if (!judging_apply_field_validation(judging, kind->kind, kind->version, kind->kind))
		return false;
	if (decoding.unknown.count > 0) {
		put_last_first(&decoding.unknown);
		if (!pq_patch_apply(judging->arena, &judging->document, &decoding.unknown, &known,
				    &error))
			return judging_out_of_room(judging);
		judging->document = known;
	}
	return true;
}
