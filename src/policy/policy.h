/*
 * Policy: the immutable snapshot of everything compiled that reviews are judged by: CRDs,
 * AdmissionSchemas, AdmissionExemptions and ConversionRules now; admission policies and tenants'
 * rules later.
 *
 * A snapshot is built aside (builder), published with a generation number, and read without
 * touching a shared counter: each reader holds its own reference and takes a new one under the
 * publisher's mutex only when the generation has moved.
 */
#ifndef PQ_POLICY_POLICY_H
#define PQ_POLICY_POLICY_H

#include "base/error.h"
#include "conversion/conversion.h"
#include "registry/crd.h"
#include "json/value.h"

struct pq_policy;

/* What an AdmissionSchema does with a finding; more than one may be set. */
enum pq_validation_action {
	PQ_ACTION_DENY = 1 << 0,
	PQ_ACTION_WARN = 1 << 1,
	PQ_ACTION_AUDIT = 1 << 2,
};

/* One AdmissionSchema (admission.pratique.dev/v1), compiled. */
struct pq_overlay {
	struct pq_string name; /* metadata.name */
	unsigned actions;      /* enum pq_validation_action */
	const struct pq_schema *schema;
};

/* One AdmissionExemption (admission.pratique.dev/v1): for whom or what a refusal becomes a warning,
 * why, and how long. */
struct pq_exemption {
	struct pq_string name;         /* metadata.name */
	struct pq_string reason;       /* never empty */
	int64_t expires;               /* wall nanoseconds */
	struct pq_string expires_text; /* as it was written */
	struct pq_string document;     /* all of it, as JSON */
};

const struct pq_policy *pq_policy_ref(const struct pq_policy *policy);
void pq_policy_unref(const struct pq_policy *policy); /* NULL is fine */

/* The CRD and version of a kind; NULL when there is no schema for it (*version untouched). */
const struct pq_crd *pq_policy_find_kind(const struct pq_policy *policy, struct pq_string group,
					 struct pq_string version, struct pq_string kind,
					 const struct pq_crd_version **found);

/* Enumeration, for listings and completion. */
size_t pq_policy_crd_count(const struct pq_policy *policy);
const struct pq_crd *pq_policy_crd_at(const struct pq_policy *policy, size_t index);
size_t pq_policy_overlay_count(const struct pq_policy *policy);

size_t pq_policy_conversion_count(const struct pq_policy *policy);

/* The rules by which the objects of a kind are converted; NULL when there are none. */
const struct pq_conversion *pq_policy_find_conversion(const struct pq_policy *policy,
						      struct pq_string group,
						      struct pq_string kind);

/* Holds a kind's rules, where there are any, against the versions of its CRD. */
void pq_policy_examine_conversion(const struct pq_policy *policy, struct pq_string group,
				  struct pq_string kind, pq_conversion_remark *remark,
				  void *context);

/* The same for all, each remark with where the rules came from in front. */
void pq_policy_examine_conversions(const struct pq_policy *policy, pq_conversion_remark *remark,
				   void *context);

/* Whether anything in the snapshot came from there. */
bool pq_policy_has_origin(const struct pq_policy *policy, struct pq_string origin);

/* What an object is, for matching AdmissionSchemas. */
struct pq_policy_subject {
	struct pq_string group;
	struct pq_string version;
	struct pq_string resource; /* plural; data NULL offline: guessed from kind */
	struct pq_string kind;
	struct pq_string namespace;    /* empty for cluster-scoped */
	const struct pq_value *object; /* either may be NULL; objectSelector matches either */
	const struct pq_value *old;
	/* Labels of the namespace, or NULL when they are not known (then a namespaceSelector can be
	 * answered only if it names nothing but kubernetes.io/metadata.name). */
	const struct pq_value *namespace_labels;
};

enum { PQ_OVERLAYS_MATCHED_MAX = 64 };

/* The AdmissionSchemas that match, ordered by name. False with PQ_ERROR_UNAVAILABLE when a
 * namespaceSelector needs labels that are not known, PQ_ERROR_TOO_LARGE beyond the maximum. */
PQ_CHECKED bool pq_policy_match(const struct pq_policy *policy,
				const struct pq_policy_subject *subject,
				const struct pq_overlay *matched[PQ_OVERLAYS_MATCHED_MAX],
				size_t *count, struct pq_error *error);

