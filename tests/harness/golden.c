#include "harness/golden.h"

#include "base/map.h"
#include "harness/corpora.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <zlib.h>

#include <cmocka.h>

struct cases {
	struct pq_arena arena;
	struct pq_map seen; /* texts of cases */
	test_golden_case *judge;
	void *context;
};

static void start(struct cases *cases, test_golden_case *judge, void *context)
{
	*cases = (struct cases){ .judge = judge, .context = context };
	pq_arena_init(&cases->arena, 0);
	pq_map_init(&cases->seen);
}

static void finish(struct cases *cases)
{
	pq_map_done(&cases->seen);
	pq_arena_done(&cases->arena);
}

/* Also what is not compressed. */
static struct pq_string read_compressed(struct pq_arena *arena, const char *path)
{
	char bytes[1 << 16];
	struct pq_buffer text;
	gzFile file = gzopen(path, "rb");
	int count;
	if (file == NULL)
		fail_msg("%s cannot be opened", path);
	pq_buffer_init_in(&text, arena, 0);
	while ((count = gzread(file, bytes, sizeof bytes)) > 0)
		pq_buffer_append(&text, bytes, (size_t)count);
	if (count < 0)
		fail_msg("%s cannot be read", path);
	gzclose(file);
	assert_false(pq_buffer_failed(&text));
	return pq_buffer_view(&text);
}

static void judge_folder(struct cases *cases, const char *folder, const char *suffix)
{
	static char mark;
	const char **paths;
	struct pq_string line;
	size_t count = test_list_files(&cases->arena, folder, suffix, &paths);
	for (size_t i = 0; i < count; i++) {
		struct pq_string rest = read_compressed(&cases->arena, paths[i]);
		while (pq_string_split(&rest, '\n', &line)) {
			if (line.length == 0 || pq_map_find(&cases->seen, line) != NULL)
				continue;
			assert_true(pq_map_put(&cases->seen, line, &mark, NULL));
			cases->judge(cases->context, line);
		}
	}
}

void test_golden_each(const char *folder, test_golden_case *judge, void *context)
{
	struct cases cases;
	char relative[128];
	start(&cases, judge, context);
	snprintf(relative, sizeof relative, "golden/%s", folder);
	judge_folder(&cases, test_data(relative), ".jsonl.gz");
	assert_true(cases.seen.count > 0);
	snprintf(relative, sizeof relative, "apiserver-golden/%s", folder);
	const char *path = test_corpus(relative);
	if (path != NULL)
		judge_folder(&cases, path, ".jsonl");
	finish(&cases);
}

void test_golden_each_in(const char *relative, test_golden_case *judge, void *context)
{
	struct cases cases;
	start(&cases, judge, context);
	judge_folder(&cases, test_data(relative), ".jsonl.gz");
	assert_true(cases.seen.count > 0);
	finish(&cases);
}

bool test_golden_is_whole(void)
{
	return test_corpus("apiserver-golden") != NULL;
}

const char *test_golden_crd(const char *relative)
{
	static const char own[] = "apiserver-golden/own-crds";
	char path[256];
	if (strncmp(relative, own, sizeof own - 1) != 0)
		return test_corpus(relative);
	snprintf(path, sizeof path, "golden/own-crds%s", relative + sizeof own - 1);
	return test_data(path);
}
