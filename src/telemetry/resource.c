#include "telemetry/resource.h"

#include <stdio.h>
#include <sys/random.h>

enum { UUID_BYTES = 16, UUID_TEXT = 37 };

static struct {
	struct pq_arena arena;
	struct pq_pair attributes[PQ_RESOURCE_ATTRIBUTES_MAX];
	size_t count;
	size_t identity_count;
	char instance[UUID_TEXT];
} resource;

/* What makes up the identity; a variable of its own counts when the attributes are silent. */
static const struct {
	const char *name;
	const char *variable;
} identity[PQ_RESOURCE_IDENTITY_MAX] = {
	{ "service.name", NULL },         { "service.version", NULL },
	{ "service.instance.id", NULL },  { "k8s.pod.name", "POD_NAME" },
	{ "k8s.node.name", "NODE_NAME" }, { "k8s.namespace.name", "POD_NAMESPACE" },
};

/* A random UUID (RFC 9562, version 4): no two processes are the same instance. */
static void make_instance(char text[UUID_TEXT])
{
	unsigned char bytes[UUID_BYTES] = { 0 };
	if (getrandom(bytes, sizeof bytes, 0) != sizeof bytes)
		bytes[0] = 0; /* zeros are better than no start */
	bytes[6] = (unsigned char)((bytes[6] & 0x0f) | 0x40);
	bytes[8] = (unsigned char)((bytes[8] & 0x3f) | 0x80);
	for (size_t i = 0, at = 0; i < UUID_BYTES; i++) {
		if (i == 4 || i == 6 || i == 8 || i == 10)
			text[at++] = '-';
		at += (size_t)snprintf(text + at, UUID_TEXT - at, "%02x", bytes[i]);
	}
}

static const struct pq_pair *find_pair(const struct pq_pair *pairs, size_t count,
				       struct pq_string name)
{
	for (size_t i = 0; i < count; i++) {
		if (pq_string_equal(pairs[i].name, name))
			return &pairs[i];
	}
	return NULL;
}

/* The first of a name stands; an empty one is as if it were not there. */
static void put(struct pq_string name, struct pq_string value)
{
	if (value.length == 0 || find_pair(resource.attributes, resource.count, name) != NULL)
		return;
	resource.attributes[resource.count++] = (struct pq_pair){ name, value };
}

static struct pq_string default_value(const char *name)
{
	if (strcmp(name, "service.name") == 0)
		return PQ_S("pratique");
	if (strcmp(name, "service.version") == 0)
		return PQ_S(PQ_VERSION);
	return pq_string_from(resource.instance);
}

static struct pq_string identity_value(size_t index, const struct pq_pair *given, size_t count,
				       char *(*find)(const char *variable))
{
	const char *name = identity[index].name;
	const char *service = index == 0 ? find("OTEL_SERVICE_NAME") : NULL;
	if (service != NULL && service[0] != '\0')
		return pq_string_slice(pq_string_from(service), 0, PQ_RESOURCE_TEXT_MAX);
	const struct pq_pair *pair = find_pair(given, count, pq_string_from(name));
	if (pair != NULL)
		return pair->value;
	if (identity[index].variable == NULL)
		return default_value(name);
	return pq_string_slice(pq_string_from(find(identity[index].variable)), 0,
			       PQ_RESOURCE_TEXT_MAX);
}

static bool read_attributes(const char *text, struct pq_pair *given, size_t *count,
			    struct pq_error *error)
{
	struct pq_string pairs = pq_string_from(text);
	bool fine = pairs.length <= PQ_RESOURCE_TEXT_MAX ||
		    pq_error_set(error, PQ_ERROR_USAGE, "it is longer than %d bytes",
				 PQ_RESOURCE_TEXT_MAX);
	fine = fine &&
	       pq_pairs_parse(pairs, &resource.arena, given,
			      PQ_RESOURCE_ATTRIBUTES_MAX - PQ_RESOURCE_IDENTITY_MAX, count, error);
	if (!fine)
		pq_error_add_path(error, PQ_S("OTEL_RESOURCE_ATTRIBUTES"));
	return fine;
}

bool pq_resource_read(char *(*find)(const char *variable), struct pq_error *error)
{
	struct pq_pair given[PQ_RESOURCE_ATTRIBUTES_MAX];
	size_t given_count = 0;
	pq_arena_done(&resource.arena);
	pq_arena_init(&resource.arena, 0);
	resource.count = 0;
	make_instance(resource.instance);
	bool fine = read_attributes(find("OTEL_RESOURCE_ATTRIBUTES"), given, &given_count, error);
	for (size_t i = 0; i < PQ_RESOURCE_IDENTITY_MAX; i++)
		put(pq_string_from(identity[i].name), identity_value(i, given, given_count, find));
	resource.identity_count = resource.count;
	for (size_t i = 0; i < given_count; i++)
		put(given[i].name, given[i].value);
	return fine;
}

const struct pq_pair *pq_resource_attributes(size_t *count)
{
	*count = resource.count;
	return resource.attributes;
}

size_t pq_resource_identity_count(void)
{
	return resource.identity_count;
}
