/* CronJobs (pkg/apis/batch/validation). */
#include "registry/builtin/batch.h"
#include "registry/builtin/rules.h"

#include "formats/cron.h"
#include "formats/time_zone.h"

enum { CRON_JOB_NAME_MAX = 52 }; /* bytes; a job's name has 11 more */

/* validateScheduleFormat */
static void check_schedule(const struct place *spec)
{
	const struct place schedule = place_field(spec, "schedule");
	struct pq_string text = place_text(&schedule);
	struct pq_error error;
	if (!check_required(&schedule))
		return;
	if (!pq_cron_check(text, &error))
		refuse_string(&schedule, text, "%s", error.message);
	for (size_t i = 0; i + 1 < text.length; i++) {
		if (text.data[i] == 'T' && text.data[i + 1] == 'Z') {
			refuse_string(&schedule, text,
				      "cannot use TZ or CRON_TZ in schedule, use timeZone field "
				      "instead");
			break;
		}
	}
}

static bool is_local(struct pq_string name)
{
	static const char local[] = "local";
	for (size_t i = 0; i < name.length && i < sizeof local - 1; i++) {
		if ((name.data[i] | 0x20) != local[i])
			return false;
	}
	return name.length == sizeof local - 1;
}

/* validateTimeZone; Go knows a zone of the name Local. */
static void check_time_zone(const struct place *spec)
{
	const struct place zone = place_field(spec, "timeZone");
	struct pq_string text = place_text(&zone);
	if (!place_is_set(&zone))
		return;
	if (text.length == 0) {
		refuse_word(&zone, text, "timeZone must be nil or non-empty string");
		return;
	}
	if (is_local(text))
		refuse_word(&zone, text,
			    "timeZone must be an explicit time zone as defined in "
			    "https://www.iana.org/time-zones");
	if (!pq_time_zone_is_well_formed(text) ||
	    (!pq_string_is(text, "Local") && !pq_time_zone_is_known(text)))
		refuse_word(&zone, text, "unknown time zone %.*s", PQ_STRING_ARGUMENT(text));
}

/* ValidateJobTemplateSpec */
static void check_job_template(const struct place *template)
{
	static const char *const values[] = { "nil", "false", NULL };
	const struct place spec = place_field(template, "spec");
	const struct place selector = place_field(&spec, "selector");
	const struct place manual = place_field(&spec, "manualSelector");
	batch_check_job_spec(&spec, false);
	if (place_is_set(&selector))
		refuse_shown(&selector, check_show_selector(&selector),
			     "`selector` will be auto-generated");
	if (place_flag(&manual))
		refuse_unsupported_json(&manual, PQ_S("true"), values);
}

/* validateCronJobSpec */
void rules_check_cron_job_again(const struct place *job)
{
	static const char *const policies[] = { "Allow", "Forbid", "Replace", NULL };
	const struct place spec = place_field(job, "spec");
	const struct place policy = place_field(&spec, "concurrencyPolicy");
	const struct place template = place_field(&spec, "jobTemplate");
	check_schedule(&spec);
	check_non_negative_field(&spec, "startingDeadlineSeconds");
	check_time_zone(&spec);
	if (place_text(&policy).length > 0)
		check_enum(&policy, policies);
	check_job_template(&template);
	check_non_negative_field(&spec, "successfulJobsHistoryLimit");
	check_non_negative_field(&spec, "failedJobsHistoryLimit");
}

/* ValidateCronJobCreate */
void rules_check_cron_job(const struct place *job)
{
	const struct place metadata = place_field(job, "metadata");
	const struct place name = place_field(&metadata, "name");
	rules_check_cron_job_again(job);
	if (place_text(&name).length > CRON_JOB_NAME_MAX)
		refuse_string(&name, place_text(&name), "must be no more than 52 characters");
}
