#include "base/character.h"
#include "formats/names.h"
#include "operators/build.h"
#include "operators/myapp/decide.h"

/* What both objects are made from. */
struct desired {
	struct pq_build build;
	const struct pq_value *app;
	const struct pq_value *spec;
	struct pq_string name;
};

static struct desired start(struct pq_arena *arena, const struct pq_value *app)
{
	const struct pq_value *metadata = pq_value_find(app, PQ_S("metadata"));
	return (struct desired){
		.build = { .arena = arena },
		.app = app,
		.spec = pq_value_find(app, PQ_S("spec")),
		.name = pq_value_find_string(metadata, PQ_S("name")),
	};
}

/* These never change in the life of an app: a Deployment's selector is immutable. */
static struct pq_object *selector_labels(struct desired *desired, size_t more)
{
	struct pq_object *labels = pq_build_object(&desired->build, 2 + more);
	pq_build_put_text(&desired->build, labels, "app.kubernetes.io/instance", desired->name);
	pq_build_put_text(&desired->build, labels, "app.kubernetes.io/managed-by",
			  PQ_S("pratique"));
	return labels;
}

/* The version as a label's value: no "+", at most 63 bytes, a letter or digit at its end. */
static struct pq_string version_label(struct desired *desired)
{
	struct pq_string version = pq_value_find_string(desired->spec, PQ_S("version"));
	char *label = pq_arena_alloc_bytes(desired->build.arena, version.length);
	if (label == NULL)
		desired->build.failed = true;
	for (size_t i = 0; label != NULL && i < version.length; i++)
		label[i] = version.data[i] == '+' ? '_' : version.data[i];
	size_t length = version.length < PQ_NAME_LABEL_MAX ? version.length : PQ_NAME_LABEL_MAX;
	while (label != NULL && length > 0 && !pq_is_alphanumeric((unsigned char)label[length - 1]))
		length--;
	return (struct pq_string){ .data = label, .length = length };
}

static struct pq_object *all_labels(struct desired *desired)
{
	struct pq_object *labels = selector_labels(desired, 2);
	struct pq_string version = version_label(desired);
	pq_build_put_text(&desired->build, labels, "app.kubernetes.io/name", desired->name);
	if (version.length > 0)
		pq_build_put_text(&desired->build, labels, "app.kubernetes.io/version", version);
	return labels;
}

static struct pq_value owner_references(struct desired *desired)
{
	struct pq_build *build = &desired->build;
	const struct pq_value *metadata = pq_value_find(desired->app, PQ_S("metadata"));
	struct pq_object *owner = pq_build_object(build, 6);
	pq_build_put_text(build, owner, "apiVersion", PQ_S("apps.example.com/v1"));
	pq_build_put_text(build, owner, "kind", PQ_S("MyApp"));
	pq_build_put_text(build, owner, "name", desired->name);
	pq_build_put_text(build, owner, "uid", pq_value_find_string(metadata, PQ_S("uid")));
	pq_build_put(build, owner, "controller", pq_value_from_boolean(true));
	pq_build_put(build, owner, "blockOwnerDeletion", pq_value_from_boolean(true));
	struct pq_value *items = pq_build_items(build, 1);
	if (items == NULL)
		return pq_value_null();
	items[0] = pq_build_value(build, owner);
	return pq_value_from_items(items, 1);
}

static struct pq_object *start_object(struct desired *desired, const char *api_version,
				      const char *kind)
{
	struct pq_build *build = &desired->build;
	const struct pq_value *app_metadata = pq_value_find(desired->app, PQ_S("metadata"));
	struct pq_object *object = pq_build_object(build, 4);
	struct pq_object *metadata = pq_build_object(build, 4);
	pq_build_put_text(build, object, "apiVersion", pq_string_from(api_version));
	pq_build_put_text(build, object, "kind", pq_string_from(kind));
	pq_build_put_text(build, metadata, "name", desired->name);
	pq_build_put_text(build, metadata, "namespace",
			  pq_value_find_string(app_metadata, PQ_S("namespace")));
	pq_build_put_object(build, metadata, "labels", all_labels(desired));
	pq_build_put(build, metadata, "ownerReferences", owner_references(desired));
	pq_build_put_object(build, object, "metadata", metadata);
	return object;
}

/* The items of a list of the spec, or none. */
static const struct pq_value *find_list(const struct pq_value *spec, struct pq_string key)
{
	const struct pq_value *list = pq_value_find(spec, key);
	return list != NULL && list->kind == PQ_ARRAY && list->length > 0 ? list : NULL;
}

static struct pq_string protocol_of(const struct pq_value *port)
{
	struct pq_string protocol = pq_value_find_string(port, PQ_S("protocol"));
	return protocol.length > 0 ? protocol : PQ_S("TCP");
}

static void put_if_there(struct pq_build *build, struct pq_object *object, const char *key,
			 const struct pq_value *value)
{
	if (value != NULL)
		pq_build_put(build, object, key, *value);
}

static struct pq_value container_ports(struct desired *desired, const struct pq_value *ports)
{
	struct pq_build *build = &desired->build;
	struct pq_value *items = pq_build_items(build, ports->length);
	for (uint32_t i = 0; items != NULL && i < ports->length; i++) {
		const struct pq_value *port = &ports->items[i];
		struct pq_object *item = pq_build_object(build, 3);
		pq_build_put_text(build, item, "name", pq_value_find_string(port, PQ_S("name")));
		put_if_there(build, item, "containerPort",
			     pq_value_find(port, PQ_S("containerPort")));
		pq_build_put_text(build, item, "protocol", protocol_of(port));
		items[i] = pq_build_value(build, item);
	}
	return pq_value_from_items(items, ports->length);
}

