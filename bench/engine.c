/*
 * The engine alone, on one object: what reading, pruning, defaulting and validating take, in
 * nanoseconds and in bytes of the request's arena; and its CRD, as it is and without its rules:
 * judged and compiled ("compile"), and with the reading of its YAML before that ("load").
 *
 *   engine CRD.yaml OBJECT.json [OLD.json]
 *
 * Prints "STAGE NANOSECONDS BYTES" a line: the fastest of many rounds, since a neighbour on the
 * machine can only make a round slower. bench/bench.py makes a table of it.
 */
#include "base/clock.h"
#include "base/file.h"
#include "policy/load.h"
#include "yaml/read.h"
#include "json/read.h"

#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 200, CALLS_PER_ROUND = 50, LOADS = 20 };

struct bench {
	struct pq_arena arena;
	struct pq_string text;
	struct pq_value value; /* both in an arena of their own */
	struct pq_value old;
	bool has_old;
	const struct pq_schema *schema;
};

static void fail(const struct pq_error *error)
{
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	fprintf(stderr, "engine: %s\n", text);
	exit(1);
}

static void must(bool done, const char *what)
{
	if (!done) {
		fprintf(stderr, "engine: %s failed\n", what);
		exit(1);
	}
}

static void stage_read(struct bench *bench)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read(&bench->arena, bench->text, NULL, &value, &error))
		fail(&error);
}

static void stage_prune(struct bench *bench)
{
	struct pq_value result;
	must(pq_schema_prune(bench->schema, &bench->arena, &bench->value, NULL, &result), "prune");
}

static void stage_default(struct bench *bench)
{
	struct pq_patch patch;
	pq_patch_init(&patch, &bench->arena);
	must(pq_schema_default(bench->schema, &bench->value, &patch), "default");
}

static void validate(struct bench *bench, const struct pq_value *value, const struct pq_value *old)
{
	struct pq_findings findings;
	pq_findings_init(&findings, &bench->arena, 0);
	const struct pq_schema_validation validation = { .value = value, .old = old };
	must(pq_schema_validate(bench->schema, &bench->arena, &validation, &findings), "validate");
	must(pq_schema_validate_list_types(bench->schema, &bench->arena, value, NULL, &findings),
	     "list types");
	must(pq_findings_is_empty(&findings), "the object is not valid; validate");
}

static void run_rules(struct bench *bench, const struct pq_value *value, const struct pq_value *old)
{
	struct pq_findings findings;
	pq_findings_init(&findings, &bench->arena, 0);
	const struct pq_schema_rules_run run = { .value = value, .old = old };
	must(pq_schema_run_rules(bench->schema, &bench->arena, &run, &findings), "rules");
	must(pq_findings_is_empty(&findings), "the object breaks a rule; rules");
}

static void stage_rules(struct bench *bench)
{
	run_rules(bench, &bench->value, NULL);
}

static void stage_rules_update(struct bench *bench)
{
	run_rules(bench, &bench->value, &bench->old);
}

static void stage_create(struct bench *bench)
{
	validate(bench, &bench->value, NULL);
}

static void stage_update(struct bench *bench)
{
	validate(bench, &bench->value, &bench->old);
}

/* What a create costs from bytes to verdict. */
static void stage_all(struct bench *bench)
{
	struct pq_value value, pruned;
	struct pq_patch patch;
	struct pq_error error;
	if (!pq_json_read(&bench->arena, bench->text, NULL, &value, &error))
		fail(&error);
	must(pq_schema_prune(bench->schema, &bench->arena, &value, NULL, &pruned), "prune");
	pq_patch_init(&patch, &bench->arena);
	must(pq_schema_default(bench->schema, &pruned, &patch), "default");
	validate(bench, &pruned, NULL);
	run_rules(bench, &pruned, NULL);
}

static size_t count_bytes(struct bench *bench, void (*run)(struct bench *bench))
{
	pq_arena_reset(&bench->arena, SIZE_MAX);
	size_t before = (size_t)(bench->arena.end - bench->arena.next);
	run(bench);
	return before - (size_t)(bench->arena.end - bench->arena.next);
}

static void measure(const char *name, struct bench *bench, void (*run)(struct bench *bench))
{
	int64_t best = INT64_MAX;
	for (int round = 0; round < ROUNDS; round++) {
		int64_t start = pq_clock_monotonic(&pq_clock_system);
		for (int call = 0; call < CALLS_PER_ROUND; call++) {
			pq_arena_reset(&bench->arena, SIZE_MAX);
			run(bench);
		}
		int64_t taken = pq_clock_monotonic(&pq_clock_system) - start;
		best = taken < best ? taken : best;
	}
	printf("%s %lld %zu\n", name, (long long)(best / CALLS_PER_ROUND), count_bytes(bench, run));
}

/* The bytes live as long as the process. */
static struct pq_string read_text(const char *path)
{
	struct pq_buffer contents;
	struct pq_error error;
	pq_buffer_init(&contents, 0);
	if (!pq_file_read(path, &contents, &error))
		fail(&error);
	return pq_buffer_view(&contents);
}

static struct pq_value read_value(struct pq_arena *arena, struct pq_string text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read(arena, text, NULL, &value, &error))
		fail(&error);
	return value;
}

