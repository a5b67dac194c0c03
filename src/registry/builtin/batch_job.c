/* Jobs (pkg/apis/batch/validation). */
#include "registry/builtin/batch.h"
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"
#include "registry/builtin/selector.h"

enum {
	INDEXED_PARALLELISM_MAX = 100000,
	FAILED_INDEXES_MAX = 100000,
	COMPLETIONS_SOFT_MAX = 100000,
	PARALLELISM_OF_MANY_MAX = 10000,
	MANAGER_MAX = 63, /* bytes */
};

static void check_managed_by(const struct place *spec)
{
	const struct place manager = place_field(spec, "managedBy");
	if (!place_is_set(&manager))
		return;
	check_domain_path(&manager);
	if (place_text(&manager).length > MANAGER_MAX)
		refuse_too_long(&manager, MANAGER_MAX);
}

static void refuse_above(const struct place *number, int64_t maximum, const char *when)
{
	if (place_integer(number) > maximum)
		refuse_number(number, place_integer(number), "must be less than or equal to %lld%s",
			      (long long)maximum, when);
}

/* What an Indexed job may say. Parallelism that is absent is 1, and so are completions beside it,
 * though not in a CronJob's template. */
static void check_indexed(const struct place *spec, bool is_job)
{
	static const char many[] =
		" when completions are above 100000 and used with backoff limit per index";
	const struct place completions = place_field(spec, "completions");
	const struct place parallelism = place_field(spec, "parallelism");
	const struct place failed = place_field(spec, "maxFailedIndexes");
	const struct place backoff = place_field(spec, "backoffLimitPerIndex");
	bool has_completions =
		place_is_set(&completions) || (is_job && !place_is_set(&parallelism));
	int64_t count = place_integer_or(&completions, 1);
	if (!has_completions)
		refuse_required(&completions, "when completion mode is Indexed");
	refuse_above(&parallelism, INDEXED_PARALLELISM_MAX, " when completion mode is Indexed");
	if (has_completions && place_is_set(&failed) && place_integer(&failed) > count)
		refuse_number(&failed, place_integer(&failed),
			      "must be less than or equal to completions");
	refuse_above(&failed, FAILED_INDEXES_MAX, "");
	if (!has_completions || count <= COMPLETIONS_SOFT_MAX || !place_is_set(&backoff))
		return;
	if (!place_is_set(&failed))
		refuse_required(&failed, "must be specified when completions is above 100000");
	refuse_above(&parallelism, PARALLELISM_OF_MANY_MAX, many);
	refuse_above(&failed, PARALLELISM_OF_MANY_MAX, many);
}

static void check_completion_mode(const struct place *spec, bool is_job)
{
	static const char *const modes[] = { "NonIndexed", "Indexed", NULL };
	static const char *const indexed_only[] = { "backoffLimitPerIndex", "maxFailedIndexes" };
	const struct place mode = place_field(spec, "completionMode");
	check_optional_enum(&mode, modes);
	if (place_is_text(&mode, "Indexed")) {
		check_indexed(spec, is_job);
		return;
	}
	if (place_is_set(&mode) && !place_is_text(&mode, "NonIndexed"))
		return;
	for (size_t i = 0; i < sizeof indexed_only / sizeof indexed_only[0]; i++) {
		const struct place number = place_field(spec, indexed_only[i]);
		if (place_is_set(&number))
			refuse_number(&number, place_integer(&number),
				      "requires indexed completion mode");
	}
}

static void check_restart_policy(const struct place *spec)
{
	static const char *const policies[] = { "OnFailure", "Never", NULL };
	const struct place template = place_field(spec, "template");
	const struct place pod = place_field(&template, "spec");
	const struct place restart = place_field(&pod, "restartPolicy");
	const struct place failure = place_field(spec, "podFailurePolicy");
	if (place_text(&restart).length == 0 || place_is_text(&restart, "Always"))
		refuse_required(&restart, "valid values: \"OnFailure\", \"Never\"");
	else if (!place_is_one_of(&restart, policies))
		refuse_unsupported(&restart, policies);
	else if (place_is_set(&failure) && !place_is_text(&restart, "Never"))
		refuse_word(&restart, place_text(&restart),
			    "only \"Never\" is supported when podFailurePolicy is specified");
}

/* validateJobSpec */
void batch_check_job_spec(const struct place *spec, bool is_job)
{
	static const char *const numbers[] = { "parallelism",
					       "completions",
					       "activeDeadlineSeconds",
					       "backoffLimit",
					       "ttlSecondsAfterFinished",
					       "backoffLimitPerIndex",
					       "maxFailedIndexes" };
	const struct place failed = place_field(spec, "maxFailedIndexes");
	const struct place backoff = place_field(spec, "backoffLimitPerIndex");
	const struct place template = place_field(spec, "template");
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++)
		check_non_negative_field(spec, numbers[i]);
	if (place_is_set(&failed) && !place_is_set(&backoff))
		refuse_required(&backoff, "when maxFailedIndexes is specified");
	check_managed_by(spec);
	check_completion_mode(spec, is_job);
	batch_check_failure_policy(spec);
	batch_check_success_policy(spec);
	batch_check_replacement_policy(spec);
	pod_check_template(&template);
	check_restart_policy(spec);
}

/* What the server would add to a job's template and selector. */
struct generated {
	const char *key;
	bool is_uid;
};
static const struct generated generated_labels[] = {
	{ "controller-uid", true },
	{ "job-name", false },
	{ "batch.kubernetes.io/controller-uid", true },
	{ "batch.kubernetes.io/job-name", false },
};

