#include "cli/kubeconform.h"

#include "base/string_view.h"

const struct pq_kubeconform_flag pq_kubeconform_flags[] = {
	{ "cache", "nothing is downloaded; leave it out" },
	{ "debug", "leave it out" },
	{ "exit-on-error", "all is judged always; leave it out" },
	{ "ignore-filename-pattern", "name the files in .pratiqueignore" },
	{ "ignore-missing-schemas", "did you mean --unknown ignore?" },
	{ "insecure-skip-tls-verify", "nothing is downloaded; leave it out" },
	{ "kubernetes-version", "name that server's OpenAPI document with --openapi" },
	{ "n", "did you mean --workers?" },
	{ "reject",
	  "refuse the kind by an AdmissionSchema with the rule false, as docs/check.md shows" },
	{ "schema-location", "name the CRDs with --schemas; built-in kinds are known" },
	{ "strict", "check is always strict; leave it out" },
	{ "summary", "the sum of all is always told, on standard error; leave it out" },
	{ "verbose", "-o json and -o tap name every document; leave it out" },
	{ 0 },
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

static const struct pq_kubeconform_flag *find_flag(struct pq_string name)
{
	for (const struct pq_kubeconform_flag *flag = pq_kubeconform_flags; flag->name != NULL;
	     flag++) {
		if (pq_string_is(name, flag->name))
			return flag;
	}
	return NULL;
}

bool pq_kubeconform_refuse_flags(int argc, char *const *argv, struct pq_error *error)
{
	for (int at = 1; at < argc && strcmp(argv[at], "--") != 0; at++) {
		const struct pq_kubeconform_flag *flag =
			find_flag(name_of(pq_string_from(argv[at])));
		if (flag != NULL)
			return pq_error_set(error, PQ_ERROR_USAGE,
					    "%s is a flag of kubeconform: %s", argv[at],
					    flag->advice);
	}
	return true;
}