/* The API server drops an empty value, so that it must not be wanted either. */
static struct pq_value environment(struct desired *desired, const struct pq_value *variables)
{
	struct pq_build *build = &desired->build;
	struct pq_value *items = pq_build_items(build, variables->length);
	for (uint32_t i = 0; items != NULL && i < variables->length; i++) {
		const struct pq_value *variable = &variables->items[i];
		struct pq_string value = pq_value_find_string(variable, PQ_S("value"));
		struct pq_object *item = pq_build_object(build, 2);
		pq_build_put_text(build, item, "name",
				  pq_value_find_string(variable, PQ_S("name")));
		if (value.length > 0)
			pq_build_put_text(build, item, "value", value);
		items[i] = pq_build_value(build, item);
	}
	return pq_value_from_items(items, variables->length);
}

static struct pq_value containers(struct desired *desired)
{
	struct pq_build *build = &desired->build;
	const struct pq_value *ports = find_list(desired->spec, PQ_S("ports"));
	const struct pq_value *variables = find_list(desired->spec, PQ_S("env"));
	const struct pq_value *resources = pq_value_find(desired->spec, PQ_S("resources"));
	struct pq_object *container = pq_build_object(build, 5);
	pq_build_put_text(build, container, "name", PQ_S("app"));
	pq_build_put_text(build, container, "image",
			  pq_value_find_string(desired->spec, PQ_S("image")));
	if (ports != NULL)
		pq_build_put(build, container, "ports", container_ports(desired, ports));
	if (variables != NULL)
		pq_build_put(build, container, "env", environment(desired, variables));
	put_if_there(build, container, "resources", resources);
	struct pq_value *items = pq_build_items(build, 1);
	if (items == NULL)
		return pq_value_null();
	items[0] = pq_build_value(build, container);
	return pq_value_from_items(items, 1);
}

static struct pq_object *pod_template(struct desired *desired)
{
	struct pq_build *build = &desired->build;
	struct pq_object *template = pq_build_object(build, 2);
	struct pq_object *metadata = pq_build_object(build, 1);
	struct pq_object *spec = pq_build_object(build, 1);
	pq_build_put_object(build, metadata, "labels", all_labels(desired));
	pq_build_put(build, spec, "containers", containers(desired));
	pq_build_put_object(build, template, "metadata", metadata);
	pq_build_put_object(build, template, "spec", spec);
	return template;
}

bool pq_myapp_build_deployment(struct pq_arena *arena, const struct pq_value *app,
			       struct pq_value *deployment)
{
	struct desired desired = start(arena, app);
	struct pq_build *build = &desired.build;
	struct pq_object *object = start_object(&desired, "apps/v1", "Deployment");
	struct pq_object *spec = pq_build_object(build, 4);
	struct pq_object *selector = pq_build_object(build, 1);
	pq_build_put_object(build, selector, "matchLabels", selector_labels(&desired, 0));
	pq_build_put(build, spec, "replicas", pq_value_from_integer(pq_myapp_replicas(app)));
	pq_build_put_object(build, spec, "selector", selector);
	put_if_there(build, spec, "strategy", pq_value_find(desired.spec, PQ_S("strategy")));
	pq_build_put_object(build, spec, "template", pod_template(&desired));
	pq_build_put_object(build, object, "spec", spec);
	if (build->failed)
		return false;
	*deployment = pq_value_from_object(object);
	return true;
}

static struct pq_value service_ports(struct desired *desired, const struct pq_value *ports)
{
	struct pq_build *build = &desired->build;
	struct pq_value *items = pq_build_items(build, ports->length);
	for (uint32_t i = 0; items != NULL && i < ports->length; i++) {
		const struct pq_value *port = &ports->items[i];
		const struct pq_value *target = pq_value_find(port, PQ_S("containerPort"));
		const struct pq_value *offered = pq_value_find(port, PQ_S("servicePort"));
		struct pq_object *item = pq_build_object(build, 4);
		pq_build_put_text(build, item, "name", pq_value_find_string(port, PQ_S("name")));
		put_if_there(build, item, "port", offered != NULL ? offered : target);
		put_if_there(build, item, "targetPort", target);
		pq_build_put_text(build, item, "protocol", protocol_of(port));
		items[i] = pq_build_value(build, item);
	}
	return pq_value_from_items(items, ports->length);
}

bool pq_myapp_build_service(struct pq_arena *arena, const struct pq_value *app,
			    struct pq_value *service)
{
	struct desired desired = start(arena, app);
	struct pq_build *build = &desired.build;
	const struct pq_value *ports = find_list(desired.spec, PQ_S("ports"));
	if (ports == NULL) {
		*service = pq_value_null();
		return true;
	}
	struct pq_object *object = start_object(&desired, "v1", "Service");
	struct pq_object *spec = pq_build_object(build, 2);
	pq_build_put_object(build, spec, "selector", selector_labels(&desired, 0));
	pq_build_put(build, spec, "ports", service_ports(&desired, ports));
	pq_build_put_object(build, object, "spec", spec);
	if (build->failed)
		return false;
	*service = pq_value_from_object(object);
	return true;
}
