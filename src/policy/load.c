#include "policy/load.h"

#include "base/file.h"
#include "base/map.h"
#include "yaml/read.h"
#include "json/read.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum {
	FILE_MAX = 64 * 1024 * 1024,
	FOLDER_DEPTH_MAX = 32,
};

struct loader {
	struct pq_policy_builder *builder;
	pq_policy_load_report *report;
	void *context;
	struct pq_policy_load_counts counts;
};

/* One file while it is read. */
struct source {
	struct loader *loader;
	struct pq_string path;
	struct pq_string text;
};

static void refuse(struct source *source, struct pq_error *error)
{
	source->loader->counts.refused++;
	pq_error_add_path(error, source->path);
	if (source->loader->report != NULL)
		source->loader->report(error, source->loader->context);
}

static void add_document(struct source *source, const struct pq_value *document)
{
	struct loader *loader = source->loader;
	struct pq_error error;
	switch (pq_policy_builder_add(loader->builder, document, source->path, source->text,
				      &error)) {
	case PQ_POLICY_ADDED:
		loader->counts.added++;
		break;
	case PQ_POLICY_NOT_OURS:
		loader->counts.ignored += document->kind != PQ_NULL;
		break;
	case PQ_POLICY_REFUSED:
		refuse(source, &error);
		break;
	}
}

/* `kubectl get -o yaml` writes a List of several objects. */
static void add_document_or_list(struct source *source, const struct pq_value *document)
{
	const struct pq_value *items = pq_value_find(document, PQ_S("items"));
	if (!pq_string_ends_with(pq_value_find_string(document, PQ_S("kind")), PQ_S("List")) ||
	    items == NULL || items->kind != PQ_ARRAY) {
		add_document(source, document);
		return;
	}
	for (size_t i = 0; i < items->length; i++)
		add_document(source, &items->items[i]);
}

static void read_json(struct source *source)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	if (pq_json_read_copy(&arena, source->text, NULL, &document, &error))
		add_document_or_list(source, &document);
	else
		refuse(source, &error);
}

static void read_yaml(struct source *source)
{
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	struct pq_error error;
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(source->text, &options);
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
			add_document_or_list(source, &document);
			break;
		case PQ_YAML_FAILED:
			refuse(source, &error);
			return;
		case PQ_YAML_END:
			return;
		}
	}
}

static bool load_file(const char *path, void *context, struct pq_error *error)
{
	struct loader *loader = context;
	pq_cleanup_buffer struct pq_buffer contents;
	pq_buffer_init(&contents, FILE_MAX);
	if (!pq_file_read(path, &contents, error))
		return false;
	loader->counts.files++;
	struct source source = {
		.loader = loader,
		.path = pq_string_from(path),
		.text = pq_buffer_view(&contents),
	};
	if (pq_string_ends_with(source.path, PQ_S(".json")))
		read_json(&source);
	else
		read_yaml(&source);
	return true;
}

static bool is_schema_file(const char *name)
{
	struct pq_string text = pq_string_from(name);
	return pq_string_ends_with(text, PQ_S(".yaml")) ||
	       pq_string_ends_with(text, PQ_S(".yml")) || pq_string_ends_with(text, PQ_S(".json"));
}

/* Names with a dot in front are hidden files, and the folders in which a volume of Kubernetes keeps
 * its generations: what its visible links lead to would else be read twice. */
static int is_visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

static int compare_names(const struct dirent **a, const struct dirent **b)
{
	return strcmp((*a)->d_name, (*b)->d_name);
}

static bool fail_path(const char *path, struct pq_error *error)
{
	int reason = errno;
	pq_error_set(error, PQ_ERROR_IO, "%s", strerror(reason));
	pq_error_add_path(error, pq_string_from(path));
	return false;
}

/* Who is told about files. */
struct visitor {
	pq_policy_visit_file *visit;
	void *context;
	struct pq_map folders; /* that have been visited, by device and inode */
};

/* Two links in each folder to the next one make 2^n ways through n folders, so that each is visited
 * by the first way only. */
