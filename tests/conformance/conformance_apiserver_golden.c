/* apiserver-golden: what a real kube-apiserver answered, to objects, updates and CRDs. A case
 * passes when code, message, causes, warnings and the resulting object are the same. */
#include "base/utf8.h"
#include "harness/corpora.h"
#include "harness/expectations.h"
#include "harness/golden.h"
#include "registry/custom_resource.h"
#include "registry/warning.h"
#include "yaml/read.h"
#include "json/patch.h"
#include "json/read.h"
#include "json/write.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

struct run;

/* One suite: the CRDs compiled so far, by path and patch. */
struct suite {
	struct test_expectations expectations;
	bool (*judge)(struct run *run);
	struct pq_arena arena; /* of the compiled CRDs' keys */
	struct pq_map crds;    /* "path" or "path patch" -> struct pq_crd */
};

/* One case. */
struct run {
	struct suite *suite;
	struct pq_arena *arena;
	const struct pq_value *test;
	struct pq_buffer detail;
};

static struct pq_string text_of(const struct pq_value *test, const char *key)
{
	return pq_value_find_string(test, pq_string_from(key));
}

static void write_go(struct pq_buffer *buffer, const struct pq_value *value)
{
	if (value == NULL)
		pq_buffer_append_text(buffer, "nothing");
	else
		pq_json_write(buffer, value, PQ_JSON_SORT_KEYS);
}

static bool read_yaml_document(struct pq_arena *arena, struct pq_string relative,
			       struct pq_value *document)
{
	char path[256];
	struct pq_error error;
	snprintf(path, sizeof path, "%.*s", PQ_STRING_ARGUMENT(relative));
	struct pq_string text = test_read_file(arena, test_golden_crd(path));
	const struct pq_yaml_options options = { .conversion = PQ_YAML_TO_JSON };
	struct pq_yaml_stream *stream = pq_yaml_stream_new(text, &options);
	assert_non_null(stream);
	enum pq_yaml_result result;
	/* Some files begin with an empty document. */
	do {
		result = pq_yaml_stream_next(stream, arena, document, NULL, &error);
	} while (result == PQ_YAML_DOCUMENT && document->kind == PQ_NULL);
	pq_yaml_stream_free(stream);
	return result == PQ_YAML_DOCUMENT;
}

static bool apply_patch(struct pq_arena *arena, const struct pq_value *patch_document,
			struct pq_value *document)
{
	struct pq_patch patch;
	struct pq_error error;
	if (patch_document == NULL)
		return true;
	pq_patch_init(&patch, arena);
	return pq_patch_read(patch_document, &patch, &error) &&
	       pq_patch_apply(arena, document, &patch, document, &error);
}

/* The CRD of a case, with its patch; compiled once. */
static const struct pq_crd *find_crd(struct run *run)
{
	struct suite *suite = run->suite;
	struct pq_buffer key;
	struct pq_value document;
	struct pq_error error;
	const struct pq_value *patch = pq_value_find(run->test, PQ_S("crdPatch"));
	pq_buffer_init_in(&key, run->arena, 0);
	pq_buffer_append_string(&key, text_of(run->test, "crd"));
	write_go(&key, patch);
	const struct pq_crd *crd = pq_map_find(&suite->crds, pq_buffer_view(&key));
	if (crd != NULL)
		return crd;
	if (!read_yaml_document(run->arena, text_of(run->test, "crd"), &document) ||
	    !apply_patch(run->arena, patch, &document))
		return NULL;
	crd = pq_crd_compile(&document, &error);
	if (crd == NULL) {
		pq_buffer_append_format(&run->detail, "CRD does not compile: %s", error.message);
		return NULL;
	}
	assert_true(pq_map_put(&suite->crds, pq_buffer_view(&key), (void *)(uintptr_t)crd, NULL));
	return crd;
}

