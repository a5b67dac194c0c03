#include "json/patch.h"
#include "json/read.h"
#include "json/write.h"

#include <stdio.h>

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

static struct pq_arena arena;
static struct pq_error error;

static struct pq_value read_text(const char *text)
{
	struct pq_value value;
	if (!pq_json_read_copy(&arena, pq_string_from(text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

static void assert_json(const struct pq_value *value, const char *want)
{
	struct pq_buffer buffer;
	pq_buffer_init(&buffer, 0);
	pq_json_write(&buffer, value, PQ_JSON_COMPACT);
	pq_buffer_append_byte(&buffer, '\0');
	assert_string_equal(buffer.data, want);
	pq_buffer_done(&buffer);
}

static bool apply(const struct pq_value *document, const char *text, struct pq_value *result)
{
	struct pq_value operations = read_text(text);
	struct pq_patch patch;
	pq_patch_init(&patch, &arena);
	return pq_patch_read(&operations, &patch, &error) &&
	       pq_patch_apply(&arena, document, &patch, result, &error);
}

/* Single quotes stand for double ones, so that the tables can be read. */
static const char *unquote(const char *text)
{
	char *copy = (char *)pq_arena_copy(&arena, pq_string_from(text)).data;
	for (char *at = copy; *at != '\0'; at++) {
		if (*at == '\'')
			*at = '"';
	}
	return copy;
}

static void test_applies_as_kube_apiserver_does(void **state)
{
	(void)state;
	static const struct {
		const char *document, *patch, *want;
	} cases[] = {
		{ "{}", "[]", "{}" },
		{ "{}", "[{'op':'add','path':'/a','value':1}]", "{'a':1}" },
		{ "{'a':1}", "[{'op':'add','path':'/a','value':2}]", "{'a':2}" },
		{ "{'a':1}", "[{'op':'add','path':'/','value':2}]", "{'a':1,'':2}" },
		{ "[1,2]", "[{'op':'add','path':'/0','value':0}]", "[0,1,2]" },
		{ "[1,2]", "[{'op':'add','path':'/2','value':3}]", "[1,2,3]" },
		{ "[1,2]", "[{'op':'add','path':'/-','value':3}]", "[1,2,3]" },
		{ "[1,2]", "[{'op':'add','path':'/-1','value':3}]", "[1,2,3]" },
		{ "[1,2]", "[{'op':'add','path':'/-3','value':0}]", "[0,1,2]" },
		{ "[1,2]", "[{'op':'add','path':'/+1','value':9}]", "[1,9,2]" },
		{ "[1,2]", "[{'op':'add','path':'/01','value':9}]", "[1,9,2]" },
		{ "{'a':[]}",
		  "[{'op':'add','path':'/a/-','value':{'b':{}}},"
		  "{'op':'add','path':'/a/0/b/c','value':1}]",
		  "{'a':[{'b':{'c':1}}]}" },
		{ "{'a~b':{'c/d':1}}", "[{'op':'replace','path':'/a~0b/c~1d','value':2}]",
		  "{'a~b':{'c/d':2}}" },
		{ "{'~1':1}", "[{'op':'remove','path':'/~01'}]", "{}" },
		{ "{'a':1,'b':2,'c':3}", "[{'op':'remove','path':'/b'}]", "{'a':1,'c':3}" },
		{ "[1,2,3]", "[{'op':'remove','path':'/-1'}]", "[1,2]" },
		{ "[1,2,3]", "[{'op':'remove','path':'/0'},{'op':'remove','path':'/0'}]", "[3]" },
		{ "{}", "[{'op':'replace','path':'/a','value':1}]", "{'a':1}" },
		{ "{'a':1}", "[{'op':'replace','path':'','value':[1]}]", "[1]" },
		{ "{'a':{'b':1}}", "[{'op':'move','from':'/a/b','path':'/c'}]", "{'a':{},'c':1}" },
		{ "[1,2,3]", "[{'op':'move','from':'/0','path':'/-'}]", "[2,3,1]" },
		{ "{'a':{'b':1}}",
		  "[{'op':'copy','from':'/a','path':'/c'},{'op':'add','path':'/c/b','value':2},"
		  "{'op':'add','path':'/a/d','value':3}]",
		  "{'a':{'b':1,'d':3},'c':{'b':2}}" },
		{ "{'a':[1]}",
		  "[{'op':'add','path':'/a/-','value':2},{'op':'copy','from':'/a','path':'/b'},"
		  "{'op':'add','path':'/a/-','value':3},{'op':'add','path':'/b/0','value':0}]",
		  "{'a':[1,2,3],'b':[0,1,2]}" },
		{ "{}", "[{'op':'copy','from':'/a','path':'/b'}]", "{'b':null}" },
		{ "{'a':{'b':[1,2]}}", "[{'op':'test','path':'/a','value':{'b':[1,2]}}]",
		  "{'a':{'b':[1,2]}}" },
		{ "{'a':1}", "[{'op':'test','path':'','value':{'a':1}}]", "{'a':1}" },
		{ "{'a':null}", "[{'op':'test','path':'/a','value':null}]", "{'a':null}" },
		{ "{}", "[{'op':'test','path':'/a','value':null}]", "{}" },
		{ "{}", "[{'op':'test','path':'/a'}]", "{}" },
		{ "{'a':1}", "[{'op':'add','path':'x/b','value':2}]", "{'a':1,'b':2}" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_arena_init(&arena, 0);
		struct pq_value document = read_text(unquote(cases[i].document)), result;
		if (!apply(&document, unquote(cases[i].patch), &result))
			fail_msg("%s: %s", cases[i].patch, error.message);
		assert_json(&result, unquote(cases[i].want));
		assert_json(&document, unquote(cases[i].document));
		pq_arena_done(&arena);
	}
}

static void test_refuses_in_the_librarys_words(void **state)
{
	(void)state;
	static const struct {
		const char *document, *patch, *want;
	} cases[] = {
		{ "{}", "[{'op':'add','path':'','value':1}]",
		  "operation 0 (): add operation does not apply: doc is missing path: \"\": "
		  "missing "
		  "value" },
		{ "{}", "[{'op':'add','path':'/a/b','value':1}]",
		  "operation 0 (/a/b): add operation does not apply: doc is missing path: "
		  "\"/a/b\": missing value" },
		{ "{'a':null}", "[{'op':'add','path':'/a/b','value':1}]",
		  "operation 0 (/a/b): add operation does not apply: doc is missing path: "
		  "\"/a/b\": missing value" },
		{ "{'a':1}", "[{'op':'add','path':'/a/b','value':1}]",
		  "operation 0 (/a/b): add operation does not apply: doc is missing path: "
		  "\"/a/b\": missing value" },
		{ "[1]", "[{'op':'add','path':'/2','value':1}]",
		  "operation 0 (/2): error in add for path: '/2': Unable to access invalid index: "
		  "2: invalid index referenced" },
		{ "[1]", "[{'op':'add','path':'/x','value':1}]",
		  "operation 0 (/x): error in add for path: '/x': value was not a proper array "
		  "index: 'x': strconv.Atoi: parsing \"x\": invalid syntax" },
		{ "[1]", "[{'op':'remove','path':'/99999999999999999999'}]",
		  "operation 0 (/99999999999999999999): error in remove for path: "
		  "'/99999999999999999999': strconv.Atoi: parsing \"99999999999999999999\": value "
		  "out of range" },
		{ "{}", "[{'op':'add','path':'/x','value':1},{'op':'remove','path':'/a'}]",
		  "operation 1 (/a): error in remove for path: '/a': Unable to remove nonexistent "
		  "key: a: missing value" },
		{ "[]", "[{'op':'replace','path':'/0','value':1}]",
		  "operation 0 (/0): replace operation does not apply: doc is missing key: /0: "
		  "missing value" },
		{ "{}", "[{'op':'replace','path':'','value':1}]",
		  "operation 0 (): replace operation value must be object or array" },
		{ "{'a':{}}", "[{'op':'move','from':'/a/b','path':'/c'}]",
		  "operation 0 (/c): error in move for path: 'b': Unable to remove nonexistent "
		  "key: "
		  "b: missing value" },
		{ "{'a':{}}", "[{'op':'move','from':'/a','path':'/a/b'}]",
		  "operation 0 (/a/b): move operation does not apply: doc is missing destination "
		  "path: /a/b: missing value" },
		{ "{'a':[]}", "[{'op':'copy','from':'/a/0','path':'/b'}]",
		  "operation 0 (/b): error in copy for from: '/a/0': Unable to access invalid "
		  "index: 0: invalid index referenced" },
		{ "{'a':1}", "[{'op':'test','path':'/a','value':1.0}]",
		  "operation 0 (/a): testing value /a failed: test failed" },
		{ "{'a':{'b':1}}", "[{'op':'test','path':'/a','value':{'b':2}}]",
		  "operation 0 (/a): testing value /a failed: test failed" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_arena_init(&arena, 0);
		char text[PQ_ERROR_TEXT_MAX];
		struct pq_value document = read_text(unquote(cases[i].document)), result;
		if (apply(&document, unquote(cases[i].patch), &result))
			fail_msg("%s applies", cases[i].patch);
		pq_error_format(&error, text, sizeof text);
		assert_string_equal(text, cases[i].want);
		assert_int_equal(error.code, PQ_ERROR_REJECTED);
		pq_arena_done(&arena);
	}
}

static void test_refuses_what_is_no_patch(void **state)
{
	(void)state;
	static const struct {
		const char *patch, *want;
	} cases[] = {
		{ "{}", "a JSON Patch is an array of operations, not object" },
		{ "[1]", "operation 0 (): an operation is an object, not integer" },
		{ "[{}]", "operation 0 (): Unexpected kind: unknown" },
		{ "[{'op':'spam','path':'/a'}]", "operation 0 (/a): Unexpected kind: spam" },
		{ "[{'op':'add','value':1}]",
		  "operation 0 (): add operation needs a string in \"path\"" },
		{ "[{'op':'add','path':1,'value':1}]",
		  "operation 0 (): add operation needs a string in \"path\"" },
		{ "[{'op':'copy','path':'/a'}]",
		  "operation 0 (/a): copy operation needs a string in \"from\"" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_arena_init(&arena, 0);
		char text[PQ_ERROR_TEXT_MAX];
		struct pq_value document = read_text("{}"), result;
		assert_false(apply(&document, unquote(cases[i].patch), &result));
		pq_error_format(&error, text, sizeof text);
		assert_string_equal(text, cases[i].want);
		assert_int_equal(error.code, PQ_ERROR_INVALID);
		pq_arena_done(&arena);
	}
}

static void test_shares_what_did_not_change(void **state)
{
	(void)state;
	pq_arena_init(&arena, 0);
	struct pq_value document = read_text("{\"a\":{\"x\":[1]},\"b\":{\"y\":[2]}}"), result;
	assert_true(apply(&document, "[{\"op\":\"add\",\"path\":\"/a/z\",\"value\":3}]", &result));
	const struct pq_value *before = pq_value_find_path(&document, 1, "b");
	const struct pq_value *after = pq_value_find_path(&result, 1, "b");
	assert_ptr_equal(before->object, after->object);
	before = pq_value_find_path(&document, 2, "a", "x");
	after = pq_value_find_path(&result, 2, "a", "x");
	assert_ptr_equal(before->items, after->items);
	assert_null(pq_value_find_path(&document, 2, "a", "z"));
	pq_arena_done(&arena);
}

/* Memory of no size shares its address with whatever is allocated next. */
static void test_empty_arrays_are_told_apart(void **state)
{
	(void)state;
	pq_arena_init(&arena, 0);
	struct pq_patch patch;
	struct pq_patch_operation operations[] = {
		{ .path = PQ_LITERAL("/0/-"), .value = pq_value_from_integer(1) },
		{ .path = PQ_LITERAL("/1/-"), .value = pq_value_from_integer(2) },
	};
	struct pq_value empty = pq_value_from_items(pq_arena_alloc(&arena, 0), 0), result;
	struct pq_value items[] = { empty, empty };
	struct pq_value document = pq_value_from_items(items, 2);
	pq_patch_init(&patch, &arena);
	patch.operations = operations;
	patch.count = 2;
	assert_true(pq_patch_apply(&arena, &document, &patch, &result, &error));
	assert_json(&result, "[[1],[2]]");
	pq_arena_done(&arena);
}

/* A copy shares what it copies here; whoever reads the result pays for it. */
static void test_copies_are_counted(void **state)
{
	(void)state;
	enum { ITEM = 1024 * 1024 };
	static const char third[] = "[{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},"
				    "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/c\"},"
				    "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/d\"}]";
	struct pq_buffer text;
	struct pq_value document, result;
	for (size_t size = ITEM; size <= ITEM + 1; size++) {
		pq_arena_init(&arena, 0);
		pq_buffer_init(&text, 0);
		pq_buffer_append_text(&text, "{\"a\":\"");
		for (size_t i = 0; i < size - 2; i++)
			pq_buffer_append_byte(&text, 'x');
		pq_buffer_append_text(&text, "\"}");
		assert_true(pq_json_read(&arena, pq_buffer_view(&text), NULL, &document, &error));
		assert_int_equal(apply(&document, third, &result), size == ITEM);
		if (size > ITEM) {
			assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
			assert_non_null(strstr(error.message, "exceeds the limit 3145728"));
		}
		pq_buffer_done(&text);
		pq_arena_done(&arena);
	}
}

/* Thousands of changes of one wide array must not copy it thousands of times. */
static void test_many_changes_cost_one_copy(void **state)
{
	(void)state;
	enum { ITEMS = 5000 };
	struct pq_buffer text;
	struct pq_patch patch;
	struct pq_value document, result;
	pq_arena_init(&arena, 16 << 20);
	pq_buffer_init(&text, 0);
	for (int i = 0; i < ITEMS; i++)
		pq_buffer_append_text(&text, i == 0 ? "[{}" : ",{}");
	pq_buffer_append_byte(&text, ']');
	assert_true(pq_json_read(&arena, pq_buffer_view(&text), NULL, &document, &error));
	pq_patch_init(&patch, &arena);
	for (int i = 0; i < ITEMS; i++) {
		pq_patch_append(&patch, (struct pq_patch_operation){
						.verb = PQ_PATCH_ADD,
						.path = pq_arena_format(&arena, "/%d/a", i),
						.value = pq_value_from_integer(i),
					});
	}
	assert_true(pq_patch_apply(&arena, &document, &patch, &result, &error));
	assert_int_equal(pq_value_find(&result.items[ITEMS - 1], PQ_S("a"))->integer, ITEMS - 1);
	pq_buffer_done(&text);
	pq_arena_done(&arena);
}

enum { MANY = 100 * 1000 };

/* An object of as many members, k0 to the last, and one that is not removed. */
static struct pq_value make_many(void)
{
	struct pq_value many;
	struct pq_member *members = pq_arena_alloc_array(&arena, MANY + 1, sizeof *members);
	for (size_t i = 0; i < MANY; i++)
		members[i] = (struct pq_member){ .key = pq_arena_format(&arena, "k%zu", i),
						 .value = pq_value_null() };
	members[MANY] =
		(struct pq_member){ .key = PQ_LITERAL("last"), .value = pq_value_from_integer(1) };
	assert_true(pq_value_from_members(&arena, members, MANY + 1, &many));
	return many;
}

/* Each removal may not cost as much as there are members: that would take minutes here. */
static void test_many_members_are_removed(void **state)
{
	(void)state;
	struct pq_patch patch;
	pq_arena_init(&arena, 0);
	struct pq_value document = make_many(), result;
	pq_patch_init(&patch, &arena);
	for (size_t i = 0; i < MANY; i++) {
		pq_patch_append(&patch, (struct pq_patch_operation){
						.verb = PQ_PATCH_REMOVE,
						.path = pq_arena_format(&arena, "/k%zu", i),
					});
		pq_patch_append(&patch, (struct pq_patch_operation){
						.verb = PQ_PATCH_TEST,
						.path = PQ_LITERAL("/last"),
						.value = pq_value_from_integer(1),
					});
	}
	assert_true(pq_patch_apply(&arena, &document, &patch, &result, &error));
	assert_json(&result, "{\"last\":1}");
	assert_int_equal(document.object->count, MANY + 1);
	pq_arena_done(&arena);
}

static void test_many_members_are_merged_away(void **state)
{
	(void)state;
	pq_arena_init(&arena, 0);
	struct pq_value document = make_many(), nulls, result;
	assert_true(pq_value_with_member(&arena, &document, PQ_S("last"), NULL, &nulls));
	assert_true(pq_merge_patch_apply(&arena, &document, &nulls, &result));
	assert_json(&result, "{\"last\":1}");
	pq_arena_done(&arena);
}

/* What has been removed is seen by nobody: not by a test, a copy or a move, nor when there is no
 * room for more. */
static void test_removed_members_leave_no_trace(void **state)
{
	(void)state;
	struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_text(&text, "{\"a\":{");
	for (int i = 0; i < 40; i++)
		pq_buffer_append_format(&text, "%s\"k%d\":%d", i == 0 ? "" : ",", i, i);
	pq_buffer_append_text(&text, "}}");
	pq_buffer_append_byte(&text, '\0');
	struct pq_value document = read_text(text.data), result;
	pq_buffer_init_in(&text, &arena, 0);
	pq_buffer_append_byte(&text, '[');
	for (int i = 0; i < 38; i++)
		pq_buffer_append_format(&text, "{\"op\":\"remove\",\"path\":\"/a/k%d\"},", i);
	pq_buffer_append_text(&text,
			      "{\"op\":\"test\",\"path\":\"/a\",\"value\":{\"k38\":38,\"k39\":39}},"
			      "{\"op\":\"remove\",\"path\":\"/a/k38\"},"
			      "{\"op\":\"copy\",\"from\":\"/a\",\"path\":\"/b\"},"
			      "{\"op\":\"add\",\"path\":\"/a/k38\",\"value\":1},"
			      "{\"op\":\"remove\",\"path\":\"/a/k39\"},"
			      "{\"op\":\"move\",\"from\":\"/a\",\"path\":\"/c\"}]");
	pq_buffer_append_byte(&text, '\0');
	assert_true(apply(&document, text.data, &result));
	assert_json(&result, "{\"b\":{\"k39\":39},\"c\":{\"k38\":1}}");
	pq_arena_done(&arena);
}

static void test_operations_are_limited(void **state)
{
	(void)state;
	struct pq_patch patch;
	pq_arena_init(&arena, 0);
	struct pq_value operation = read_text("{\"op\":\"remove\",\"path\":\"/a\"}");
	struct pq_value *items =
		pq_arena_alloc_array(&arena, PQ_PATCH_OPERATIONS_MAX + 1, sizeof *items);
	for (size_t i = 0; i <= PQ_PATCH_OPERATIONS_MAX; i++)
		items[i] = operation;
	struct pq_value document = pq_value_from_items(items, PQ_PATCH_OPERATIONS_MAX);
	pq_patch_init(&patch, &arena);
	assert_true(pq_patch_read(&document, &patch, &error));
	document = pq_value_from_items(items, PQ_PATCH_OPERATIONS_MAX + 1);
	pq_patch_init(&patch, &arena);
	assert_false(pq_patch_read(&document, &patch, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_string_equal(error.message,
			    "The allowed maximum operations in a JSON patch is 10000, got 10001");
	pq_arena_done(&arena);
}

/* Each copy doubles the document: without a limit 60 operations would write an exabyte. */
static void test_copies_are_limited(void **state)
{
	(void)state;
	struct pq_patch patch;
	pq_arena_init(&arena, 0);
	struct pq_value document = read_text("{\"a\":{\"x\":\"some text\"}}"), result;
	pq_patch_init(&patch, &arena);
	for (int i = 0; i < 60; i++) {
		pq_patch_append(&patch, (struct pq_patch_operation){
						.verb = PQ_PATCH_COPY,
						.from = PQ_LITERAL("/a"),
						.path = pq_arena_format(&arena, "/a/k%d", i),
					});
	}
	assert_false(pq_patch_apply(&arena, &document, &patch, &result, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	assert_non_null(strstr(error.message, "exceeds the limit 3145728"));
	pq_arena_done(&arena);
}

static void test_writes_what_it_reads(void **state)
{
	(void)state;
	static const char text[] = "[{\"op\":\"add\",\"path\":\"/a~1b\",\"value\":{\"c\":[1.5]}},"
				   "{\"op\":\"remove\",\"path\":\"/d\"},"
				   "{\"op\":\"replace\",\"path\":\"/e\",\"value\":null},"
				   "{\"op\":\"move\",\"from\":\"/f\",\"path\":\"/g\"},"
				   "{\"op\":\"copy\",\"from\":\"/h\",\"path\":\"/i\"},"
				   "{\"op\":\"test\",\"path\":\"/j\",\"value\":\"<\"}]";
	struct pq_patch patch;
	struct pq_buffer buffer;
	pq_arena_init(&arena, 0);
	struct pq_value document = read_text(text);
	pq_patch_init(&patch, &arena);
	assert_true(pq_patch_read(&document, &patch, &error));
	pq_buffer_init_in(&buffer, &arena, 0);
	pq_patch_write(&buffer, &patch);
	assert_true(pq_string_is(pq_buffer_view(&buffer), text));
	pq_arena_done(&arena);
}

static void test_a_patch_that_is_not_complete_does_not_apply(void **state)
{
	(void)state;
	struct pq_arena small;
	struct pq_patch patch;
	pq_arena_init(&arena, 0);
	pq_arena_init(&small, 5000);
	struct pq_value document = read_text("{}"), result;
	pq_patch_init(&patch, &small);
	for (int i = 0; i < 1000; i++)
		pq_patch_append(&patch, (struct pq_patch_operation){ .path = PQ_LITERAL("/a") });
	assert_true(patch.failed);
	assert_false(pq_patch_apply(&arena, &document, &patch, &result, &error));
	assert_int_equal(error.code, PQ_ERROR_TOO_LARGE);
	pq_arena_done(&small);
	pq_arena_done(&arena);
}

static void test_merge_patch(void **state)
{
	(void)state;
	/* RFC 7386, appendix A, and what the library does with nulls in what is new. */
	static const struct {
		const char *document, *patch, *want;
	} cases[] = {
		{ "{'a':'b'}", "{'a':'c'}", "{'a':'c'}" },
		{ "{'a':'b'}", "{'b':'c'}", "{'a':'b','b':'c'}" },
		{ "{'a':'b'}", "{'a':null}", "{}" },
		{ "{'a':'b','b':'c'}", "{'a':null}", "{'b':'c'}" },
		{ "{'a':['b']}", "{'a':'c'}", "{'a':'c'}" },
		{ "{'a':'c'}", "{'a':['b']}", "{'a':['b']}" },
		{ "{'a':{'b':'c'}}", "{'a':{'b':'d','c':null}}", "{'a':{'b':'d'}}" },
		{ "{'a':[{'b':'c'}]}", "{'a':[1]}", "{'a':[1]}" },
		{ "['a','b']", "['c','d']", "['c','d']" },
		{ "{'a':'b'}", "['c']", "['c']" },
		{ "{'e':null}", "{'a':1}", "{'e':null,'a':1}" },
		{ "{'e':null}", "{'e':{'a':null,'b':1}}", "{'e':{'b':1}}" },
		{ "[1,2]", "{'a':'b','c':null}", "{'a':'b'}" },
		{ "{}", "{'a':{'bb':{'ccc':null}}}", "{'a':{'bb':{}}}" },
		{ "{}", "{'a':[null,{'b':null}]}", "{'a':[null,{}]}" },
		{ "{'a':1}", "{'a':[{'b':null}]}", "{'a':[{}]}" },
		{ "{'a':{}}", "{'a':[{'b':null}]}", "{'a':[{'b':null}]}" },
		{ "{'a':{'b':{'c':1,'d':2}},'x':1}", "{'a':{'b':{'c':null,'e':{'f':3}}}}",
		  "{'a':{'b':{'d':2,'e':{'f':3}}},'x':1}" },
	};
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		pq_arena_init(&arena, 0);
		struct pq_value document = read_text(unquote(cases[i].document)), result;
		struct pq_value patch = read_text(unquote(cases[i].patch));
		assert_true(pq_merge_patch_apply(&arena, &document, &patch, &result));
		assert_json(&result, unquote(cases[i].want));
		assert_json(&document, unquote(cases[i].document));
		assert_json(&patch, unquote(cases[i].patch));
		pq_arena_done(&arena);
	}
}

static void test_merge_patch_of_any_depth(void **state)
{
	(void)state;
	struct pq_buffer text;
	pq_arena_init(&arena, 0);
	pq_buffer_init(&text, 0);
	for (int i = 0; i < PQ_JSON_DEPTH_MAX; i++)
		pq_buffer_append_text(&text, "{\"a\":");
	pq_buffer_append_text(&text, "null");
	for (int i = 0; i < PQ_JSON_DEPTH_MAX; i++)
		pq_buffer_append_byte(&text, '}');
	pq_buffer_append_byte(&text, '\0');
	struct pq_value patch = read_text(text.data), empty = read_text("{}"), result, again;
	assert_true(pq_merge_patch_apply(&arena, &empty, &patch, &result));
	assert_true(pq_merge_patch_apply(&arena, &result, &patch, &again));
	assert_true(pq_value_equal(&result, &again));
	assert_false(pq_value_equal(&result, &patch));
	pq_buffer_done(&text);
	pq_arena_done(&arena);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_applies_as_kube_apiserver_does),
		cmocka_unit_test(test_refuses_in_the_librarys_words),
		cmocka_unit_test(test_refuses_what_is_no_patch),
		cmocka_unit_test(test_shares_what_did_not_change),
		cmocka_unit_test(test_empty_arrays_are_told_apart),
		cmocka_unit_test(test_copies_are_counted),
		cmocka_unit_test(test_many_changes_cost_one_copy),
		cmocka_unit_test(test_many_members_are_removed),
		cmocka_unit_test(test_many_members_are_merged_away),
		cmocka_unit_test(test_removed_members_leave_no_trace),
		cmocka_unit_test(test_operations_are_limited),
		cmocka_unit_test(test_copies_are_limited),
		cmocka_unit_test(test_writes_what_it_reads),
		cmocka_unit_test(test_a_patch_that_is_not_complete_does_not_apply),
		cmocka_unit_test(test_merge_patch),
		cmocka_unit_test(test_merge_patch_of_any_depth),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
