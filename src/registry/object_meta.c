#include "registry/object_meta.h"

#include "base/utf8.h"
#include "formats/names.h"
#include "registry/finding.h"
#include "registry/name_index.h"
#include "json/printable.h"
#include "json/write.h"

#include <stdlib.h>

enum { ANNOTATIONS_SIZE_MAX = 256 * 1024, MANAGER_MAX = 128, SUBRESOURCE_MAX = 256 };
/* Bytes of the name of a manager in the messages about it, all together. */
enum { MANAGER_SHOWN_MAX = 1 << 20 };

/* What a validation carries along. */
struct judge {
	struct pq_arena *arena;
	const struct pq_value *metadata;
	const struct pq_path *path;
	struct pq_findings *findings;
};

static uint32_t offset_of(const struct judge *judge, const struct pq_value *value)
{
	if (value != NULL)
		return value->offset;
	return judge->metadata == NULL ? PQ_OFFSET_NONE : judge->metadata->offset;
}

static struct pq_string find_text(const struct judge *judge, const char *key)
{
	return pq_value_find_string(judge->metadata, pq_string_from(key));
}

static struct pq_path child(const struct judge *judge, const char *name)
{
	return pq_path_property(judge->path, pq_string_from(name));
}

/* A prefix of a generated name may end in a dash, for something follows it. */
static void check_name(const struct judge *judge, enum pq_name_rule rule, const char *key,
		       bool is_prefix)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string name = find_text(judge, key), checked = name;
	struct pq_path path = child(judge, key);
	size_t count;
	if (rule == PQ_NAME_DNS1123_SUBDOMAIN || rule == PQ_NAME_DNS1123_LABEL) {
		if (is_prefix && pq_string_ends_with(name, PQ_S("-")) && name.length > 1) {
			/* maskTrailingDash: the last two characters become one letter. */
			checked = pq_arena_format(judge->arena, "%.*sa", (int)name.length - 2,
						  name.data);
			if (checked.data == NULL)
				return;
		}
		count = rule == PQ_NAME_DNS1123_LABEL
				? pq_names_check_dns1123_label(checked, problems)
				: pq_names_check_dns1123_subdomain(checked, problems);
	} else {
		count = is_prefix && rule != PQ_NAME_WHOLE_SEGMENT
				? pq_names_check_path_prefix(name, problems)
				: pq_names_check_path_segment(name, problems);
	}
	const struct pq_value *value = pq_value_find(judge->metadata, pq_string_from(key));
	for (size_t i = 0; i < count; i++)
		finding_add_invalid_text(judge->findings, &path, name, offset_of(judge, value),
					 pq_string_from(problems[i]));
}

static void check_names(const struct judge *judge, enum pq_name_rule rule)
{
	if (find_text(judge, "generateName").length > 0)
		check_name(judge, rule, "generateName", true);
	if (find_text(judge, "name").length > 0) {
		check_name(judge, rule, "name", false);
		return;
	}
	struct pq_path path = child(judge, "name");
	pq_findings_add_format(judge->findings, PQ_FINDING_REQUIRED, &path, offset_of(judge, NULL),
			       "Required value: name or generateName is required");
}

static void check_namespace(const struct judge *judge, bool namespaced)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	const struct pq_value *value = pq_value_find(judge->metadata, PQ_S("namespace"));
	struct pq_string name = find_text(judge, "namespace");
	struct pq_path path = child(judge, "namespace");
	if (namespaced && name.length == 0) {
		pq_findings_add_format(judge->findings, PQ_FINDING_REQUIRED, &path,
				       offset_of(judge, NULL), "Required value");
	} else if (namespaced) {
		size_t count = pq_names_check_dns1123_label(name, problems);
		for (size_t i = 0; i < count; i++)
			finding_add_invalid(judge->findings, &path, value,
					    pq_string_from(problems[i]));
	} else if (name.length > 0) {
		pq_findings_add_format(judge->findings, PQ_FINDING_FORBIDDEN, &path, value->offset,
				       "Forbidden: not allowed on this type");
	}
}

