/* AdmissionExemptions: which are refused, and whom and what the others cover. */
#include "base/clock.h"
#include "policy/policy.h"
#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* 2027-01-31T18:00:00Z */
#define EXPIRY (INT64_C(1801418400) * PQ_SECOND)

#define EXEMPTION(spec)                                                                            \
	"{'apiVersion':'admission.pratique.dev/v1','kind':'AdmissionExemption','metadata':"        \
	"{'name':'e'},'spec':" spec "}"
#define MATCH(match) EXEMPTION("{'reason':'r','expires':'2027-01-31T18:00:00Z','match':" match "}")

static struct pq_string with_quotes(struct pq_arena *arena, const char *text)
{
	struct pq_string copy = pq_arena_copy(arena, pq_string_from(text));
	for (size_t i = 0; i < copy.length; i++) {
		if (copy.data[i] == '\'')
			((char *)(uintptr_t)copy.data)[i] = '"';
	}
	return copy;
}

static struct pq_value read(struct pq_arena *arena, const char *text)
{
	struct pq_value value;
	struct pq_error error;
	if (!pq_json_read_copy(arena, with_quotes(arena, text), NULL, &value, &error))
		fail_msg("%s: %s", text, error.message);
	return value;
}

static enum pq_policy_addition add(struct pq_policy_builder *builder, const char *text,
				   struct pq_error *error)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_value document = read(&arena, text);
	return pq_policy_builder_add(builder, &document, PQ_S("test"), PQ_S(""), error);
}

static const struct {
	const char *name;
	const char *document;
	const char *message; /* NULL: it is added */
} refusals[] = {
	{ "a good one", MATCH("{'users':['a']}"), NULL },
	{ "another zone",
	  EXEMPTION("{'reason':'r','expires':'2027-01-31T19:00:00+01:00','match':{'users':['a']}}"),
	  NULL },
	{ "a pattern of users", MATCH("{'users':['a','*']}"),
	  "spec.match.users: has names, no patterns: name each whole" },
	{ "a pattern of groups", MATCH("{'groups':['system:*']}"),
	  "spec.match.groups: has names, no patterns: name each whole" },
	{ "a pattern of namespaces", MATCH("{'namespaces':['team-*']}"),
	  "spec.match.namespaces: has names, no patterns: name each whole" },
	{ "no spec",
	  "{'apiVersion':'admission.pratique.dev/v1','kind':'AdmissionExemption','metadata':{}}",
	  "spec: Required value" },
	{ "no name",
	  "{'apiVersion':'admission.pratique.dev/v1','kind':'AdmissionExemption','metadata':{},"
	  "'spec':{}}",
	  "metadata.name: must be a text that is not empty" },
	{ "no reason", EXEMPTION("{'expires':'2027-01-31T18:00:00Z','match':{'users':['a']}}"),
	  "spec.reason: must be a text that is not empty" },
	{ "an empty reason",
	  EXEMPTION("{'reason':'','expires':'2027-01-31T18:00:00Z','match':{'users':['a']}}"),
	  "spec.reason: must be a text that is not empty" },
	{ "no expiry", EXEMPTION("{'reason':'r','match':{'users':['a']}}"),
	  "spec.expires: must be a text that is not empty" },
	{ "a day", EXEMPTION("{'reason':'r','expires':'2027-01-31','match':{'users':['a']}}"),
	  "spec.expires: must be a point in time, such as \"2027-01-31T18:00:00Z\"" },
	{ "a time beyond what can be counted",
	  EXEMPTION("{'reason':'r','expires':'9999-01-31T18:00:00Z','match':{'users':['a']}}"),
	  "spec.expires: must be a point in time, such as \"2027-01-31T18:00:00Z\"" },
	{ "no match", EXEMPTION("{'reason':'r','expires':'2027-01-31T18:00:00Z'}"),
	  "spec.match: Required value" },
	{ "everything", MATCH("{}"),
	  "spec.match: must say for whom or what: users, groups, namespaces or an objectSelector; "
	  "to let everything pass, set enforcement to warn" },
	{ "no user", MATCH("{'users':[]}"), "spec.match.users: must be a list that is not empty" },
	{ "users that are none", MATCH("{'users':null}"),
	  "spec.match.users: must be a list that is not empty" },
	{ "a misspelt list", MATCH("{'user':['a'],'namespaces':['n']}"),
	  "spec.match: unknown field \"user\", did you mean \"users\"?" },
	{ "a misspelt key", EXEMPTION("{'reasons':'r'}"),
	  "spec: unknown field \"reasons\", did you mean \"reason\"?" },
	{ "every object", MATCH("{'objectSelector':{}}"),
	  "spec.match.objectSelector: must not select every object" },
	{ "every object, said by a null", MATCH("{'objectSelector':{'matchLabels':null}}"),
	  "spec.match.objectSelector: must not select every object" },
	{ "a misspelt selector", MATCH("{'objectSelector':{'matchLabel':{'a':'b'}}}"),
	  "spec.match.objectSelector: unknown field \"matchLabel\", did you mean "
	  "\"matchLabels\"?" },
};

