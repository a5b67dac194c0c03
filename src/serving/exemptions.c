/* Exemptions are told of loudly: when they come or change, and when they end. */
#include "serving/internal.h"
#include "telemetry/log.h"
#include "telemetry/metrics.h"

static const char expired_message[] =
	"an exemption has expired and does not apply any more; delete it";

static bool is_expired(const struct pq_exemption *exemption, int64_t now)
{
	return exemption->expires <= now;
}

static void tell(const struct pq_exemption *exemption, const char *message)
{
	pq_log(PQ_LOG_WARNING, message, PQ_LOG_TEXT_FIELD("exemption", exemption->name),
	       PQ_LOG_TEXT_FIELD("expires", exemption->expires_text),
	       PQ_LOG_TEXT_FIELD("reason", exemption->reason));
}

void serving_look_at_exemptions(struct serving *serving)
{
	const struct pq_policy *policy = serving->policy;
	int64_t now = pq_clock_wall(&pq_clock_system), last = serving->exemptions_looked_at;
	size_t count = pq_policy_exemption_count(policy), expired = 0;
	for (size_t i = 0; i < count; i++) {
		const struct pq_exemption *exemption = pq_policy_exemption_at(policy, i);
		expired += is_expired(exemption, now);
		if (is_expired(exemption, now) && !is_expired(exemption, last))
			tell(exemption, expired_message);
	}
	serving->exemptions_looked_at = now;
	const struct pq_string states[] = { PQ_S("expired"), PQ_S("in force") };
	pq_metric_set(PQ_METRIC_EXEMPTIONS, &states[0], (double)expired);
	pq_metric_set(PQ_METRIC_EXEMPTIONS, &states[1], (double)(count - expired));
}

static bool is_known(const struct pq_policy *policy, const struct pq_exemption *wanted)
{
	size_t count = policy == NULL ? 0 : pq_policy_exemption_count(policy);
	for (size_t i = 0; i < count; i++) {
		const struct pq_exemption *known = pq_policy_exemption_at(policy, i);
		if (pq_string_equal(known->document, wanted->document))
			return true;
	}
	return false;
}

void serving_tell_of_exemptions(struct serving *serving, const struct pq_policy *before)
{
	int64_t now = pq_clock_wall(&pq_clock_system);
	for (size_t i = 0; i < pq_policy_exemption_count(serving->policy); i++) {
		const struct pq_exemption *exemption = pq_policy_exemption_at(serving->policy, i);
		if (!is_known(before, exemption) && !is_expired(exemption, now))
			tell(exemption, "an exemption is in force: what it covers is allowed from "
					"now on, with warnings");
		else if (!is_known(before, exemption))
			tell(exemption, expired_message);
	}
	serving->exemptions_looked_at = now;
	serving_look_at_exemptions(serving);
}
