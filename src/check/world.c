#include "check/world.h"

#include "check/classify.h"
#include "check/split.h"

#include <limits.h>
#include <stdio.h>
#include <sys/stat.h>

enum { KIND_KEY_MAX = 512 }; /* bytes; more than a group and a kind can have */

static bool out_of_memory(struct pq_error *error)
{
	return pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
}

bool check_world_init(struct check_world *world, const struct pq_check_settings *settings,
		      const struct check_working_directory *working_directory,
		      struct pq_policy_builder *builder, struct pq_error *error)
{
	*world = (struct check_world){
		.settings = settings,
		.builder = builder,
		.last_schema_input = SIZE_MAX,
	};
	pq_map_init(&world->namespaces);
	pq_map_init(&world->refused);
	pq_map_init(&world->refused_kinds);
	check_patches_init(&world->patches, working_directory);
	pq_arena_init(&world->arena, 0);
	return check_filters_parse(&world->arena, &settings->only, &world->only, error) &&
	       check_filters_parse(&world->arena, &settings->skip, &world->skip, error);
}

void check_world_done(struct check_world *world)
{
	pq_policy_unref(world->policy);
	pq_map_done(&world->namespaces);
	pq_map_done(&world->refused);
	pq_map_done(&world->refused_kinds);
	check_patches_done(&world->patches);
	pq_arena_done(&world->arena);
}

/* Where a document stands, as the bytes of a key. */
struct stand {
	size_t input;
	size_t document;
	size_t item;
};

static struct stand stand_of(const struct check_source *source,
			     const struct check_document *document)
{
	return (struct stand){ source->input, document->index, document->item };
}

static struct pq_string as_key(const struct stand *stand)
{
	return (struct pq_string){ .data = (const char *)stand, .length = sizeof *stand };
}

static bool is_same_file(struct pq_string a, struct pq_string b)
{
	char paths[2][PATH_MAX];
	struct stat facts[2];
	const struct pq_string texts[] = { a, b };
	for (size_t i = 0; i < 2; i++) {
		if (texts[i].length >= PATH_MAX)
			return false;
		memcpy(paths[i], texts[i].data, texts[i].length);
		paths[i][texts[i].length] = '\0';
		if (stat(paths[i], &facts[i]) != 0)
			return false;
	}
	return facts[0].st_dev == facts[1].st_dev && facts[0].st_ino == facts[1].st_ino;
}

/* A folder of schemas may well be among the inputs, too, or a file be named twice: the schema is
 * then the very same one, unless it stands twice in one file. */
static bool is_there_already(const struct check_world *world, const struct check_source *source,
			     struct pq_string kind, struct pq_string name)
{
	struct pq_string origin = pq_policy_builder_find_origin(world->builder, kind, name);
	return origin.length > 0 && is_same_file(origin, source->file) &&
	       world->last_schema_input != source->input;
}

/* "FILE:LINE" */
static struct pq_string format_place(struct pq_arena *arena, const struct check_source *source,
				     const struct pq_value *value)
{
	size_t offset = value->offset == PQ_OFFSET_NONE ? 0 : value->offset;
	struct pq_string before = pq_string_slice(source->text, 0, offset);
	return pq_arena_format(arena, "%.*s:%zu", PQ_STRING_ARGUMENT(source->file),
			       source->start.line + check_count_lines(before));
}

static bool add_refused_kind(struct check_world *world, const struct check_source *source,
			     const struct pq_value *crd)
{
	const struct pq_value *spec = pq_value_find(crd, PQ_S("spec"));
	struct pq_string group = pq_value_find_string(spec, PQ_S("group"));
	struct pq_string kind =
		pq_value_find_string(pq_value_find(spec, PQ_S("names")), PQ_S("kind"));
	struct pq_string key = pq_arena_format(&world->arena, "%.*s/%.*s",
					       PQ_STRING_ARGUMENT(group), PQ_STRING_ARGUMENT(kind));
	struct pq_string place = format_place(&world->arena, source, crd);
	return key.data != NULL && place.data != NULL &&
	       pq_map_put(&world->refused_kinds, key, (char *)(uintptr_t)place.data, NULL);
}

