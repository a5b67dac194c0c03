/* The rights of reconcilers. */
#include "manifests/manifests.h"

#include "yaml/write.h"

static bool has_kind(const struct pq_manifest_schemas *schemas,
		     const struct pq_kube_resource *resource)
{
	for (size_t i = 0; i < schemas->crd_count; i++) {
		const struct pq_value *spec = pq_value_find(&schemas->crds[i], PQ_S("spec"));
		const struct pq_value *names = pq_value_find(spec, PQ_S("names"));
		if (pq_string_is(pq_value_find_string(spec, PQ_S("group")), resource->group) &&
		    pq_string_is(pq_value_find_string(names, PQ_S("kind")), resource->kind))
			return true;
	}
	return false;
}

static void write_list(struct pq_buffer *text, const char *key, const char *const *items)
{
	pq_buffer_append_format(text, "  %s:\n", key);
	for (; *items != NULL; items++)
		pq_buffer_append_format(text, "  - %s\n", *items);
}

static void write_role(struct pq_buffer *text, const struct pq_controller_registration *controller)
{
	pq_buffer_append_format(text,
				"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\n"
				"metadata:\n  name: pratique-%s\n"
				"  labels:\n    app.kubernetes.io/name: pratique\nrules:\n",
				controller->name);
	for (size_t i = 0; i < controller->access_count; i++) {
		const struct pq_access_rule *rule = &controller->access[i];
		pq_buffer_append_text(text, "- apiGroups:\n  - ");
		pq_yaml_write_string(text, pq_string_from(rule->group));
		pq_buffer_append_byte(text, '\n');
		write_list(text, "resources", rule->resources);
		write_list(text, "verbs", rule->verbs);
	}
}

static void write_binding(struct pq_buffer *text,
			  const struct pq_controller_registration *controller,
			  const struct pq_manifest_place *place)
{
	pq_buffer_append_format(
		text,
		"---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRoleBinding\n"
		"metadata:\n  name: pratique-%s\n"
		"  labels:\n    app.kubernetes.io/name: pratique\n"
		"roleRef:\n  apiGroup: rbac.authorization.k8s.io\n  kind: ClusterRole\n"
		"  name: pratique-%s\n"
		"subjects:\n- kind: ServiceAccount\n  name: %.*s\n  namespace: %.*s\n",
		controller->name, controller->name, PQ_STRING_ARGUMENT(place->service),
		PQ_STRING_ARGUMENT(place->namespace));
}

void pq_manifest_write_roles(struct pq_buffer *text, const struct pq_manifest_schemas *schemas,
			     const struct pq_manifest_place *place,
			     const struct pq_controller_registration *const *controllers)
{
	for (; *controllers != NULL; controllers++) {
		if (!has_kind(schemas, (*controllers)->watched[0].resource))
			continue;
		write_role(text, *controllers);
		write_binding(text, *controllers, place);
	}
}
