/* Reading snapshots: kinds, overlays, publishing. */
#include "policy/policy.h"

#include "policy/snapshot.h"

#include "formats/resource_names.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>

enum { KEY_MAX = 512 }; /* a kind and a group are at most 63 and 253 bytes */

const struct pq_policy *pq_policy_ref(const struct pq_policy *policy)
{
	struct pq_policy *shared = (struct pq_policy *)(uintptr_t)policy;
	atomic_fetch_add_explicit(&shared->references, 1, memory_order_relaxed);
	return policy;
}

void pq_policy_unref(const struct pq_policy *policy)
{
	struct pq_policy *shared = (struct pq_policy *)(uintptr_t)policy;
	if (shared == NULL ||
	    atomic_fetch_sub_explicit(&shared->references, 1, memory_order_acq_rel) != 1)
		return;
	for (size_t i = 0; i < shared->crd_count; i++)
		pq_crd_unref(shared->crds[i].crd);
	for (size_t i = 0; i < shared->overlay_count; i++)
		overlay_unref(shared->overlays[i]);
	for (size_t i = 0; i < shared->conversion_count; i++)
		pq_conversion_unref(shared->conversions[i].conversion);
	for (size_t i = 0; i < shared->exemption_count; i++)
		exemption_unref(shared->exemptions[i]);
	free(shared->crds);
	free(shared->overlays);
	free(shared->conversions);
	free(shared->exemptions);
	pq_map_done(&shared->kinds);
	pq_map_done(&shared->converted_kinds);
	pq_arena_done(&shared->texts);
	free(shared);
}

void *policy_find_by_kind(const struct pq_map *kinds, struct pq_string group, struct pq_string kind)
{
	char key[KEY_MAX];
	int length = snprintf(key, sizeof key, "%.*s.%.*s", PQ_STRING_ARGUMENT(kind),
			      PQ_STRING_ARGUMENT(group));
	if (length < 0 || (size_t)length >= sizeof key)
		return NULL;
	return pq_map_find(kinds, (struct pq_string){ .data = key, .length = (size_t)length });
}

const struct pq_crd *pq_policy_find_kind(const struct pq_policy *policy, struct pq_string group,
					 struct pq_string version, struct pq_string kind,
					 const struct pq_crd_version **found)
{
	const struct pq_crd *crd = policy_find_by_kind(&policy->kinds, group, kind);
	if (crd == NULL)
		return NULL;
	const struct pq_crd_version *matching = pq_crd_find_version(crd, version);
	if (matching == NULL)
		return NULL;
	*found = matching;
	return crd;
}

const struct pq_conversion *pq_policy_find_conversion(const struct pq_policy *policy,
						      struct pq_string group, struct pq_string kind)
{
	return policy_find_by_kind(&policy->converted_kinds, group, kind);
}

size_t pq_policy_conversion_count(const struct pq_policy *policy)
{
	return policy->conversion_count;
}

size_t pq_policy_crd_count(const struct pq_policy *policy)
{
	return policy->crd_count;
}

const struct pq_crd *pq_policy_crd_at(const struct pq_policy *policy, size_t index)
{
	return policy->crds[index].crd;
}

size_t pq_policy_overlay_count(const struct pq_policy *policy)
{
	return policy->overlay_count;
}

bool pq_policy_has_origin(const struct pq_policy *policy, struct pq_string origin)
{
	for (size_t i = 0; i < policy->crd_count; i++) {
		if (pq_string_equal(policy->crds[i].origin, origin))
			return true;
	}
	for (size_t i = 0; i < policy->overlay_count; i++) {
		if (pq_string_equal(policy->overlays[i]->origin, origin))
			return true;
	}
	for (size_t i = 0; i < policy->conversion_count; i++) {
		if (pq_string_equal(policy->conversions[i].origin, origin))
			return true;
	}
	for (size_t i = 0; i < policy->exemption_count; i++) {
		if (pq_string_equal(policy->exemptions[i]->origin, origin))
			return true;
	}
	return false;
}

