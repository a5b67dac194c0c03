/* Real CRDs and examples: all of corpora/crds compile, gateway-api's valid examples are accepted,
 * and what this project ships says what its README says. */
#include "harness/corpora.h"
#include "policy/load.h"
#include "registry/custom_resource.h"
#include "yaml/read.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

static void fail_refused(const struct pq_error *error, void *context)
{
	(void)context;
	print_error("%s:%u:%u: %s\n", error->path, error->line, error->column, error->message);
}

static const struct pq_policy *load(const char *const *paths, size_t count, size_t added)
{
	struct pq_policy_builder *builder = pq_policy_builder_new();
	struct pq_policy_load_counts counts;
	struct pq_error error;
	assert_non_null(builder);
	if (!pq_policy_load(builder, paths, count, fail_refused, NULL, &counts, &error))
		fail_msg("%s: %s", error.path, error.message);
	assert_int_equal(counts.refused, 0);
	assert_int_equal(counts.added, added);
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	assert_non_null(policy);
	return policy;
}

/* The corpora have each gateway-api CRD twice, in two channels. */
static const struct pq_policy *load_corpora(struct pq_arena *arena, const char *channel,
					    size_t added)
{
	const char *folders[] = { "argo-cd", "capsule", "kruise", channel };
	const char *paths[4];
	for (size_t i = 0; i < 4; i++) {
		struct pq_string relative = pq_arena_format(arena, "crds/%s", folders[i]);
		const char *path = test_corpus_or_skip(relative.data);
		paths[i] = pq_arena_copy(arena, pq_string_from(path)).data;
	}
	return load(paths, 4, added);
}

static void test_all_crds_compile(void **state)
{
	(void)state;
	static const struct {
		const char *channel;
		size_t added;
	} channels[] = { { "gateway-api/standard", 43 }, { "gateway-api/experimental", 46 } };
	for (size_t i = 0; i < sizeof channels / sizeof channels[0]; i++) {
		pq_cleanup_arena struct pq_arena arena;
		pq_arena_init(&arena, 0);
		const struct pq_policy *policy =
			load_corpora(&arena, channels[i].channel, channels[i].added);
		assert_int_equal(pq_policy_crd_count(policy), channels[i].added);
		pq_policy_unref(policy);
	}
}

static struct pq_string group_of(const struct pq_value *object)
{
	struct pq_string text = pq_value_find_string(object, PQ_S("apiVersion"));
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	return pq_string_slice(text, 0, slash < 0 ? 0 : (size_t)slash);
}

static struct pq_string version_of(const struct pq_value *object)
{
	struct pq_string text = pq_value_find_string(object, PQ_S("apiVersion"));
	ptrdiff_t slash = pq_string_find_byte(text, '/');
	return pq_string_slice(text, slash < 0 ? 0 : (size_t)slash + 1, text.length);
}

/* Creates an object; false when the policy has no schema for it. */
static bool judge(struct pq_arena *arena, const struct pq_policy *policy,
		  const struct pq_value *object, struct pq_resource_outcome *outcome)
{
	const struct pq_crd_version *version;
	struct pq_string kind = pq_value_find_string(object, PQ_S("kind"));
	const struct pq_crd *crd =
		pq_policy_find_kind(policy, group_of(object), version_of(object), kind, &version);
	if (crd == NULL)
		return false;
	struct pq_string namespace =
		pq_value_find_string(pq_value_find(object, PQ_S("metadata")), PQ_S("namespace"));
	const struct pq_resource_request request = {
		.crd = crd,
		.version = version,
		.namespace = namespace.length == 0 ? PQ_S("default") : namespace,
		.field_validation = PQ_FIELDS_STRICT,
		.document = object,
	};
	pq_custom_resource_judge(arena, &request, outcome);
	return true;
}

/* Calls for each document of a YAML file. */
typedef void with_document(const struct pq_value *document, const char *path, void *context);

static void each_document(const char *path, with_document *call, void *context)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value document;
	struct pq_error error;
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	pq_arena_init(&arena, 0);
	pq_cleanup_yaml_stream struct pq_yaml_stream *stream =
		pq_yaml_stream_new(test_read_file(&arena, path), &options);
	assert_non_null(stream);
	for (;;) {
		enum pq_yaml_result result =
			pq_yaml_stream_next(stream, &arena, &document, NULL, &error);
		if (result == PQ_YAML_FAILED)
			fail_msg("%s: %s", path, error.message);
		if (result == PQ_YAML_END)
			return;
		call(&document, path, context);
	}
}

/* How documents fared. */
struct tally {
	const struct pq_policy *policy;
	size_t accepted;
	size_t refused;
};

static void count_document(const struct pq_value *document, const char *path, void *context)
{
	struct tally *tally = context;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	pq_arena_init(&arena, 0);
	if (!judge(&arena, tally->policy, document, &outcome))
		return;
	if (outcome.status.code == 0) {
		tally->accepted++;
		return;
	}
	tally->refused++;
	print_message("%s: %.*s\n", path, PQ_STRING_ARGUMENT(outcome.status.message));
}

static struct tally tally_folder(const struct pq_policy *policy, const char *folder)
{
	pq_cleanup_arena struct pq_arena arena;
	const char **paths;
	struct tally tally = { .policy = policy };
	pq_arena_init(&arena, 0);
	size_t count = test_list_files(&arena, test_corpus_or_skip(folder), ".yaml", &paths);
	for (size_t i = 0; i < count; i++)
		each_document(paths[i], count_document, &tally);
	return tally;
}

