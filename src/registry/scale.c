/* The scale subresource (pkg/registry/customresource/etcd.go and validator.go). */
#include "registry/scale.h"

#include "registry/typed.h"

#include "registry/resource.h"
#include "json/write.h"
#include <stdlib.h>

static const struct pq_typed scale_spec = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ScaleSpec",
	.struct_name = "ScaleSpec",
	.fields =
		(const struct pq_typed_field[]){
			{ "replicas", &pq_typed_int32, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

static const struct pq_typed scale_status = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.ScaleStatus",
	.struct_name = "ScaleStatus",
	.fields =
		(const struct pq_typed_field[]){
			{ "replicas", &pq_typed_int32, PQ_TYPED_ALWAYS },
			{ "selector", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

static const struct pq_typed scale_type = {
	.kind = PQ_TYPED_STRUCT,
	.name = "v1.Scale",
	.struct_name = "Scale",
	.fields =
		(const struct pq_typed_field[]){
			{ "kind", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "apiVersion", &pq_typed_string, PQ_TYPED_OMIT_EMPTY },
			{ "metadata", &pq_typed_object_meta, PQ_TYPED_OMIT_EMPTY },
			{ "spec", &scale_spec, PQ_TYPED_OMIT_EMPTY },
			{ "status", &scale_status, PQ_TYPED_OMIT_EMPTY },
			{ 0 },
		},
};

/* What %T prints of a decoded value. */
static const char *go_type(const struct pq_value *value)
{
	switch ((enum pq_kind)value->kind) {
	case PQ_NULL:
		return "<nil>";
	case PQ_BOOLEAN:
		return "bool";
	case PQ_INTEGER:
		return "int64";
	case PQ_DOUBLE:
		return "float64";
	case PQ_STRING:
		return "string";
	case PQ_ARRAY:
		return "[]interface {}";
	case PQ_OBJECT:
		return "map[string]interface {}";
	}
	return "";
}

enum { PLAIN_DEPTH_MAX = 64 }; /* of values shown in a message; deeper ones are cut */

static int compare_keys(const void *a, const void *b)
{
	const struct pq_member *const *left = a, *const *right = b;
	return pq_string_compare((*left)->key, (*right)->key);
}

static void write_plain(struct pq_buffer *text, const struct pq_value *value, unsigned depth);

/* "map[a:1 b:2]", sorted by key as fmt does. */
static void write_plain_map(struct pq_buffer *text, const struct pq_object *object, unsigned depth)
{
	const struct pq_member **sorted = calloc(object->count + 1, sizeof(struct pq_member *));
	pq_buffer_append_text(text, "map[");
	for (size_t i = 0; sorted != NULL && i < object->count; i++)
		sorted[i] = &object->members[i];
	if (sorted != NULL)
		qsort(sorted, object->count, sizeof(struct pq_member *), compare_keys);
	for (size_t i = 0; sorted != NULL && i < object->count; i++) {
		pq_buffer_append_text(text, i == 0 ? "" : " ");
		pq_buffer_append_string(text, sorted[i]->key);
		pq_buffer_append_byte(text, ':');
		write_plain(text, &sorted[i]->value, depth + 1);
	}
	pq_buffer_append_byte(text, ']');
	free(sorted);
}

/* What %v prints of a decoded value. */
static void write_plain(struct pq_buffer *text, const struct pq_value *value, unsigned depth)
{
	if (depth > PLAIN_DEPTH_MAX) {
		pq_buffer_append_text(text, "...");
	} else if (value->kind == PQ_STRING) {
		pq_buffer_append_string(text, pq_value_string(value));
	} else if (value->kind == PQ_NULL) {
		pq_buffer_append_text(text, "<nil>");
	} else if (value->kind == PQ_OBJECT) {
		write_plain_map(text, value->object, depth);
	} else if (value->kind == PQ_ARRAY) {
		pq_buffer_append_byte(text, '[');
		for (size_t i = 0; i < value->length; i++) {
			pq_buffer_append_text(text, i == 0 ? "" : " ");
			write_plain(text, &value->items[i], depth + 1);
		}
		pq_buffer_append_byte(text, ']');
	} else {
		pq_go_write_value(text, value);
	}
}

/* One walk down a path such as ".spec.replicas". */
struct walk {
	const struct pq_value *found; /* NULL: something on the way is absent */
	struct pq_string error;       /* set when something on the way is no object */
};

static void note_accessor_error(struct judging *judging, struct walk *walk, struct pq_string path,
				const struct pq_value *value, const char *expected)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, judging->arena, 0);
	pq_buffer_append_string(&text, path);
	pq_buffer_append_text(&text, " accessor error: ");
	write_plain(&text, value, 0);
	pq_buffer_append_format(&text, " is of the type %s, expected %s", go_type(value), expected);
	pq_buffer_append_byte(&text, '\0');
	walk->error = pq_buffer_failed(&text) ? PQ_S("accessor error") : pq_buffer_view(&text);
	walk->found = NULL;
}

static struct walk walk_down(struct judging *judging, const struct pq_value *object,
			     struct pq_string path)
{
	struct walk walk = { .found = object };
	struct pq_string rest = path, step;
	if (pq_string_starts_with(rest, PQ_S(".")))
		rest = pq_string_slice(rest, 1, rest.length);
	while (walk.found != NULL && pq_string_split(&rest, '.', &step)) {
		if (walk.found->kind == PQ_NULL) {
			walk.found = NULL;
		} else if (walk.found->kind != PQ_OBJECT) {
			size_t length = (size_t)(step.data - path.data) + step.length;
			note_accessor_error(judging, &walk, pq_string_slice(path, 0, length),
					    walk.found, "map[string]interface{}");
		} else {
			walk.found = pq_value_find(walk.found, step);
		}
	}
	return walk;
}

/* NestedInt64: 0 when it is absent. */
static int64_t find_integer(struct judging *judging, const struct pq_value *object,
			    struct pq_string path, struct walk *walk)
{
	*walk = walk_down(judging, object, path);
	if (walk->found == NULL)
		return 0;
	if (walk->found->kind == PQ_INTEGER)
		return walk->found->integer;
	note_accessor_error(judging, walk, path, walk->found, "int64");
	return 0;
}

static void check_replicas(struct judging *judging, struct pq_string path)
{
	const struct pq_path field = pq_path_property(NULL, path);
	struct walk walk;
	struct pq_value shown =
		pq_value_from_integer(find_integer(judging, &judging->document, path, &walk));
	if (walk.found != NULL)
		shown.offset = walk.found->offset;
	if (walk.error.data != NULL)
		judging_add_invalid(judging, &field, &shown, walk.error.data);
	else if (shown.integer < 0)
		judging_add_invalid(judging, &field, &shown, "should be a non-negative integer");
	else if (shown.integer > INT32_MAX)
		judging_add_invalid(judging, &field, &shown,
				    "should be less than or equal to 2147483647");
}

void scale_check_spec(struct judging *judging)
{
	const struct pq_crd_version *version = judging->request->version;
	if (version->has_scale)
		check_replicas(judging, version->spec_replicas_path);
}

void scale_check_status(struct judging *judging)
{
	const struct pq_crd_version *version = judging->request->version;
	if (!version->has_scale)
		return;
	check_replicas(judging, version->status_replicas_path);
	if (version->label_selector_path.length == 0)
		return;
	struct walk walk = walk_down(judging, &judging->document, version->label_selector_path);
	if (walk.found != NULL && walk.found->kind != PQ_STRING)
		note_accessor_error(judging, &walk, version->label_selector_path, walk.found,
				    "string");
	if (walk.error.data == NULL)
		return;
	const struct pq_path field = pq_path_property(NULL, version->label_selector_path);
	struct pq_value empty = pq_value_from_string(PQ_S(""));
	judging_add_invalid(judging, &field, &empty, walk.error.data);
}

/* The server cannot name the type in its own scheme, and says so instead of what is wrong. */
static bool refuse_body(struct judging *judging)
{
	return judging_refuse_bad(judging, "no kind is registered for the type v1.Scale in scheme "
					   "\"pkg/runtime/scheme.go:111\"");
}

static bool decode_scale(struct judging *judging, struct pq_value *scale)
{
	struct pq_error error;
	if (!judging_read(judging, PQ_S("Scale"), PQ_S("v1")))
		return judging->outcome->status.code == 413 ? false : refuse_body(judging);
	if (!pq_string_is(pq_value_find_string(&judging->document, PQ_S("kind")), "Scale") ||
	    !pq_string_is(pq_value_find_string(&judging->document, PQ_S("apiVersion")),
			  "autoscaling/v1"))
		return refuse_body(judging);
	if (!pq_typed_read(judging->arena, &scale_type, &judging->document, NULL,
			   &judging->outcome->strict, scale, &error))
		return pq_arena_is_exhausted(judging->arena) ? judging_out_of_room(judging)
							     : refuse_body(judging);
	if (!judging_apply_field_validation(judging, PQ_S("Scale"), PQ_S("v1"), PQ_S("Scale")))
		return refuse_body(judging);
	return true;
}

/* Sets the value at a path, making the objects on the way. */
static bool set_at_path(struct judging *judging, struct pq_string path,
			const struct pq_value *value)
{
	enum { STEPS_MAX = 32 };
	struct pq_string steps[STEPS_MAX], rest = path;
	struct pq_value levels[STEPS_MAX + 1], made = *value;
	size_t count = 0;
	if (pq_string_starts_with(rest, PQ_S(".")))
		rest = pq_string_slice(rest, 1, rest.length);
	levels[0] = judging->document;
	while (count < STEPS_MAX && pq_string_split(&rest, '.', &steps[count])) {
		const struct pq_value *next = pq_value_find(&levels[count], steps[count]);
		count++;
		levels[count] = next == NULL ? pq_value_null() : *next;
	}
	for (size_t i = count; i > 0; i--) {
		struct pq_string key = pq_arena_copy(judging->arena, steps[i - 1]);
		if (key.data == NULL)
			return judging_out_of_room(judging);
		if (!judging_set_member(judging, &levels[i - 1], key.data, &made, &made))
			return false;
	}
	judging->document = made;
	return true;
}

static void add_member(struct pq_member *members, size_t *count, const char *key,
		       const struct pq_value *value)
{
	if (value != NULL)
		members[(*count)++] = (struct pq_member){ .key = pq_string_from(key),
							  .offset = PQ_OFFSET_NONE,
							  .value = *value };
}

static bool make_metadata(struct judging *judging, struct pq_value *result)
{
	static const char *const keys[] = { "name", "namespace", "uid", "resourceVersion",
					    "creationTimestamp" };
	enum { KEYS = sizeof keys / sizeof keys[0] };
	const struct pq_value *metadata = pq_value_find(&judging->document, PQ_S("metadata"));
	struct pq_member members[KEYS];
	size_t count = 0;
	for (size_t i = 0; i < KEYS; i++)
		add_member(members, &count, keys[i],
			   pq_value_find(metadata, pq_string_from(keys[i])));
	return pq_value_from_members(judging->arena, members, count, result);
}

/* scaleFromCustomResource */
static bool make_scale(struct judging *judging, struct pq_value *result)
{
	const struct pq_crd_version *version = judging->request->version;
	struct walk walk;
	struct pq_value replicas = pq_value_from_integer(
		find_integer(judging, &judging->document, version->spec_replicas_path, &walk));
	struct pq_value running = pq_value_from_integer(
		find_integer(judging, &judging->document, version->status_replicas_path, &walk));
	const struct pq_value *selector = NULL;
	if (version->label_selector_path.length > 0)
		selector =
			walk_down(judging, &judging->document, version->label_selector_path).found;
	struct pq_member spec[1], status[2], all[5];
	size_t spec_count = 0, status_count = 0, count = 0;
	struct pq_value spec_value, status_value, metadata;
	if (replicas.integer != 0)
		add_member(spec, &spec_count, "replicas", &replicas);
	add_member(status, &status_count, "replicas", &running);
	if (selector != NULL && selector->length > 0)
		add_member(status, &status_count, "selector", selector);
	if (!pq_value_from_members(judging->arena, spec, spec_count, &spec_value) ||
	    !pq_value_from_members(judging->arena, status, status_count, &status_value) ||
	    !make_metadata(judging, &metadata))
		return judging_out_of_room(judging);
	struct pq_value kind = pq_value_from_string(PQ_S("Scale"));
	struct pq_value api_version = pq_value_from_string(PQ_S("autoscaling/v1"));
	add_member(all, &count, "kind", &kind);
	add_member(all, &count, "apiVersion", &api_version);
	add_member(all, &count, "metadata", &metadata);
	add_member(all, &count, "spec", &spec_value);
	add_member(all, &count, "status", &status_value);
	return pq_value_from_members(judging->arena, all, count, result) ||
	       judging_out_of_room(judging);
}

bool scale_update(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	struct pq_value scale;
	if (!request->version->has_scale || request->old == NULL)
		return judging_refuse(
			judging, pq_status_plain(404, PQ_S("NotFound"),
						 PQ_S("the server could not find the requested "
						      "resource")));
	if (!decode_scale(judging, &scale))
		return false;
	judging->document = scale;
	if (!resource_check_preconditions(judging))
		return false;
	const struct pq_value *replicas = pq_value_find_path(&scale, 2, "spec", "replicas");
	struct pq_value zero = pq_value_from_integer(0);
	judging->document = *request->old;
	return set_at_path(judging, request->version->spec_replicas_path,
			   replicas == NULL ? &zero : replicas) &&
	       resource_update_content(judging) && make_scale(judging, &judging->document);
}