/* Whether any AdmissionSchema selects objects or namespaces by labels: only then does a match
 * depend on the subject's object and old. */
bool pq_policy_has_selectors(const struct pq_policy *policy);

/* Whether an AdmissionSchema is meant for the subject's kind, whatever its selectors say of this
 * one. */
bool pq_policy_covers(const struct pq_policy *policy, const struct pq_policy_subject *subject);

/* Who makes a request (userInfo of an AdmissionReview). */
struct pq_policy_caller {
	struct pq_string user;
	const struct pq_value *groups; /* an array of strings, or NULL */
};

/* The first exemption by name that covers a request at the wall time now; NULL: none. */
const struct pq_exemption *pq_policy_find_exemption(const struct pq_policy *policy,
						    const struct pq_policy_subject *subject,
						    const struct pq_policy_caller *caller,
						    int64_t now);

/* All of them, by name, those that have expired included. */
size_t pq_policy_exemption_count(const struct pq_policy *policy);
const struct pq_exemption *pq_policy_exemption_at(const struct pq_policy *policy, size_t index);

/* Builder: documents in, a snapshot out. Not thread-safe. */
struct pq_policy_builder;
struct pq_policy_builder *pq_policy_builder_new(void);
void pq_policy_builder_free(struct pq_policy_builder *builder);

enum pq_policy_addition {
	PQ_POLICY_ADDED,
	PQ_POLICY_NOT_OURS, /* a document of another kind: left to the caller */
	PQ_POLICY_REFUSED, /* does not compile, is there already or is nearly ours: see the error */
};

/* Adds a CRD, an AdmissionSchema, an AdmissionExemption or ConversionRules. origin (a file name or
 * "cluster") is named when a second document claims the same kind or name; text, if given, is the
 * source that the
 * document's offsets point into, so that the error has line and column. The document is copied. */
enum pq_policy_addition pq_policy_builder_add(struct pq_policy_builder *builder,
					      const struct pq_value *document,
					      struct pq_string origin, struct pq_string text,
					      struct pq_error *error);

/* The origin of the CustomResourceDefinition or AdmissionSchema of a name that has been added; data
 * NULL when there is none. It lives as long as the builder. */
struct pq_string pq_policy_builder_find_origin(const struct pq_policy_builder *builder,
					       struct pq_string kind, struct pq_string name);

/* Adds everything that a snapshot has from an origin, compiled as it is. False when another
 * document has claimed one of the kinds or names, or memory runs out: the rest is added all the
 * same. */
PQ_CHECKED bool pq_policy_builder_adopt(struct pq_policy_builder *builder,
					const struct pq_policy *from, struct pq_string origin,
					struct pq_error *error);

/* Where a builder stands, and back to there: what was added since is taken out again. Fails only
 * when memory runs out; the builder is then good for nothing but to be freed. */
struct pq_policy_mark {
	size_t crds;
	size_t overlays;
	size_t conversions;
	size_t exemptions;
};
struct pq_policy_mark pq_policy_builder_mark(const struct pq_policy_builder *builder);
PQ_CHECKED bool pq_policy_builder_rewind(struct pq_policy_builder *builder,
					 struct pq_policy_mark mark, struct pq_error *error);

/* Makes the snapshot; the builder is empty afterwards. NULL when out of memory. The reference
 * belongs to the caller. */
const struct pq_policy *pq_policy_builder_finish(struct pq_policy_builder *builder);

/* Publisher. Thread-safe. */
struct pq_policy_publisher;
struct pq_policy_publisher *pq_policy_publisher_new(void);
void pq_policy_publisher_free(struct pq_policy_publisher *publisher);

/* Takes the caller's reference and moves the generation on. */
void pq_policy_publish(struct pq_policy_publisher *publisher, const struct pq_policy *policy);
uint64_t pq_policy_generation(const struct pq_policy_publisher *publisher);

/* One reader, owned by one thread; zero-initialised is fresh. */
struct pq_policy_reader {
	const struct pq_policy *policy;
	uint64_t generation;
};

/* The newest snapshot, or NULL before the first; valid until the next call or done. */
const struct pq_policy *pq_policy_read(struct pq_policy_publisher *publisher,
				       struct pq_policy_reader *reader);
void pq_policy_reader_done(struct pq_policy_reader *reader);

#endif
