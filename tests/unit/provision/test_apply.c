#include "harness/scripted.h"
#include "provision/provision.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#define SECRET(name) "https://cluster/api/v1/namespaces/ns/secrets/" name
#define HOOKS(kind)                                                                                \
	"https://cluster/apis/admissionregistration.k8s.io/v1/" kind "webhookconfigurations/hooks"
#define CRD                                                                                        \
	"https://cluster/apis/apiextensions.k8s.io/v1/customresourcedefinitions/"                  \
	"gadgets.example.com"
#define WRITE "?fieldManager=pratique-certs"
#define APPLY WRITE "&force=true"
#define FOUND "PATCH " SECRET("ca") "?fieldManager=pratique-certs-founder&force=true"
/* Where there is no Secret of the CA, an empty one is made before anything is written into it. */
#define FOUNDED                                                                                    \
	{                                                                                          \
		.request = FOUND, .status = 201,                                                   \
		.body = "{\"metadata\":{\"resourceVersion\":\"2\"}}"                               \
	}
#define ABSENT(what)                                                                               \
	{                                                                                          \
		.request = "GET " what, .status = 404, .body = "{}"                                \
	}
#define DONE(what)                                                                                 \
	{                                                                                          \
		.request = what, .status = 200, .body = "{}"                                       \
	}
#define CHANGED(what)                                                                              \
	{                                                                                          \
		.request = what, .status = 409, .body = "{\"reason\":\"Conflict\"}"                \
	}
#define IS(what, is)                                                                               \
	{                                                                                          \
		.request = "GET " what, .status = 200, .body = (is)                                \
	}

static const char bare_hooks[] =
	"{\"metadata\":{\"resourceVersion\":\"7\"},\"webhooks\":[{\"name\":\"a.b.c\","
	"\"clientConfig\":{\"url\":\"https://x/\"}},{\"name\":\"d.e.f\",\"clientConfig\":{}}]}";

struct fixture {
	struct test_scripted cluster;
	struct pq_kube_config config;
	struct pq_kube_client client;
	struct pq_provisioned done;
	struct pq_error error;
	bool fine;
};

static void run(struct fixture *fixture, const struct test_answer *answers, size_t count,
		const char *name, bool dry_run, size_t with_crd)
{
	*fixture = (struct fixture){ .config = { .server = "https://cluster" } };
	test_scripted_init(&fixture->cluster, answers, count);
	fixture->client = (struct pq_kube_client){
		.transport = &fixture->cluster.transport,
		.config = &fixture->config,
		.clock = &fixture->cluster.clock,
		.field_manager = "pratique-certs",
		.dry_run = dry_run,
	};
	static const char *const crds[] = { "gadgets.example.com" };
	const struct pq_provision_request request = {
		.certs = { .dns_names = &name,
			   .dns_name_count = 1,
			   .ca_lifetime = PQ_CERTS_CA_LIFETIME,
			   .serving_lifetime = PQ_CERTS_SERVING_LIFETIME },
		.namespace = PQ_S("ns"),
		.ca_secret = PQ_S("ca"),
		.serving_secret = PQ_S("serving"),
		.configuration = PQ_S("hooks"),
		.crds = crds,
		.crd_count = with_crd,
	};
	fixture->fine = pq_provision_apply(&fixture->client, &request, fixture->client.clock,
					   &fixture->done, &fixture->error);
}

/* A text of a body between two others, in the arena of the cluster. */
static const char *part(struct fixture *fixture, const char *body, const char *begin,
			const char *end)
{
	const char *from = strstr(body, begin);
	assert_non_null(from);
	from += strlen(begin);
	const char *until = strstr(from, end);
	assert_non_null(until);
	struct pq_string text = { from, (size_t)(until - from) };
	return pq_arena_copy(&fixture->cluster.arena, text).data;
}

/* A cluster as a first run leaves it: answers to the four questions of the next one. */
struct stored {
	struct fixture fixture; /* the first run; ended with end */
	struct test_answer answers[4];
};

