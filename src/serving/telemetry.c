/* What is told to others: who this is, and the export of spans and metrics. A mistake here must not
 * keep a webhook from serving, so all that it comes to is a line of the log. */
#include "serving/internal.h"
#include "telemetry/log.h"
#include "telemetry/resource.h"

#include <stdlib.h>

static void report(void *context, const struct pq_error *error)
{
	(void)context;
	char text[PQ_ERROR_TEXT_MAX];
	pq_error_format(error, text, sizeof text);
	pq_log(PQ_LOG_WARNING, "a setting of OpenTelemetry cannot be used",
	       PQ_LOG_TEXT_FIELD("error", pq_string_from(text)));
}

void serving_start_telemetry(struct serving *serving)
{
	struct pq_error error;
	struct pq_otlp_settings settings;
	const struct pq_otlp_reading reading = {
		.find = getenv,
		.arena = &serving->start_arena,
		.report = report,
	};
	if (!pq_resource_read(getenv, &error))
		report(NULL, &error);
	pq_otlp_settings_read(&reading, &settings);
	serving->otlp = pq_otlp_start(&settings, &error);
	if (serving->otlp == NULL && error.code != PQ_ERROR_NONE)
		report(NULL, &error);
}