static void check_generation(const struct judge *judge)
{
	const struct pq_value *value = pq_value_find(judge->metadata, PQ_S("generation"));
	struct pq_path path = child(judge, "generation");
	if (value != NULL && value->kind == PQ_INTEGER && value->integer < 0)
		finding_add_invalid(judge->findings, &path, value,
				    PQ_S("must be greater than or equal to 0"));
}

static void check_labels(const struct judge *judge)
{
	const struct pq_value *labels = pq_value_find(judge->metadata, PQ_S("labels"));
	struct pq_path path = child(judge, "labels");
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	for (size_t i = 0; labels != NULL && i < labels->object->count; i++) {
		const struct pq_member *label = &labels->object->members[i];
		size_t count = pq_names_check_label_key(label->key, problems);
		for (size_t j = 0; j < count; j++)
			finding_add_invalid_text(judge->findings, &path, label->key, label->offset,
						 pq_string_from(problems[j]));
		count = pq_names_check_label_value(pq_value_string(&label->value), problems);
		for (size_t j = 0; j < count; j++)
			finding_add_invalid(judge->findings, &path, &label->value,
					    pq_string_from(problems[j]));
	}
}

/* Annotation keys are qualified names but for the case of their letters. */
static void check_annotation_key(const struct judge *judge, const struct pq_path *path,
				 const struct pq_member *annotation)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	struct pq_string lower = pq_arena_copy_lower(judge->arena, annotation->key);
	if (lower.data == NULL) {
		judge->findings->dropped++;
		return;
	}
	size_t count = pq_names_check_label_key(lower, problems);
	for (size_t i = 0; i < count; i++)
		finding_add_invalid_text(judge->findings, path, annotation->key, annotation->offset,
					 pq_string_from(problems[i]));
}

static void check_annotations(const struct judge *judge)
{
	const struct pq_value *annotations = pq_value_find(judge->metadata, PQ_S("annotations"));
	struct pq_path path = child(judge, "annotations");
	size_t size = 0;
	if (annotations == NULL)
		return;
	for (size_t i = 0; i < annotations->object->count; i++) {
		const struct pq_member *annotation = &annotations->object->members[i];
		check_annotation_key(judge, &path, annotation);
		size += annotation->key.length + annotation->value.length;
	}
	if (size > ANNOTATIONS_SIZE_MAX)
		pq_findings_add_format(
			judge->findings, PQ_FINDING_TOO_LONG, &path, annotations->offset,
			"Too long: may not be more than %d bytes", ANNOTATIONS_SIZE_MAX);
}

/* schema.FromAPIVersionAndKind leaves the version of what cannot be parsed empty. */
static bool has_version(struct pq_string api_version)
{
	struct pq_string version = pq_names_version_of(api_version);
	return version.length > 0 && pq_string_find_byte(version, '/') < 0;
}

static void check_owner_field(const struct judge *judge, const struct pq_path *path,
			      const struct pq_value *reference, const char *name, bool is_fine,
			      const char *detail)
{
	if (is_fine)
		return;
	const struct pq_value *value = pq_value_find(reference, pq_string_from(name));
	struct pq_path step = pq_path_property(path, pq_string_from(name));
	uint32_t offset = value->offset == PQ_OFFSET_NONE ? reference->offset : value->offset;
	finding_add_invalid_text(judge->findings, &step, pq_value_string(value), offset,
				 pq_string_from(detail));
}

