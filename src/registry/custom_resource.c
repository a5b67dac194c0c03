#include "registry/custom_resource.h"

#include "base/stack.h"
#include "registry/managed_fields.h"
#include "registry/object_meta.h"
#include "registry/old_object.h"
#include "registry/resource.h"
#include "registry/scale.h"
#include "json/read.h"
#include "json/write.h"

#include <math.h>

static bool create(struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	if (!resource_prepare_create(judging))
		return false;
	if (judging->request->version->has_status &&
	    !judging_set_member(judging, &judging->document, "status", NULL, &judging->document))
		return false;
	if (!resource_set_generation(judging, 1))
		return false;
	bool is_right_kind = resource_check_type_meta(judging);
	if (is_right_kind)
		pq_object_meta_validate(judging->arena, resource_metadata_of(&judging->document),
					crd->namespaced, PQ_NAME_DNS1123_SUBDOMAIN, &path,
					&judging->outcome->findings);
	if (!resource_check_content(judging, NULL, !is_right_kind))
		return false;
	if (!judging_refuse_if_found(judging,
				     pq_value_find_string(&judging->document, PQ_S("kind"))))
		return false;
	resource_warn_of_finalizers(judging, NULL);
	return true;
}

static bool same_content(struct judging *judging, bool *same)
{
	struct pq_value now, before;
	if (!judging_set_member(judging, &judging->document, "metadata", NULL, &now) ||
	    !judging_set_member(judging, judging->request->old, "metadata", NULL, &before))
		return false;
	*same = pq_value_equal(&now, &before);
	return true;
}

/* The main endpoint leaves status alone and counts generations. */
static bool prepare_main_update(struct judging *judging)
{
	const struct pq_value *old = judging->request->old;
	bool same;
	if (judging->request->version->has_status &&
	    !judging_set_member(judging, &judging->document, "status",
				pq_value_find(old, PQ_S("status")), &judging->document))
		return false;
	if (!same_content(judging, &same))
		return false;
	return same || resource_set_generation(judging, resource_generation_after(old));
}

/* The status endpoint changes nothing but status and managedFields. */
static bool prepare_status_update(struct judging *judging)
{
	struct pq_value sent = judging->document;
	const struct pq_value *managed =
		pq_value_find(resource_metadata_of(&sent), PQ_S("managedFields"));
	judging->document = *judging->request->old;
	return resource_set_metadata(judging, "managedFields", managed) &&
	       judging_set_member(judging, &judging->document, "status",
				  pq_value_find(&sent, PQ_S("status")), &judging->document);
}

bool resource_lend_version(struct judging *judging)
{
	struct pq_string stored = pq_value_find_string(resource_metadata_of(judging->request->old),
						       PQ_S("resourceVersion"));
	struct pq_string sent = pq_value_find_string(resource_metadata_of(&judging->document),
						     PQ_S("resourceVersion"));
	struct pq_value zero = pq_value_from_string(PQ_S("0"));
	return stored.length > 0 || sent.length > 0 ||
	       resource_set_metadata(judging, "resourceVersion", &zero);
}

/* Whether the object is the old one, managedFields aside. */
static bool is_unchanged(struct judging *judging, bool *unchanged)
{
	const struct pq_value none = pq_value_null();
	const struct pq_value *old = judging->request->old;
	const struct pq_value *metadata = resource_metadata_of(old);
	struct pq_value bare, before;
	if (!judging_set_member(judging, metadata == NULL ? &none : metadata, "managedFields", NULL,
				&bare) ||
	    !judging_set_member(judging, old, "metadata", &bare, &before))
		return false;
	*unchanged = pq_value_equal(&judging->document, &before);
	return true;
}

/* Who manages what changes with anything else, and when it was sent; an empty list is as if none
 * was. What it becomes is not known here, only that it is not what it was. */
static bool set_managed_fields(struct judging *judging, const struct pq_value *sent)
{
	static const struct pq_value others = { .kind = PQ_ARRAY };
	const struct pq_value *before =
		pq_value_find(resource_metadata_of(judging->request->old), PQ_S("managedFields"));
	bool is_sent = sent != NULL && sent->kind != PQ_NULL &&
		       (sent->kind != PQ_ARRAY || sent->length > 0);
	bool keeps;
	if (before == NULL)
		return true;
	if (!is_unchanged(judging, &keeps))
		return false;
	keeps = keeps && (!is_sent || pq_value_equal(sent, before));
	return resource_set_metadata(judging, "managedFields", keeps ? before : &others);
}

