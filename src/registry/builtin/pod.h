/*
 * What pods and the kinds with templates of them share. Private to this folder.
 */
#ifndef PQ_REGISTRY_BUILTIN_POD_H
#define PQ_REGISTRY_BUILTIN_POD_H

#include "registry/builtin/checks.h"

/* A pod's spec while it is judged. */
struct pod {
	const struct place *spec;
	const struct place *volumes; /* of the spec */
	const struct place *claims;  /* of a StatefulSet, or NULL */
	struct pq_map good_volumes;  /* names of those without findings, to their pq_value */
	bool is_pod;                 /* and no template of one */
};

/* core_pod.c: ValidatePodTemplateSpec, ValidatePodSpec. */
void pod_check_template(const struct place *template);
void pod_check_template_metadata(const struct place *template);

/* The same for a StatefulSet's: each claim is a volume, too, and stands for one of its name; host
 * name and subdomain are the set's own. */
void pod_check_template_with_claims(const struct place *template, const struct place *claims);

/* core_volume.c: ValidateVolumes, which fills pod->good_volumes; name is the pod's, or empty. */
void pod_check_volumes(struct pod *pod, struct pq_string name);

/* core_volume_source.c: a source that a volume or a persistent volume may have. */
struct volume_source {
	const char *field;
	const char *called;      /* in paths below it, NULL: as the field */
	const char *forbidden;   /* in the path when it is one too many, NULL: as called */
	const char *required[4]; /* fields that must not be empty */
	place_check *check;      /* what else there is, or NULL */
	bool may_be_second;      /* the server lets it stand beside another */
};
extern const struct volume_source pod_volume_sources[];
extern const struct volume_source pod_persistent_volume_sources[];

/* Checks each source that is set, and that no more than one is; how many there are. */
size_t pod_check_sources(const struct place *volume, const struct volume_source *sources);

/* core_projected.c */
void pod_check_projected(const struct place *projected);
void pod_check_downward_api(const struct place *source);
void pod_check_key_to_path(const struct place *item);
void pod_check_file_mode(const struct place *mode);
void pod_check_field_ref(const struct place *selector, const char *const *fields);
void pod_check_resource_ref(const struct place *selector, bool is_volume);
extern const char *const pod_environment_fields[];

/* core_path.c: paths in a volume. */
void path_check_relative(const struct place *path);
void path_check_relative_of(const struct place *path, const struct place *text);
void path_check_unreserved(const struct place *path);
void path_check_no_backsteps(const struct place *path);
bool path_has_backsteps(struct pq_string path);

/* core_container.c: the lists of containers. */
void pod_check_containers(const struct pod *pod);
void pod_check_init_containers(const struct pod *pod);
void pod_check_ephemeral_containers(const struct pod *pod);

/* Calls check for each container, the first ones of init. */
typedef void pod_container_check(const struct pod *pod, const struct place *container);
void pod_each_container(const struct pod *pod, pod_container_check *check);

/* core_device.c: claims of devices, and what containers take of them. */
void pod_check_resource_claims(const struct pod *pod);
void pod_check_claim_names(const struct pod *pod, const struct place *resources);

/* core_os.c: what a pod may ask for of the system it runs on. */
void pod_check_os(const struct pod *pod);
void pod_check_host_process(const struct pod *pod);
void pod_check_windows_options(const struct place *context);

/* core_environment.c, core_mount.c, core_probe.c */
void pod_check_environment(const struct place *container);
void pod_check_file_volumes(const struct pod *pod, const struct place *container);
void pod_check_mounts(const struct pod *pod, const struct place *container);
void pod_check_probes(const struct pod *pod, const struct place *container);

/* core_resources.c: ValidateContainerResourceRequirements, and parts of it. */
void pod_check_resources(const struct pod *pod, const struct place *resources);
void pod_check_own_resources(const struct pod *pod); /* of the pod as a whole */
void resource_check_name(const struct place *place, struct pq_string name);
void resource_check_container_name(const struct place *place, struct pq_string name);
void resource_check_quota_name(const struct place *place, struct pq_string name);
void resource_check_value(const struct place *place, struct pq_string name);
bool resource_allows_overcommit(struct pq_string name);
bool resource_is_quota(struct pq_string name); /* one that quotas know */

/* core_security.c */
void pod_check_security_context(const struct place *spec);
void pod_check_container_security(const struct place *container, bool host_users);

/* core_scheduling.c */
void pod_check_affinity(const struct place *affinity);
void pod_check_tolerations(const struct place *tolerations);
void pod_check_topology_spread(const struct place *constraints);
void pod_check_node_selector(const struct place *selector);

/* core_claim.c */
void claim_check_spec_sent(const struct place *spec); /* without the defaults of claims */
void claim_check_template(const struct place *template);

/* checks of addresses: core_address.c */
void address_check_ip(const struct place *place);
void address_check_cidr(const struct place *place);
void address_check_endpoint(const struct place *place); /* whether traffic may go there */

#endif
