#include "policy/load.h"

#include "base/file.h"
#include "base/utf8.h"
#include "base/walk.h"
#include "yaml/read.h"
#include "json/detect.h"
#include "json/read.h"

enum {
	FILE_MAX = 64 * 1024 * 1024,
};

/* One file while it is read. */
struct source {
	const struct pq_policy_document_visitor *visitor;
	struct pq_policy_document document; /* the one that is told of */
};

static void tell(struct source *source, const struct pq_value *value)
{
	source->document.value = value;
	source->visitor->visit(&source->document, source->visitor->context);
}

static void refuse(struct source *source, struct pq_error *error)
{
	pq_error_add_path(error, source->document.path);
	source->visitor->refuse(error, source->visitor->context);
}

/* `kubectl get -o yaml` writes a List of several objects. */
static void tell_each(struct source *source, const struct pq_value *document)
{
	const struct pq_value *items = pq_value_find(document, PQ_S("items"));
	if (!pq_string_ends_with(pq_value_find_string(document, PQ_S("kind")), PQ_S("List")) ||
	    items == NULL || items->kind != PQ_ARRAY) {
		tell(source, document);
		return;
	}
	for (size_t i = 0; i < items->length; i++)
		tell(source, &items->items[i]);
}

/* False for what is no JSON, with why. */
static bool read_json(struct source *source, struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document;
	pq_arena_init(&arena, 0);
	if (!pq_json_read_copy(&arena, source->document.text, NULL, &document, error))
		return false;
	tell_each(source, &document);
	return true;
}

/* no_json is what to tell when the first document is no YAML; or NULL. */
static void read_yaml(struct source *source, struct pq_error *no_json)
{
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	struct pq_error error;
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(source->document.text, &options);
	if (stream == NULL) {
		pq_error_set(&error, PQ_ERROR_MEMORY, "no memory to read YAML");
		refuse(source, &error);
		return;
	}
	for (;;) {
		pq_cleanup_arena struct pq_arena arena;
		struct pq_value document;
		pq_arena_init(&arena, 0);
		switch (pq_yaml_stream_next(stream, &arena, &document, NULL, &error)) {
		case PQ_YAML_DOCUMENT:
			tell_each(source, &document);
			no_json = NULL;
			break;
		case PQ_YAML_FAILED:
			refuse(source, no_json != NULL ? no_json : &error);
			return;
		case PQ_YAML_END:
			return;
		}
	}
}

bool pq_policy_is_source(struct pq_string path)
{
	return pq_string_ends_with(path, PQ_S(".yaml")) ||
	       pq_string_ends_with(path, PQ_S(".yml")) || pq_string_ends_with(path, PQ_S(".json"));
}

static void read_text(struct source *source)
{
	const struct pq_policy_document *document = &source->document;
	struct pq_error no_json;
	if (!pq_json_begins(document->text))
		read_yaml(source, NULL);
	else if (read_json(source, &no_json))
		return;
	else if (pq_json_is_well_formed(document->text))
		refuse(source, &no_json);
	else
		read_yaml(source,
			  pq_json_is_meant(document->text, document->path) ? &no_json : NULL);
}

static bool read_file(const char *path, void *context, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer contents;
	pq_buffer_init(&contents, FILE_MAX);
	if (!pq_file_read(path, &contents, error))
		return false;
	struct source source = {
		.visitor = context,
		.document = { .path = pq_string_from(path),
			      .text = pq_utf8_skip_mark(pq_buffer_view(&contents)) },
	};
	read_text(&source);
	return true;
}

static bool is_schema_file(const char *path, enum pq_walk_kind kind, void *context)
{
	(void)context;
	return kind != PQ_WALK_FILE || pq_policy_is_source(pq_string_from(path));
}

bool pq_policy_each_document(const char *const *paths, size_t path_count,
			     const struct pq_policy_document_visitor *visitor,
			     struct pq_error *error)
{
	struct pq_walk walk = {
		.is_wanted = is_schema_file,
		.visit = read_file,
		.context = (void *)(uintptr_t)visitor,
	};
	bool fine = true;
	pq_walk_init(&walk);
	for (size_t i = 0; fine && i < path_count; i++)
		fine = pq_walk_path(&walk, paths[i], error);
	pq_walk_done(&walk);
	return fine;
}

struct loader {
	struct pq_policy_builder *builder;
	pq_policy_load_report *report;
	void *context;
	struct pq_policy_load_counts counts;
};

static void count_refused(const struct pq_error *error, void *context)
{
	struct loader *loader = context;
	loader->counts.refused++;
	if (loader->report != NULL)
		loader->report(error, loader->context);
}

static void add_document(const struct pq_policy_document *document, void *context)
{
	struct loader *loader = context;
	struct pq_error error;
	switch (pq_policy_builder_add(loader->builder, document->value, document->path,
				      document->text, &error)) {
	case PQ_POLICY_ADDED:
		loader->counts.added++;
		break;
	case PQ_POLICY_NOT_OURS:
		loader->counts.ignored += document->value->kind != PQ_NULL;
		break;
	case PQ_POLICY_REFUSED:
		pq_error_add_path(&error, document->path);
		count_refused(&error, context);
		break;
	}
}

bool pq_policy_load(struct pq_policy_builder *builder, const char *const *paths, size_t path_count,
		    pq_policy_load_report *report, void *context,
		    struct pq_policy_load_counts *counts, struct pq_error *error)
{
	struct loader loader = { .builder = builder, .report = report, .context = context };
	const struct pq_policy_document_visitor visitor = {
		.visit = add_document,
		.refuse = count_refused,
		.context = &loader,
	};
	if (!pq_policy_each_document(paths, path_count, &visitor, error))
		return false;
	if (counts != NULL)
		*counts = loader.counts;
	return true;
}
