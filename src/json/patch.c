#include "json/patch.h"

#include "json/write.h"

#include <stdio.h>

static const char *const verbs[] = {
	[PQ_PATCH_ADD] = "add",   [PQ_PATCH_REMOVE] = "remove", [PQ_PATCH_REPLACE] = "replace",
	[PQ_PATCH_MOVE] = "move", [PQ_PATCH_COPY] = "copy",     [PQ_PATCH_TEST] = "test",
};

static const size_t verb_count = sizeof verbs / sizeof verbs[0];

void pq_patch_init(struct pq_patch *patch, struct pq_arena *arena)
{
	*patch = (struct pq_patch){ .arena = arena };
}

static bool grow(struct pq_patch *patch)
{
	if (patch->count < patch->capacity)
		return true;
	size_t capacity = patch->capacity == 0 ? 16 : patch->capacity * 2;
	struct pq_patch_operation *operations =
		pq_arena_grow(patch->arena, patch->operations, patch->capacity * sizeof *operations,
			      capacity * sizeof *operations);
	if (operations == NULL)
		return false;
	patch->operations = operations;
	patch->capacity = capacity;
	return true;
}

void pq_patch_append(struct pq_patch *patch, struct pq_patch_operation operation)
{
	if (patch->failed || !grow(patch)) {
		patch->failed = true;
		return;
	}
	patch->operations[patch->count++] = operation;
}

static bool find_verb(struct pq_string name, enum pq_patch_verb *verb)
{
	for (size_t i = 0; i < verb_count; i++) {
		if (pq_string_is(name, verbs[i])) {
			*verb = (enum pq_patch_verb)i;
			return true;
		}
	}
	return false;
}

static bool read_pointer(const struct pq_value *operation, const char *verb, const char *name,
			 struct pq_string *pointer, struct pq_error *error)
{
	*pointer = pq_value_find_string(operation, pq_string_from(name));
	if (pointer->data != NULL)
		return true;
	return pq_error_set(error, PQ_ERROR_INVALID, "%s operation needs a string in \"%s\"", verb,
			    name);
}

static bool read_operation(const struct pq_value *document, struct pq_patch_operation *operation,
			   struct pq_error *error)
{
	if (document->kind != PQ_OBJECT)
		return pq_error_set(error, PQ_ERROR_INVALID, "an operation is an object, not %s",
				    pq_kind_name(document->kind));
	struct pq_string name = pq_value_find_string(document, PQ_S("op"));
	*operation = (struct pq_patch_operation){ .value = pq_value_null() };
	if (name.data == NULL || !find_verb(name, &operation->verb))
		return pq_error_set(error, PQ_ERROR_INVALID, "Unexpected kind: %.*s",
				    name.data == NULL ? 7 : (int)name.length,
				    name.data == NULL ? "unknown" : name.data);
	const char *verb = verbs[operation->verb];
	if (!read_pointer(document, verb, "path", &operation->path, error))
		return false;
	if ((operation->verb == PQ_PATCH_MOVE || operation->verb == PQ_PATCH_COPY) &&
	    !read_pointer(document, verb, "from", &operation->from, error))
		return false;
	const struct pq_value *value = pq_value_find(document, PQ_S("value"));
	if (value != NULL)
		operation->value = *value;
	return true;
}

bool pq_patch_blame_operation(struct pq_error *error, size_t index, struct pq_string path)
{
	char place[PQ_ERROR_PATH_MAX];
	snprintf(place, sizeof place, "operation %zu (%.*s)", index, PQ_STRING_ARGUMENT(path));
	pq_error_add_path(error, pq_string_from(place));
	return false;
}

bool pq_patch_read(const struct pq_value *document, struct pq_patch *patch, struct pq_error *error)
{
	if (document->kind != PQ_ARRAY)
		return pq_error_set(error, PQ_ERROR_INVALID,
				    "a JSON Patch is an array of operations, not %s",
				    pq_kind_name(document->kind));
	if (document->length > PQ_PATCH_OPERATIONS_MAX)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "The allowed maximum operations in a JSON patch is %d, got %u",
				    PQ_PATCH_OPERATIONS_MAX, document->length);
	for (uint32_t i = 0; i < document->length; i++) {
		struct pq_patch_operation operation;
		if (!read_operation(&document->items[i], &operation, error))
			return pq_patch_blame_operation(
				error, i, pq_value_find_string(&document->items[i], PQ_S("path")));
		pq_patch_append(patch, operation);
	}
	if (patch->failed)
		return pq_error_set(error, PQ_ERROR_TOO_LARGE,
				    "the patch needs more memory than a request may use");
	return true;
}

static void write_member(struct pq_buffer *buffer, const char *name, struct pq_string text)
{
	pq_buffer_append_text(buffer, name);
	pq_json_write_string(buffer, text, PQ_JSON_COMPACT);
}

void pq_patch_write(struct pq_buffer *buffer, const struct pq_patch *patch)
{
	pq_buffer_append_byte(buffer, '[');
	for (size_t i = 0; i < patch->count; i++) {
		const struct pq_patch_operation *operation = &patch->operations[i];
		enum pq_patch_verb verb = operation->verb;
		write_member(buffer,
			     i == 0 ? "{\"op\":" : ",{\"op\":", pq_string_from(verbs[verb]));
		if (verb == PQ_PATCH_MOVE || verb == PQ_PATCH_COPY)
			write_member(buffer, ",\"from\":", operation->from);
		write_member(buffer, ",\"path\":", operation->path);
		if (verb == PQ_PATCH_ADD || verb == PQ_PATCH_REPLACE || verb == PQ_PATCH_TEST) {
			pq_buffer_append_text(buffer, ",\"value\":");
			pq_json_write(buffer, &operation->value, PQ_JSON_COMPACT);
		}
		pq_buffer_append_byte(buffer, '}');
	}
	pq_buffer_append_byte(buffer, ']');
}
