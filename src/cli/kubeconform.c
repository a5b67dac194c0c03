#include "cli/kubeconform.h"

#include "base/string_view.h"

static const struct {
	const char *name;
	const char *advice;
} flags[] = {
	{ "cache", "nothing is downloaded; leave it out" },
	{ "debug", "leave it out" },
	{ "exit-on-error", "all is judged always; leave it out" },
	{ "ignore-filename-pattern", "name the files in .pratiqueignore" },
	{ "ignore-missing-schemas", "did you mean --unknown ignore?" },
	{ "insecure-skip-tls-verify", "nothing is downloaded; leave it out" },
	{ "kubernetes-version", "name that server's OpenAPI document with --openapi" },
	{ "n", "did you mean --workers?" },
	{ "reject", "refuse kinds by an AdmissionSchema with the rule false" },
	{ "schema-location", "name the CRDs with --schemas; built-in kinds are known" },
	{ "strict", "check is always strict; leave it out" },
	{ "summary", "the sum of all is always told, on standard error; leave it out" },
	{ "verbose", "-o json and -o tap name every document; leave it out" },
};

/* "strict" of "-strict", "--strict" and "-strict=true"; empty when it is no flag. */
static struct pq_string name_of(struct pq_string argument)
{
	size_t dashes = pq_string_starts_with(argument, PQ_S("--")) ? 2 : 1;
	struct pq_string rest = pq_string_slice(argument, dashes, argument.length), name;
	if (!pq_string_starts_with(argument, PQ_S("-")) || !pq_string_split(&rest, '=', &name))
		return PQ_S("");
	return name;
}

bool pq_kubeconform_refuse_flags(int argc, char *const *argv, struct pq_error *error)
{
	for (int at = 1; at < argc && strcmp(argv[at], "--") != 0; at++) {
		struct pq_string name = name_of(pq_string_from(argv[at]));
		for (size_t i = 0; i < sizeof flags / sizeof flags[0]; i++) {
			if (pq_string_is(name, flags[i].name))
				return pq_error_set(error, PQ_ERROR_USAGE,
						    "unknown flag %s of kubeconform: %s", argv[at],
						    flags[i].advice);
		}
	}
	return true;
}