static void run_first(struct stored *stored)
{
	static const struct test_answer answers[] = {
		ABSENT(SECRET("serving")),
		ABSENT(SECRET("ca")),
		FOUNDED,
		DONE("PATCH " SECRET("ca") APPLY),
		IS(HOOKS("mutating"), bare_hooks),
		DONE("PATCH " HOOKS("mutating") APPLY),
		IS(HOOKS("validating"), bare_hooks),
		DONE("PATCH " HOOKS("validating") APPLY),
		DONE("PATCH " SECRET("serving") APPLY),
	};
	run(&stored->fixture, answers, sizeof answers / sizeof answers[0], "a.ns.svc", false, 0);
	assert_true(stored->fixture.fine);
	const char *bodies[] = {
		test_scripted_last(&stored->fixture.cluster, "PATCH " SECRET("serving"))->body,
		test_scripted_last(&stored->fixture.cluster, "PATCH " SECRET("ca"))->body,
		test_scripted_last(&stored->fixture.cluster, "PATCH " HOOKS("mutating"))->body,
		test_scripted_last(&stored->fixture.cluster, "PATCH " HOOKS("validating"))->body,
	};
	static const char *const requests[] = { "GET " SECRET("serving"), "GET " SECRET("ca"),
						"GET " HOOKS("mutating"),
						"GET " HOOKS("validating") };
	for (size_t i = 0; i < 4; i++) {
		/* What is stored has a version. */
		const char *rest = part(&stored->fixture, bodies[i], "\"metadata\":{", "}}");
		const char *behind = strstr(bodies[i], rest) + strlen(rest);
		struct pq_string before = { bodies[i],
					    (size_t)(strstr(bodies[i], rest) - bodies[i]) };
		stored->answers[i] = (struct test_answer){
			.request = requests[i],
			.status = 200,
			.body = pq_arena_format(&stored->fixture.cluster.arena,
						"%.*s\"resourceVersion\":\"%zu\",%s%s",
						PQ_STRING_ARGUMENT(before), i + 1, rest, behind)
					.data,
		};
	}
}

static void end(struct fixture *fixture)
{
	test_scripted_done(&fixture->cluster);
}

static void a_first_run_makes_everything(void **state)
{
	(void)state;
	struct stored stored;
	run_first(&stored);
	struct fixture *fixture = &stored.fixture;
	assert_true(fixture->done.ca_secret && fixture->done.serving_secret);
	assert_int_equal(fixture->done.configurations, 2);
	const char *ca = test_scripted_last(&fixture->cluster, "PATCH " SECRET("ca"))->body;
	const char *serving =
		test_scripted_last(&fixture->cluster, "PATCH " SECRET("serving"))->body;
	const char *hooks = test_scripted_last(&fixture->cluster, "PATCH " HOOKS("mutating"))->body;
	assert_string_equal(part(fixture, ca, "\"type\":\"", "\""), "Opaque");
	assert_string_equal(part(fixture, serving, "\"type\":\"", "\""), "kubernetes.io/tls");
	assert_null(strstr(serving, "ca.key"));
	assert_string_equal(part(fixture, ca, "\"tls.key\":\"", "\""),
			    part(fixture, serving, "\"tls.key\":\"", "\""));
	assert_string_equal(
		part(fixture, hooks, "\"name\":\"a.b.c\",\"clientConfig\":{\"caBundle\":\"", "\""),
		part(fixture, ca, "\"ca.crt\":\"", "\""));
	assert_non_null(strstr(hooks, "\"resourceVersion\":\"7\""));
	assert_non_null(strstr(hooks, "\"name\":\"d.e.f\""));
	end(fixture);
}