static struct pq_string find_resource(const struct pq_policy *policy,
				      const struct pq_policy_subject *subject, char *guess,
				      size_t size)
{
	const struct pq_crd_version *version;
	if (subject->resource.data != NULL)
		return subject->resource;
	const struct pq_crd *crd = pq_policy_find_kind(policy, subject->group, subject->version,
						       subject->kind, &version);
	return crd != NULL ? crd->plural : pq_resource_guess_plural(subject->kind, guess, size);
}

bool pq_policy_has_selectors(const struct pq_policy *policy)
{
	for (size_t i = 0; i < policy->overlay_count; i++) {
		const struct overlay *overlay = policy->overlays[i];
		if (overlay->objects.count > 0 || overlay->namespaces.count > 0)
			return true;
	}
	return false;
}

bool pq_policy_match(const struct pq_policy *policy, const struct pq_policy_subject *subject,
		     const struct pq_overlay *matched[PQ_OVERLAYS_MATCHED_MAX], size_t *count,
		     struct pq_error *error)
{
	char guess[KEY_MAX];
	size_t found = 0;
	struct pq_string resource = find_resource(policy, subject, guess, sizeof guess);
	for (size_t i = 0; i < policy->overlay_count; i++) {
		const struct overlay *overlay = policy->overlays[i];
		bool matches;
		if (!overlay_matches_object(overlay, subject, resource))
			continue;
		if (!overlay_matches_namespace(overlay, subject, &matches, error))
			return false;
		if (!matches)
			continue;
		if (found == PQ_OVERLAYS_MATCHED_MAX)
			return pq_error_set(error, PQ_ERROR_TOO_LARGE,
					    "more than %d AdmissionSchemas match %.*s: merge some",
					    PQ_OVERLAYS_MATCHED_MAX, PQ_STRING_ARGUMENT(resource));
		matched[found++] = &overlay->public;
	}
	*count = found;
	return true;
}

bool pq_policy_covers(const struct pq_policy *policy, const struct pq_policy_subject *subject)
{
	char guess[KEY_MAX];
	struct pq_string resource = find_resource(policy, subject, guess, sizeof guess);
	for (size_t i = 0; i < policy->overlay_count; i++) {
		if (overlay_covers(policy->overlays[i], subject, resource))
			return true;
	}
	return false;
}

struct pq_policy_publisher {
	pthread_mutex_t mutex;
	const struct pq_policy *policy; /* guarded by mutex */
	_Atomic uint64_t generation;    /* written under mutex */
};

struct pq_policy_publisher *pq_policy_publisher_new(void)
{
	struct pq_policy_publisher *publisher = calloc(1, sizeof *publisher);
	if (publisher != NULL)
		pthread_mutex_init(&publisher->mutex, NULL);
	return publisher;
}

void pq_policy_publisher_free(struct pq_policy_publisher *publisher)
{
	if (publisher == NULL)
		return;
	pq_policy_unref(publisher->policy);
	pthread_mutex_destroy(&publisher->mutex);
	free(publisher);
}

void pq_policy_publish(struct pq_policy_publisher *publisher, const struct pq_policy *policy)
{
	pthread_mutex_lock(&publisher->mutex);
	const struct pq_policy *old = publisher->policy;
	publisher->policy = policy;
	atomic_fetch_add_explicit(&publisher->generation, 1, memory_order_release);
	pthread_mutex_unlock(&publisher->mutex);
	pq_policy_unref(old);
}

uint64_t pq_policy_generation(const struct pq_policy_publisher *publisher)
{
	return atomic_load_explicit(&publisher->generation, memory_order_acquire);
}

const struct pq_policy *pq_policy_read(struct pq_policy_publisher *publisher,
				       struct pq_policy_reader *reader)
{
	if (pq_policy_generation(publisher) == reader->generation)
		return reader->policy;
	pq_policy_unref(reader->policy);
	pthread_mutex_lock(&publisher->mutex);
	reader->policy = pq_policy_ref(publisher->policy);
	reader->generation = pq_policy_generation(publisher);
	pthread_mutex_unlock(&publisher->mutex);
	return reader->policy;
}

void pq_policy_reader_done(struct pq_policy_reader *reader)
{
	pq_policy_unref(reader->policy);
	*reader = (struct pq_policy_reader){ 0 };
}