static void test_refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof refusals / sizeof refusals[0]; i++) {
		struct pq_error error = { .message = "" };
		struct pq_policy_builder *builder = pq_policy_builder_new();
		bool added = add(builder, refusals[i].document, &error) == PQ_POLICY_ADDED;
		if (added != (refusals[i].message == NULL) ||
		    (!added && strcmp(error.message, refusals[i].message) != 0))
			fail_msg("%s: %s", refusals[i].name, error.message);
		pq_policy_builder_free(builder);
	}
}

static void test_names_are_taken_once(void **state)
{
	(void)state;
	struct pq_error error;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	struct pq_policy_mark mark = pq_policy_builder_mark(builder);
	assert_int_equal(add(builder, MATCH("{'users':['a']}"), &error), PQ_POLICY_ADDED);
	assert_int_equal(add(builder, MATCH("{'users':['b']}"), &error), PQ_POLICY_REFUSED);
	assert_string_equal(error.message, "AdmissionExemption e is defined already, in test");
	assert_true(pq_policy_builder_rewind(builder, mark, &error));
	assert_int_equal(add(builder, MATCH("{'users':['b']}"), &error), PQ_POLICY_ADDED);
	pq_policy_builder_free(builder);
}

static const struct {
	const char *name;
	const char *match;
	const char *user, *groups, *namespace, *object;
	int64_t now;
	bool want;
} coverings[] = {
	{ "the user", MATCH("{'users':['a','b']}"), "b", "[]", "n", "{}", EXPIRY - 1, true },
	{ "another user", MATCH("{'users':['a','b']}"), "c", "[]", "n", "{}", EXPIRY - 1, false },
	{ "a part of a name", MATCH("{'users':['ab']}"), "a", "[]", "n", "{}", EXPIRY - 1, false },
	{ "too late", MATCH("{'users':['a']}"), "a", "[]", "n", "{}", EXPIRY, false },
	{ "a group", MATCH("{'groups':['g']}"), "a", "['f','g']", "n", "{}", EXPIRY - 1, true },
	{ "no group", MATCH("{'groups':['g']}"), "g", "['f']", "n", "{}", EXPIRY - 1, false },
	{ "groups that are none", MATCH("{'groups':['g']}"), "g", "'g'", "n", "{}", EXPIRY - 1,
	  false },
	{ "all of it", MATCH("{'users':['a'],'groups':['g'],'namespaces':['n']}"), "a", "['g']",
	  "n", "{}", EXPIRY - 1, true },
	{ "all but one", MATCH("{'users':['a'],'groups':['g'],'namespaces':['n']}"), "a", "['g']",
	  "m", "{}", EXPIRY - 1, false },
	{ "no namespace", MATCH("{'namespaces':['n']}"), "a", "[]", "", "{}", EXPIRY - 1, false },
	{ "labels", MATCH("{'objectSelector':{'matchLabels':{'l':'v'}}}"), "a", "[]", "n",
	  "{'metadata':{'labels':{'l':'v'}}}", EXPIRY - 1, true },
	{ "other labels", MATCH("{'objectSelector':{'matchLabels':{'l':'v'}}}"), "a", "[]", "n",
	  "{'metadata':{'labels':{'l':'w'}}}", EXPIRY - 1, false },
	{ "no labels", MATCH("{'objectSelector':{'matchLabels':{'l':'v'}}}"), "a", "[]", "n", "{}",
	  EXPIRY - 1, false },
	{ "lacking a label",
	  MATCH("{'objectSelector':{'matchExpressions':[{'key':'l','operator':'DoesNotExist'}]}}"),
	  "a", "[]", "n", "{}", EXPIRY - 1, true },
};

static bool covers(size_t i)
{
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	struct pq_error error;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (add(builder, coverings[i].match, &error) != PQ_POLICY_ADDED)
		fail_msg("%s: %s", coverings[i].name, error.message);
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	const struct pq_value groups = read(&arena, coverings[i].groups);
	const struct pq_value object = read(&arena, coverings[i].object);
	const struct pq_policy_caller caller = { .user = pq_string_from(coverings[i].user),
						 .groups = &groups };
	/* The labels that it had are of no help. */
	const struct pq_value old = read(&arena, "{'metadata':{'labels':{'l':'v'}}}");
	const struct pq_policy_subject subject = {
		.namespace = pq_string_from(coverings[i].namespace),
		.object = &object,
		.old = &old,
	};
	const struct pq_exemption *found =
		pq_policy_find_exemption(policy, &subject, &caller, coverings[i].now);
	bool is_found = found != NULL && pq_string_is(found->name, "e") &&
			pq_string_is(found->reason, "r") && found->expires == EXPIRY;
	pq_policy_unref(policy);
	return is_found;
}

static void test_coverings(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof coverings / sizeof coverings[0]; i++) {
		if (covers(i) != coverings[i].want)
			fail_msg("%s: want %d", coverings[i].name, coverings[i].want);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_names_are_taken_once),
		cmocka_unit_test(test_coverings),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
