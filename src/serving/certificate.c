#include "serving/internal.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

/* Takes the reference. */
static void keep(struct serving *serving, const struct pq_certificate *certificate)
{
	int64_t boot = pq_clock_wall(&pq_clock_system) - pq_clock_monotonic(&pq_clock_system);
	pq_certificate_unref(serving->certificate);
	serving->certificate = certificate;
	serving->certificate_end = certificate->not_after - boot;
	pq_metric_set(PQ_METRIC_CERTIFICATE_EXPIRY_SECONDS, NULL,
		      (double)(certificate->not_after / PQ_SECOND));
}

bool serving_load_certificate(struct serving *serving, struct pq_error *error)
{
	const struct pq_certificate *certificate =
		pq_certificate_load(serving->settings.certs, &pq_clock_system, error);
	if (certificate == NULL)
		return false;
	keep(serving, certificate);
	return true;
}

static bool is_same(const struct pq_certificate *one, const struct pq_certificate *other)
{
	return pq_string_equal(one->chain_pem, other->chain_pem) &&
	       pq_string_equal(one->key_pem, other->key_pem);
}

/* The reference belongs to the caller. NULL when the files' pair cannot serve. */
static const struct pq_certificate *take_up(struct serving *serving, struct pq_error *error)
{
	const struct pq_certificate *certificate =
		pq_certificate_load(serving->settings.certs, &pq_clock_system, error);
	if (certificate == NULL)
		return NULL;
	const struct pq_certificate_pem pem = { .chain = certificate->chain_pem,
						.key = certificate->key_pem };
	if (pq_server_set_certificate(serving->server, &pem, error))
		return certificate;
	pq_certificate_unref(certificate);
	return NULL;
}

bool serving_certificate_is_over(const struct serving *serving)
{
	return pq_clock_monotonic(&pq_clock_system) >= serving->certificate_end;
}

void serving_reload_certificate(struct serving *serving)
{
	struct pq_error error;
	char trouble[PQ_ERROR_TEXT_MAX];
	if (serving_certificate_is_over(serving))
		serving->certificate_end = INT64_MAX;
	const struct pq_certificate *certificate = take_up(serving, &error);
	if (certificate == NULL) {
		pq_error_format(&error, trouble, sizeof trouble);
		serving_report_reload(serving, PQ_SERVER_CERTIFICATE, trouble);
		return;
	}
	if (!is_same(certificate, serving->certificate))
		pq_log(PQ_LOG_INFO, "another certificate serves new connections",
		       PQ_LOG_INTEGER_FIELD("expirySeconds", certificate->not_after / PQ_SECOND));
	keep(serving, certificate);
	serving_report_reload(serving, PQ_SERVER_CERTIFICATE, NULL);
}
