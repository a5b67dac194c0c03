/*
 * Network prefixes: k8s.io/apiserver v0.36 pkg/cel/library/cidr.go.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/library.h"
#include "cel/network.h"
#include "cel/opaque.h"
#include "cel/signature.h"
#include "cel/text.h"

static bool equal(const void *left, const void *right)
{
	const struct pq_cel_prefix *a = left, *b = right;
	return a->bits == b->bits && pq_cel_address_equal(&a->address, &b->address);
}

static uint32_t hash(const void *prefix)
{
	return pq_cel_address_hash(&((const struct pq_cel_prefix *)prefix)->address);
}

static uint64_t size(const void *prefix)
{
	return (((const struct pq_cel_prefix *)prefix)->bits + 7) / 8;
}

static void write(struct pq_buffer *buffer, const void *opaque)
{
	const struct pq_cel_prefix *prefix = opaque;
	pq_cel_address_write(buffer, &prefix->address);
	pq_buffer_append_format(buffer, "/%u", prefix->bits);
}

static const struct pq_cel_opaque_kind cidr_kind = {
	.type = { .kind = PQ_CEL_TYPE_OPAQUE, .name = PQ_LITERAL("net.CIDR") },
	.equal = equal,
	.hash = hash,
	.go_name = "*cel.CIDR",
	.go_type = "netip.Prefix",
	.write = write,
	.size = size,
};

static struct pq_cel_value from_prefix(struct pq_arena *arena, const struct pq_cel_prefix *prefix)
{
	struct pq_cel_prefix *copy = pq_arena_alloc_raw(arena, sizeof *copy);
	if (copy == NULL)
		return pq_cel_out_of_memory();
	*copy = *prefix;
	return pq_cel_from_opaque(&cidr_kind.type, copy);
}

static void to_cidr(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	struct pq_cel_prefix prefix;
	if (pq_cel_prefix_parse(run->arena, pq_cel_value_string(&arguments[0]), &prefix, result))
		*result = from_prefix(run->arena, &prefix);
}

static void to_string(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		      struct pq_cel_value *result)
{
	struct pq_buffer buffer;
	pq_buffer_init_in(&buffer, run->arena, 0);
	write(&buffer, arguments[0].opaque);
	*result = pq_cel_from_buffer(&buffer);
}

static void contains_ip(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			struct pq_cel_value *result)
{
	(void)run;
	*result =
		pq_cel_from_bool(pq_cel_prefix_contains(arguments[0].opaque, arguments[1].opaque));
}

static void contains_ip_text(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			     struct pq_cel_value *result)
{
	struct pq_address address;
	struct pq_cel_value error;
	/* The API server looks at the wrong argument for the error, and finds none. */
	if (pq_cel_address_parse(run->arena, pq_cel_value_string(&arguments[1]), &address, &error))
		*result = pq_cel_from_bool(pq_cel_prefix_contains(arguments[0].opaque, &address));
	else
		*result = pq_cel_from_error("no such overload");
}

static struct pq_cel_value contains_prefix(const struct pq_cel_prefix *outer,
					   const struct pq_cel_prefix *inner)
{
	return pq_cel_from_bool(outer->bits <= inner->bits &&
				pq_cel_prefix_contains(outer, &inner->address));
}

static void contains_cidr(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	(void)run;
	*result = contains_prefix(arguments[0].opaque, arguments[1].opaque);
}

static void contains_cidr_text(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			       struct pq_cel_value *result)
{
	struct pq_cel_prefix prefix;
	if (pq_cel_prefix_parse(run->arena, pq_cel_value_string(&arguments[1]), &prefix, result))
		*result = contains_prefix(arguments[0].opaque, &prefix);
}

static void to_ip(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		  struct pq_cel_value *result)
{
	const struct pq_cel_prefix *prefix = arguments[0].opaque;
	*result = pq_cel_from_address(run->arena, &prefix->address);
}

static void prefix_length(struct pq_cel_run *run, const struct pq_cel_value *arguments,
			  struct pq_cel_value *result)
{
	(void)run;
	*result = pq_cel_from_int(((const struct pq_cel_prefix *)arguments[0].opaque)->bits);
}

static void masked(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		   struct pq_cel_value *result)
{
	struct pq_cel_prefix prefix = *(const struct pq_cel_prefix *)arguments[0].opaque;
	for (unsigned i = prefix.bits; i < 8 * sizeof prefix.address.bytes; i++)
		prefix.address.bytes[i / 8] &= (uint8_t) ~(0x80u >> (i % 8));
	*result = from_prefix(run->arena, &prefix);
}

static void is_cidr(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		    struct pq_cel_value *result)
{
	struct pq_cel_prefix prefix;
	struct pq_cel_value error;
	*result = pq_cel_from_bool(pq_cel_prefix_parse(
		run->arena, pq_cel_value_string(&arguments[0]), &prefix, &error));
}

#define CIDR   &cidr_kind.type
#define IP     &pq_cel_kind_ip.type
#define BOOL   &pq_cel_bool
#define STRING &pq_cel_string

/* When the checker does not know what is contained, the API server counts an address or prefix. */
#define CONTAINS(cost_, unresolved_, ...)                                                          \
	{                                                                                          \
		ROW(__VA_ARGS__), .is_member = true, .cost = pq_cel_cost_##cost_,                  \
				  .unresolved_cost = pq_cel_cost_##unresolved_,                    \
				  .estimator = pq_cel_estimate_##cost_                             \
	}

static const struct pq_cel_overload overloads[] = {
	COSTLY_FUNCTION(traversal, traversal, to_cidr, "cidr", "string_to_cidr", CIDR, 1, STRING),
	CONTAINS(contains_ip_text, contains_ip, contains_ip_text, "containsIP",
		 "cidr_contains_ip_string", BOOL, 2, CIDR, STRING),
	CONTAINS(contains_ip, contains_ip, contains_ip, "containsIP", "cidr_contains_ip_ip", BOOL,
		 2, CIDR, IP),
	CONTAINS(contains_cidr_text, contains_cidr, contains_cidr_text, "containsCIDR",
		 "cidr_contains_cidr_string", BOOL, 2, CIDR, STRING),
	CONTAINS(contains_cidr, contains_cidr, contains_cidr, "containsCIDR", "cidr_contains_cidr",
		 BOOL, 2, CIDR, CIDR),
	METHOD(to_ip, "ip", "cidr_ip", IP, 1, CIDR),
	METHOD(prefix_length, "prefixLength", "cidr_prefix_length", &pq_cel_int, 1, CIDR),
	METHOD(masked, "masked", "cidr_masked", CIDR, 1, CIDR),
	COSTLY_FUNCTION(traversal, traversal, is_cidr, "isCIDR", "is_cidr", BOOL, 1, STRING),
	FUNCTION(to_string, "string", "cidr_to_string", STRING, 1, CIDR),
};

static const struct pq_cel_type *const types[] = { CIDR };

const struct pq_cel_library pq_cel_library_cidr = {
	.name = "cidr",
	.introduced = 30,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
	.types = types,
	.type_count = 1,
};
