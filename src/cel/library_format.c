/*
 * Named formats: k8s.io/apiserver v0.36 pkg/cel/library/format.go.
 */
#include "cel/cost.h"
#include "cel/estimate.h"
#include "cel/evaluate.h"
#include "cel/format_kind.h"
#include "cel/library.h"
#include "cel/opaque.h"
#include "cel/signature.h"
#include "cel/url.h"
#include "formats/format.h"
#include "formats/names.h"

static bool equal(const void *a, const void *b)
{
	return a == b;
}

const struct pq_cel_opaque_kind pq_cel_kind_format = {
	.type = { .kind = PQ_CEL_TYPE_OBJECT, .name = PQ_LITERAL("kubernetes.NamedFormat") },
	.equal = equal,
	.is_unhashable = true,
	.go_name = "*cel.Format",
};

static void list_problems(struct pq_arena *arena, const char *const *problems, size_t count,
			  struct pq_cel_value *result)
{
	struct pq_cel_value *items = pq_arena_alloc_array(arena, count, sizeof *items);
	if (items == NULL) {
		*result = pq_cel_out_of_memory();
		return;
	}
	for (size_t i = 0; i < count; i++)
		items[i] = pq_cel_from_string(pq_string_from(problems[i]));
	*result = pq_cel_from_items(items, count);
}

static void check_name(struct pq_arena *arena, struct pq_string text, pq_name_check *check,
		       struct pq_cel_value *result)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	size_t count = check(text, problems);
	list_problems(arena, problems, count, result);
}

/* A prefix may end in a dash: it is judged with a letter in place of the last two. */
static void check_prefix(struct pq_arena *arena, struct pq_string text, pq_name_check *check,
			 struct pq_cel_value *result)
{
	if (text.length > 1 && pq_string_ends_with(text, PQ_S("-"))) {
		text = pq_arena_format(arena, "%.*sa", (int)text.length - 2, text.data);
		if (text.data == NULL) {
			*result = pq_cel_out_of_memory();
			return;
		}
	}
	check_name(arena, text, check, result);
}

static void check_format(struct pq_arena *arena, struct pq_string text, const char *format,
			 const char *problem, struct pq_cel_value *result)
{
	bool valid = pq_format_find(pq_string_from(format))->check(text);
	list_problems(arena, &problem, !valid, result);
}

#define NAME_CHECK(name, check_with, rule)                                                         \
	static void name(struct pq_arena *arena, struct pq_string text,                            \
			 struct pq_cel_value *result)                                              \
	{                                                                                          \
		check_with(arena, text, rule, result);                                             \
	}
#define FORMAT_CHECK(name, format, problem)                                                        \
	static void name(struct pq_arena *arena, struct pq_string text,                            \
			 struct pq_cel_value *result)                                              \
	{                                                                                          \
		check_format(arena, text, format, problem, result);                                \
	}

NAME_CHECK(check_dns1123_label, check_name, pq_names_check_dns1123_label)
NAME_CHECK(check_dns1123_subdomain, check_name, pq_names_check_dns1123_subdomain)
NAME_CHECK(check_dns1035_label, check_name, pq_names_check_dns1035_label)
NAME_CHECK(check_qualified_name, check_name, pq_names_check_qualified_name)
NAME_CHECK(check_dns1123_label_prefix, check_prefix, pq_names_check_dns1123_label)
NAME_CHECK(check_dns1123_subdomain_prefix, check_prefix, pq_names_check_dns1123_subdomain)
NAME_CHECK(check_dns1035_label_prefix, check_prefix, pq_names_check_dns1035_label)
NAME_CHECK(check_label_value, check_name, pq_names_check_label_value)
FORMAT_CHECK(check_uuid, "uuid", "does not match the UUID format")
FORMAT_CHECK(check_byte, "byte", "invalid base64")
FORMAT_CHECK(check_date, "date", "invalid date")
FORMAT_CHECK(check_datetime, "datetime", "invalid datetime")

static void check_uri(struct pq_arena *arena, struct pq_string text, struct pq_cel_value *result)
{
	struct pq_cel_value *problem = pq_arena_alloc(arena, sizeof *problem);
	if (problem == NULL) {
		*result = pq_cel_out_of_memory();
		return;
	}
	bool valid = pq_cel_url_check_request(arena, text, problem);
	if (!valid)
		*problem = pq_cel_from_string(pq_cel_value_string(problem));
	*result = pq_cel_from_items(problem, !valid);
}

enum named_format {
	DNS1123_LABEL,
	DNS1123_SUBDOMAIN,
	DNS1035_LABEL,
	QUALIFIED_NAME,
	DNS1123_LABEL_PREFIX,
	DNS1123_SUBDOMAIN_PREFIX,
	DNS1035_LABEL_PREFIX,
	LABEL_VALUE,
	URI,
	UUID,
	BYTE,
	DATE,
	DATETIME,
};

