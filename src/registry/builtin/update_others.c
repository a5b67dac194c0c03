/* What of other kinds may not change. */
#include "registry/builtin/update.h"

/* ValidateEndpointSliceUpdate */
void update_check_endpoint_slice(const struct place *now, const struct place *old)
{
	update_check_field(now, old, "addressType");
}

/* ValidateIngressClassUpdate */
void update_check_ingress_class(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place controller = place_field(&spec, "controller");
	const struct place old_controller = place_field(&before, "controller");
	if (!update_is_same(controller.value, old_controller.value))
		refuse_string(&controller, place_text(&controller), "field is immutable");
}

/* ValidateRuntimeClassUpdate */
void update_check_runtime_class(const struct place *now, const struct place *old)
{
	const struct place handler = place_field(now, "handler");
	const struct place before = place_field(old, "handler");
	if (!update_is_same(handler.value, before.value))
		refuse_string(&handler, place_text(&handler), "field is immutable");
}

/* ValidatePriorityClassUpdate */
void update_check_priority_class(const struct place *now, const struct place *old)
{
	const struct place value = place_field(now, "value");
	const struct place before = place_field(old, "value");
	if (place_integer(&value) != place_integer(&before))
		refuse_forbidden(&value, "may not be changed in an update.");
	update_check_text(now, old, "preemptionPolicy", "PreemptLowerPriority");
}

static bool has_scopes(const struct place *scopes, const struct place *wanted)
{
	pq_cleanup_map struct pq_map index;
	place_index(scopes, &index);
	for (size_t i = 0; i < place_count(wanted); i++) {
		const struct place scope = place_item(wanted, i);
		if (pq_map_find(&index, place_text(&scope)) == NULL)
			return false;
	}
	return true;
}

/* ValidateResourceQuotaUpdate */
void update_check_resource_quota(const struct place *now, const struct place *old)
{
	const struct place spec = place_field(now, "spec");
	const struct place before = place_field(old, "spec");
	const struct place scopes = place_field(&spec, "scopes");
	const struct place old_scopes = place_field(&before, "scopes");
	if (!has_scopes(&scopes, &old_scopes) || !has_scopes(&old_scopes, &scopes))
		update_refuse(&scopes);
}

/* A text of the server's internal struct. */
static struct pq_string json_text(const struct place *text, const char *otherwise)
{
	return place_text(text).length > 0 ? refuse_place_json(text) : pq_string_from(otherwise);
}

/* ValidateRoleBindingUpdate, ValidateClusterRoleBindingUpdate */
void update_check_role_binding(const struct place *now, const struct place *old)
{
	static const char group_json[] = "\"rbac.authorization.k8s.io\"";
	const struct place role = place_field(now, "roleRef");
	const struct place before = place_field(old, "roleRef");
	const struct place group = place_field(&role, "apiGroup");
	const struct place kind = place_field(&role, "kind");
	const struct place name = place_field(&role, "name");
	const struct place old_group = place_field(&before, "apiGroup");
	const struct place old_kind = place_field(&before, "kind");
	const struct place old_name = place_field(&before, "name");
	if (update_may_be_same(UPDATE_OBJECT, "apiGroup", &group, &old_group) &&
	    pq_string_equal(place_text(&kind), place_text(&old_kind)) &&
	    pq_string_equal(place_text(&name), place_text(&old_name)))
		return;
	struct pq_string shown = pq_arena_format(now->findings->arena,
						 "{\"APIGroup\":%.*s,\"Kind\":%.*s,\"Name\":%.*s}",
						 PQ_STRING_ARGUMENT(json_text(&group, group_json)),
						 PQ_STRING_ARGUMENT(json_text(&kind, "\"\"")),
						 PQ_STRING_ARGUMENT(json_text(&name, "\"\"")));
	refuse_shown(&role, shown, "cannot change roleRef");
}
