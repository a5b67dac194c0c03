/* Workloads (pkg/apis/apps/validation). */
#include "registry/builtin/pod.h"
#include "registry/builtin/rules.h"
#include "registry/builtin/selector.h"

#include "json/write.h"

/* What a template of a workload may not say that a pod may. */
static void check_template_limits(const struct place *template, const char *kind)
{
	static const char *const always[] = { "Always", NULL };
	const struct place spec = place_field(template, "spec");
	const struct place restart = place_field(&spec, "restartPolicy");
	const struct place deadline = place_field(&spec, "activeDeadlineSeconds");
	if (place_text(&restart).length > 0)
		check_enum(&restart, always);
	if (place_is_set(&deadline))
		refuse_forbidden(&deadline,
				 pq_arena_format(template->findings->arena,
						 "activeDeadlineSeconds in %s is not Supported",
						 kind)
					 .data);
}

static void check_labels_found(const struct place *selector, const struct place *template)
{
	const struct place metadata = place_field(template, "metadata");
	const struct place labels = place_field(&metadata, "labels");
	if (!selector_matches(selector, &labels))
		selector_refuse_labels(&labels);
}

static bool is_empty(const struct place *selector)
{
	const struct place labels = place_field(selector, "matchLabels");
	const struct place expressions = place_field(selector, "matchExpressions");
	return place_count(&labels) + place_count(&expressions) == 0;
}

static void check_selector(const struct place *selector, const char *kind)
{
	if (!place_is_set(selector)) {
		refuse_required(selector, "");
		return;
	}
	check_label_selector(selector);
	if (is_empty(selector))
		refuse_shown(selector, check_show_selector(selector),
			     "empty selector is invalid for %s", kind);
}

/* ValidatePodTemplateSpecForReplicaSet, or what is said in its place */
static void check_selected_template(const struct place *spec)
{
	const struct place selector = place_field(spec, "selector");
	const struct place template = place_field(spec, "template");
	if (!selector_is_valid(&selector)) {
		refuse_shown(&selector, check_show_selector(&selector), "invalid label selector");
		return;
	}
	check_labels_found(&selector, &template);
	pod_check_template(&template);
	check_template_limits(&template, "ReplicaSet");
}

/* An int-or-string as the internal types show it; what was not sent is a zero. */
static void write_int_or_string(struct pq_buffer *text, const struct place *owner,
				const char *field)
{
	const struct place place = place_field(owner, field);
	if (place_is_set(&place))
		pq_json_write(text, place.value, PQ_JSON_ESCAPE_HTML);
	else
		pq_buffer_append_byte(text, '0');
}

