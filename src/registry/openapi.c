#include "registry/openapi.h"

#include "registry/openapi_compact.h"
#include "json/read.h"

#include <stdio.h>
#include <stdlib.h>

enum { KIND_LENGTH_MAX = 512 }; /* "apps/v1/Deployment"; no kind is nearly as long */

struct pq_openapi {
	struct pq_arena arena;
	struct pq_value document;
	struct pq_value kinds;
	struct pq_value types;
};

/* openapi/kubernetes-1.36.json, made a string by the build. */
extern const char openapi_kubernetes[];

static const struct scalar {
	const char *name;
	enum pq_openapi_shape shape;
} scalars[] = {
	{ "string", PQ_OPENAPI_STRING },     { "boolean", PQ_OPENAPI_BOOLEAN },
	{ "int32", PQ_OPENAPI_INT32 },       { "int64", PQ_OPENAPI_INT64 },
	{ "number", PQ_OPENAPI_NUMBER },     { "byte", PQ_OPENAPI_BYTES },
	{ "quantity", PQ_OPENAPI_QUANTITY }, { "int-or-string", PQ_OPENAPI_INT_OR_STRING },
	{ "time", PQ_OPENAPI_TIME },         { "microtime", PQ_OPENAPI_MICRO_TIME },
	{ "any", PQ_OPENAPI_ANY },
};

static bool fail(struct pq_error *error, const char *what)
{
	return pq_error_set(error, PQ_ERROR_INVALID,
			    "neither an OpenAPI v3 document nor its compact form: %s; kubectl get "
			    "--raw /openapi/v3/… gives the one, tools/openapi_compact.py the other",
			    what);
}

static bool check_texts(const struct pq_value *object, const char *what, struct pq_error *error)
{
	if (object == NULL || object->kind != PQ_OBJECT)
		return fail(error, what);
	for (size_t i = 0; i < object->object->count; i++) {
		if (object->object->members[i].value.kind != PQ_STRING)
			return fail(error, what);
	}
	return true;
}

static bool read_compact(struct pq_openapi *openapi, struct pq_error *error)
{
	const struct pq_value *kinds = pq_value_find(&openapi->document, PQ_S("kinds"));
	const struct pq_value *types = pq_value_find(&openapi->document, PQ_S("types"));
	if (!check_texts(kinds, "\"kinds\" must map kinds to texts", error))
		return false;
	if (types == NULL || types->kind != PQ_OBJECT)
		return fail(error, "\"types\" must be an object");
	for (size_t i = 0; i < types->object->count; i++) {
		if (!check_texts(&types->object->members[i].value,
				 "a type must map fields to texts", error))
			return false;
	}
	openapi->kinds = *kinds;
	openapi->types = *types;
	return true;
}

static bool read_plain(struct pq_openapi *openapi, struct pq_error *error)
{
	struct pq_openapi *known = pq_openapi_new_embedded(error);
	bool fine = known != NULL && openapi_compact(&openapi->arena, &openapi->document, known,
						     &openapi->kinds, &openapi->types, error);
	pq_openapi_free(known);
	return fine;
}

/* What an API server answers has its types among its components. */
static bool read_document(struct pq_openapi *openapi, struct pq_error *error)
{
	return pq_value_find(&openapi->document, PQ_S("components")) != NULL
		       ? read_plain(openapi, error)
		       : read_compact(openapi, error);
}

struct pq_openapi *pq_openapi_new(struct pq_string text, struct pq_error *error)
{
	struct pq_openapi *openapi = calloc(1, sizeof *openapi);
	if (openapi == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for the OpenAPI document");
		return NULL;
	}
	pq_arena_init(&openapi->arena, 0);
	if (pq_json_read_copy(&openapi->arena, text, NULL, &openapi->document, error) &&
	    read_document(openapi, error))
		return openapi;
	pq_openapi_free(openapi);
	return NULL;
}

struct pq_openapi *pq_openapi_new_embedded(struct pq_error *error)
{
	return pq_openapi_new(pq_string_from(openapi_kubernetes), error);
}

void pq_openapi_free(struct pq_openapi *openapi)
{
	if (openapi == NULL)
		return;
	pq_arena_done(&openapi->arena);
	free(openapi);
}

bool pq_openapi_find_kind(const struct pq_openapi *openapi, struct pq_string group,
			  struct pq_string version, struct pq_string kind,
			  struct pq_openapi_kind *found)
{
	char key[KIND_LENGTH_MAX];
	int length = snprintf(key, sizeof key, "%.*s/%.*s/%.*s", PQ_STRING_ARGUMENT(group),
			      PQ_STRING_ARGUMENT(version), PQ_STRING_ARGUMENT(kind));
	if (length < 0 || (size_t)length >= sizeof key)
		return false;
	struct pq_string text = pq_value_find_string(&openapi->kinds, pq_string_from(key));
	struct pq_string scope;
	if (text.data == NULL || !pq_string_split(&text, ' ', &scope))
		return false;
	*found = (struct pq_openapi_kind){
		.group = group,
		.version = version,
		.kind = kind,
		.type = text,
		.namespaced = pq_string_is(scope, "namespaced"),
	};
	return true;
}

const struct pq_value *pq_openapi_kinds(const struct pq_openapi *openapi)
{
	return &openapi->kinds;
}

const struct pq_value *pq_openapi_types(const struct pq_openapi *openapi)
{
	return &openapi->types;
}

const struct pq_value *pq_openapi_find_type(const struct pq_openapi *openapi, struct pq_string name)
{
	return pq_value_find(&openapi->types, name);
}

static enum pq_openapi_shape find_shape(struct pq_string name)
{
	for (size_t i = 0; i < sizeof scalars / sizeof scalars[0]; i++) {
		if (pq_string_is(name, scalars[i].name))
			return scalars[i].shape;
	}
	return PQ_OPENAPI_STRUCT;
}

struct pq_openapi_form pq_openapi_read_form(struct pq_string text)
{
	struct pq_openapi_form form = { .name = text };
	if (pq_string_ends_with(text, PQ_S("!"))) {
		form.is_required = true;
		form.name.length--;
	}
	if (pq_string_ends_with(form.name, PQ_S("*"))) {
		form.is_value = true;
		form.name.length--;
	}
	text = form.name;
	ptrdiff_t bracket = pq_string_find_byte(text, ']');
	if (pq_string_starts_with(text, PQ_S("[")) && bracket > 0) {
		form.shape = PQ_OPENAPI_LIST;
		form.keys = pq_string_slice(text, 1, (size_t)bracket - 1);
		form.below = pq_string_slice(text, (size_t)bracket + 1, text.length);
	} else if (pq_string_starts_with(text, PQ_S("{}"))) {
		form.shape = PQ_OPENAPI_MAP;
		form.below = pq_string_slice(text, 2, text.length);
	} else if (pq_string_starts_with(text, PQ_S("string="))) {
		form.shape = PQ_OPENAPI_STRING;
		form.name = PQ_S("string");
		form.enumeration = pq_string_slice(text, 7, text.length);
	} else {
		form.shape = find_shape(text);
	}
	return form;
}

bool pq_openapi_lists(struct pq_string list, char separator, struct pq_string word)
{
	struct pq_string part;
	while (pq_string_split(&list, separator, &part)) {
		if (pq_string_equal(part, word))
			return true;
	}
	return false;
}
