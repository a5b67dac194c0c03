/*
 * Many CRDs: what compiling them takes, and what they hold.
 *
 *   schemas COUNT PATH...
 *
 * Compiles the CRDs of files and folders over and over, each time under other groups, until there
 * are COUNT, and prints
 *
 *   CRDs COUNT, source BYTES, held BYTES, SECONDS
 *   NANOSECONDS NAME        of each CRD, the fastest of some compilations
 *
 * The source is what the CRDs are as compact JSON, which is less than the YAML; held is what the
 * process has got from the allocator for them and not given back.
 */
#include "base/clock.h"
#include "policy/load.h"
#include "json/write.h"

#include <malloc.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROUNDS = 5, CRDS_MAX = 10000 };

struct bench {
	struct pq_arena arena;
	struct pq_value documents[CRDS_MAX];
	size_t sizes[CRDS_MAX];
	size_t count;
	const struct pq_crd *compiled[CRDS_MAX];
};

static void must(bool done, const char *what)
{
	if (!done) {
		fprintf(stderr, "schemas: %s failed\n", what);
		exit(1);
	}
}

static void keep(const struct pq_policy_document *document, void *context)
{
	struct bench *bench = context;
	struct pq_buffer text;
	if (!pq_string_is(pq_value_find_string(document->value, PQ_S("kind")),
			  "CustomResourceDefinition"))
		return;
	must(bench->count < CRDS_MAX, "keeping so many CRDs");
	must(pq_value_copy(&bench->arena, document->value, &bench->documents[bench->count]),
	     "allocation");
	pq_buffer_init(&text, 0);
	pq_json_write(&text, document->value, PQ_JSON_COMPACT);
	bench->sizes[bench->count++] = text.length;
	pq_buffer_done(&text);
}

static const struct pq_crd *compile(const struct pq_value *document)
{
	struct pq_error error;
	const struct pq_crd *crd = pq_crd_compile(document, &error);
	if (crd == NULL) {
		fprintf(stderr, "schemas: %s\n", error.message);
		exit(1);
	}
	return crd;
}

/* The same CRD, of another group. */
static void rename_group(struct pq_arena *arena, const struct pq_value *document, size_t number,
			 struct pq_value *renamed)
{
	const struct pq_value *spec = pq_value_find(document, PQ_S("spec"));
	struct pq_value changed,
		group = pq_value_from_string(pq_arena_format(
			arena, "copy%zu.%.*s", number,
			PQ_STRING_ARGUMENT(pq_value_find_string(spec, PQ_S("group")))));
	must(pq_value_with_member(arena, spec, PQ_S("group"), &group, &changed) &&
		     pq_value_with_member(arena, document, PQ_S("spec"), &changed, renamed),
	     "allocation");
}

static int64_t now(void)
{
	return pq_clock_monotonic(&pq_clock_system);
}

static size_t held(void)
{
	struct mallinfo2 info = mallinfo2();
	return info.uordblks + info.hblkhd;
}

static void measure_all(struct bench *bench, size_t count)
{
	size_t source = 0, before = held();
	int64_t start = now();
	for (size_t i = 0; i < count; i++) {
		pq_cleanup_arena struct pq_arena scratch;
		struct pq_value renamed;
		pq_arena_init(&scratch, 0);
		rename_group(&scratch, &bench->documents[i % bench->count], i / bench->count,
			     &renamed);
		bench->compiled[i] = compile(&renamed);
		source += bench->sizes[i % bench->count];
	}
	double seconds = (double)(now() - start) / 1e9;
	size_t kept = held() - before;
	printf("CRDs %zu, source %zu, held %zu (%.2f of the source), %.2f s\n", count, source, kept,
	       (double)kept / (double)source, seconds);
	for (size_t i = 0; i < count; i++)
		pq_crd_unref(bench->compiled[i]);
}

static void measure_each(const struct bench *bench)
{
	for (size_t i = 0; i < bench->count; i++) {
		const struct pq_value *metadata =
			pq_value_find(&bench->documents[i], PQ_S("metadata"));
		struct pq_string name = pq_value_find_string(metadata, PQ_S("name"));
		int64_t best = INT64_MAX;
		for (int round = 0; round < ROUNDS; round++) {
			int64_t start = now();
			pq_crd_unref(compile(&bench->documents[i]));
			int64_t taken = now() - start;
			best = taken < best ? taken : best;
		}
		printf("%lld %.*s\n", (long long)best, PQ_STRING_ARGUMENT(name));
	}
}

int main(int argc, char **argv)
{
	static struct bench bench;
	struct pq_error error;
	const struct pq_policy_document_visitor visitor = { .visit = keep, .context = &bench };
	long count = argc < 3 ? 0 : strtol(argv[1], NULL, 10);
	if (count < 1 || count > CRDS_MAX) {
		fputs("usage: schemas COUNT PATH...\n", stderr);
		return 2;
	}
	pq_arena_init(&bench.arena, 0);
	must(pq_policy_each_document((const char *const *)argv + 2, (size_t)argc - 2, &visitor,
				     &error) &&
		     bench.count > 0,
	     "reading the CRDs");
	measure_all(&bench, (size_t)count);
	measure_each(&bench);
	pq_arena_done(&bench.arena);
	return 0;
}
