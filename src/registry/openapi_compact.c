#include "registry/openapi_compact.h"

#include "base/hash.h"
#include "base/map.h"

static const struct pq_string own = PQ_LITERAL("io.k8s.");
static const struct pq_string kinds_key = PQ_LITERAL("x-kubernetes-group-version-kind");

/* What is no struct though it has a name. */
static const struct {
	const char *reference;
	const char *shape;
} scalars[] = {
	{ "io.k8s.apimachinery.pkg.api.resource.Quantity", "quantity" },
	{ "io.k8s.apimachinery.pkg.util.intstr.IntOrString", "int-or-string" },
	{ "io.k8s.apimachinery.pkg.apis.meta.v1.Time", "time" },
	{ "io.k8s.apimachinery.pkg.apis.meta.v1.MicroTime", "microtime" },
};

struct compaction {
	struct pq_arena *arena;
	const struct pq_value *schemas;
	struct pq_map names;  /* of types, to their schemas: those before done are compacted */
	struct pq_map scopes; /* of kinds, to a text; empty when there are no paths */
	const struct pq_openapi *known;
	struct pq_error *error;
};

static bool out_of_memory(struct compaction *compaction)
{
	return pq_error_set(compaction->error, PQ_ERROR_MEMORY,
			    "no memory for the OpenAPI document");
}

/* "apps/v1/Deployment"; data NULL without memory. */
static struct pq_string write_kind(struct pq_arena *arena, const struct pq_value *kind)
{
	struct pq_string group = pq_value_find_string(kind, PQ_S("group"));
	struct pq_string version = pq_value_find_string(kind, PQ_S("version"));
	struct pq_string name = pq_value_find_string(kind, PQ_S("kind"));
	return pq_arena_format(arena, "%.*s/%.*s/%.*s", PQ_STRING_ARGUMENT(group),
			       PQ_STRING_ARGUMENT(version), PQ_STRING_ARGUMENT(name));
}

static bool contains(struct pq_string text, struct pq_string part)
{
	return memmem(text.data, text.length, part.data, part.length) != NULL;
}

/* Which kinds can be created, and whether in a namespace. */
static bool find_scopes(struct compaction *compaction, const struct pq_value *paths)
{
	static char namespaced[] = "namespaced", cluster[] = "cluster";
	size_t count = paths == NULL || paths->kind != PQ_OBJECT ? 0 : paths->object->count;
	for (size_t i = 0; i < count; i++) {
		const struct pq_member *path = &paths->object->members[i];
		const struct pq_value *kind =
			pq_value_find(pq_value_find(&path->value, PQ_S("post")), kinds_key);
		if (kind == NULL || contains(path->key, PQ_S("{name}")))
			continue;
		struct pq_string key = write_kind(compaction->arena, kind);
		bool is_namespaced = contains(path->key, PQ_S("/namespaces/{namespace}/")) ||
				     pq_map_find(&compaction->scopes, key) == namespaced;
		if (key.data == NULL || !pq_map_put(&compaction->scopes, key,
						    is_namespaced ? namespaced : cluster, NULL))
			return out_of_memory(compaction);
	}
	return true;
}

/* io.k8s.api.apps.v1.Deployment is apps.v1.Deployment. */
static struct pq_string short_name(struct pq_string reference)
{
	enum { PARTS = 3 };
	size_t at = reference.length;
	for (unsigned dots = 0; at > 0; at--) {
		dots += reference.data[at - 1] == '.';
		if (dots == PARTS)
			break;
	}
	return pq_string_slice(reference, at, reference.length);
}

/* The text for a type that is referred to; a struct's fields are compacted later. data NULL with an
 * error. */
static struct pq_string name_of(struct compaction *compaction, struct pq_string reference)
{
	for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
		if (pq_string_is(reference, scalars[i].reference))
			return pq_string_from(scalars[i].shape);
	}
	const struct pq_value *schema = pq_value_find(compaction->schemas, reference);
	const struct pq_value *properties = pq_value_find(schema, PQ_S("properties"));
	struct pq_string name = short_name(reference);
	if (properties == NULL || properties->kind != PQ_OBJECT)
		return PQ_S("any");
	const struct pq_value *known = pq_map_find(&compaction->names, name);
	if (known != NULL && known != schema)
		pq_error_set(compaction->error, PQ_ERROR_INVALID, "two types are called %.*s",
			     PQ_STRING_ARGUMENT(name));
	else if (known != NULL ||
		 pq_map_put(&compaction->names, name, (void *)(uintptr_t)schema, NULL))
		return name;
	else
		out_of_memory(compaction);
	return (struct pq_string){ 0 };
}

/* What a schema refers to, itself or by its allOf; data NULL when it refers to nothing. */
static struct pq_string reference_of(const struct pq_value *schema)
{
	const struct pq_value *all = pq_value_find(schema, PQ_S("allOf"));
	struct pq_string text = pq_value_find_string(schema, PQ_S("$ref")), part = text;
	for (size_t i = 0;
	     text.data == NULL && all != NULL && all->kind == PQ_ARRAY && i < all->length; i++)
		text = part = pq_value_find_string(&all->items[i], PQ_S("$ref"));
	while (pq_string_split(&text, '/', &part))
		;
	return part;
}