/* One character beyond ASCII as JSON escapes it. */
static void write_escape(struct pq_buffer *body, uint32_t character)
{
	if (character < 0x10000) {
		pq_buffer_append_format(body, "\\u%04x", character);
		return;
	}
	character -= 0x10000;
	pq_buffer_append_format(body, "\\u%04x\\u%04x", 0xD800 + (character >> 10),
				0xDC00 + (character & 0x3FF));
}

static void write_ascii(struct pq_buffer *body, struct pq_string text)
{
	for (size_t i = 0, width; i < text.length; i += width) {
		uint32_t character = pq_utf8_decode(pq_string_slice(text, i, text.length), &width);
		if (character < 0x80)
			pq_buffer_append_byte(body, (char)character);
		else
			write_escape(body, character);
	}
}

/* The request body: raw bytes, or the object with sorted keys and no spaces, in ASCII as the
 * recorder wrote it. */
static struct pq_string body_of(struct run *run, const struct pq_value *object)
{
	const struct pq_value *raw = pq_value_find(run->test, PQ_S("raw"));
	struct pq_buffer body, written;
	pq_buffer_init_in(&body, run->arena, 0);
	pq_buffer_init_in(&written, run->arena, 0);
	if (raw == NULL)
		pq_json_write(&written, object, PQ_JSON_SORT_KEYS);
	if (raw != NULL)
		pq_buffer_append_string(&body, pq_value_string(raw));
	else
		write_ascii(&body, pq_buffer_view(&written));
	assert_false(pq_buffer_failed(&body));
	return pq_buffer_view(&body);
}

static enum pq_field_validation field_validation_of(const struct pq_value *test)
{
	struct pq_string mode = text_of(test, "fieldValidation");
	return pq_string_is(mode, "Strict")   ? PQ_FIELDS_STRICT
	       : pq_string_is(mode, "Ignore") ? PQ_FIELDS_IGNORE
					      : PQ_FIELDS_WARN;
}

static int compare_texts(const void *a, const void *b)
{
	return pq_string_compare(*(const struct pq_string *)a, *(const struct pq_string *)b);
}

/* The texts, sorted and joined: order is not determined. */
static struct pq_string join_sorted(struct run *run, struct pq_string *texts, size_t count)
{
	struct pq_buffer joined;
	pq_buffer_init_in(&joined, run->arena, 0);
	if (count > 0)
		qsort(texts, count, sizeof *texts, compare_texts);
	for (size_t i = 0; i < count; i++) {
		pq_buffer_append_string(&joined, texts[i]);
		pq_buffer_append_byte(&joined, '\n');
	}
	return pq_buffer_view(&joined);
}

static struct pq_string join_causes(struct run *run, const struct pq_value *causes)
{
	size_t count = causes == NULL ? 0 : causes->length;
	struct pq_string *texts = pq_arena_alloc_array(run->arena, count, sizeof *texts);
	for (size_t i = 0; i < count; i++) {
		struct pq_buffer text;
		pq_buffer_init_in(&text, run->arena, 0);
		pq_json_write(&text, &causes->items[i], PQ_JSON_SORT_KEYS);
		texts[i] = pq_buffer_view(&text);
	}
	return join_sorted(run, texts, count);
}

/* The recorder took the bytes of headers for Latin-1: each character of these texts is a byte. */
static struct pq_string undo_latin1(struct run *run, struct pq_string text)
{
	struct pq_buffer bytes;
	pq_buffer_init_in(&bytes, run->arena, 0);
	for (size_t i = 0; i < text.length; i++) {
		unsigned char c = (unsigned char)text.data[i];
		if (c >= 0xC2 && c <= 0xC3 && i + 1 < text.length)
			c = (unsigned char)((c << 6) | ((unsigned char)text.data[++i] & 0x3F));
		pq_buffer_append_byte(&bytes, (char)c);
	}
	return pq_buffer_view(&bytes);
}

