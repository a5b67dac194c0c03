#include "telemetry/resource.h"

#include "base/buffer.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

/* "NAME=value" each, ended by NULL. */
static const char *const *environment;

static char *find(const char *variable)
{
	size_t length = strlen(variable);
	for (const char *const *each = environment; *each != NULL; each++) {
		if (strncmp(*each, variable, length) == 0 && (*each)[length] == '=')
			return (char *)(uintptr_t)(*each + length + 1);
	}
	return NULL;
}

static const char *const fallbacks[] = { "POD_NAME=p", "NODE_NAME=n", "POD_NAMESPACE=s", NULL };
static const char *const named[] = { "OTEL_SERVICE_NAME=web",
				     "OTEL_RESOURCE_ATTRIBUTES="
				     "service.name=other,a=b",
				     NULL };
static const char *const given[] = {
	"POD_NAME=p", "OTEL_RESOURCE_ATTRIBUTES= k8s.pod.name=q , service.version=7,x=a%2Cb,x=c,",
	NULL
};
static const char *const empty[] = { "OTEL_SERVICE_NAME=", "POD_NAME=", "OTEL_RESOURCE_ATTRIBUTES=",
				     NULL };

static const struct {
	const char *name;
	const char *const *environment;
	const char *want; /* without the instance's id */
} cases[] = {
	{ "nothing is known", empty, "service.name=pratique service.version=" PQ_VERSION " " },
	{ "Kubernetes' names have variables of their own", fallbacks,
	  "service.name=pratique service.version=" PQ_VERSION
	  " k8s.pod.name=p k8s.node.name=n k8s.namespace.name=s " },
	{ "OTEL_SERVICE_NAME wins over the attribute", named,
	  "service.name=web service.version=" PQ_VERSION " a=b " },
	{ "attributes win over the rest; the first of a name stands", given,
	  "service.name=pratique service.version=7 k8s.pod.name=q x=a,b " },
};

static void attributes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		struct pq_error error;
		pq_cleanup_buffer struct pq_buffer text;
		environment = cases[i].environment;
		print_message("%s\n", cases[i].name);
		assert_true(pq_resource_read(find, &error));
		size_t count;
		const struct pq_pair *pairs = pq_resource_attributes(&count);
		pq_buffer_init(&text, 0);
		for (size_t j = 0; j < count; j++) {
			if (pq_string_is(pairs[j].name, "service.instance.id")) {
				assert_int_equal(pairs[j].value.length, 36);
				continue;
			}
			pq_buffer_append_format(&text, "%.*s=%.*s ",
						PQ_STRING_ARGUMENT(pairs[j].name),
						PQ_STRING_ARGUMENT(pairs[j].value));
		}
		pq_buffer_append_byte(&text, '\0');
		assert_string_equal(text.data, cases[i].want);
	}
}

static const struct {
	const char *name;
	const char *text;
	const char *want;
} mistakes[] = {
	{ "no equals sign", "OTEL_RESOURCE_ATTRIBUTES=a=b,topsecret", "not of the form" },
	{ "no name", "OTEL_RESOURCE_ATTRIBUTES==topsecret", "not of the form" },
	{ "half an escape", "OTEL_RESOURCE_ATTRIBUTES=a=topsecret%4", "without two digits" },
	{ "no digits", "OTEL_RESOURCE_ATTRIBUTES=a=topsecret%zz", "without two digits" },
	{ "a line feed", "OTEL_RESOURCE_ATTRIBUTES=a=topsecret%0Ab", "control character" },
	{ "no UTF-8", "OTEL_RESOURCE_ATTRIBUTES=a=topsecret%FF", "control character" },
};

static void a_mistake_leaves_out_all_but_the_identity(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof mistakes / sizeof mistakes[0]; i++) {
		struct pq_error error;
		const char *const variables[] = { "POD_NAME=p", mistakes[i].text, NULL };
		environment = variables;
		print_message("%s\n", mistakes[i].name);
		assert_false(pq_resource_read(find, &error));
		assert_string_equal(error.path, "OTEL_RESOURCE_ATTRIBUTES");
		assert_non_null(strstr(error.message, mistakes[i].want));
		assert_null(strstr(error.message, "topsecret"));
		size_t count;
		pq_resource_attributes(&count);
		assert_int_equal(count, 4);
		assert_int_equal(pq_resource_identity_count(), 4);
	}
}

static void too_many_are_refused(void **state)
{
	(void)state;
	char text[PQ_RESOURCE_TEXT_MAX * 2] = "OTEL_RESOURCE_ATTRIBUTES=";
	struct pq_error error;
	const char *const variables[] = { text, NULL };
	environment = variables;
	for (int i = 0; i <= PQ_RESOURCE_ATTRIBUTES_MAX; i++)
		strcat(text, "a=b,");
	assert_false(pq_resource_read(find, &error));
	assert_non_null(strstr(error.message, "more than 26 items"));
	memset(text + strlen("OTEL_RESOURCE_ATTRIBUTES="), 'a', PQ_RESOURCE_TEXT_MAX + 1);
	assert_false(pq_resource_read(find, &error));
	assert_non_null(strstr(error.message, "longer than 4096 bytes"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(attributes),
		cmocka_unit_test(a_mistake_leaves_out_all_but_the_identity),
		cmocka_unit_test(too_many_are_refused),
	};
	return cmocka_run_group_tests(tests, NULL, NULL);
}
