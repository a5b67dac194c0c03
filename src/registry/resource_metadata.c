/* What the server itself does to metadata on create and update (registry/rest). */
#include "registry/name_index.h"
#include "registry/resource.h"

#include "base/map.h"
#include "json/write.h"

#include <stdlib.h>

#define REPEATED_OWNERS                                                                            \
	".metadata.ownerReferences contains duplicate entries; API server dedups owner "           \
	"references in 1.20+, and may reject such requests as early as 1.24; please fix your "     \
	"requests; duplicate UID(s) observed: "

bool resource_set_metadata(struct judging *judging, const char *key, const struct pq_value *value)
{
	const struct pq_value none = pq_value_null();
	const struct pq_value *metadata = resource_metadata_of(&judging->document);
	struct pq_value made;
	return judging_set_member(judging, metadata == NULL ? &none : metadata, key, value,
				  &made) &&
	       judging_set_member(judging, &judging->document, "metadata", &made,
				  &judging->document);
}

bool resource_set_generation(struct judging *judging, int64_t generation)
{
	struct pq_value value = pq_value_from_integer(generation);
	return resource_set_metadata(judging, "generation", &value);
}

int64_t resource_generation_of(const struct pq_value *object)
{
	const struct pq_value *value =
		pq_value_find(resource_metadata_of(object), PQ_S("generation"));
	return value != NULL && value->kind == PQ_INTEGER ? value->integer : 0;
}

/* Goes round at the end, as Go's integers do: an old object from a file may have any. */
int64_t resource_generation_after(const struct pq_value *object)
{
	return (int64_t)((uint64_t)resource_generation_of(object) + 1);
}

bool resource_match_namespace(struct judging *judging)
{
	struct pq_string wanted =
		judging->request->crd->namespaced ? judging->request->namespace : PQ_S("");
	struct pq_string sent =
		pq_value_find_string(resource_metadata_of(&judging->document), PQ_S("namespace"));
	if (pq_string_equal(wanted, sent))
		return true;
	if (sent.length > 0 && wanted.length > 0)
		return judging_refuse_bad(judging, "the namespace of the provided object does not "
						   "match the namespace sent on the request");
	struct pq_value value = pq_value_from_string(wanted);
	return resource_set_metadata(judging, "namespace", wanted.length == 0 ? NULL : &value);
}

/* Whether a reference is met for the first time: by its text, for reading as its type has put its
 * fields in order. */
static bool is_new(struct judging *judging, struct pq_map *seen, const struct pq_value *reference,
		   bool *result)
{
	struct pq_buffer text;
	pq_buffer_init_in(&text, judging->arena, 0);
	pq_json_write(&text, reference, PQ_JSON_SORT_KEYS);
	*result = pq_map_find(seen, pq_buffer_view(&text)) == NULL;
	return !pq_buffer_failed(&text) && pq_map_put(seen, pq_buffer_view(&text), seen, NULL);
}

/* Owner references that are there twice are dropped, with a warning. */
bool resource_drop_repeated_owners(struct judging *judging)
{
	const struct pq_value *references =
		pq_value_find(resource_metadata_of(&judging->document), PQ_S("ownerReferences"));
	size_t count = 0;
	struct pq_buffer text;
	if (references == NULL || references->length < 2)
		return true;
	pq_cleanup_map struct pq_map seen;
	pq_map_init(&seen);
	struct pq_value *kept =
		pq_arena_alloc_array(judging->arena, references->length, sizeof *kept);
	if (kept == NULL)
		return judging_out_of_room(judging);
	pq_buffer_init_in(&text, judging->arena, 0);
	for (size_t i = 0; i < references->length; i++) {
		const struct pq_value *reference = &references->items[i];
		bool is_first;
		if (!is_new(judging, &seen, reference, &is_first))
			return judging_out_of_room(judging);
		if (is_first) {
			kept[count++] = *reference;
			continue;
		}
		pq_buffer_append_text(&text, text.length > 0 ? ", " : REPEATED_OWNERS);
		pq_buffer_append_string(&text, pq_value_find_string(reference, PQ_S("uid")));
	}
	if (text.length == 0)
		return true;
	judging_warn(judging, pq_buffer_view(&text));
	struct pq_value list = pq_value_from_items(kept, count);
	list.offset = references->offset;
	return resource_set_metadata(judging, "ownerReferences", &list);
}