/* Rules may compare metadata as a whole, with what the server puts there. A version that was lent
 * is in both objects or in none. */
static bool check_content(struct judging *judging, const struct pq_value *managed,
			  bool is_other_kind)
{
	if (resource_has_lent_version(judging) &&
	    !resource_set_metadata(judging, "resourceVersion", NULL))
		return false;
	return set_managed_fields(judging, managed) &&
	       resource_check_content(judging, judging->request->old, is_other_kind) &&
	       resource_set_metadata(judging, "managedFields", NULL);
}

bool resource_update_content(struct judging *judging)
{
	const struct pq_crd *crd = judging->request->crd;
	const struct pq_value *old = judging->request->old;
	const struct pq_path path = pq_path_property(NULL, PQ_S("metadata"));
	struct pq_findings *findings = &judging->outcome->findings;
	bool is_status = judging->request->subresource == PQ_SUBRESOURCE_STATUS;
	const struct pq_value *managed =
		pq_value_find(resource_metadata_of(&judging->document), PQ_S("managedFields"));
	/* Refusals name the kind that was sent, though a status leaves the old one. */
	const struct pq_string kind = pq_value_find_string(&judging->document, PQ_S("kind"));
	if (!resource_match_namespace(judging) || !resource_lend_version(judging) ||
	    !resource_keep_metadata(judging, "generation"))
		return false;
	if (!(is_status ? prepare_status_update(judging) : prepare_main_update(judging)) ||
	    !resource_keep_system_fields(judging))
		return false;
	struct pq_value metadata;
	if (!managed_fields_lay(judging->arena, crd, resource_metadata_of(&judging->document),
				is_status ? NULL : managed, &metadata))
		return judging_out_of_room(judging);
	pq_object_meta_validate(judging->arena, &metadata, crd->namespaced, PQ_NAME_PATH_SEGMENT,
				&path, findings);
	pq_object_meta_validate_update(judging->arena, &metadata, resource_metadata_of(old), &path,
				       findings);
	bool is_right_kind = resource_check_type_meta(judging);
	if (is_right_kind)
		pq_object_meta_validate_update(judging->arena, &metadata, resource_metadata_of(old),
					       &path, findings);
	if (!check_content(judging, managed, !is_right_kind))
		return false;
	if (!judging_refuse_if_found(judging, kind))
		return false;
	if (!is_status)
		resource_warn_of_finalizers(judging, old);
	return true;
}

static bool update(struct judging *judging)
{
	return resource_check_preconditions(judging) && resource_update_content(judging);
}

bool resource_has_lent_version(const struct judging *judging)
{
	const struct pq_value *old = judging->request->old;
	struct pq_string version = pq_value_find_string(resource_metadata_of(&judging->document),
							PQ_S("resourceVersion"));
	return old != NULL && pq_string_is(version, "0") &&
	       pq_value_find(resource_metadata_of(old), PQ_S("resourceVersion")) == NULL;
}

static const struct pq_crd_version *storage_version(const struct pq_crd *crd)
{
	for (size_t i = 0; i < crd->version_count; i++) {
		if (crd->versions[i].storage)
			return &crd->versions[i];
	}
	return NULL;
}

/* Nulls may have come in with defaults. */
static bool drop_nulls(struct judging *judging, const struct pq_schema *schema)
{
	return pq_schema_drop_nulls(schema, judging->arena, &judging->document,
				    &judging->document) ||
	       judging_out_of_room(judging);
}

static bool is_negative_zero(const struct pq_value *value)
{
	return value->kind == PQ_DOUBLE && value->number == 0 && signbit(value->number);
}

/* Whether a value is or holds -0.0, which is stored as the integer -0, and so is 0. */
static bool holds_negative_zero(const struct pq_value *root, bool *holds)
{
	pq_cleanup_stack struct pq_stack stack;
	const struct pq_value *value = root;
	pq_stack_init(&stack, sizeof value);
	for (*holds = is_negative_zero(value); !*holds; *holds = is_negative_zero(value)) {
		size_t count = value->kind == PQ_ARRAY    ? value->length
			       : value->kind == PQ_OBJECT ? value->object->count
							  : 0;
		const struct pq_value **below = pq_stack_push_many(&stack, count);
		if (below == NULL && count > 0)
			return false;
		for (size_t i = 0; i < count; i++)
			below[i] = value->kind == PQ_ARRAY ? &value->items[i]
							   : &value->object->members[i].value;
		if (stack.count == 0)
			break;
		value = *(const struct pq_value **)pq_stack_top(&stack);
		pq_stack_cut(&stack, stack.count - 1);
	}
	return true;
}

