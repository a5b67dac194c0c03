/* What the files that build a snapshot share. Private to this folder. */
#ifndef PQ_POLICY_BUILDER_H
#define PQ_POLICY_BUILDER_H

#include "policy/snapshot.h"

enum { SCRATCH_MAX = 1 << 30 }; /* bytes that judging one document may take */

struct pq_policy_builder {
	struct pq_policy *policy; /* what has been added so far */
	size_t crd_room;
	size_t overlay_room;
	size_t conversion_room;
	size_t exemption_room;
	/* Of CRDs by kind and by name, of overlays and exemptions by name, of conversions by kind
	 * -> origin. */
	struct pq_map claims;
};

/* A document on its way in. */
struct addition {
	struct pq_policy_builder *builder;
	const struct pq_value *document;
	struct pq_string origin;
	struct pq_string text;
	struct pq_error *error;
};

/* Both give PQ_POLICY_REFUSED; the latter sets where in the source the trouble is, if the source is
 * at hand. */
enum pq_policy_addition addition_out_of_memory(const struct addition *addition);
enum pq_policy_addition addition_refuse(const struct addition *addition, uint32_t offset);

/* Claims a key for this document's origin; refuses when another document has it. */
PQ_CHECKED bool addition_claim(const struct addition *addition, struct pq_string key,
			       struct pq_string origin);

/* Claims two keys, or neither. */
PQ_CHECKED bool addition_claim_both(const struct addition *addition, struct pq_string first,
				    struct pq_string second, struct pq_string origin);

/* Makes room for one more entry of a table. */
PQ_CHECKED bool builder_reserve(void **table, size_t size, size_t count, size_t *room);

/* A document of none of our kinds (foreign.c): PQ_POLICY_NOT_OURS, or PQ_POLICY_REFUSED for one of
 * our kinds in another version, another kind of our groups, and mere text: whoever wrote that does
 * not mean to do without. */
enum pq_policy_addition addition_pass_over(const struct addition *addition);

/* ConversionRules (conversions.c). */
enum pq_policy_addition addition_add_conversion(const struct addition *addition);
PQ_CHECKED bool addition_adopt_conversion(const struct addition *addition,
					  const struct pq_conversion *conversion);
PQ_CHECKED bool builder_drop_last_conversion(struct pq_policy_builder *builder,
					     struct pq_arena *arena);

/* AdmissionExemptions (exemptions.c). */
enum pq_policy_addition addition_add_exemption(const struct addition *addition);
PQ_CHECKED bool addition_adopt_exemption(const struct addition *addition,
					 struct exemption *exemption);
PQ_CHECKED bool builder_drop_last_exemption(struct pq_policy_builder *builder,
					    struct pq_arena *arena);
void builder_order_exemptions(struct pq_policy_builder *builder);

#endif