static void check_owner(const struct judge *judge, const struct pq_path *path,
			const struct pq_value *reference)
{
	struct pq_string api_version = pq_value_find_string(reference, PQ_S("apiVersion"));
	struct pq_string kind = pq_value_find_string(reference, PQ_S("kind"));
	check_owner_field(judge, path, reference, "apiVersion", has_version(api_version),
			  "version must not be empty");
	check_owner_field(judge, path, reference, "kind", kind.length > 0, "must not be empty");
	check_owner_field(judge, path, reference, "name",
			  pq_value_find_string(reference, PQ_S("name")).length > 0,
			  "must not be empty");
	check_owner_field(judge, path, reference, "uid",
			  pq_value_find_string(reference, PQ_S("uid")).length > 0,
			  "must not be empty");
	if (pq_string_is(kind, "Event") &&
	    (pq_string_is(api_version, "v1") || pq_string_is(api_version, "/v1")))
		finding_add_invalid_typed(
			judge->findings, path, reference,
			PQ_S("/v1, Kind=Event is disallowed from being an owner"));
}

static void check_owners(const struct judge *judge)
{
	const struct pq_value *owners = pq_value_find(judge->metadata, PQ_S("ownerReferences"));
	struct pq_path path = child(judge, "ownerReferences");
	const struct pq_value *first = NULL;
	for (size_t i = 0; owners != NULL && i < owners->length; i++) {
		const struct pq_value *owner = &owners->items[i];
		check_owner(judge, &path, owner);
		const struct pq_value *controller = pq_value_find(owner, PQ_S("controller"));
		if (controller == NULL || controller->kind != PQ_BOOLEAN || !controller->boolean)
			continue;
		if (first == NULL) {
			first = owner;
			continue;
		}
		struct pq_string text = pq_arena_format(
			judge->arena,
			"Only one reference can have Controller set to true. Found \"true\" in "
			"references for %.*s/%.*s and %.*s/%.*s",
			PQ_STRING_ARGUMENT(pq_value_find_string(first, PQ_S("kind"))),
			PQ_STRING_ARGUMENT(pq_value_find_string(first, PQ_S("name"))),
			PQ_STRING_ARGUMENT(pq_value_find_string(owner, PQ_S("kind"))),
			PQ_STRING_ARGUMENT(pq_value_find_string(owner, PQ_S("name"))));
		finding_add_invalid_typed(judge->findings, &path, owners, text);
	}
}

static void check_finalizers(const struct judge *judge)
{
	const struct pq_value *finalizers = pq_value_find(judge->metadata, PQ_S("finalizers"));
	struct pq_path path = child(judge, "finalizers");
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	bool orphan = false, foreground = false;
	for (size_t i = 0; finalizers != NULL && i < finalizers->length; i++) {
		const struct pq_value *finalizer = &finalizers->items[i];
		size_t count = pq_names_check_label_key(pq_value_string(finalizer), problems);
		for (size_t j = 0; j < count; j++)
			finding_add_invalid(judge->findings, &path, finalizer,
					    pq_string_from(problems[j]));
		orphan |= pq_string_is(pq_value_string(finalizer), "orphan");
		foreground |= pq_string_is(pq_value_string(finalizer), "foregroundDeletion");
	}
	if (orphan && foreground)
		finding_add_invalid_typed(
			judge->findings, &path, finalizers,
			PQ_S("finalizer orphan and foregroundDeletion cannot be both set"));
}

/* The places are those of bytes. Each message shows the whole name. */
static void check_printable(const struct judge *judge, const struct pq_path *path,
			    struct pq_string manager, uint32_t offset)
{
	size_t shown = 0;
	for (size_t at = 0, width; at < manager.length; at += width) {
		uint32_t character =
			pq_utf8_decode(pq_string_slice(manager, at, manager.length), &width);
		if (pq_go_is_printable(character))
			continue;
		shown += manager.length;
		if (shown > MANAGER_SHOWN_MAX)
			judge->findings->dropped++;
		else
			finding_add_invalid_text(
				judge->findings, path, manager, offset,
				pq_arena_format(judge->arena,
						"invalid character U+%04X (at position %zu)",
						character, at));
	}
}