static void test_valid_examples_are_accepted(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	const struct pq_policy *policy = load_corpora(&arena, "gateway-api/experimental", 46);
	struct tally tally = tally_folder(policy, "gateway-api/valid");
	assert_int_equal(tally.refused, 0);
	assert_true(tally.accepted > 100);
	pq_policy_unref(policy);
}

/* A file of invalid examples, and what a real kube-apiserver said to each of its documents. */
struct refusals {
	const struct pq_policy *policy;
	const struct pq_value *wanted; /* a list of texts for each */
	uint32_t next;
	size_t wrong;
};

static bool is_said(const struct pq_resource_outcome *outcome, struct pq_string wanted)
{
	const struct pq_findings *findings = &outcome->findings;
	if (findings->count == 0)
		return pq_string_equal(outcome->status.message, wanted);
	for (size_t i = 0; i < findings->count; i++) {
		struct pq_string text = pq_finding_render(findings->arena, &findings->items[i]);
		if (pq_string_equal(text, wanted))
			return true;
	}
	return false;
}

static void compare_document(const struct pq_value *document, const char *path, void *context)
{
	struct refusals *refusals = context;
	pq_cleanup_arena struct pq_arena arena = { 0 };
	struct pq_resource_outcome outcome;
	if (document->kind == PQ_NULL)
		return;
	assert_true(refusals->next < refusals->wanted->length);
	const struct pq_value *texts = &refusals->wanted->items[refusals->next++];
	pq_arena_init(&arena, 0);
	assert_true(judge(&arena, refusals->policy, document, &outcome));
	bool is_same = outcome.status.code != 0 &&
		       (outcome.findings.count == 0 || outcome.findings.count == texts->length);
	for (uint32_t i = 0; i < texts->length; i++)
		is_same = is_same && is_said(&outcome, pq_value_string(&texts->items[i]));
	if (is_same)
		return;
	refusals->wrong++;
	print_error("%s: %.*s\n", path, PQ_STRING_ARGUMENT(outcome.status.message));
}

static void test_invalid_examples_are_refused_by_the_right_rule(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value recorded;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	struct refusals refusals = {
		.policy = load_corpora(&arena, "gateway-api/experimental", 46),
	};
	struct pq_string text = test_read_file(&arena, test_data("data/gateway_api/refusals.json"));
	assert_true(pq_json_read(&arena, text, NULL, &recorded, &error));
	for (uint32_t i = 0; i < recorded.object->count; i++) {
		const struct pq_member *file = &recorded.object->members[i];
		struct pq_string relative = pq_arena_format(&arena, "gateway-api/invalid/%.*s",
							    PQ_STRING_ARGUMENT(file->key));
		refusals.wanted = &file->value;
		refusals.next = 0;
		each_document(test_corpus_or_skip(relative.data), compare_document, &refusals);
		assert_int_equal(refusals.next, refusals.wanted->length);
	}
	pq_policy_unref(refusals.policy);
	assert_int_equal(refusals.wrong, 0);
}

static const struct pq_policy *load_shipped(void)
{
	const char *paths[] = { test_data("../schemas") };
	return load(paths, 1, 4);
}

static void accept_document(const struct pq_value *document, const char *path, void *context)
{
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	pq_arena_init(&arena, 0);
	assert_true(judge(&arena, context, document, &outcome));
	if (outcome.status.code != 0)
		fail_msg("%s: %.*s", path, PQ_STRING_ARGUMENT(outcome.status.message));
	const struct pq_value *strategy =
		pq_value_find_path(&outcome.object, 3, "spec", "strategy", "rollingUpdate");
	assert_true(pq_string_is(pq_value_find_string(strategy, PQ_S("maxSurge")), "25%"));
}

static void refuse_document(const struct pq_value *document, const char *path, void *context)
{
	static const char *const fields[] = { "spec.replicas",
					      "spec.image",
					      "spec.version",
					      "spec.ports[1]",
					      "spec.ports[1].containerPort",
					      "spec.resources.requests.memory",
					      "spec.strategy.type" };
	pq_cleanup_arena struct pq_arena arena;
	struct pq_resource_outcome outcome;
	(void)path;
	pq_arena_init(&arena, 0);
	assert_true(judge(&arena, context, document, &outcome));
	assert_int_equal(outcome.status.code, 422);
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		bool found = false;
		for (size_t j = 0; j < outcome.findings.count; j++)
			found |= pq_string_is(outcome.findings.items[j].field, fields[i]);
		if (!found)
			fail_msg("nothing is said of %s", fields[i]);
	}
}

static void test_shipped_schemas_and_samples(void **state)
{
	(void)state;
	const struct pq_policy *policy = load_shipped();
	assert_int_equal(pq_policy_crd_count(policy), 3);
	assert_int_equal(pq_policy_overlay_count(policy), 1);
	each_document(test_data("../manifests/samples/myapp.yaml"), accept_document,
		      (void *)(uintptr_t)policy);
	each_document(test_data("../manifests/samples/myapp-invalid.yaml"), refuse_document,
		      (void *)(uintptr_t)policy);
	pq_policy_unref(policy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_crds_compile),
		cmocka_unit_test(test_valid_examples_are_accepted),
		cmocka_unit_test(test_invalid_examples_are_refused_by_the_right_rule),
		cmocka_unit_test(test_shipped_schemas_and_samples),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