static struct pq_string join_list(struct run *run, const struct pq_value *list)
{
	size_t count = list == NULL ? 0 : list->length;
	struct pq_string *texts = pq_arena_alloc_array(run->arena, count, sizeof *texts);
	for (size_t i = 0; i < count; i++)
		texts[i] = undo_latin1(run, pq_value_string(&list->items[i]));
	return join_sorted(run, texts, count);
}

static bool differ(struct run *run, const char *what, struct pq_string ours,
		   struct pq_string theirs)
{
	if (pq_string_equal(ours, theirs))
		return false;
	pq_buffer_append_format(&run->detail, "%s: ours: %.*s\n  theirs: %.*s", what,
				PQ_STRING_ARGUMENT(ours), PQ_STRING_ARGUMENT(theirs));
	return true;
}

static void remove_member(struct run *run, struct pq_value *value, const char *pointer)
{
	struct pq_patch patch;
	struct pq_error error;
	struct pq_value result;
	pq_patch_init(&patch, run->arena);
	pq_patch_append(&patch, (struct pq_patch_operation){ .verb = PQ_PATCH_REMOVE,
							     .path = pq_string_from(pointer) });
	if (pq_patch_apply(run->arena, value, &patch, &result, &error))
		*value = result;
}

/* What the recordings leave out of results, we leave out too. */
static void clean_result(struct run *run, struct pq_value *object)
{
	static const char *const removed[] = { "/metadata/uid", "/metadata/creationTimestamp",
					       "/metadata/managedFields",
					       "/metadata/resourceVersion" };
	for (size_t i = 0; i < sizeof removed / sizeof removed[0]; i++)
		remove_member(run, object, removed[i]);
}

/* 1.0 comes back as 1: results are compared as the server writes them, but that the recordings say
 * 0 for -0. */
static struct pq_string write_result(struct run *run, const struct pq_value *object)
{
	struct pq_buffer text, kept;
	pq_buffer_init_in(&text, run->arena, 0);
	pq_buffer_init_in(&kept, run->arena, 0);
	write_go(&text, object);
	for (size_t i = 0; i < text.length; i++) {
		bool is_negative_zero = i > 0 && i + 2 < text.length && text.data[i] == '-' &&
					text.data[i + 1] == '0' &&
					strchr(",]}", text.data[i + 2]) != NULL &&
					strchr(":,[", text.data[i - 1]) != NULL;
		if (!is_negative_zero)
			pq_buffer_append_byte(&kept, text.data[i]);
	}
	return pq_buffer_view(&kept);
}

static struct pq_string strip_generated(struct run *run, struct pq_string text)
{
	struct pq_buffer stripped;
	pq_buffer_init_in(&stripped, run->arena, 0);
	while (text.length > 0) {
		if (pq_string_starts_with(text, PQ_S("xxxxx\"")) ||
		    pq_string_starts_with(text, PQ_S("xxxxx\\\""))) {
			text = pq_string_slice(text, 5, text.length);
			continue;
		}
		pq_buffer_append_byte(&stripped, text.data[0]);
		text = pq_string_slice(text, 1, text.length);
	}
	return pq_buffer_view(&stripped);
}

/* Whether the server had to make up a name. */
static bool is_generated(struct run *run)
{
	const struct pq_value *raw = pq_value_find(run->test, PQ_S("raw"));
	struct pq_value sent;
	struct pq_error error;
	const struct pq_value *object = pq_value_find(run->test, PQ_S("object"));
	if (raw != NULL) {
		if (!pq_json_read_copy(run->arena, pq_value_string(raw), NULL, &sent, &error))
			return false;
		object = &sent;
	}
	const struct pq_value *metadata = pq_value_find(object, PQ_S("metadata"));
	return pq_value_find_string(metadata, PQ_S("generateName")).length > 0 &&
	       pq_value_find_string(metadata, PQ_S("name")).length == 0;
}

