/*
 * The state of one validation, and the groups of keywords (validate_*.c).
 *
 * A check returns whether the value is valid. It runs in one of two modes: probing (no result, the
 * first failure ends it, nothing is rendered or allocated), which is all that a valid object ever
 * sees, and collecting, where every problem is rendered into the result.
 *
 * The order of checks, the match counts and the texts are those of
 * k8s.io/kube-openapi/pkg/validation/validate and of kubeOpenAPIResultToFieldErrors in
 * k8s.io/apiextensions-apiserver/pkg/apiserver/validation.
 */
#ifndef PQ_SCHEMA_VALIDATION_H
#define PQ_SCHEMA_VALIDATION_H

#include "base/interrupt.h"
#include "schema/correlation.h"

/* Problems found, in order, without repetitions, and how many checks applied: by that oneOf and
 * anyOf choose the branch whose problems are shown. */
struct pq_result {
	struct pq_findings findings;
	uint64_t matches;
};

struct pq_validation {
	struct pq_arena *arena;
	const struct pq_path *prefix;   /* of the value's own path, or NULL */
	struct pq_result *result;       /* NULL while probing */
	struct pq_interrupt *interrupt; /* once it has come, what is left is passed over; or NULL */
	bool is_dotted; /* below additionalProperties of the root, where texts keep Go's "." */
	/* Of the value that is being judged: whether problems conceal it. A branch of a junctor
	 * knows no formats: all of it is concealed when what it judges is. */
	enum pq_concealment concealment;
	bool conceals;
	bool conceals_branch;
};

/* Whether problems with a value that this node judges must not show it. */
static inline bool pq_node_is_concealed(const struct pq_node *node, enum pq_concealment concealment)
{
	return concealment == PQ_CONCEAL_ALL ||
	       (concealment == PQ_CONCEAL_PASSWORDS && (node->flags & PQ_NODE_PASSWORD_BELOW) != 0);
}

/* Appends a value as field.Error shows it, or what stands for one that is concealed. */
void pq_problem_show_value(struct pq_buffer *buffer, const struct pq_value *value,
			   bool is_concealed);
extern const struct pq_string pq_problem_concealed;

static inline bool pq_validation_collects(const struct pq_validation *validation)
{
	return validation->result != NULL;
}

/* Whether to look further after a check: always while collecting, until the result is full. */
static inline bool pq_validation_goes_on(const struct pq_validation *validation, bool valid)
{
	return valid || (validation->result != NULL && validation->result->findings.dropped == 0);
}

static inline void pq_validation_count(struct pq_validation *validation, unsigned matches)
{
	if (validation->result != NULL)
		validation->result->matches += matches;
}

/* Judges a value by a node and all below. correlation may be NULL. */
bool pq_validation_judge(struct pq_validation *validation, const struct pq_node *node,
			 const struct pq_value *value, const struct pq_path *path,
			 const struct pq_correlation *correlation);

/* A whole validation by one node, without an old object: findings are below prefix. False when the
 * arena is exhausted. */
PQ_CHECKED bool pq_node_validate(const struct pq_node *node, struct pq_arena *arena,
				 const struct pq_value *value, const struct pq_path *prefix,
				 struct pq_findings *findings);

/* Groups of keywords. Each counts its own match when collecting. */
bool pq_validation_check_type(struct pq_validation *validation, const struct pq_node *node,
			      const struct pq_value *value, const struct pq_path *path);
bool pq_validation_check_junctors(struct pq_validation *validation, const struct pq_node *node,
				  const struct pq_value *value, const struct pq_path *path);
bool pq_validation_check_text(struct pq_validation *validation, const struct pq_node *node,
			      const struct pq_value *value, const struct pq_path *path);
bool pq_validation_check_number(struct pq_validation *validation, const struct pq_node *node,
				const struct pq_value *value, const struct pq_path *path);
bool pq_validation_check_enum(struct pq_validation *validation, const struct pq_node *node,
			      const struct pq_value *value, const struct pq_path *path);
bool pq_validation_check_array(struct pq_validation *validation, const struct pq_node *node,
			       const struct pq_value *value, const struct pq_path *path,
			       const struct pq_correlation *correlation);
bool pq_validation_check_object(struct pq_validation *validation, const struct pq_node *node,
				const struct pq_value *value, const struct pq_path *path,
				const struct pq_correlation *correlation);

/* Whether an item of a list equals another one (list_type.c). False also when the arena is
 * exhausted. */
bool pq_list_has_repetition(struct pq_arena *arena, const struct pq_value *list);

/* Whether a double counts as an integer (swag.IsFloat64AJSONInteger). */
bool pq_double_is_integer(double number);

/* Whether a double is told as an integer that int64 holds. */
bool pq_double_fits_int64(double number);

/* Go's conversion of a double to int64 on amd64: what does not fit becomes the least one. */
int64_t pq_double_to_int64(double number);

/*
 * Problems (problem.c). All do nothing while probing and return false, so that a check may end in
 * one. "in body" texts start with the path below the validated value.
 */

/* "Invalid value: <shown>: <path> in body <text>" */
bool pq_problem_add_invalid(struct pq_validation *validation, const struct pq_path *path,
			    const struct pq_value *value, struct pq_value shown, const char *text,
			    ...) PQ_PRINTF(5, 6);

/* "Invalid value: "<found>": <path> in body must be of type <type>: "<found>"" */
bool pq_problem_add_type(struct pq_validation *validation, const struct pq_path *path,
			 const struct pq_value *value, struct pq_string type,
			 struct pq_string found);

/* "Too many: <count>: must have at most <most> items" */
bool pq_problem_add_too_many(struct pq_validation *validation, const struct pq_path *path,
			     const struct pq_value *value, uint32_t count, int64_t most);

/* A finding without path: "<nil>: Invalid value: "": <text>". text is in the arena. */
bool pq_problem_add_composite(struct pq_validation *validation, const struct pq_value *value,
			      struct pq_buffer *text);

/* Any other: message is what follows the field. */
bool pq_problem_add(struct pq_validation *validation, enum pq_finding_type type,
		    const struct pq_path *path, const struct pq_value *value, const char *message,
		    ...) PQ_PRINTF(5, 6);

/* The path as it stands in messages. */
void pq_problem_write_path(struct pq_buffer *buffer, const struct pq_validation *validation,
			   const struct pq_path *path);

/* Adds the findings of one result to another, without repetitions. */
void pq_result_merge(struct pq_result *result, const struct pq_result *other);
void pq_result_init(struct pq_result *result, struct pq_arena *arena);

#endif