/* Texts of a list, joined. */
static void append_texts(struct pq_buffer *text, const struct pq_value *list, char separator)
{
	for (size_t i = 0; list != NULL && list->kind == PQ_ARRAY && i < list->length; i++) {
		if (i > 0)
			pq_buffer_append_byte(text, separator);
		if (list->items[i].kind == PQ_STRING)
			pq_buffer_append_string(text, pq_value_string(&list->items[i]));
	}
}

static void append_scalar(struct pq_buffer *text, const struct pq_value *schema)
{
	static const struct {
		const char *format;
		const char *shape;
	} formats[] = { { "int32", "int32" },
			{ "int64", "int64" },
			{ "byte", "byte" },
			{ "double", "number" } };
	struct pq_string type = pq_value_find_string(schema, PQ_S("type"));
	struct pq_string format = pq_value_find_string(schema, PQ_S("format"));
	const struct pq_value *enumeration = pq_value_find(schema, PQ_S("enum"));
	if (pq_string_is(type, "string") && enumeration != NULL) {
		pq_buffer_append_text(text, "string=");
		append_texts(text, enumeration, '|');
		return;
	}
	for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
		if (pq_string_is(format, formats[i].format)) {
			pq_buffer_append_text(text, formats[i].shape);
			return;
		}
	}
	if (pq_string_is(type, "integer"))
		pq_buffer_append_text(text, "int64");
	else if (type.length == 0 || pq_string_is(type, "object"))
		pq_buffer_append_text(text, "any");
	else
		pq_buffer_append_string(text, type);
}

/* Goes down through lists and maps, whose marks stand in front. */
static bool append_shape(struct compaction *compaction, struct pq_buffer *text,
			 const struct pq_value *schema)
{
	for (;;) {
		struct pq_string reference = reference_of(schema), name;
		struct pq_string type = pq_value_find_string(schema, PQ_S("type"));
		const struct pq_value *values = pq_value_find(schema, PQ_S("additionalProperties"));
		if (reference.data != NULL) {
			name = name_of(compaction, reference);
			pq_buffer_append_string(text, name);
			return name.data != NULL;
		}
		if (pq_string_is(type, "array")) {
			pq_buffer_append_byte(text, '[');
			append_texts(text,
				     pq_value_find(schema, PQ_S("x-kubernetes-list-map-keys")),
				     ',');
			pq_buffer_append_byte(text, ']');
			schema = pq_value_find(schema, PQ_S("items"));
		} else if (pq_string_is(type, "object") && values != NULL &&
			   values->kind == PQ_OBJECT) {
			pq_buffer_append_text(text, "{}");
			schema = values;
		} else {
			append_scalar(text, schema);
			return true;
		}
	}
}

static bool lists(const struct pq_value *list, struct pq_string text)
{
	for (size_t i = 0; list != NULL && list->kind == PQ_ARRAY && i < list->length; i++) {
		if (list->items[i].kind == PQ_STRING &&
		    pq_string_equal(pq_value_string(&list->items[i]), text))
			return true;
	}
	return false;
}

/* Go's structs have the default {}, pointers to them have none. */
static bool is_struct_value(const struct pq_value *schema, struct pq_string shape)
{
	const struct pq_value *empty = pq_value_find(schema, PQ_S("default"));
	return empty != NULL && empty->kind == PQ_OBJECT && empty->object->count == 0 &&
	       shape.length > 0 && shape.data[0] != '[' && shape.data[0] != '{' &&
	       pq_string_find_byte(shape, '.') >= 0;
}

static bool compact_field(struct compaction *compaction, const struct pq_value *type,
			  const struct pq_member *field, struct pq_member *compact)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, compaction->arena, 0);
	if (!append_shape(compaction, &text, &field->value))
		return false;
	if (is_struct_value(&field->value, pq_buffer_view(&text)))
		pq_buffer_append_byte(&text, '*');
	if (lists(pq_value_find(type, PQ_S("required")), field->key))
		pq_buffer_append_byte(&text, '!');
	*compact = (struct pq_member){ .key = field->key,
				       .value = pq_value_from_string(pq_buffer_view(&text)) };
	return !pq_buffer_failed(&text) || out_of_memory(compaction);
}

static bool compact_type(struct compaction *compaction, const struct pq_value *type,
			 struct pq_value *fields)
{
	const struct pq_object *properties = pq_value_find(type, PQ_S("properties"))->object;
	struct pq_member *members =
		pq_arena_alloc_array(compaction->arena, properties->count, sizeof *members);
	if (members == NULL)
		return out_of_memory(compaction);
	for (size_t i = 0; i < properties->count; i++) {
		if (!compact_field(compaction, type, &properties->members[i], &members[i]))
			return false;
	}
	return pq_value_from_members(compaction->arena, members, properties->count, fields) ||
	       out_of_memory(compaction);
}

