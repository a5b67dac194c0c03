/* What of a RoleBinding may not change. */
#include "registry/builtin/update.h"

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
