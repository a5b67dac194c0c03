#include "serving/internal.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

static const struct {
	const char *name;
	const char *message;
} parts[] = {
	[PQ_SERVER_SCHEMAS] = { "schemas", "schemas were reloaded in part or not at all; "
					   "what served before goes on" },
	[PQ_SERVER_CERTIFICATE] = { "certificate", "the certificate cannot be used; the one "
						   "that serves stays" },
	[PQ_SERVER_CLIENTS] = { "clients", "the CAs of callers cannot be used; those before go on "
					   "being trusted" },
	[PQ_SERVER_CONFIGURATION] = { "configuration", "the configuration cannot be used; the "
						       "one before stays in force" },
};

void serving_touch_metrics(void)
{
	for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
		const struct pq_string label = pq_string_from(parts[i].name);
		pq_metric_touch(PQ_METRIC_RELOAD_FAILED, &label);
	}
}

void serving_report_reload(struct serving *serving, enum pq_server_part part, const char *trouble)
{
	const struct pq_string labels[] = {
		pq_string_from(parts[part].name),
		trouble == NULL ? PQ_S("ok") : PQ_S("failed"),
	};
	pq_metric_add(PQ_METRIC_RELOADS, labels, 1);
	pq_metric_set(PQ_METRIC_RELOAD_FAILED, labels, trouble == NULL ? 0 : 1);
	pq_server_set_note(serving->server, part, trouble == NULL ? "" : trouble);
	if (trouble != NULL)
		pq_log(PQ_LOG_ERROR, parts[part].message,
		       PQ_LOG_TEXT_FIELD("error", pq_string_from(trouble)));
}
