#include "check/identity.h"

#include "formats/names.h"

bool check_identity_of(const struct pq_value *object, struct check_identity *identity)
{
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	*identity = (struct check_identity){
		.group = pq_names_group_of(pq_value_find_string(object, PQ_S("apiVersion"))),
		.kind = pq_value_find_string(object, PQ_S("kind")),
		.namespace = pq_value_find_string(metadata, PQ_S("namespace")),
		.name = pq_value_find_string(metadata, PQ_S("name")),
	};
	if (identity->namespace.length == 0)
		identity->namespace = PQ_S("default");
	return identity->kind.length > 0 && identity->name.length > 0;
}

bool check_identity_equal(const struct check_identity *a, const struct check_identity *b)
{
	return pq_string_equal(a->name, b->name) && pq_string_equal(a->kind, b->kind) &&
	       pq_string_equal(a->namespace, b->namespace) && pq_string_equal(a->group, b->group);
}

/* FNV-1a; each text is ended by a byte that is in none. */
static uint64_t add_text(uint64_t hash, struct pq_string text)
{
	for (size_t i = 0; i < text.length; i++)
		hash = (hash ^ (unsigned char)text.data[i]) * UINT64_C(0x100000001b3);
	return (hash ^ 0xff) * UINT64_C(0x100000001b3);
}

uint64_t check_identity_hash(const struct check_identity *identity)
{
	uint64_t hash = UINT64_C(0xcbf29ce484222325);
	hash = add_text(hash, identity->group);
	hash = add_text(hash, identity->kind);
	hash = add_text(hash, identity->namespace);
	return add_text(hash, identity->name);
}
