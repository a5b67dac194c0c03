#include "serving/internal.h"

#include "base/file.h"
#include "telemetry/log.h"

enum { CLIENT_CA_BYTES_MAX = 1024 * 1024 };

/* Decided at the start: a connection is asked for its certificate when it is made. */
bool serving_asks_clients(const struct serving *serving)
{
	return serving->start_settings.client_ca != NULL;
}

bool serving_read_clients(const struct serving *serving, struct pq_buffer *text,
			  struct pq_trusted_clients *clients, struct pq_error *error)
{
	const char *path = serving->start_settings.client_ca;
	const struct pq_option_list *names = &serving->settings.client_names;
	pq_buffer_init(text, CLIENT_CA_BYTES_MAX);
	if (!pq_file_read(path, text, error)) {
		if (error->code == PQ_ERROR_NOT_FOUND || error->code == PQ_ERROR_IO)
			pq_error_add_advice(error,
					    "put the CAs of those who may call there, or name "
					    "another file with --client-ca");
		return false;
	}
	*clients = (struct pq_trusted_clients){
		.path = path,
		.authorities = pq_buffer_view(text),
		.names = names->items,
		.name_count = names->count,
	};
	return true;
}

static bool take_up(struct serving *serving, struct pq_error *error)
{
	pq_cleanup_buffer struct pq_buffer text = { 0 };
	struct pq_trusted_clients clients;
	return serving_read_clients(serving, &text, &clients, error) &&
	       pq_server_set_clients(serving->server, &clients, error);
}

void serving_reload_clients(struct serving *serving)
{
	struct pq_error error;
	char trouble[PQ_ERROR_TEXT_MAX];
	if (!serving_asks_clients(serving))
		return;
	bool taken = take_up(serving, &error);
	if (taken)
		pq_log(PQ_LOG_INFO, "callers are judged by what the client CAs are now",
		       PQ_LOG_TEXT_FIELD("clientCa",
					 pq_string_from(serving->start_settings.client_ca)));
	else
		pq_error_format(&error, trouble, sizeof trouble);
	serving_report_reload(serving, PQ_SERVER_CLIENTS, taken ? NULL : trouble);
}