static bool enter_folder(struct visitor *visitor, const struct stat *facts, bool *is_new,
			 struct pq_error *error)
{
	const uint64_t identity[] = { (uint64_t)facts->st_dev, (uint64_t)facts->st_ino };
	const struct pq_string key = { .data = (const char *)identity, .length = sizeof identity };
	*is_new = pq_map_find(&visitor->folders, key) == NULL;
	return !*is_new || pq_map_put(&visitor->folders, key, visitor, NULL) ||
	       pq_error_set(error, PQ_ERROR_MEMORY, "no memory to read folders");
}

static bool visit_folder(struct visitor *visitor, const char *folder, unsigned depth,
			 struct pq_error *error);

/* A pipe or a device might never end; whoever wants to read one names it. */
static bool visit_found_file(struct visitor *visitor, const char *path, const struct stat *facts,
			     struct pq_error *error)
{
	if (S_ISREG(facts->st_mode))
		return visitor->visit(path, visitor->context, error);
	pq_error_set(error, PQ_ERROR_IO, "is neither a file nor a folder");
	pq_error_add_path(error, pq_string_from(path));
	return false;
}

static bool visit_entry(struct visitor *visitor, const char *folder, const char *name,
			unsigned depth, struct pq_error *error)
{
	char path[PATH_MAX];
	struct stat facts;
	if ((size_t)snprintf(path, sizeof path, "%s/%s", folder, name) >= sizeof path) {
		errno = ENAMETOOLONG;
		return fail_path(folder, error);
	}
	if (stat(path, &facts) != 0)
		return fail_path(path, error);
	if (!S_ISDIR(facts.st_mode))
		return !is_schema_file(name) || visit_found_file(visitor, path, &facts, error);
	bool is_new;
	if (!enter_folder(visitor, &facts, &is_new, error))
		return false;
	return !is_new || visit_folder(visitor, path, depth + 1, error);
}

static bool visit_folder(struct visitor *visitor, const char *folder, unsigned depth,
			 struct pq_error *error)
{
	if (depth > FOLDER_DEPTH_MAX) {
		errno = ELOOP;
		return fail_path(folder, error);
	}
	struct dirent **entries;
	int count = scandir(folder, &entries, is_visible, compare_names);
	if (count < 0)
		return fail_path(folder, error);
	bool fine = true;
	for (int i = 0; i < count; i++) {
		if (fine)
			fine = visit_entry(visitor, folder, entries[i]->d_name, depth, error);
		free(entries[i]);
	}
	free(entries);
	return fine;
}

static bool visit_path(struct visitor *visitor, const char *path, struct pq_error *error)
{
	struct stat facts;
	bool is_new, is_input = strcmp(path, "-") == 0;
	if (!is_input && stat(path, &facts) != 0)
		return fail_path(path, error);
	if (is_input || !S_ISDIR(facts.st_mode))
		return visitor->visit(path, visitor->context, error);
	if (!enter_folder(visitor, &facts, &is_new, error))
		return false;
	return !is_new || visit_folder(visitor, path, 0, error);
}

bool pq_policy_each_file(const char *const *paths, size_t path_count, pq_policy_visit_file *visit,
			 void *context, struct pq_error *error)
{
	struct visitor visitor = { .visit = visit, .context = context };
	bool fine = true;
	pq_map_init(&visitor.folders);
	for (size_t i = 0; fine && i < path_count; i++)
		fine = visit_path(&visitor, paths[i], error);
	pq_map_done(&visitor.folders);
	return fine;
}

bool pq_policy_load(struct pq_policy_builder *builder, const char *const *paths, size_t path_count,
		    pq_policy_load_report *report, void *context,
		    struct pq_policy_load_counts *counts, struct pq_error *error)
{
	struct loader loader = { .builder = builder, .report = report, .context = context };
	if (!pq_policy_each_file(paths, path_count, load_file, &loader, error))
		return false;
	if (counts != NULL)
		*counts = loader.counts;
	return true;
}