/* A strategy by the names of Go's fields. */
static struct pq_string show_strategy(const struct place *strategy)
{
	const struct place type = place_field(strategy, "type");
	const struct place rolling = place_field(strategy, "rollingUpdate");
	struct pq_buffer text;
	pq_buffer_init_in(&text, strategy->findings->arena, 0);
	pq_buffer_append_text(&text, "{\"Type\":");
	pq_json_write_string(&text, place_text(&type), PQ_JSON_ESCAPE_HTML);
	if (place_is_set(&rolling)) {
		pq_buffer_append_text(&text, ",\"RollingUpdate\":{\"MaxUnavailable\":");
		write_int_or_string(&text, &rolling, "maxUnavailable");
		pq_buffer_append_text(&text, ",\"MaxSurge\":");
		write_int_or_string(&text, &rolling, "maxSurge");
		pq_buffer_append_text(&text, "}}");
	} else {
		pq_buffer_append_text(&text, ",\"RollingUpdate\":null}");
	}
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

/* ValidateRollingUpdateDeployment; both have a default of 25%. */
static void check_rolling_deployment(const struct place *rolling)
{
	const struct place unavailable = place_field(rolling, "maxUnavailable");
	const struct place surge = place_field(rolling, "maxSurge");
	check_positive_or_percent(&unavailable);
	check_positive_or_percent(&surge);
	if (check_percent_or_number(&unavailable, "25%") == 0 &&
	    check_percent_or_number(&surge, "25%") == 0)
		refuse_value(&unavailable, "may not be 0 when `maxSurge` is 0");
	check_not_above_100_percent(&unavailable);
}

/* ValidateDeploymentStrategy */
static void check_deployment_strategy(const struct place *strategy)
{
	static const char *const types[] = { "Recreate", "RollingUpdate", NULL };
	const struct place type = place_field(strategy, "type");
	const struct place rolling = place_field(strategy, "rollingUpdate");
	if (place_text(&type).length == 0 || place_is_text(&type, "RollingUpdate"))
		check_rolling_deployment(&rolling);
	else if (!place_is_one_of(&type, types))
		refuse_unsupported_json(strategy, show_strategy(strategy), types);
	else if (place_is_set(&rolling))
		refuse_forbidden(&rolling,
				 "may not be specified when strategy `type` is 'Recreate'");
}

/* ValidateDeploymentSpec */
void rules_check_deployment(const struct place *object)
{
	enum { PROGRESS_DEADLINE_DEFAULT = 600 };
	const struct place spec = place_field(object, "spec");
	const struct place selector = place_field(&spec, "selector");
	const struct place strategy = place_field(&spec, "strategy");
	const struct place ready = place_field(&spec, "minReadySeconds");
	const struct place deadline = place_field(&spec, "progressDeadlineSeconds");
	int64_t seconds = place_integer_or(&deadline, PROGRESS_DEADLINE_DEFAULT);
	check_non_negative_field(&spec, "replicas");
	check_selector(&selector, "deployment");
	check_selected_template(&spec);
	check_deployment_strategy(&strategy);
	check_non_negative(&ready);
	check_non_negative_field(&spec, "revisionHistoryLimit");
	check_non_negative(&deadline);
	if (seconds <= place_integer(&ready))
		refuse_number(&deadline, seconds, "must be greater than minReadySeconds");
}

/* ValidateReplicaSetSpec, whose text names the wrong kind */
void rules_check_replica_set(const struct place *object)
{
	const struct place spec = place_field(object, "spec");
	const struct place selector = place_field(&spec, "selector");
	check_non_negative_field(&spec, "replicas");
	check_non_negative_field(&spec, "minReadySeconds");
	check_selector(&selector, "deployment");
	check_selected_template(&spec);
}

/* ValidateRollingUpdateDaemonSet; the defaults are 1 and 0. */
static void check_rolling_daemon_set(const struct place *rolling)
{
	const struct place unavailable = place_field(rolling, "maxUnavailable");
	const struct place surge = place_field(rolling, "maxSurge");
	bool has_unavailable = check_percent_or_number(&unavailable, "1") != 0;
	bool has_surge = check_percent_or_number(&surge, "0") != 0;
	check_positive_or_percent(&unavailable);
	check_positive_or_percent(&surge);
	check_not_above_100_percent(&unavailable);
	check_not_above_100_percent(&surge);
	if (has_unavailable && has_surge)
		refuse_value(&surge, "may not be set when maxUnavailable is non-zero");
	else if (!has_unavailable && !has_surge)
		refuse_required(&unavailable, "cannot be 0 when maxSurge is 0");
}

/* ValidateDaemonSetUpdateStrategy */
static void check_daemon_set_strategy(const struct place *strategy)
{
	static const char *const types[] = { "RollingUpdate", "OnDelete", NULL };
	const struct place type = place_field(strategy, "type");
	const struct place rolling = place_field(strategy, "rollingUpdate");
	if (place_text(&type).length == 0 || place_is_text(&type, "RollingUpdate"))
		check_rolling_daemon_set(&rolling);
	else if (!place_is_one_of(&type, types))
		refuse_unsupported_json(strategy, show_strategy(strategy), types);
}

/* ValidateDaemonSetSpec */
void rules_check_daemon_set(const struct place *object)
{
	const struct place spec = place_field(object, "spec");
	const struct place selector = place_field(&spec, "selector");
	const struct place template = place_field(&spec, "template");
	const struct place strategy = place_field(&spec, "updateStrategy");
	check_label_selector(&selector);
	if (selector_is_valid(&selector))
		check_labels_found(&selector, &template);
	if (place_is_set(&selector) && is_empty(&selector))
		refuse_shown(&selector, check_show_selector(&selector),
			     "empty selector is invalid for daemonset");
	pod_check_template(&template);
	check_template_limits(&template, "DaemonSet");
	check_non_negative_field(&spec, "minReadySeconds");
	check_daemon_set_strategy(&strategy);
	check_non_negative_field(&spec, "revisionHistoryLimit");
}

static struct pq_string show_set_strategy(const struct place *strategy)
{
	const struct place type = place_field(strategy, "type");
	const struct place rolling = place_field(strategy, "rollingUpdate");
	const struct place partition = place_field(&rolling, "partition");
	struct pq_buffer text;
	pq_buffer_init_in(&text, strategy->findings->arena, 0);
	pq_buffer_append_text(&text, "{\"Type\":");
	pq_json_write_string(&text, place_text(&type), PQ_JSON_ESCAPE_HTML);
	pq_buffer_append_text(&text, ",\"RollingUpdate\":");
	if (place_is_set(&rolling))
		pq_buffer_append_format(&text, "{\"Partition\":%lld,\"MaxUnavailable\":null}}",
					(long long)place_integer(&partition));
	else
		pq_buffer_append_text(&text, "null}");
	return pq_buffer_failed(&text) ? PQ_S("") : pq_buffer_view(&text);
}

/* maxUnavailable belongs to a feature that is off by default, and is dropped. */
static void check_set_strategy(const struct place *spec)
{
	const struct place strategy = place_field(spec, "updateStrategy");
	const struct place type = place_field(&strategy, "type");
	const struct place rolling = place_field(&strategy, "rollingUpdate");
	const struct place partition = place_field(&rolling, "partition");
	if (place_text(&type).length == 0 || place_is_text(&type, "RollingUpdate"))
		check_non_negative(&partition);
	else if (!place_is_text(&type, "OnDelete"))
		refuse_shown(&strategy, show_set_strategy(&strategy),
			     "must be 'RollingUpdate' or 'OnDelete'");
	else if (place_is_set(&rolling))
		refuse_shown(&rolling,
			     pq_arena_format(rolling.findings->arena,
					     "{\"Partition\":%lld,\"MaxUnavailable\":null}",
					     (long long)place_integer(&partition)),
			     "only allowed for updateStrategy 'RollingUpdate'");
}

static void check_retention(const struct place *spec)
{
	static const char *const fields[] = { "whenDeleted", "whenScaled" };
	static const char *const policies[] = { "Retain", "Delete", NULL };
	const struct place retention = place_field(spec, "persistentVolumeClaimRetentionPolicy");
	for (size_t i = 0; i < sizeof fields / sizeof fields[0]; i++) {
		const struct place policy = place_field(&retention, fields[i]);
		if (place_text(&policy).length > 0)
			check_enum(&policy, policies);
	}
}

static void check_management(const struct place *spec)
{
	static const char *const policies[] = { "OrderedReady", "Parallel", NULL };
	const struct place policy = place_field(spec, "podManagementPolicy");
	if (place_text(&policy).length > 0 && !place_is_one_of(&policy, policies))
		refuse_word(&policy, place_text(&policy), "must be 'OrderedReady' or 'Parallel'");
}

static void check_claim(const struct place *claim)
{
	const struct place spec = place_field(claim, "spec");
	claim_check_spec_sent(&spec);
}

/* ValidatePodTemplateSpecForStatefulSet, which judges labels and annotations once more */
static void check_set_template(const struct place *spec)
{
	const struct place selector = place_field(spec, "selector");
	const struct place template = place_field(spec, "template");
	const struct place claims = place_field(spec, "volumeClaimTemplates");
	if (!selector_is_valid(&selector)) {
		refuse_only_shown(&selector, check_show_selector(&selector));
		return;
	}
	if (!place_is_set(&selector) || !is_empty(&selector))
		check_labels_found(&selector, &template);
	pod_check_template_with_claims(&template, &claims);
	pod_check_template_metadata(&template);
}

/* ValidateStatefulSetSpec */
void rules_check_stateful_set(const struct place *object)
{
	const struct place spec = place_field(object, "spec");
	const struct place selector = place_field(&spec, "selector");
	const struct place template = place_field(&spec, "template");
	const struct place claims = place_field(&spec, "volumeClaimTemplates");
	const struct place service = place_field(&spec, "serviceName");
	const struct place ordinals = place_field(&spec, "ordinals");
	const struct place start = place_field(&ordinals, "start");
	const struct place told_start = place_called(&ordinals, "ordinals.start");
	check_management(&spec);
	check_set_strategy(&spec);
	check_retention(&spec);
	place_each(&claims, check_claim);
	check_non_negative_field(&spec, "replicas");
	check_non_negative_field(&spec, "minReadySeconds");
	if (place_integer(&start) < 0)
		refuse_number(&told_start, place_integer(&start),
			      "must be greater than or equal to 0");
	if (place_text(&service).length > 0)
		check_name(&service, pq_names_check_dns1123_label);
	check_selector(&selector, "statefulset");
	check_set_template(&spec);
	check_template_limits(&template, "StatefulSet");
}

/* ValidateReplicationControllerSpec: the selector is a map, and that of the template's labels when
 * it is absent. */
void rules_check_replication_controller(const struct place *object)
{
	const struct place spec = place_field(object, "spec");
	const struct place template = place_field(&spec, "template");
	const struct place metadata = place_field(&template, "metadata");
	const struct place labels = place_field(&metadata, "labels");
	const struct place selector = place_field(&spec, "selector");
	check_non_negative_field(&spec, "minReadySeconds");
	if (place_count(&selector) + place_count(&labels) == 0)
		refuse_required(&selector, "");
	check_non_negative_field(&spec, "replicas");
	if (!place_is_set(&template)) {
		refuse_required(&template, "");
		return;
	}
	for (size_t i = 0; i < place_count(&selector); i++) {
		const struct place wanted = place_member(&selector, i);
		const struct pq_value *label = pq_value_find(labels.value, place_key(&selector, i));
		if (label != NULL && label->kind == PQ_STRING &&
		    pq_string_equal(pq_value_string(label), place_text(&wanted)))
			continue;
		selector_refuse_labels(&labels);
		break;
	}
	pod_check_template(&template);
	check_template_limits(&template, "ReplicationController");
}