static void a_second_run_writes_nothing(void **state)
{
	(void)state;
	struct stored stored;
	struct fixture second;
	run_first(&stored);
	run(&second, stored.answers, 4, "a.ns.svc", false, 0);
	assert_true(second.fine);
	assert_false(second.done.ca_secret || second.done.serving_secret);
	assert_int_equal(second.done.configurations, 0);
	end(&second);
	end(&stored.fixture);
}

static void other_names_need_another_certificate(void **state)
{
	(void)state;
	struct stored stored;
	struct fixture second;
	run_first(&stored);
	const struct test_answer answers[] = {
		stored.answers[0], stored.answers[1], DONE("PATCH " SECRET("ca") APPLY),
		stored.answers[2], stored.answers[3], DONE("PATCH " SECRET("serving") APPLY),
	};
	run(&second, answers, sizeof answers / sizeof answers[0], "b.ns.svc", false, 0);
	assert_true(second.fine);
	assert_true(second.done.ca_secret && second.done.serving_secret);
	const char *ca = test_scripted_last(&second.cluster, "PATCH " SECRET("ca"))->body;
	assert_string_equal(part(&second, ca, "\"ca.crt\":\"", "\""),
			    part(&second, stored.answers[1].body, "\"ca.crt\":\"", "\""));
	assert_string_not_equal(part(&second, ca, "\"tls.crt\":\"", "\""),
				part(&second, stored.answers[1].body, "\"tls.crt\":\"", "\""));
	assert_non_null(strstr(ca, "\"resourceVersion\":\"2\""));
	end(&second);
	end(&stored.fixture);
}

/* Another run was faster: what it made is taken, and not made again. */
static void who_comes_second_takes_what_is_there(void **state)
{
	(void)state;
	struct stored stored;
	struct fixture late;
	run_first(&stored);
	const struct test_answer answers[] = {
		ABSENT(SECRET("serving")),
		ABSENT(SECRET("ca")),
		FOUNDED,
		CHANGED("PATCH " SECRET("ca") APPLY),
		stored.answers[0],
		stored.answers[1],
		stored.answers[2],
		stored.answers[3],
	};
	run(&late, answers, sizeof answers / sizeof answers[0], "a.ns.svc", false, 0);
	assert_true(late.fine);
	assert_false(late.done.ca_secret || late.done.serving_secret);
	end(&late);
	end(&stored.fixture);
}

static void conflicts_end_some_time(void **state)
{
	(void)state;
	struct test_answer answers[4 * PQ_PROVISION_ATTEMPTS_MAX];
	for (size_t i = 0; i < sizeof answers / sizeof answers[0]; i += 4) {
		answers[i] = (struct test_answer)ABSENT(SECRET("serving"));
		answers[i + 1] = (struct test_answer)ABSENT(SECRET("ca"));
		answers[i + 2] = (struct test_answer)FOUNDED;
		answers[i + 3] = (struct test_answer)CHANGED("PATCH " SECRET("ca") APPLY);
	}
	struct fixture fixture;
	run(&fixture, answers, sizeof answers / sizeof answers[0], "a.ns.svc", false, 0);
	assert_false(fixture.fine);
	assert_int_equal(fixture.error.code, PQ_ERROR_CONFLICT);
	end(&fixture);
}

static void a_dry_run_is_one_in_every_write(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		ABSENT(SECRET("serving")),
		ABSENT(SECRET("ca")),
		DONE("PATCH " SECRET("ca") WRITE "&dryRun=All&force=true"),
		IS(HOOKS("mutating"), bare_hooks),
		DONE("PATCH " HOOKS("mutating") WRITE "&dryRun=All&force=true"),
		ABSENT(HOOKS("validating")),
		DONE("PATCH " SECRET("serving") WRITE "&dryRun=All&force=true"),
	};
	struct fixture fixture;
	run(&fixture, answers, sizeof answers / sizeof answers[0], "a.ns.svc", true, 0);
	assert_true(fixture.fine);
	assert_int_equal(fixture.done.configurations, 1);
	end(&fixture);
}

