#include "policy/reload.h"
#include "serving/internal.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

#include <stdio.h>

/* What a load has told. */
struct load_summary {
	struct pq_policy_load_counts counts;
	size_t kept;                   /* files */
	char first[PQ_ERROR_TEXT_MAX]; /* refusal, or "" */
};

static void tell_refused(const struct pq_error *error, void *context)
{
	struct load_summary *summary = context;
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	if (summary->first[0] == '\0')
		memcpy(summary->first, text, sizeof text);
	pq_log(PQ_LOG_ERROR, "a schema document cannot be used",
	       PQ_LOG_TEXT_FIELD("error", pq_string_from(text)));
}

static void tell_kept(const char *path, void *context)
{
	(void)context;
	pq_log(PQ_LOG_WARNING, "a schema file has become bad; its earlier schemas go on serving",
	       PQ_LOG_TEXT_FIELD("file", pq_string_from(path)));
}

static bool fill(struct serving *serving, struct pq_policy_builder *builder,
		 struct load_summary *summary, struct pq_error *error)
{
	const struct pq_option_list *paths = &serving->settings.schemas;
	const struct pq_policy_reload reload = {
		.previous = serving->policy,
		.report = tell_refused,
		.keep = tell_kept,
		.context = summary,
	};
	if (serving->policy == NULL)
		return pq_policy_load(builder, paths->items, paths->count, tell_refused, summary,
				      &summary->counts, error);
	return pq_policy_load_over(builder, paths->items, paths->count, &reload, &summary->counts,
				   &summary->kept, error);
}

static const struct pq_policy *build(struct serving *serving, struct load_summary *summary,
				     struct pq_error *error)
{
	const struct pq_policy *policy = NULL;
	struct pq_policy_builder *builder = pq_policy_builder_new();
	if (builder == NULL) {
		pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
		return NULL;
	}
	if (fill(serving, builder, summary, error)) {
		policy = pq_policy_builder_finish(builder);
		if (policy == NULL)
			pq_error_set(error, PQ_ERROR_MEMORY, "no memory for schemas");
	} else if (error->code != PQ_ERROR_MEMORY) {
		pq_error_add_advice(error, "name files and folders that are there with --schemas");
	}
	pq_policy_builder_free(builder);
	return policy;
}

static void log_remark(const char *text, void *context)
{
	(void)context;
	pq_log(PQ_LOG_WARNING, "a conversion rule does not fit the schemas",
	       PQ_LOG_TEXT_FIELD("reason", pq_string_from(text)));
}

/* Takes the reference. */
static void publish(struct serving *serving, const struct pq_policy *policy,
		    const struct load_summary *summary)
{
	size_t schemas = pq_policy_crd_count(policy) + pq_policy_overlay_count(policy);
	const struct pq_policy *before = serving->policy;
	if (before != NULL)
		serving_look_at_exemptions(serving);
	serving->policy = policy;
	pq_policy_publish(serving->publisher, pq_policy_ref(policy));
	serving_tell_of_exemptions(serving, before);
	pq_policy_unref(before);
	pq_metric_set(PQ_METRIC_POLICY_GENERATION, NULL,
		      (double)pq_policy_generation(serving->publisher));
	pq_metric_set(PQ_METRIC_POLICY_SCHEMAS, NULL, (double)schemas);
	pq_metric_set(PQ_METRIC_POLICY_ERRORS, NULL, (double)summary->counts.refused);
	pq_metric_set(PQ_METRIC_POLICY_KEPT_FILES, NULL, (double)summary->kept);
	pq_metric_set(PQ_METRIC_POLICY_LOADED_SECONDS, NULL,
		      (double)(pq_clock_wall(&pq_clock_system) / PQ_SECOND));
	pq_policy_examine_conversions(policy, log_remark, NULL);
	if (schemas == 0)
		pq_log(PQ_LOG_WARNING, "there are no schemas, so nothing will be judged",
		       PQ_LOG_TEXT_FIELD("do", summary->counts.refused > 0
						       ? PQ_S("mend those that cannot be used")
						       : PQ_S("name CRDs and AdmissionSchemas "
							      "with --schemas")));
}

/* What the readiness check says of a load: its trouble, or that there is nothing to judge by. */
static void write_note(const struct serving *serving, const struct load_summary *summary,
		       char note[PQ_ERROR_TEXT_MAX + 64])
{
	size_t schemas =
		pq_policy_crd_count(serving->policy) + pq_policy_overlay_count(serving->policy);
	note[0] = '\0';
	if (summary->counts.refused > 1)
		snprintf(note, PQ_ERROR_TEXT_MAX + 64, "%s (and %zu more)", summary->first,
			 summary->counts.refused - 1);
	else if (summary->counts.refused == 1)
		memcpy(note, summary->first, sizeof summary->first);
	else if (schemas == 0)
		snprintf(note, PQ_ERROR_TEXT_MAX + 64, "there are none, so nothing is judged");
}

bool serving_load_schemas(struct serving *serving, struct pq_error *error)
{
	struct load_summary summary = { 0 };
	const struct pq_policy *policy = build(serving, &summary, error);
	if (policy == NULL)
		return false;
	publish(serving, policy, &summary);
	write_note(serving, &summary, serving->schemas_note);
	serving->schemas_are_bad = summary.counts.refused > 0;
	return true;
}

void serving_tell_of_schemas(struct serving *serving)
{
	const struct pq_string label = PQ_S("schemas");
	pq_metric_set(PQ_METRIC_RELOAD_FAILED, &label, serving->schemas_are_bad ? 1 : 0);
	pq_server_set_note(serving->server, PQ_SERVER_SCHEMAS, serving->schemas_note);
}

void serving_reload_schemas(struct serving *serving)
{
	int64_t start = pq_clock_monotonic(&pq_clock_system);
	struct load_summary summary = { 0 };
	struct pq_error error;
	char trouble[PQ_ERROR_TEXT_MAX + 64];
	const struct pq_policy *policy = build(serving, &summary, &error);
	if (policy == NULL) {
		pq_error_format(&error, trouble, sizeof trouble);
		serving_report_reload(serving, PQ_SERVER_SCHEMAS, trouble);
		return;
	}
	publish(serving, policy, &summary);
	write_note(serving, &summary, trouble);
	serving_report_reload(serving, PQ_SERVER_SCHEMAS,
			      summary.counts.refused > 0 ? trouble : NULL);
	pq_server_set_note(serving->server, PQ_SERVER_SCHEMAS, trouble);
	int64_t taken = pq_clock_monotonic(&pq_clock_system) - start;
	pq_log(PQ_LOG_INFO, "schemas are reloaded",
	       PQ_LOG_INTEGER_FIELD("generation",
				    (int64_t)pq_policy_generation(serving->publisher)),
	       PQ_LOG_INTEGER_FIELD("customResourceDefinitions",
				    (int64_t)pq_policy_crd_count(policy)),
	       PQ_LOG_INTEGER_FIELD("admissionSchemas", (int64_t)pq_policy_overlay_count(policy)),
	       PQ_LOG_INTEGER_FIELD("conversionRules", (int64_t)pq_policy_conversion_count(policy)),
	       PQ_LOG_INTEGER_FIELD("milliseconds", taken / PQ_MILLISECOND));
}
