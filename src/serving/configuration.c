#include "serving/internal.h"
#include "telemetry/log.h"

#include <unistd.h>

static void apply_log(const struct pq_settings *settings)
{
	bool is_text = settings->log_format == PQ_LOG_CHOICE_TEXT ||
		       (settings->log_format == PQ_LOG_CHOICE_AUTO && isatty(STDERR_FILENO));
	pq_log_configure((enum pq_log_level)settings->log_level,
			 is_text ? PQ_LOG_TEXT : PQ_LOG_JSON, STDERR_FILENO);
}

void serving_fill_server_settings(const struct pq_settings *settings,
				  struct pq_server_settings *wanted)
{
	*wanted = (struct pq_server_settings){
		.admission = { .enforcement = (enum pq_enforcement)settings->enforcement,
			       .unmatched = (enum pq_unmatched)settings->unmatched,
			       .findings_max = (size_t)settings->findings_limit },
		.body_limit = (size_t)settings->body_limit,
		.arena_limit = (size_t)settings->arena_limit,
		.request_limit = (size_t)settings->request_limit,
		.queue_limit = (size_t)settings->queue_limit,
		.log_allowed = (size_t)settings->log_allowed,
		.bodies_limit = (size_t)settings->bodies_limit,
		.connection_requests_limit = (size_t)settings->connection_requests_limit,
		.handshake_timeout = settings->handshake_timeout,
		.header_timeout = settings->header_timeout,
		.body_timeout = settings->body_timeout,
		.answer_timeout = settings->answer_timeout,
		.idle_timeout = settings->idle_timeout,
	};
}

/* Choices go from strict to lax. */
static void tell_of_enforcement(unsigned before, unsigned after, bool is_start)
{
	static const struct pq_string names[] = { PQ_LITERAL("enforce"), PQ_LITERAL("warn"),
						  PQ_LITERAL("audit") };
	if (is_start && after > before)
		pq_log(PQ_LOG_WARNING,
		       "enforcement is loose: objects that break a schema are allowed",
		       PQ_LOG_TEXT_FIELD("enforcement", names[after]));
	else if (after > before)
		pq_log(PQ_LOG_WARNING,
		       "enforcement is loosened: objects that break a schema are "
		       "allowed from now on",
		       PQ_LOG_TEXT_FIELD("enforcement", names[after]));
	else if (after < before)
		pq_log(PQ_LOG_INFO, "enforcement is tightened",
		       PQ_LOG_TEXT_FIELD("enforcement", names[after]));
}

bool serving_load_settings(struct serving *serving, struct pq_error *error)
{
	if (!pq_settings_load(serving->argc, serving->argv, &serving->start_arena,
			      &serving->start_settings, error))
		return false;
	serving->settings = serving->start_settings;
	apply_log(&serving->settings);
	tell_of_enforcement(PQ_ENFORCEMENT_ENFORCE, serving->settings.enforcement, true);
	return true;
}

/* Named each time, as long as they wait. */
static void tell_what_waits(const struct serving *serving)
{
	for (const struct pq_option *option = pq_settings_table; option->name != NULL; option++) {
		if (option->at_start &&
		    !pq_option_equal(option, &serving->settings, &serving->start_settings))
			pq_log(PQ_LOG_WARNING,
			       "a setting was changed that is read at the start "
			       "only; restart to have it in force",
			       PQ_LOG_TEXT_FIELD("setting", pq_string_from(option->name)));
	}
}

/* Takes what is in the arena over. */
static void put_in_force(struct serving *serving, const struct pq_settings *settings,
			 const struct pq_arena *arena)
{
	int64_t now = pq_clock_monotonic(&pq_clock_system);
	struct pq_server_settings wanted;
	pq_watch_done(&serving->schemas_watch);
	pq_watch_done(&serving->certs_watch);
	tell_of_enforcement(serving->settings.enforcement, settings->enforcement, false);
	pq_arena_done(&serving->arena);
	serving->arena = *arena;
	serving->settings = *settings;
	pq_watch_init(&serving->schemas_watch, serving->settings.schemas.items,
		      serving->settings.schemas.count, now);
	pq_watch_init(&serving->certs_watch, &serving->settings.certs, 1, now);
	apply_log(&serving->settings);
	serving_fill_server_settings(&serving->settings, &wanted);
	pq_server_configure(serving->server, &wanted);
}

/* Whoever has emptied the file, or is about to write it anew, does not mean to do without. */
static bool keeps_schemas(const struct serving *serving, const struct pq_settings *settings,
			  struct pq_error *error)
{
	if (settings->schemas.count > 0 || serving->settings.schemas.count == 0)
		return true;
	return pq_error_set(error, PQ_ERROR_INVALID,
			    "names no schemas, but did before: restart to do without them");
}

void serving_reload_settings(struct serving *serving)
{
	struct pq_arena arena;
	struct pq_settings settings;
	struct pq_error error;
	char trouble[PQ_ERROR_TEXT_MAX];
	pq_arena_init(&arena, 0);
	if (!pq_settings_load(serving->argc, serving->argv, &arena, &settings, &error) ||
	    !keeps_schemas(serving, &settings, &error)) {
		pq_arena_done(&arena);
		pq_error_format(&error, trouble, sizeof trouble);
		serving_report_reload(serving, PQ_SERVER_CONFIGURATION, trouble);
		return;
	}
	put_in_force(serving, &settings, &arena);
	serving_report_reload(serving, PQ_SERVER_CONFIGURATION, NULL);
	tell_what_waits(serving);
}