/* Whether messages agree when the order of their parts does not count. */
static bool same_message(struct pq_string ours, struct pq_string theirs, size_t causes)
{
	if (pq_string_equal(ours, theirs))
		return true;
	/* Causes have been compared already; lengths tell of parts told once only. */
	return causes > 1 && ours.length == theirs.length;
}

static bool compare_status(struct run *run, const struct pq_status *status)
{
	const struct pq_value *wanted = pq_value_find(run->test, PQ_S("status"));
	struct pq_buffer text;
	struct pq_value ours;
	struct pq_error error;
	if (wanted == NULL)
		return true;
	pq_buffer_init_in(&text, run->arena, 0);
	pq_status_write(&text, status, false);
	struct pq_string written = pq_buffer_view(&text);
	if (is_generated(run))
		written = strip_generated(run, written);
	if (!pq_json_read_copy(run->arena, written, NULL, &ours, &error))
		return false;
	const struct pq_value *our_details = pq_value_find(&ours, PQ_S("details"));
	const struct pq_value *their_details = pq_value_find(wanted, PQ_S("details"));
	const struct pq_value *their_causes = pq_value_find(their_details, PQ_S("causes"));
	if (differ(run, "causes", join_causes(run, pq_value_find(our_details, PQ_S("causes"))),
		   join_causes(run, their_causes)))
		return false;
	struct pq_string our_message = text_of(&ours, "message");
	if (!same_message(our_message, text_of(wanted, "message"),
			  their_causes == NULL ? 0 : their_causes->length))
		return !differ(run, "message", our_message, text_of(wanted, "message"));
	return !differ(run, "reason", text_of(&ours, "reason"), text_of(wanted, "reason")) &&
	       !differ(run, "kind", text_of(our_details, "kind"), text_of(their_details, "kind")) &&
	       !differ(run, "name", text_of(our_details, "name"), text_of(their_details, "name")) &&
	       !differ(run, "group", text_of(our_details, "group"),
		       text_of(their_details, "group"));
}

static bool compare_result(struct run *run, const struct pq_value *object)
{
	const struct pq_value *wanted = pq_value_find(run->test, PQ_S("result"));
	struct pq_value ours = *object;
	if (wanted == NULL)
		return true;
	clean_result(run, &ours);
	struct pq_string written = write_result(run, &ours);
	if (is_generated(run))
		written = strip_generated(run, written);
	return !differ(run, "result", written, write_result(run, wanted));
}

static bool compare(struct run *run, const struct pq_resource_outcome *outcome)
{
	const struct pq_value *code = pq_value_find(run->test, PQ_S("code"));
	int64_t wanted = code->integer >= 400 ? code->integer : 0;
	if (outcome->status.code != wanted) {
		pq_buffer_append_format(&run->detail, "code: ours: %d %.*s, theirs: %d ",
					outcome->status.code,
					PQ_STRING_ARGUMENT(outcome->status.message), (int)wanted);
		pq_buffer_append_string(
			&run->detail, text_of(pq_value_find(run->test, PQ_S("status")), "message"));
		return false;
	}
	if (wanted != 0 && !compare_status(run, &outcome->status))
		return false;
	if (wanted == 0 && !compare_result(run, &outcome->object))
		return false;
	struct pq_string *sent;
	size_t count;
	assert_true(pq_warnings_send(run->arena, outcome->warnings, outcome->warning_count, &sent,
				     &count));
	return !differ(run, "warnings", join_sorted(run, sent, count),
		       join_list(run, pq_value_find(run->test, PQ_S("warnings"))));
}

static void set_subresource(const struct pq_value *test, struct pq_resource_request *request)
{
	struct pq_string subresource = text_of(test, "subresource");
	request->subresource = pq_string_is(subresource, "status")  ? PQ_SUBRESOURCE_STATUS
			       : pq_string_is(subresource, "scale") ? PQ_SUBRESOURCE_SCALE
								    : PQ_SUBRESOURCE_NONE;
}

