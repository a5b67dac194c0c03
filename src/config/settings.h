/* The settings of `pratique serve`, filled from defaults, file, environment and flags, in this
 * order of rising precedence. The table in settings.c is the one place that describes them. */
#ifndef PQ_CONFIG_SETTINGS_H
#define PQ_CONFIG_SETTINGS_H

#include "config/option.h"

enum pq_log_choice {
	PQ_LOG_CHOICE_AUTO, /* text on a terminal, else JSON */
	PQ_LOG_CHOICE_TEXT,
	PQ_LOG_CHOICE_JSON,
};

struct pq_settings {
	const struct pq_option_place *places; /* of what the file of config gives, a row each */
	const char *config;                   /* path of pratique.yaml, or NULL */
	const char *listen;                   /* "ADDR:PORT" */
	const char *health_listen;
	const char *address_file; /* the bound addresses are written here, or NULL */
	struct pq_option_list schemas;
	const char *certs;     /* folder with tls.crt and tls.key */
	const char *client_ca; /* CAs of callers, or NULL: they are not asked */
	struct pq_option_list client_names;
	const char *kubeconfig; /* NULL: no cluster */
	int enforcement;        /* enum pq_enforcement: enforce, warn, audit */
	int unmatched;          /* enum pq_unmatched: allow, warn, deny */
	int log_level;          /* enum pq_log_level */
	int log_format;         /* enum pq_log_choice */
	const char *record;     /* folder, or NULL */
	int64_t record_limit;   /* files */
	int64_t record_bytes_limit;
	int64_t log_allowed; /* one in so many; 0: none */
	int64_t threads;     /* of the webhook's pool; 0: one per processor */
	int64_t body_limit;  /* bytes */
	int64_t arena_limit; /* bytes a request may use */
	int64_t connection_limit;
	int64_t bodies_limit;
	int64_t connection_requests_limit;
	int64_t request_limit;
	int64_t queue_limit;
	int64_t review_threads;    /* 0: one per processor */
	int64_t handshake_timeout; /* these five in nanoseconds */
	int64_t header_timeout;
	int64_t body_timeout;
	int64_t answer_timeout;
	int64_t idle_timeout;
	int64_t findings_limit;
	int64_t drain_delay; /* nanoseconds between SIGTERM and closing the listener */
	int64_t grace;       /* nanoseconds to finish what is in flight */
};

extern const struct pq_option pq_settings_table[];

/* Reads everything for `serve`; settings are untouched on failure. Texts live in the arena. */
PQ_CHECKED bool pq_settings_load(int argc, char *const *argv, struct pq_arena *arena,
				 struct pq_settings *settings, struct pq_error *error);

/* Adds to an error that a setting has led to where the file gives it, if that is where it comes
 * from: "…; certs is set in pratique.yaml:3:8". name is the flag's. */
void pq_settings_add_place(const struct pq_settings *settings, const char *name,
			   struct pq_error *error);

#endif
