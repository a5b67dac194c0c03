/* Answers requests as the API server would: a JSON document a line in, one a line out.
 *
 *   {"define": KEY, "crd": CRD}                 compiles a CRD under a key; {} or {"error": …}
 *   {"forget": KEY}                             {}
 *   {"crd": KEY, "version": …, "namespace": …, "name": …, "subresource": …, "fieldValidation": …,
 *    "length": BYTES, "old": OBJECT}            a custom resource, its body in the bytes after the
 *                                               line; without "crd" a CRD itself:
 *                                               {"code", "status" or "object", "warnings"}
 *   {"builtin": KIND, "apiVersion": …, …}       the same of an object of a built-in kind
 */
#include "base/buffer.h"
#include "base/map.h"
#include "registry/builtin.h"
#include "registry/custom_resource.h"
#include "registry/warning.h"
#include "json/read.h"
#include "json/write.h"

#include <stdio.h>
#include <stdlib.h>

static struct pq_string text_of(const struct pq_value *line, const char *key)
{
	return pq_value_find_string(line, pq_string_from(key));
}

static void write_error(struct pq_buffer *out, const char *message)
{
	pq_buffer_append_text(out, "{\"error\":");
	pq_json_write_string(out, pq_string_from(message), 0);
	pq_buffer_append_byte(out, '}');
}

static void define_crd(struct pq_map *crds, const struct pq_value *line, struct pq_buffer *out)
{
	struct pq_error error;
	void *replaced = NULL;
	const struct pq_value *document = pq_value_find(line, PQ_S("crd"));
	const struct pq_crd *crd = document == NULL ? NULL : pq_crd_compile(document, &error);
	if (crd == NULL) {
		write_error(out, document == NULL ? "crd is missing" : error.message);
		return;
	}
	if (!pq_map_put(crds, text_of(line, "define"), (void *)(uintptr_t)crd, &replaced))
		abort();
	pq_crd_unref(replaced);
	pq_buffer_append_text(out, "{}");
}

static enum pq_field_validation field_validation_of(const struct pq_value *line)
{
	struct pq_string mode = text_of(line, "fieldValidation");
	return pq_string_is(mode, "Strict")   ? PQ_FIELDS_STRICT
	       : pq_string_is(mode, "Ignore") ? PQ_FIELDS_IGNORE
					      : PQ_FIELDS_WARN;
}

static enum pq_subresource subresource_of(const struct pq_value *line)
{
	struct pq_string name = text_of(line, "subresource");
	return pq_string_is(name, "status")  ? PQ_SUBRESOURCE_STATUS
	       : pq_string_is(name, "scale") ? PQ_SUBRESOURCE_SCALE
					     : PQ_SUBRESOURCE_NONE;
}

static void write_texts(struct pq_buffer *out, const struct pq_string *texts, size_t count)
{
	pq_buffer_append_byte(out, '[');
	for (size_t i = 0; i < count; i++) {
		if (i > 0)
			pq_buffer_append_byte(out, ',');
		pq_json_write_string(out, texts[i], 0);
	}
	pq_buffer_append_byte(out, ']');
}

static void write_outcome(struct pq_arena *arena, struct pq_buffer *out,
			  const struct pq_resource_outcome *outcome)
{
	struct pq_string *warnings;
	size_t count;
	pq_buffer_append_format(out, "{\"code\":%d,", outcome->status.code);
	if (outcome->status.code == 0) {
		pq_buffer_append_text(out, "\"object\":");
		pq_json_write(out, &outcome->object, PQ_JSON_SORT_KEYS);
	} else {
		pq_buffer_append_text(out, "\"status\":");
		pq_status_write(out, &outcome->status, false);
	}
	if (!pq_warnings_send(arena, outcome->warnings, outcome->warning_count, &warnings, &count))
		count = 0;
	pq_buffer_append_text(out, ",\"warnings\":");
	write_texts(out, warnings, count);
	pq_buffer_append_text(out, ",\"uncut\":");
	write_texts(out, outcome->warnings, outcome->warning_count);
	pq_buffer_append_byte(out, '}');
}

