/* What AdmissionSchemas and audit annotations do not show: strings of format: password, and
 * whatever is in a Secret. */
#include "admission/review.h"

#include "json/read.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

static const char crd[] =
	"{'apiVersion':'apiextensions.k8s.io/v1','kind':'CustomResourceDefinition',"
	"'metadata':{'name':'vaults.example.com'},'spec':{'group':'example.com',"
	"'names':{'kind':'Vault','plural':'vaults'},'scope':'Namespaced','versions':[{"
	"'name':'v1','served':true,'storage':true,'schema':{'openAPIV3Schema':{'type':'object',"
	"'properties':{'spec':%s}}}}]}}";

static const char overlay[] =
	"{'apiVersion':'admission.pratique.dev/v1','kind':'AdmissionSchema',"
	"'metadata':{'name':'secrets'},'spec':{'match':{'groups':['%s'],'versions':['v1'],"
	"'resources':['%s']},'validationActions':['%s'],'openAPIV3Schema':{'type':'object',"
	"'properties':{'%s':%s}}}}";

#define PASSWORD "{'type':'string','format':'password','minLength':99}"
#define SAYS(expression)                                                                           \
	"'x-kubernetes-validations':[{'rule':'false','messageExpression':'" expression "'}]"

struct concealment_case {
	const char *name;
	const char *schema;
	const char *value;
	const char *want; /* is in the answer */
};

static const struct concealment_case vault_cases[] = {
	{ "a password", "{'type':'object','properties':{'p':" PASSWORD "}}", "{'p':'canary'}",
	  "spec.p: Invalid value: \\\"\\u003cconcealed\\u003e\\\": spec.p in body should be at "
	  "least 99 chars long" },
	{ "one that is none of some",
	  "{'type':'object','properties':{'p':{'type':'string','format':'password',"
	  "'enum':['a','b']}}}",
	  "{'p':'canary'}",
	  "spec.p: Unsupported value: \\\"\\u003cconcealed\\u003e\\\": supported" },
	{ "what it is part of",
	  "{'type':'array','maxItems':0,'items':{'type':'object','properties':{'p':" PASSWORD "}}}",
	  "[{'p':'canary'}]", "spec: Too many: 1" },
	{ "a set of them",
	  "{'type':'array','x-kubernetes-list-type':'set','items':{'type':'string',"
	  "'format':'password'}}",
	  "['canary','canary']", "spec[1]: Duplicate value: \\\"\\u003cconcealed\\u003e\\\"" },
	{ "a branch, which knows no formats",
	  "{'type':'object','properties':{'p':{'type':'string','format':'password'}},"
	  "'anyOf':[{'properties':{'p':{'minLength':99}}}]}",
	  "{'p':'canary'}", "spec.p in body should be at least 99 chars long" },
	{ "a rule of its own", "{'type':'string','format':'password'," SAYS("self + \\\"!\\\"") "}",
	  "'canary'", "spec: Invalid value: \\\"\\u003cconcealed\\u003e\\\": failed rule: false" },
	{ "a rule of what it is part of",
	  "{'type':'object','properties':{'p':{'type':'string','format':'password'}}," SAYS(
		  "self.p") "}",
	  "{'p':'canary'}", "spec: Invalid value: " },
	{ "a rule that cannot be evaluated",
	  "{'type':'string','format':'password','x-kubernetes-validations':[{'rule':"
	  "'duration(self) > duration(\\\"1s\\\")'}]}",
	  "'canary'", "error evaluating rule: " },
};

static const struct concealment_case secret_cases[] = {
	{ "any value",
	  "{'type':'object','additionalProperties':{'type':'string','maxLength':1,"
	  "'pattern':'^x$'}}",
	  "{'p':'canary'}", "data.p" },
	{ "any format",
	  "{'type':'object','additionalProperties':{'type':'string','format':'ipv4'}}",
	  "{'p':'canary'}", "must be of type ipv4: \\\"" },
	{ "any rule",
	  "{'type':'object','additionalProperties':{'type':'string'}," SAYS("self.p") "}",
	  "{'p':'canary'}", "data: Invalid value: " },
};

/* A CRD's denial is the API server's, which shows what is wrong. */
static const struct concealment_case shown = { "a CRD's denial",
					       "{'type':'object','properties':{'p':" PASSWORD "}}",
					       "{'p':'canary'}",
					       "spec.p: Invalid value: \\\"canary\\\"" };

static const struct concealment_case annotated = {
	"a CRD's findings as an annotation", "{'type':'object','properties':{'p':" PASSWORD "}}",
	"{'p':'canary'}", "should be at least 99 chars long"
};