/* The document as it is read after it was written. */
static bool read_back(struct judging *judging)
{
	bool holds;
	struct pq_buffer text;
	struct pq_error error;
	if (!holds_negative_zero(&judging->document, &holds))
		return judging_out_of_room(judging);
	if (!holds)
		return true;
	pq_buffer_init_in(&text, judging->arena, 0);
	pq_json_write(&text, &judging->document, PQ_JSON_COMPACT);
	return (!pq_buffer_failed(&text) && pq_json_read(judging->arena, pq_buffer_view(&text),
							 NULL, &judging->document, &error)) ||
	       judging_out_of_room(judging);
}

/* Whether an object that is being deleted has lost its last finalizer: it goes, instead of being
 * stored, and comes back as it was sent. */
static bool ends_with_update(const struct judging *judging)
{
	const struct pq_value *old = resource_metadata_of(judging->request->old);
	const struct pq_value *grace = pq_value_find(old, PQ_S("deletionGracePeriodSeconds"));
	const struct pq_value *finalizers =
		pq_value_find(resource_metadata_of(&judging->document), PQ_S("finalizers"));
	bool has_time = pq_value_find(old, PQ_S("deletionTimestamp")) != NULL;
	bool has_grace = grace != NULL && grace->kind == PQ_INTEGER && grace->integer != 0;
	return has_time && !has_grace && (finalizers == NULL || finalizers->length == 0);
}

/* Writing and reading back: what the stored version does not know is lost, and its defaults come
 * in, for the status that a create dropped too. */
static bool pass_through_storage(struct judging *judging)
{
	const struct pq_crd_version *version = judging->request->version;
	const struct pq_crd_version *stored = storage_version(judging->request->crd);
	if (pq_value_find(resource_metadata_of(&judging->document), PQ_S("selfLink")) != NULL &&
	    !resource_set_metadata(judging, "selfLink", NULL))
		return false;
	if (resource_has_lent_version(judging) &&
	    !resource_set_metadata(judging, "resourceVersion", NULL))
		return false;
	if (ends_with_update(judging))
		return true;
	/* Nothing else has pruned what a scale has put into the object. */
	bool is_scale = judging->request->subresource == PQ_SUBRESOURCE_SCALE;
	if (!read_back(judging) || (is_scale && !resource_prune(judging, version->schema, NULL)))
		return false;
	if (stored == NULL || stored == version)
		return drop_nulls(judging, version->schema) &&
		       resource_apply_defaults(judging, version->schema);
	return resource_prune(judging, stored->schema, NULL) &&
	       resource_apply_defaults(judging, stored->schema) &&
	       resource_prune(judging, version->schema, NULL);
}

static bool check_old(struct judging *judging)
{
	struct pq_error error;
	if (pq_old_object_check(judging->arena, judging->request, &error))
		return true;
	if (error.code == PQ_ERROR_TOO_LARGE)
		return judging_out_of_room(judging);
	return judging_refuse_old(judging, pq_status_from_error(judging->arena, &error));
}

static bool judge(struct judging *judging)
{
	const struct pq_resource_request *request = judging->request;
	if (request->old != NULL && !check_old(judging))
		return false;
	if (!request->version->served)
		return judging_refuse(
			judging, pq_status_plain(404, PQ_S("NotFound"),
						 PQ_S("the server could not find the requested "
						      "resource")));
	if (request->subresource == PQ_SUBRESOURCE_SCALE)
		return scale_update(judging) && pass_through_storage(judging) &&
		       scale_show(judging);
	if (request->subresource == PQ_SUBRESOURCE_STATUS && !request->version->has_status)
		return resource_refuse_not_found(judging);
	if (!resource_decode(judging) || !resource_check_group_version(judging) ||
	    !(request->old == NULL ? create(judging) : update(judging)))
		return false;
	return pass_through_storage(judging);
}

void pq_custom_resource_judge(struct pq_arena *arena, const struct pq_resource_request *request,
			      struct pq_resource_outcome *outcome)
{
	struct judging judging = { .arena = arena, .request = request, .outcome = outcome };
	judging_init_outcome(&judging);
	if (request->version->deprecated)
		resource_warn_of_version(&judging);
	if (judge(&judging))
		outcome->object = judging.document;
}