/* The five random characters that the server appends stand as "xxxxx": nothing here is random. */
static bool generate_name(struct judging *judging)
{
	enum { GENERATED_PREFIX_MAX = 58 };
	const struct pq_value *metadata = resource_metadata_of(&judging->document);
	struct pq_string prefix = pq_value_find_string(metadata, PQ_S("generateName"));
	if (prefix.length == 0 || resource_name_of(&judging->document).length > 0)
		return true;
	prefix = pq_string_slice(prefix, 0, GENERATED_PREFIX_MAX);
	struct pq_string name =
		pq_arena_format(judging->arena, "%.*sxxxxx", PQ_STRING_ARGUMENT(prefix));
	if (name.data == NULL)
		return judging_out_of_room(judging);
	struct pq_value value = pq_value_from_string(name);
	return resource_set_metadata(judging, "name", &value);
}

/* What only the server sets: it is not believed. */
static bool wipe_system_fields(struct judging *judging)
{
	static const char *const keys[] = {
		"creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds", "uid",
		"selfLink",          "managedFields"
	};
	for (size_t i = 0; i < sizeof keys / sizeof keys[0]; i++) {
		if (pq_value_find(resource_metadata_of(&judging->document),
				  pq_string_from(keys[i])) != NULL &&
		    !resource_set_metadata(judging, keys[i], NULL))
			return false;
	}
	return true;
}

bool resource_prepare_create(struct judging *judging)
{
	return wipe_system_fields(judging) && resource_match_namespace(judging) &&
	       resource_drop_repeated_owners(judging) && generate_name(judging);
}

bool resource_keep_metadata(struct judging *judging, const char *key)
{
	return resource_set_metadata(
		judging, key,
		pq_value_find(resource_metadata_of(judging->request->old), pq_string_from(key)));
}

bool resource_keep_system_fields(struct judging *judging)
{
	const struct pq_value *old = resource_metadata_of(judging->request->old);
	const struct pq_value *now = resource_metadata_of(&judging->document);
	if (pq_value_find_string(now, PQ_S("uid")).length == 0 &&
	    !resource_keep_metadata(judging, "uid"))
		return false;
	/* They are the server's fieldmanager's: what it cannot read it does not take. */
	if (!resource_set_metadata(judging, "managedFields", NULL))
		return false;
	if (pq_value_find(old, PQ_S("creationTimestamp")) != NULL &&
	    !resource_keep_metadata(judging, "creationTimestamp"))
		return false;
	if (pq_value_find(old, PQ_S("deletionTimestamp")) != NULL &&
	    !resource_keep_metadata(judging, "deletionTimestamp"))
		return false;
	now = resource_metadata_of(&judging->document);
	if (pq_value_find(old, PQ_S("deletionGracePeriodSeconds")) != NULL &&
	    pq_value_find(now, PQ_S("deletionGracePeriodSeconds")) == NULL)
		return resource_keep_metadata(judging, "deletionGracePeriodSeconds");
	return true;
}

static bool is_standard_finalizer(struct pq_string name)
{
	return pq_string_is(name, "orphan") || pq_string_is(name, "foregroundDeletion") ||
	       pq_string_is(name, "kubernetes");
}

static int compare_texts(const void *a, const void *b)
{
	return pq_string_compare(*(const struct pq_string *)a, *(const struct pq_string *)b);
}

static void warn_of_finalizer(struct judging *judging, struct pq_string name)
{
	if (pq_string_find_byte(name, '/') >= 0 || is_standard_finalizer(name))
		return;
	struct pq_buffer text;
	pq_buffer_init_in(&text, judging->arena, 0);
	pq_buffer_append_text(&text, "metadata.finalizers: ");
	pq_go_quote(&text, name);
	pq_buffer_append_text(&text, ": prefer a domain-qualified finalizer name ");
	if (pq_string_find_byte(name, '.') >= 0)
		pq_buffer_append_text(&text, "including a path (/) ");
	pq_buffer_append_text(&text, "to avoid accidental conflicts with other finalizer writers");
	if (!pq_buffer_failed(&text))
		judging_warn(judging, pq_buffer_view(&text));
}

void resource_warn_of_finalizers(struct judging *judging, const struct pq_value *old)
{
	const struct pq_value *list =
		pq_value_find(resource_metadata_of(&judging->document), PQ_S("finalizers"));
	if (list == NULL || list->length == 0)
		return;
	struct pq_string *names = pq_arena_alloc_array(judging->arena, list->length, sizeof *names);
	struct name_index known;
	size_t count = 0;
	if (names == NULL)
		return;
	name_index_build(&known, judging->arena,
			 pq_value_find(resource_metadata_of(old), PQ_S("finalizers")), NULL);
	for (size_t i = 0; i < list->length; i++) {
		struct pq_string name = pq_value_string(&list->items[i]);
		if (name_index_find(&known, name) == NULL)
			names[count++] = name;
	}
	qsort(names, count, sizeof *names, compare_texts);
	for (size_t i = 0; i < count; i++)
		warn_of_finalizer(judging, names[i]);
}