static void check_managed_entry(const struct judge *judge, const struct pq_path *path,
				const struct pq_value *entry)
{
	struct pq_string operation = pq_value_find_string(entry, PQ_S("operation"));
	struct pq_string type = pq_value_find_string(entry, PQ_S("fieldsType"));
	struct pq_string manager = pq_value_find_string(entry, PQ_S("manager"));
	if (!pq_string_is(operation, "Apply") && !pq_string_is(operation, "Update")) {
		struct pq_path step = pq_path_property(path, PQ_S("operation"));
		finding_add_invalid_named(judge->findings, &step, operation, entry->offset,
					  PQ_S("must be `Apply` or `Update`"));
	}
	if (type.length > 0 && !pq_string_is(type, "FieldsV1")) {
		struct pq_path step = pq_path_property(path, PQ_S("fieldsType"));
		finding_add_invalid_text(judge->findings, &step, type, entry->offset,
					 PQ_S("must be `FieldsV1`"));
	}
	struct pq_path manager_path = pq_path_property(path, PQ_S("manager"));
	if (manager.length > MANAGER_MAX)
		pq_findings_add_format(judge->findings, PQ_FINDING_TOO_LONG, &manager_path,
				       entry->offset, "Too long: may not be more than %d bytes",
				       MANAGER_MAX);
	check_printable(judge, &manager_path, manager, entry->offset);
	if (pq_value_find_string(entry, PQ_S("subresource")).length > SUBRESOURCE_MAX) {
		struct pq_path step = pq_path_property(path, PQ_S("subresource"));
		pq_findings_add_format(judge->findings, PQ_FINDING_TOO_LONG, &step, entry->offset,
				       "Too long: may not be more than %d bytes", SUBRESOURCE_MAX);
	}
}

static void check_managed_fields(const struct judge *judge)
{
	const struct pq_value *entries = pq_value_find(judge->metadata, PQ_S("managedFields"));
	struct pq_path path = child(judge, "managedFields");
	for (size_t i = 0; entries != NULL && i < entries->length; i++) {
		struct pq_path step = pq_path_index(&path, i);
		check_managed_entry(judge, &step, &entries->items[i]);
	}
}

void pq_object_meta_validate(struct pq_arena *arena, const struct pq_value *metadata,
			     bool namespaced, enum pq_name_rule name_rule,
			     const struct pq_path *path, struct pq_findings *findings)
{
	const struct judge judge = {
		.arena = arena, .metadata = metadata, .path = path, .findings = findings
	};
	check_names(&judge, name_rule);
	check_namespace(&judge, namespaced);
	check_generation(&judge);
	check_labels(&judge);
	check_annotations(&judge);
	check_owners(&judge);
	check_finalizers(&judge);
	check_managed_fields(&judge);
}

static int compare_texts(const void *a, const void *b)
{
	return pq_string_compare(*(const struct pq_string *)a, *(const struct pq_string *)b);
}

/* The finalizers that old lacks, sorted, each once. */
static size_t find_new_finalizers(const struct judge *judge, const struct pq_value *old,
				  struct pq_string **added)
{
	const struct pq_value *finalizers = pq_value_find(judge->metadata, PQ_S("finalizers"));
	const struct pq_value *before = pq_value_find(old, PQ_S("finalizers"));
	size_t count = 0, distinct = 0;
	if (finalizers == NULL)
		return 0;
	struct name_index known;
	name_index_build(&known, judge->arena, before, NULL);
	*added = pq_arena_alloc_array(judge->arena, finalizers->length, sizeof **added);
	for (size_t i = 0; *added != NULL && i < finalizers->length; i++) {
		struct pq_string finalizer = pq_value_string(&finalizers->items[i]);
		if (name_index_find(&known, finalizer) == NULL)
			(*added)[count++] = finalizer;
	}
	if (count > 0)
		qsort(*added, count, sizeof **added, compare_texts);
	for (size_t i = 0; i < count; i++) {
		if (distinct == 0 || !pq_string_equal((*added)[i], (*added)[distinct - 1]))
			(*added)[distinct++] = (*added)[i];
	}
	return distinct;
}