/* The bytes after the line; without data when there are not as many. */
static struct pq_string read_body(struct pq_arena *arena, const struct pq_value *line)
{
	const struct pq_value *length = pq_value_find(line, PQ_S("length"));
	size_t wanted = length == NULL ? 0 : (size_t)length->integer;
	char *bytes = pq_arena_alloc_bytes(arena, wanted + 1);
	if (bytes == NULL || fread(bytes, 1, wanted, stdin) != wanted)
		return (struct pq_string){ 0 };
	return (struct pq_string){ .data = bytes, .length = wanted };
}

struct engine {
	struct pq_map crds;
	struct pq_openapi *openapi; /* NULL until it is asked for */
};

static void judge_builtin(struct engine *engine, struct pq_arena *arena,
			  const struct pq_value *line, const struct pq_resource_request *request,
			  struct pq_buffer *out)
{
	struct pq_openapi_kind kind;
	struct pq_resource_outcome outcome;
	struct pq_error error;
	struct pq_string group = PQ_S(""), version = text_of(line, "apiVersion");
	ptrdiff_t slash = pq_string_find_byte(version, '/');
	if (engine->openapi == NULL)
		engine->openapi = pq_openapi_new_embedded(&error);
	if (engine->openapi == NULL)
		abort();
	if (slash >= 0) {
		group = pq_string_slice(version, 0, (size_t)slash);
		version = pq_string_slice(version, (size_t)slash + 1, version.length);
	}
	if (!pq_openapi_find_kind(engine->openapi, group, version, text_of(line, "builtin"),
				  &kind)) {
		write_error(out, "no such kind");
		return;
	}
	pq_builtin_judge(arena, engine->openapi, &kind, request, &outcome);
	write_outcome(arena, out, &outcome);
}

static void judge(struct engine *engine, struct pq_arena *arena, const struct pq_value *line,
		  struct pq_buffer *out)
{
	struct pq_resource_outcome outcome;
	struct pq_string key = text_of(line, "crd");
	struct pq_resource_request request = {
		.crd = key.data == NULL ? NULL : pq_map_find(&engine->crds, key),
		.namespace = text_of(line, "namespace"),
		.name = text_of(line, "name"),
		.subresource = subresource_of(line),
		.field_validation = field_validation_of(line),
		.body = read_body(arena, line),
		.old = pq_value_find(line, PQ_S("old")),
	};
	if (request.body.data == NULL) {
		write_error(out, "the body is not there");
		return;
	}
	if (text_of(line, "builtin").data != NULL) {
		judge_builtin(engine, arena, line, &request, out);
		return;
	}
	if (key.data == NULL) {
		pq_crd_judge(arena, &request, &outcome);
		write_outcome(arena, out, &outcome);
		return;
	}
	if (request.crd != NULL)
		request.version = pq_crd_find_version(request.crd, text_of(line, "version"));
	if (request.version == NULL) {
		write_error(out, "no such CRD or version");
		return;
	}
	pq_custom_resource_judge(arena, &request, &outcome);
	write_outcome(arena, out, &outcome);
}

static void answer_line(struct engine *engine, struct pq_string text, struct pq_buffer *out)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value line;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	if (!pq_json_read_copy(&arena, text, NULL, &line, &error)) {
		write_error(out, error.message);
	} else if (pq_value_find(&line, PQ_S("define")) != NULL) {
		define_crd(&engine->crds, &line, out);
	} else if (pq_value_find(&line, PQ_S("forget")) != NULL) {
		pq_crd_unref(pq_map_take(&engine->crds, text_of(&line, "forget")));
		pq_buffer_append_text(out, "{}");
	} else {
		judge(engine, &arena, &line, out);
	}
}

int main(void)
{
	struct engine engine = { .openapi = NULL };
	char *text = NULL;
	size_t capacity = 0;
	pq_map_init(&engine.crds);
	for (ssize_t length; (length = getline(&text, &capacity, stdin)) > 0;) {
		pq_cleanup_buffer struct pq_buffer out;
		pq_buffer_init(&out, 0);
		answer_line(&engine, (struct pq_string){ .data = text, .length = (size_t)length },
			    &out);
		pq_buffer_append_byte(&out, '\n');
		if (pq_buffer_failed(&out))
			abort();
		fwrite(out.data, 1, out.length, stdout);
		fflush(stdout);
	}
	free(text);
	for (size_t i = 0; i < engine.crds.count; i++)
		pq_crd_unref(engine.crds.entries[i].value);
	pq_map_done(&engine.crds);
	pq_openapi_free(engine.openapi);
	return 0;
}