/* Sizes are those of the API server's patterns. */
static const struct pq_cel_named_format formats[] = {
	[DNS1123_LABEL] = { "dns1123Label", 30, check_dns1123_label },
	[DNS1123_SUBDOMAIN] = { "dns1123Subdomain", 60, check_dns1123_subdomain },
	[DNS1035_LABEL] = { "dns1035Label", 30, check_dns1035_label },
	[QUALIFIED_NAME] = { "qualifiedName", 60, check_qualified_name },
	[DNS1123_LABEL_PREFIX] = { "dns1123LabelPrefix", 30, check_dns1123_label_prefix },
	[DNS1123_SUBDOMAIN_PREFIX] = { "dns1123SubdomainPrefix", 60,
				       check_dns1123_subdomain_prefix },
	[DNS1035_LABEL_PREFIX] = { "dns1035LabelPrefix", 30, check_dns1035_label_prefix },
	[LABEL_VALUE] = { "labelValue", 40, check_label_value },
	[URI] = { "uri", 1103, check_uri },
	[UUID] = { "uuid", 70, check_uuid },
	[BYTE] = { "byte", 84, check_byte },
	[DATE] = { "date", 71, check_date },
	[DATETIME] = { "datetime", 71, check_datetime },
};

static struct pq_cel_value from_format(const struct pq_cel_named_format *format)
{
	return pq_cel_from_opaque(&pq_cel_kind_format.type, format);
}

#define GETTER(name, index)                                                                        \
	static void get_##name(struct pq_cel_run *run, const struct pq_cel_value *arguments,       \
			       struct pq_cel_value *result)                                        \
	{                                                                                          \
		(void)run;                                                                         \
		(void)arguments;                                                                   \
		*result = from_format(&formats[index]);                                            \
	}

GETTER(dns1123_label, DNS1123_LABEL)
GETTER(dns1123_subdomain, DNS1123_SUBDOMAIN)
GETTER(dns1035_label, DNS1035_LABEL)
GETTER(qualified_name, QUALIFIED_NAME)
GETTER(dns1123_label_prefix, DNS1123_LABEL_PREFIX)
GETTER(dns1123_subdomain_prefix, DNS1123_SUBDOMAIN_PREFIX)
GETTER(dns1035_label_prefix, DNS1035_LABEL_PREFIX)
GETTER(label_value, LABEL_VALUE)
GETTER(uri, URI)
GETTER(uuid, UUID)
GETTER(byte, BYTE)
GETTER(date, DATE)
GETTER(datetime, DATETIME)

static void validate(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		     struct pq_cel_value *result)
{
	const struct pq_cel_named_format *format = arguments[0].opaque;
	struct pq_cel_value problems;
	format->check(run->arena, pq_cel_value_string(&arguments[1]), &problems);
	if (pq_cel_is_error(&problems))
		*result = problems;
	else if (problems.length == 0)
		*result = pq_cel_from_optional(NULL);
	else
		*result = pq_cel_optional_of(run->arena, &problems);
}

static void find_named(struct pq_cel_run *run, const struct pq_cel_value *arguments,
		       struct pq_cel_value *result)
{
	struct pq_string name = pq_cel_value_string(&arguments[0]);
	*result = pq_cel_from_optional(NULL);
	for (size_t i = 0; i < sizeof formats / sizeof *formats; i++) {
		if (!pq_string_is(name, formats[i].name))
			continue;
		struct pq_cel_value format = from_format(&formats[i]);
		*result = pq_cel_optional_of(run->arena, &format);
		return;
	}
}

#define FORMAT &pq_cel_kind_format.type

static const struct pq_cel_type optional_format = OPTIONAL_TYPE(FORMAT);
static const struct pq_cel_type optional_texts = OPTIONAL_TYPE(&pq_cel_list_of_string);

#define NAMED(call_, name_) FUNCTION(call_, "format." name_, "format." name_, FORMAT, 0, NULL)

static const struct pq_cel_overload overloads[] = {
	NAMED(get_dns1123_label, "dns1123Label"),
	NAMED(get_dns1123_subdomain, "dns1123Subdomain"),
	NAMED(get_dns1035_label, "dns1035Label"),
	NAMED(get_qualified_name, "qualifiedName"),
	NAMED(get_dns1123_label_prefix, "dns1123LabelPrefix"),
	NAMED(get_dns1123_subdomain_prefix, "dns1123SubdomainPrefix"),
	NAMED(get_dns1035_label_prefix, "dns1035LabelPrefix"),
	NAMED(get_label_value, "labelValue"),
	NAMED(get_uri, "uri"),
	NAMED(get_uuid, "uuid"),
	NAMED(get_byte, "byte"),
	NAMED(get_date, "date"),
	NAMED(get_datetime, "datetime"),
	COSTLY_METHOD(validate, validate, validate, "validate", "format-validate", &optional_texts,
		      2, FORMAT, &pq_cel_string),
	FUNCTION(find_named, "format.named", "format-named", &optional_format, 1, &pq_cel_string),
};

const struct pq_cel_library pq_cel_library_format = {
	.name = "format",
	.introduced = 31,
	.overloads = overloads,
	.count = sizeof overloads / sizeof *overloads,
};