static bool add_schema(struct check_world *world, const struct check_source *source,
		       const struct check_document *document, enum check_class class,
		       struct pq_error *error)
{
	const struct stand stand = stand_of(source, document);
	const struct pq_value *value = &document->value;
	const struct pq_value *metadata = pq_value_find(value, PQ_S("metadata"));
	struct pq_error reason;
	if (is_there_already(world, source, pq_value_find_string(value, PQ_S("kind")),
			     pq_value_find_string(metadata, PQ_S("name"))))
		return true;
	switch (pq_policy_builder_add(world->builder, value, source->file, source->text, &reason)) {
	case PQ_POLICY_ADDED:
		world->last_schema_input = source->input;
		return true;
	case PQ_POLICY_NOT_OURS:
		return true;
	case PQ_POLICY_REFUSED:
		break;
	}
	struct pq_error *refusal = pq_arena_alloc_raw(&world->arena, sizeof *refusal);
	if (refusal == NULL || !pq_map_put(&world->refused, as_key(&stand), refusal, NULL) ||
	    (class == CHECK_CRD && !add_refused_kind(world, source, value)))
		return out_of_memory(error);
	*refusal = reason;
	return true;
}

/* The API server gives every namespace a label with its name. */
static bool copy_labels(struct pq_arena *arena, const struct pq_value *metadata,
			struct pq_string name, struct pq_value *labels)
{
	const struct pq_value named = pq_value_from_string(name);
	const struct pq_value none = pq_value_null();
	const struct pq_value *own = pq_value_find(metadata, PQ_S("labels"));
	struct pq_value all;
	return pq_value_with_member(arena, own == NULL ? &none : own,
				    PQ_S("kubernetes.io/metadata.name"), &named, &all) &&
	       pq_value_copy(arena, &all, labels);
}

static bool add_namespace(struct check_world *world, const struct pq_value *object,
			  struct pq_error *error)
{
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
	if (pq_map_find(&world->namespaces, name) != NULL)
		return true;
	struct pq_value *labels = pq_arena_alloc(&world->arena, sizeof *labels);
	if (labels == NULL || !copy_labels(&world->arena, metadata, name, labels) ||
	    !pq_map_put(&world->namespaces, name, labels, NULL))
		return out_of_memory(error);
	return true;
}

bool check_world_add(struct check_world *world, const struct check_source *source,
		     const struct check_document *document, struct pq_error *error)
{
	enum check_class class = check_classify_for_others(&document->value);
	if (check_is_schema(class))
		return add_schema(world, source, document, class, error);
	if (check_is_kustomization(source->file, &document->value))
		return check_patches_add(&world->patches, source->file, &document->value) ||
		       out_of_memory(error);
	return class != CHECK_NAMESPACE || add_namespace(world, &document->value, error);
}

bool check_world_finish(struct check_world *world, struct pq_error *error)
{
	world->policy = pq_policy_builder_finish(world->builder);
	return world->policy != NULL || out_of_memory(error);
}

const struct pq_error *check_world_find_refusal(const struct check_world *world,
						const struct check_source *source,
						const struct check_document *document)
{
	const struct stand stand = stand_of(source, document);
	return pq_map_find(&world->refused, as_key(&stand));
}

const char *check_world_find_refused_kind(const struct check_world *world, struct pq_string group,
					  struct pq_string kind)
{
	char key[KIND_KEY_MAX];
	int length = snprintf(key, sizeof key, "%.*s/%.*s", PQ_STRING_ARGUMENT(group),
			      PQ_STRING_ARGUMENT(kind));
	if (length < 0 || (size_t)length >= sizeof key)
		return NULL;
	return pq_map_find(&world->refused_kinds, pq_string_from(key));
}

const struct pq_value *check_world_find_labels(const struct check_world *world,
					       struct pq_string namespace)
{
	return pq_map_find(&world->namespaces, namespace);
}