static struct pq_string with_quotes(struct pq_arena *arena, struct pq_string text)
{
	struct pq_string copy = pq_arena_copy(arena, text);
	for (size_t i = 0; i < copy.length; i++) {
		if (copy.data[i] == '\'')
			((char *)(uintptr_t)copy.data)[i] = '"';
	}
	return copy;
}

static const struct pq_policy *build(struct pq_arena *arena, struct pq_string text)
{
	struct pq_error error;
	struct pq_value document;
	struct pq_string json = with_quotes(arena, text);
	struct pq_policy_builder *builder = pq_policy_builder_new();
	assert_true(pq_json_read_copy(arena, json, NULL, &document, &error));
	if (pq_policy_builder_add(builder, &document, PQ_S("test"), json, &error) !=
	    PQ_POLICY_ADDED)
		fail_msg("%s", error.message);
	const struct pq_policy *policy = pq_policy_builder_finish(builder);
	pq_policy_builder_free(builder);
	return policy;
}

static struct pq_string review(struct pq_arena *arena, enum pq_enforcement enforcement,
			       struct pq_string schema, struct pq_string request)
{
	struct pq_admission_answer answer;
	const struct pq_admission_options options = { .enforcement = enforcement,
						      .unmatched = PQ_UNMATCHED_DENY };
	const struct pq_policy *policy = build(arena, schema);
	pq_admission_review(policy, PQ_ADMISSION_VALIDATE, with_quotes(arena, request), &options,
			    arena, &answer);
	pq_policy_unref(policy);
	return pq_arena_format(arena, "%.*s", PQ_STRING_ARGUMENT(answer.body));
}

static struct pq_string make_request(struct pq_arena *arena, const char *group, const char *kind,
				     const char *resource, const char *member, const char *value)
{
	return pq_arena_format(arena,
			       "{'apiVersion':'admission.k8s.io/v1','kind':'AdmissionReview',"
			       "'request':{'uid':'u','operation':'CREATE','kind':{'group':'%s',"
			       "'version':'v1','kind':'%s'},'resource':{'group':'%s',"
			       "'version':'v1','resource':'%s'},'object':{'apiVersion':'%s/v1',"
			       "'kind':'%s','metadata':{'name':'v'},'%s':%s}}}",
			       group, kind, group, resource, group, kind, member, value);
}

static struct pq_string review_by_crd(struct pq_arena *arena, const struct concealment_case *c,
				      enum pq_enforcement enforcement)
{
	return review(arena, enforcement, pq_arena_format(arena, crd, c->schema),
		      make_request(arena, "example.com", "Vault", "vaults", "spec", c->value));
}

static struct pq_string review_vault(struct pq_arena *arena, const struct concealment_case *c)
{
	return review(
		arena, PQ_ENFORCEMENT_ENFORCE,
		pq_arena_format(arena, overlay, "example.com", "vaults", "Deny", "spec", c->schema),
		make_request(arena, "example.com", "Vault", "vaults", "spec", c->value));
}

static struct pq_string review_secret(struct pq_arena *arena, const struct concealment_case *c,
				      const char *action)
{
	return review(arena, PQ_ENFORCEMENT_ENFORCE,
		      pq_arena_format(arena, overlay, "", "secrets", action, "data", c->schema),
		      make_request(arena, "", "Secret", "secrets", "data", c->value));
}

static void check(const struct concealment_case *c, struct pq_string body, bool is_shown)
{
	print_message("%s\n", c->name);
	if (strstr(body.data, c->want) == NULL || (strstr(body.data, "canary") != NULL) != is_shown)
		fail_msg("%s", body.data);
}

static void passwords(void **state)
{
	(void)state;
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof vault_cases / sizeof vault_cases[0]; i++)
		check(&vault_cases[i], review_vault(&arena, &vault_cases[i]), false);
	check(&shown, review_by_crd(&arena, &shown, PQ_ENFORCEMENT_ENFORCE), true);
	check(&annotated, review_by_crd(&arena, &annotated, PQ_ENFORCEMENT_AUDIT), false);
}

static void secrets(void **state)
{
	(void)state;
	static const char *const actions[] = { "Deny", "Warn", "Audit" };
	pq_cleanup_arena struct pq_arena arena;
	pq_arena_init(&arena, 0);
	for (size_t i = 0; i < sizeof secret_cases / sizeof secret_cases[0]; i++) {
		for (size_t j = 0; j < sizeof actions / sizeof actions[0]; j++)
			check(&secret_cases[i], review_secret(&arena, &secret_cases[i], actions[j]),
			      false);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passwords),
		cmocka_unit_test(secrets),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
