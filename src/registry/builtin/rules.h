/*
 * The rules of the API server's own code, one function for each kind that has some. Each judges an
 * object that has been decoded but not defaulted: it reads what is absent as what the server would
 * have put there.
 *
 * Follows pkg/apis/<group>/validation of k8s.io/kubernetes v1.36; the functions name theirs.
 * Private to this folder.
 */
#ifndef PQ_REGISTRY_BUILTIN_RULES_H
#define PQ_REGISTRY_BUILTIN_RULES_H

#include "registry/builtin/checks.h"

/* core: core_*.c */
place_check rules_check_config_map;
place_check rules_check_endpoints;
place_check rules_check_limit_range;
place_check rules_check_namespace, rules_check_namespace_again;
place_check rules_check_persistent_volume;
place_check rules_check_persistent_volume_claim;
place_check rules_check_pod, rules_check_pod_again; /* the latter for updates */
place_check rules_check_pod_template;
place_check rules_check_replication_controller;
place_check rules_check_resource_quota;
place_check rules_check_secret;
place_check rules_check_service;

/* admission_*.c */
place_check rules_check_webhooks;
place_check rules_check_validating_policy;
place_check rules_check_validating_policy_binding;
place_check rules_check_mutating_policy;
place_check rules_check_mutating_policy_binding;

/* apps.c */
place_check rules_check_daemon_set;
place_check rules_check_deployment;
place_check rules_check_replica_set;
place_check rules_check_stateful_set;

/* autoscaling.c */
place_check rules_check_autoscaler_v1;
place_check rules_check_autoscaler_v2;

/* batch_*.c */
place_check rules_check_cron_job, rules_check_cron_job_again;
place_check rules_check_job, rules_check_job_again;

/* networking.c */
place_check rules_check_ingress;
place_check rules_check_ingress_class;
place_check rules_check_network_policy;

/* rbac.c */
place_check rules_check_cluster_role;
place_check rules_check_role;
place_check rules_check_cluster_role_binding;
place_check rules_check_role_binding;

/* storage.c */
place_check rules_check_csi_driver;
place_check rules_check_storage_class;

/* policy.c */
place_check rules_check_disruption_budget;

/* coordination.c */
place_check rules_check_lease;

/* scheduling.c */
place_check rules_check_priority_class;

/* node.c */
place_check rules_check_runtime_class;

#endif
