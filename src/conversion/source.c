#include "conversion/source.h"

#include "base/nearest.h"
#include "conversion/path.h"

#include <stdio.h>

bool source_out_of_memory(const struct compiler *compiler)
{
	return pq_error_set(compiler->error, PQ_ERROR_MEMORY, "no memory for ConversionRules");
}

bool source_refuse(const struct compiler *compiler, const struct pq_value *at, const char *field,
		   const char *format, ...)
{
	char message[PQ_ERROR_MESSAGE_MAX];
	va_list arguments;
	va_start(arguments, format);
	vsnprintf(message, sizeof message, format, arguments);
	va_end(arguments);
	if (at->offset != PQ_OFFSET_NONE)
		*compiler->offset = at->offset;
	return pq_error_set(compiler->error, PQ_ERROR_REJECTED, "%s: %s", field, message);
}

static bool refuse_key(const struct compiler *compiler, const struct pq_member *member,
		       const char *field, const struct keys *keys)
{
	char hint[PQ_NEAREST_HINT_MAX];
	const struct pq_value at = { .offset = member->offset };
	return source_refuse(compiler, &at, field, "unknown field \"%.*s\"%s",
			     PQ_STRING_ARGUMENT(member->key),
			     pq_nearest_hint_among(member->key, keys->names, hint));
}

bool source_expect(const struct compiler *compiler, const struct pq_value *value, const char *field,
		   const struct keys *keys)
{
	if (value->kind != PQ_OBJECT)
		return source_refuse(compiler, value, field, "must be an object");
	const struct pq_member *unknown = pq_object_find_unlisted(value->object, keys->names);
	return unknown == NULL || refuse_key(compiler, unknown, field, keys);
}

const struct pq_value *source_require(const struct compiler *compiler,
				      const struct pq_value *parent, const char *field,
				      const char *key)
{
	const struct pq_value *found = pq_value_find(parent, pq_string_from(key));
	if (found == NULL || found->kind == PQ_NULL) {
		source_refuse(compiler, parent, field, "%s is missing", key);
		return NULL;
	}
	return found;
}

bool source_take_text(const struct compiler *compiler, const struct pq_value *parent,
		      const char *field, const char *key, struct pq_string *text)
{
	const struct pq_value *found = source_require(compiler, parent, field, key);
	if (found == NULL)
		return false;
	if (found->kind != PQ_STRING || found->length == 0)
		return source_refuse(compiler, found, field, "%s must be a text that is not empty",
				     key);
	*text = pq_arena_copy(compiler->arena, pq_value_string(found));
	return text->data != NULL || source_out_of_memory(compiler);
}

const struct pq_value *source_take_list(const struct compiler *compiler,
					const struct pq_value *parent, const char *field,
					const char *key, size_t most)
{
	const struct pq_value *found = source_require(compiler, parent, field, key);
	if (found == NULL)
		return NULL;
	if (found->kind != PQ_ARRAY) {
		source_refuse(compiler, found, field, "%s must be a list", key);
		return NULL;
	}
	if (found->length > most) {
		source_refuse(compiler, found, field, "%s has %u items: %zu are allowed", key,
			      found->length, most);
		return NULL;
	}
	return found;
}

bool source_is_reserved(const struct steps *path)
{
	static const char *const names[] = { "apiVersion", "kind", "metadata" };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (pq_string_is(path->items[0].name, names[i]))
			return true;
	}
	return path->items[0].name.data == NULL;
}

bool source_read_path(const struct compiler *compiler, const struct pq_value *value,
		      const char *field, struct steps *path)
{
	const char *reason = NULL;
	if (value->kind != PQ_STRING)
		return source_refuse(compiler, value, field,
				     "a path must be a text, as .spec.replicas");
	if (!path_parse(compiler->arena, pq_value_string(value), path, &reason)) {
		if (reason == NULL)
			return source_out_of_memory(compiler);
		return source_refuse(compiler, value, field, "the path \"%.*s\" %s",
				     PQ_STRING_ARGUMENT(pq_value_string(value)), reason);
	}
	if (source_is_reserved(path))
		return source_refuse(
			compiler, value, field,
			"the path \"%.*s\" is not the rules' to change: name one below .spec "
			"or another field of the kind's own",
			PQ_STRING_ARGUMENT(pq_value_string(value)));
	return true;
}

bool source_take_path(const struct compiler *compiler, const struct pq_value *parent,
		      const char *field, const char *key, struct steps *path)
{
	const struct pq_value *found = source_require(compiler, parent, field, key);
	return found != NULL && source_read_path(compiler, found, field, path);
}