/* The types that have been named, and those that they name. */
static bool compact_types(struct compaction *compaction, struct pq_value *types)
{
	size_t most = compaction->schemas->object->count;
	struct pq_member *members = pq_arena_alloc_array(compaction->arena, most, sizeof *members);
	size_t count = 0;
	if (members == NULL)
		return out_of_memory(compaction);
	for (; count < compaction->names.count; count++) {
		const struct pq_map_entry *entry = &compaction->names.entries[count];
		members[count].key = pq_arena_copy(compaction->arena, entry->key);
		if (members[count].key.data == NULL)
			return out_of_memory(compaction);
		if (!compact_type(compaction, entry->value, &members[count].value))
			return false;
	}
	return pq_value_from_members(compaction->arena, members, count, types) ||
	       out_of_memory(compaction);
}

/* The scope of a kind that can be created, or NULL. */
static const char *scope_of(const struct compaction *compaction, const struct pq_value *schema,
			    const struct pq_value *kind, struct pq_string key)
{
	struct pq_openapi_kind known;
	if (compaction->scopes.count > 0)
		return pq_map_find(&compaction->scopes, key);
	if (pq_openapi_find_kind(compaction->known, pq_value_find_string(kind, PQ_S("group")),
				 pq_value_find_string(kind, PQ_S("version")),
				 pq_value_find_string(kind, PQ_S("kind")), &known))
		return known.namespaced ? "namespaced" : "cluster";
	struct pq_string metadata =
		reference_of(pq_value_find_path(schema, 2, "properties", "metadata"));
	return pq_string_ends_with(metadata, PQ_S(".ObjectMeta")) ? "namespaced" : NULL;
}

static bool add_kind(struct compaction *compaction, const struct pq_member *type,
		     const struct pq_value *kind, struct pq_member *member, size_t *count)
{
	struct pq_string key = write_kind(compaction->arena, kind);
	if (key.data == NULL)
		return out_of_memory(compaction);
	const char *scope = scope_of(compaction, &type->value, kind, key);
	if (scope == NULL)
		return true;
	struct pq_string name = name_of(compaction, type->key);
	if (name.data == NULL)
		return false;
	struct pq_string text =
		pq_arena_format(compaction->arena, "%s %.*s", scope, PQ_STRING_ARGUMENT(name));
	*member = (struct pq_member){ .key = key, .value = pq_value_from_string(text) };
	(*count)++;
	return text.data != NULL || out_of_memory(compaction);
}

static size_t count_kinds(const struct pq_object *schemas)
{
	size_t count = 0;
	for (size_t i = 0; i < schemas->count; i++) {
		const struct pq_value *kinds = pq_value_find(&schemas->members[i].value, kinds_key);
		count += kinds != NULL && kinds->kind == PQ_ARRAY ? kinds->length : 0;
	}
	return count;
}

/* Those of Kubernetes itself: custom resources are judged by their CRDs. */
static bool compact_kinds(struct compaction *compaction, struct pq_value *result)
{
	const struct pq_object *schemas = compaction->schemas->object;
	struct pq_member *members =
		pq_arena_alloc_array(compaction->arena, count_kinds(schemas), sizeof *members);
	size_t count = 0;
	if (members == NULL)
		return out_of_memory(compaction);
	for (size_t i = 0; i < schemas->count; i++) {
		const struct pq_member *type = &schemas->members[i];
		const struct pq_value *kinds = pq_value_find(&type->value, kinds_key);
		bool is_own = kinds != NULL && kinds->kind == PQ_ARRAY &&
			      pq_string_starts_with(type->key, own);
		for (size_t j = 0; is_own && j < kinds->length; j++) {
			if (!add_kind(compaction, type, &kinds->items[j], &members[count], &count))
				return false;
		}
	}
	if (count == 0)
		return pq_error_set(compaction->error, PQ_ERROR_INVALID,
				    "the OpenAPI document has no kinds of Kubernetes");
	return pq_value_from_members(compaction->arena, members, count, result) ||
	       out_of_memory(compaction);
}

bool openapi_compact(struct pq_arena *arena, const struct pq_value *document,
		     const struct pq_openapi *known, struct pq_value *kinds, struct pq_value *types,
		     struct pq_error *error)
{
	struct compaction compaction = {
		.arena = arena,
		.schemas = pq_value_find_path(document, 2, "components", "schemas"),
		.known = known,
		.error = error,
	};
	if (compaction.schemas == NULL || compaction.schemas->kind != PQ_OBJECT)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "the OpenAPI document has no components.schemas");
	pq_map_init(&compaction.names);
	pq_map_init(&compaction.scopes);
	bool fine = find_scopes(&compaction, pq_value_find(document, PQ_S("paths"))) &&
		    compact_kinds(&compaction, kinds) && compact_types(&compaction, types);
	pq_map_done(&compaction.names);
	pq_map_done(&compaction.scopes);
	return fine;
}