static const struct pq_policy *load(const char *path)
{
	struct pq_policy_load_counts counts = { 0 };
	struct pq_error error;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	must(builder != NULL, "allocation");
	if (!pq_policy_load(builder, &path, 1, NULL, NULL, &counts, &error))
		fail(&error);
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	must(policy != NULL && pq_policy_crd_count(policy) == 1, "compiling the CRD");
	return policy;
}

/* What is done to a CRD that has been read. */
static void compile(const struct pq_value *document)
{
	pq_cleanup_arena struct pq_arena arena = { 0 };
	struct pq_findings findings;
	struct pq_error error;
	pq_arena_init(&arena, 0);
	pq_findings_init(&findings, &arena, 0);
	must(pq_crd_validate(&arena, document, NULL, &findings) && findings.count == 0,
	     "judging the CRD");
	const struct pq_crd *crd = pq_crd_compile(document, &error);
	if (crd == NULL)
		fail(&error);
	pq_crd_unref(crd);
}

static int64_t time_since(int64_t start)
{
	return pq_clock_monotonic(&pq_clock_system) - start;
}

/* suffix is of the names of both stages. */
static void measure_crd(const char *suffix, const char *path)
{
	pq_cleanup_arena struct pq_arena arena = { 0 };
	struct pq_value document;
	struct pq_error error;
	int64_t loading = INT64_MAX, compiling = INT64_MAX;
	pq_arena_init(&arena, 0);
	if (!pq_yaml_read(&arena, read_text(path), NULL, &document, &error))
		fail(&error);
	for (int i = 0; i < LOADS; i++) {
		int64_t start = pq_clock_monotonic(&pq_clock_system);
		pq_policy_unref(load(path));
		int64_t taken = time_since(start);
		loading = taken < loading ? taken : loading;
		start = pq_clock_monotonic(&pq_clock_system);
		compile(&document);
		taken = time_since(start);
		compiling = taken < compiling ? taken : compiling;
	}
	printf("load%s %lld 0\ncompile%s %lld 0\n", suffix, (long long)loading, suffix,
	       (long long)compiling);
}

/* The CRD's text without the key x-kubernetes-validations and what is indented below it or lists
 * it. */
static void write_without_rules(struct pq_string text, FILE *file)
{
	ptrdiff_t skipped = -1; /* indentation of the key whose value is being left out */
	while (text.length > 0) {
		ptrdiff_t end = pq_string_find_byte(text, '\n');
		struct pq_string line =
			pq_string_slice(text, 0, end < 0 ? text.length : (size_t)end + 1);
		struct pq_string words = pq_string_trim(line);
		ptrdiff_t indentation = words.data - line.data;
		text = pq_string_slice(text, line.length, SIZE_MAX);
		if (skipped >= 0 && (indentation > skipped || words.length == 0 ||
				     (indentation == skipped && words.data[0] == '-')))
			continue;
		skipped = pq_string_is(words, "x-kubernetes-validations:") ? indentation : -1;
		if (skipped < 0)
			fwrite(line.data, 1, line.length, file);
	}
}

static void measure_crd_without_rules(const char *path)
{
	char copy[32];
	FILE *file = tmpfile();
	must(file != NULL, "making a temporary file");
	write_without_rules(read_text(path), file);
	must(fflush(file) == 0, "writing a temporary file");
	snprintf(copy, sizeof copy, "/proc/self/fd/%d", fileno(file));
	measure_crd("-no-rules", copy);
	fclose(file);
}

static const struct pq_schema *find_schema(const struct pq_policy *policy,
					   const struct pq_value *object)
{
	const struct pq_crd *crd = pq_policy_crd_at(policy, 0);
	struct pq_string api_version = pq_value_find_string(object, PQ_S("apiVersion"));
	ptrdiff_t slash = pq_string_find_byte(api_version, '/');
	struct pq_string name =
		pq_string_slice(api_version, (size_t)(slash + 1), api_version.length);
	const struct pq_crd_version *version = pq_crd_find_version(crd, name);
	must(version != NULL, "finding the object's version in the CRD");
	return version->schema;
}

int main(int argc, char **argv)
{
	if (argc < 3 || argc > 4) {
		fputs("usage: engine CRD.yaml OBJECT.json [OLD.json]\n", stderr);
		return 2;
	}
	struct bench bench = { .has_old = argc == 4 };
	pq_cleanup_arena struct pq_arena objects = { 0 };
	pq_arena_init(&objects, 0);
	pq_arena_init(&bench.arena, 0);
	must(pq_arena_alloc_bytes(&bench.arena, 16 << 20) != NULL, "allocation");
	bench.text = read_text(argv[2]);
	bench.value = read_value(&objects, bench.text);
	if (bench.has_old)
		bench.old = read_value(&objects, read_text(argv[3]));
	const struct pq_policy *policy = load(argv[1]);
	bench.schema = find_schema(policy, &bench.value);

	measure("read", &bench, stage_read);
	measure("prune", &bench, stage_prune);
	measure("default", &bench, stage_default);
	measure("validate", &bench, stage_create);
	if (bench.has_old)
		measure("validate-update", &bench, stage_update);
	measure("rules", &bench, stage_rules);
	if (bench.has_old)
		measure("rules-update", &bench, stage_rules_update);
	measure("all", &bench, stage_all);
	measure_crd("", argv[1]);
	measure_crd_without_rules(argv[1]);
	pq_policy_unref(policy);
	pq_arena_done(&bench.arena);
	return 0;
}
