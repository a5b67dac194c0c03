/* Probes, and what runs when a container starts and stops. */
#include "registry/builtin/pod.h"

enum { GRACE_PERIOD_DEFAULT = 30 };

static void check_exec(const struct place *action)
{
	check_required_field(action, "command");
}

/* validateHTTPGetAction; the path has a default, and so has the scheme. */
static void check_http_get(const struct place *action)
{
	static const char *const schemes[] = { "HTTP", "HTTPS", NULL };
	const struct place port = place_field(action, "port");
	const struct place scheme = place_field(action, "scheme");
	const struct place headers = place_field(action, "httpHeaders");
	check_port_number_or_name(&port);
	if (place_text(&scheme).length > 0)
		check_enum(&scheme, schemes);
	for (size_t i = 0; i < place_count(&headers); i++) {
		const struct place header = place_item(&headers, i);
		const struct place name = place_field(&header, "name");
		struct place told = headers;
		told.offset = name.offset;
		check_name_shown(&told, place_text(&name), pq_names_check_http_header_name);
	}
}

static void check_port(const struct place *action)
{
	const struct place port = place_field(action, "port");
	check_port_number_or_name(&port);
}

struct handler {
	const char *field;
	place_check *check;
};
static const struct handler probe_handlers[] = {
	{ "exec", check_exec },
	{ "httpGet", check_http_get },
	{ "tcpSocket", check_port },
	{ "grpc", check_port },
	{ 0 },
};
static const struct handler lifecycle_handlers[] = {
	{ "exec", check_exec },
	{ "httpGet", check_http_get },
	{ "tcpSocket", check_port },
	{ "sleep", NULL },
	{ 0 },
};

/* validateSleepAction */
static void check_sleep(const struct pod *pod, const struct place *sleep)
{
	const struct place period = place_field(pod->spec, "terminationGracePeriodSeconds");
	const struct place seconds = place_field(sleep, "seconds");
	int64_t grace = place_integer_or(&period, GRACE_PERIOD_DEFAULT);
	int64_t number = place_integer(&seconds);
	if (number < 0 || number > grace)
		refuse_number(sleep, number,
			      "must be non-negative and less than terminationGracePeriodSeconds "
			      "(%lld)",
			      (long long)grace);
}

/* validateHandler */
static void check_handler(const struct pod *pod, const struct place *place,
			  const struct handler *handlers)
{
	size_t count = 0;
	for (; handlers->field != NULL; handlers++) {
		const struct place action = place_field(place, handlers->field);
		if (!place_is_set(&action))
			continue;
		if (count++ > 0)
			refuse_forbidden(&action, "may not specify more than 1 handler type");
		else if (handlers->check != NULL)
			handlers->check(&action);
		else
			check_sleep(pod, &action);
	}
	if (count == 0)
		refuse_required(place, "must specify a handler type");
}

/* validateProbe; a zero is a default but for the delay. */
static bool check_probe(const struct pod *pod, const struct place *probe)
{
	static const char *const numbers[] = { "initialDelaySeconds", "timeoutSeconds",
					       "periodSeconds", "successThreshold",
					       "failureThreshold" };
	const struct place period = place_field(probe, "terminationGracePeriodSeconds");
	if (!place_is_set(probe))
		return false;
	check_handler(pod, probe, probe_handlers);
	for (size_t i = 0; i < sizeof numbers / sizeof numbers[0]; i++) {
		const struct place number = place_field(probe, numbers[i]);
		check_non_negative(&number);
	}
	if (place_is_set(&period) && place_integer(&period) <= 0)
		refuse_number(&period, place_integer(&period), "must be greater than 0");
	return true;
}

static void check_single_success(const struct pod *pod, const struct place *container,
				 const char *name)
{
	const struct place probe = place_field(container, name);
	const struct place threshold = place_field(&probe, "successThreshold");
	int64_t number = place_integer(&threshold);
	if (check_probe(pod, &probe) && number != 0 && number != 1)
		refuse_number(&threshold, number, "must be 1");
}

static void check_readiness(const struct pod *pod, const struct place *container)
{
	const struct place probe = place_field(container, "readinessProbe");
	const struct place period = place_field(&probe, "terminationGracePeriodSeconds");
	if (check_probe(pod, &probe) && place_is_set(&period))
		refuse_number(&period, place_integer(&period),
			      "must not be set for readinessProbes");
}

void pod_check_probes(const struct pod *pod, const struct place *container)
{
	const struct place lifecycle = place_field(container, "lifecycle");
	const struct place start = place_field(&lifecycle, "postStart");
	const struct place stop = place_field(&lifecycle, "preStop");
	if (place_is_set(&start))
		check_handler(pod, &start, lifecycle_handlers);
	if (place_is_set(&stop))
		check_handler(pod, &stop, lifecycle_handlers);
	check_single_success(pod, container, "livenessProbe");
	check_readiness(pod, container);
	check_single_success(pod, container, "startupProbe");
}