/* The uid is not known before the server makes it up. */
static struct pq_string expected_label(const struct generated *label, struct pq_string name)
{
	return label->is_uid ? PQ_S("00000000-0000-4000-8000-000000000000") : name;
}

/* validateGeneratedSelector: what a template says otherwise than the server would. */
static void check_generated_labels(const struct place *labels, struct pq_string name)
{
	for (size_t i = 0; i < sizeof generated_labels / sizeof generated_labels[0]; i++) {
		struct pq_string expected = expected_label(&generated_labels[i], name);
		const struct place label = place_field(labels, generated_labels[i].key);
		struct place told = place_keyed(labels, pq_string_from(generated_labels[i].key));
		told.offset = label.offset;
		if (pq_value_find(labels->value, told.path.name) != NULL &&
		    !pq_string_equal(place_text(&label), expected))
			refuse_shown(&told, check_show_labels(labels), "must be '%.*s'",
				     PQ_STRING_ARGUMENT(expected));
	}
}

/* A label's value that is the name must be one. */
static void check_name_as_label(const struct place *labels, struct pq_string name)
{
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	size_t count = pq_names_check_label_value(name, problems);
	for (size_t i = 0; i < sizeof generated_labels / sizeof generated_labels[0]; i++) {
		for (size_t j = 0; !generated_labels[i].is_uid && j < count; j++)
			refuse_string(labels, name, "%s", problems[j]);
	}
}

/* A selector of a job whose own the server generates may only ask for what is generated. */
static void check_generated_selector(const struct place *selector, struct pq_string name)
{
	struct pq_value labels;
	struct pq_member members[sizeof generated_labels / sizeof generated_labels[0]];
	for (size_t i = 0; i < sizeof members / sizeof members[0]; i++)
		members[i] = (struct pq_member){
			.key = pq_string_from(generated_labels[i].key),
			.value = pq_value_from_string(expected_label(&generated_labels[i], name)),
		};
	if (!place_is_set(selector))
		return;
	if (!pq_value_from_members(selector->findings->arena, members,
				   sizeof members / sizeof members[0], &labels)) {
		place_out_of_memory(selector);
		return;
	}
	const struct place expected = place_of_object(&labels, selector->findings);
	check_label_selector(selector);
	if (selector_is_valid(selector) && !selector_matches(selector, &expected))
		refuse_shown(selector, check_show_selector(selector),
			     "`selector` not auto-generated");
}

static void check_manual_selector(const struct place *spec, const struct place *labels)
{
	const struct place selector = place_field(spec, "selector");
	if (!place_is_set(&selector))
		refuse_required(&selector, "");
	check_label_selector(&selector);
	if (selector_is_valid(&selector) && !selector_matches(&selector, labels))
		selector_refuse_labels(labels);
}

/* A job without labels gets those of its template. */
static void check_inherited_labels(const struct place *job, const struct place *labels,
				   bool is_generated, struct pq_string name)
{
	const struct place metadata = place_field(job, "metadata");
	struct place own = place_field(&metadata, "labels");
	if (place_count(&own) > 0)
		return;
	own.value = labels->value;
	check_labels(&own);
	if (is_generated && place_is_set(labels))
		check_name_as_label(&own, name);
}

/* A job's pods are named by it and their index. */
static void check_pod_names(const struct place *spec, const struct place *name)
{
	const struct place mode = place_field(spec, "completionMode");
	const struct place completions = place_field(spec, "completions");
	const struct place parallelism = place_field(spec, "parallelism");
	const char *problems[PQ_NAME_PROBLEMS_MAX];
	int64_t count = place_integer_or(&completions, place_is_set(&parallelism) ? 0 : 1);
	if (!place_is_text(&mode, "Indexed") || count <= 0)
		return;
	struct pq_string pod =
		pq_arena_format(spec->findings->arena, "%.*s-%lld",
				PQ_STRING_ARGUMENT(place_text(name)), (long long)(count - 1));
	if (pq_names_check_dns1123_label(pod, problems) > 0)
		refuse_string(name, place_text(name),
			      "will not able to create pod with invalid DNS label: %.*s",
			      PQ_STRING_ARGUMENT(pod));
}

/* ValidateJobSpecUpdate's own rules */
void rules_check_job_again(const struct place *job)
{
	const struct place spec = place_field(job, "spec");
	batch_check_job_spec(&spec, true);
}

/* ValidateJob */
void rules_check_job(const struct place *job)
{
	const struct place metadata = place_field(job, "metadata");
	const struct place name = place_field(&metadata, "name");
	const struct place spec = place_field(job, "spec");
	const struct place manual = place_field(&spec, "manualSelector");
	const struct place selector = place_field(&spec, "selector");
	const struct place template = place_field(&spec, "template");
	const struct place template_metadata = place_field(&template, "metadata");
	const struct place labels = place_field(&template_metadata, "labels");
	const struct place told_labels = place_field(&template, "labels");
	check_inherited_labels(job, &labels, !place_flag(&manual), place_text(&name));
	if (!place_flag(&manual)) {
		check_name_as_label(&told_labels, place_text(&name));
		check_generated_labels(&labels, place_text(&name));
		check_generated_selector(&selector, place_text(&name));
	}
	batch_check_job_spec(&spec, true);
	if (place_flag(&manual))
		check_manual_selector(&spec, &labels);
	check_pod_names(&spec, &name);
}