static void check_new_finalizers(const struct judge *judge, const struct pq_value *old)
{
	struct pq_string *added;
	if (pq_value_find(old, PQ_S("deletionTimestamp")) == NULL)
		return;
	size_t count = find_new_finalizers(judge, old, &added);
	if (count == 0)
		return;
	struct pq_buffer list;
	pq_buffer_init_in(&list, judge->arena, 0);
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_text(&list, i == 0 ? "" : ", ");
		pq_go_quote(&list, added[i]);
	}
	struct pq_path path = child(judge, "finalizers");
	const struct pq_value *finalizers = pq_value_find(judge->metadata, PQ_S("finalizers"));
	if (pq_buffer_failed(&list))
		judge->findings->dropped++;
	else
		pq_findings_add_format(judge->findings, PQ_FINDING_FORBIDDEN, &path,
				       finalizers->offset,
				       "Forbidden: no new finalizers can be added if the object is "
				       "being deleted, found new finalizers []string{%.*s}",
				       (int)list.length, list.data);
}

static bool same_field(const struct pq_value *a, const struct pq_value *b)
{
	return a == b || (a != NULL && b != NULL && pq_value_equal(a, b));
}

/* An absent string reads as "", an absent number or time as nil. */
static void check_immutable(const struct judge *judge, const struct pq_value *old, const char *key,
			    const struct pq_value *zero)
{
	const struct pq_value *now = pq_value_find(judge->metadata, pq_string_from(key));
	const struct pq_value *before = pq_value_find(old, pq_string_from(key));
	if (same_field(now == NULL ? zero : now, before == NULL ? zero : before))
		return;
	struct pq_path path = child(judge, key);
	struct pq_value shown = now == NULL ? *zero : *now;
	shown.offset = offset_of(judge, now);
	finding_add_invalid_typed(judge->findings, &path, &shown, PQ_S("field is immutable"));
}

static int64_t find_integer(const struct pq_value *object, struct pq_string key)
{
	const struct pq_value *value = pq_value_find(object, key);
	return value != NULL && value->kind == PQ_INTEGER ? value->integer : 0;
}

static void check_versions(const struct judge *judge, const struct pq_value *old)
{
	if (find_text(judge, "resourceVersion").length == 0) {
		struct pq_path path = child(judge, "resourceVersion");
		finding_add_invalid_text(judge->findings, &path, PQ_S(""), offset_of(judge, NULL),
					 PQ_S("must be specified for an update"));
	}
	int64_t generation = find_integer(judge->metadata, PQ_S("generation"));
	if (generation < find_integer(old, PQ_S("generation"))) {
		struct pq_path path = child(judge, "generation");
		struct pq_value shown = pq_value_from_integer(generation);
		finding_add_invalid(judge->findings, &path, &shown,
				    PQ_S("must not be decremented"));
	}
}

void pq_object_meta_validate_update(struct pq_arena *arena, const struct pq_value *metadata,
				    const struct pq_value *old, const struct pq_path *path,
				    struct pq_findings *findings)
{
	const struct judge judge = {
		.arena = arena, .metadata = metadata, .path = path, .findings = findings
	};
	const struct pq_value empty = pq_value_from_string(PQ_S(""));
	const struct pq_value null = pq_value_null();
	check_new_finalizers(&judge, old);
	check_versions(&judge, old);
	check_immutable(&judge, old, "name", &empty);
	check_immutable(&judge, old, "namespace", &empty);
	check_immutable(&judge, old, "uid", &empty);
	check_immutable(&judge, old, "creationTimestamp", &null);
	check_immutable(&judge, old, "deletionTimestamp", &null);
	check_immutable(&judge, old, "deletionGracePeriodSeconds", &null);
	check_labels(&judge);
	check_annotations(&judge);
	check_owners(&judge);
	check_managed_fields(&judge);
}