static bool run_object(struct run *run)
{
	const struct pq_value *test = run->test;
	struct pq_resource_outcome outcome;
	const struct pq_value *read = pq_value_find(test, PQ_S("oldAsRead"));
	struct pq_resource_request request = {
		.crd = find_crd(run),
		.namespace = text_of(test, "namespace"),
		.name = text_of(test, "urlName"),
		.field_validation = field_validation_of(test),
		.body = body_of(run, pq_value_find(test, PQ_S("object"))),
		.old = read != NULL ? read : pq_value_find(test, PQ_S("old")),
	};
	if (request.crd == NULL)
		return false;
	request.version = pq_crd_find_version(request.crd, text_of(test, "version"));
	if (request.version == NULL)
		return false;
	set_subresource(test, &request);
	pq_custom_resource_judge(run->arena, &request, &outcome);
	return compare(run, &outcome);
}

static bool run_crd(struct run *run)
{
	const struct pq_value *test = run->test;
	struct pq_resource_outcome outcome;
	struct pq_value document;
	const struct pq_value *object = pq_value_find(test, PQ_S("object"));
	if (text_of(test, "crd").data != NULL) {
		if (!read_yaml_document(run->arena, text_of(test, "crd"), &document) ||
		    !apply_patch(run->arena, pq_value_find(test, PQ_S("crdPatch")), &document))
			return false;
		object = &document;
	}
	struct pq_resource_request request = {
		.name = text_of(test, "urlName"),
		.field_validation = field_validation_of(test),
		.body = body_of(run, object),
		.old = pq_value_find(test, PQ_S("old")),
	};
	set_subresource(test, &request);
	pq_crd_judge(run->arena, &request, &outcome);
	/* Of a result only the spec was recorded. */
	const struct pq_member spec = {
		.key = PQ_S("spec"),
		.value = outcome.status.code != 0 ? pq_value_null()
						  : *pq_value_find(&outcome.object, PQ_S("spec"))
	};
	assert_true(pq_value_from_members(run->arena, &spec, 1, &outcome.object));
	return compare(run, &outcome);
}

static void run_line(void *context, struct pq_string line)
{
	struct suite *suite = context;
	pq_cleanup_arena struct pq_arena arena;
	struct pq_value test;
	struct pq_error error;
	char name[256];
	pq_arena_init(&arena, 0);
	if (!pq_json_read_copy(&arena, line, NULL, &test, &error))
		fail_msg("a case cannot be read: %s", error.message);
	struct run run = { .suite = suite, .arena = &arena, .test = &test };
	pq_buffer_init_in(&run.detail, &arena, 0);
	bool passed = suite->judge(&run);
	pq_buffer_append_byte(&run.detail, '\0');
	snprintf(name, sizeof name, "%.*s", PQ_STRING_ARGUMENT(text_of(&test, "name")));
	test_expectations_record(&suite->expectations, name, passed, run.detail.data);
}

static void run_suite(const char *folder, const char *list, bool (*judge)(struct run *run))
{
	struct suite suite = { .judge = judge };
	test_expectations_load(&suite.expectations, list);
	suite.expectations.is_partial = !test_golden_is_whole();
	pq_arena_init(&suite.arena, 0);
	pq_map_init(&suite.crds);
	test_golden_each(folder, run_line, &suite);
	for (size_t i = 0; i < suite.crds.count; i++)
		pq_crd_unref(suite.crds.entries[i].value);
	pq_map_done(&suite.crds);
	pq_arena_done(&suite.arena);
	test_expectations_finish(&suite.expectations);
}

static void test_objects(void **state)
{
	(void)state;
	run_suite("objects", "apiserver_golden_objects.txt", run_object);
}

static void test_updates(void **state)
{
	(void)state;
	run_suite("updates", "apiserver_golden_updates.txt", run_object);
}

static void test_crds(void **state)
{
	(void)state;
	run_suite("crds", "apiserver_golden_crds.txt", run_crd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_objects),
		cmocka_unit_test(test_updates),
		cmocka_unit_test(test_crds),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