static void without_webhook_configurations_nothing_is_trusted(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		ABSENT(SECRET("serving")),
		ABSENT(SECRET("ca")),
		FOUNDED,
		DONE("PATCH " SECRET("ca") APPLY),
		ABSENT(HOOKS("mutating")),
		ABSENT(HOOKS("validating")),
	};
	struct fixture fixture;
	run(&fixture, answers, sizeof answers / sizeof answers[0], "a.ns.svc", false, 0);
	assert_false(fixture.fine);
	assert_int_equal(fixture.error.code, PQ_ERROR_NOT_FOUND);
	assert_string_equal(fixture.error.message,
			    "there is no webhook configuration \"hooks\" to set caBundle of");
	end(&fixture);
}

static void a_crd_trusts_who_converts(void **state)
{
	(void)state;
	struct stored stored;
	run_first(&stored);
	const struct test_answer answers[] = {
		stored.answers[0],
		stored.answers[1],
		stored.answers[2],
		stored.answers[3],
		IS(CRD, "{\"metadata\":{\"resourceVersion\":\"9\"},\"spec\":{\"conversion\":"
			"{\"webhook\":{\"clientConfig\":{\"url\":\"https://x/\"}}}}}"),
		DONE("PATCH " CRD APPLY),
	};
	struct fixture second;
	run(&second, answers, sizeof answers / sizeof answers[0], "a.ns.svc", false, 1);
	assert_true(second.fine);
	assert_int_equal(second.done.crds, 1);
	const char *body = test_scripted_last(&second.cluster, "PATCH")->body;
	assert_string_equal(part(&second, body, "\"caBundle\":\"", "\""),
			    part(&second, stored.answers[1].body, "\"ca.crt\":\"", "\""));
	assert_non_null(strstr(body, "\"resourceVersion\":\"9\""));
	end(&second);
	end(&stored.fixture);
}

static void a_crd_without_a_webhook_is_refused(void **state)
{
	(void)state;
	struct stored stored;
	run_first(&stored);
	const struct test_answer answers[] = {
		stored.answers[0], stored.answers[1],        stored.answers[2],
		stored.answers[3], IS(CRD, "{\"spec\":{}}"),
	};
	struct fixture second;
	run(&second, answers, sizeof answers / sizeof answers[0], "a.ns.svc", false, 1);
	assert_false(second.fine);
	assert_string_equal(second.error.message,
			    "CRD gadgets.example.com has no conversion webhook to set caBundle of");
	end(&second);
	end(&stored.fixture);
}

static void a_broken_secret_is_named(void **state)
{
	(void)state;
	static const struct test_answer answers[] = {
		ABSENT(SECRET("serving")),
		IS(SECRET("ca"), "{\"metadata\":{\"resourceVersion\":\"1\"},"
				 "\"data\":{\"ca.crt\":\"eA==\",\"ca.key\":\"eA==\"}}"),
	};
	struct fixture fixture;
	run(&fixture, answers, sizeof answers / sizeof answers[0], "a.ns.svc", false, 0);
	assert_false(fixture.fine);
	assert_string_equal(fixture.error.path, "Secret ns/ca: ca.crt");
	end(&fixture);
}

/* Keys are written nowhere, lest they stay behind when the process is killed. */
static int let_no_file_be_made(void **state)
{
	(void)state;
	return setenv("TMPDIR", "/nowhere", 1);
}

#define TEST(function) cmocka_unit_test_setup(function, let_no_file_be_made)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_first_run_makes_everything),
		TEST(a_second_run_writes_nothing),
		TEST(other_names_need_another_certificate),
		TEST(who_comes_second_takes_what_is_there),
		TEST(conflicts_end_some_time),
		TEST(a_dry_run_is_one_in_every_write),
		TEST(without_webhook_configurations_nothing_is_trusted),
		TEST(a_crd_trusts_who_converts),
		TEST(a_crd_without_a_webhook_is_refused),
		TEST(a_broken_secret_is_named),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
