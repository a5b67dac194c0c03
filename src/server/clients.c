#include "server/clients.h"

#include "telemetry/log.h"
#include "telemetry/metrics.h"

#define LOG_INTERVAL PQ_MINUTE

static const struct {
	const char *label; /* of the metric */
	const char *message;
} refusals[PQ_CLIENT_REFUSAL_COUNT] = {
	[PQ_CLIENT_WITHOUT_CERTIFICATE] = { "none", "callers must show a client certificate, and "
						    "none was shown" },
	[PQ_CLIENT_UNTRUSTED] = { "untrusted", "the client certificate is not signed by a CA that "
					       "is trusted here" },
	[PQ_CLIENT_EXPIRED] = { "expired", "the client certificate, or its CA, has expired or is "
					   "not valid yet" },
	[PQ_CLIENT_NOT_FOR_CLIENTS] = { "purpose", "the client certificate is not for clients: "
						   "its purposes lack clientAuth" },
	[PQ_CLIENT_OTHER_NAME] = { "name", "the client certificate is for a name that may not "
					   "call here" },
};

void pq_clients_init(struct pq_clients *clients)
{
	*clients = (struct pq_clients){ .trust = NULL };
	pthread_mutex_init(&clients->mutex, NULL);
}

void pq_clients_done(struct pq_clients *clients)
{
	pq_client_trust_unref(clients->trust);
	pthread_mutex_destroy(&clients->mutex);
}

bool pq_clients_set(struct pq_clients *clients, const struct pq_trusted_clients *trusted,
		    struct pq_error *error)
{
	struct pq_client_trust *trust =
		pq_client_trust_new(trusted, pq_clock_wall(&pq_clock_system), error);
	if (trust == NULL)
		return false;
	pq_metric_set(PQ_METRIC_CLIENT_CA_EXPIRY_SECONDS, NULL,
		      (double)(pq_client_trust_expiry(trust) / PQ_SECOND));
	pthread_mutex_lock(&clients->mutex);
	struct pq_client_trust *old = clients->trust;
	clients->trust = trust;
	atomic_fetch_add_explicit(&clients->generation, 1, memory_order_release);
	pthread_mutex_unlock(&clients->mutex);
	pq_client_trust_unref(old);
	return true;
}

bool pq_clients_are_asked(const struct pq_clients *clients)
{
	return atomic_load_explicit(&clients->generation, memory_order_acquire) != 0;
}

/* The CAs are not named: Go's clients keep a certificate of any other CA to themselves, and while
 * CAs are rotated theirs may be of one that has just come. */
void pq_clients_ask(const struct pq_clients *clients, gnutls_session_t session)
{
	if (pq_clients_are_asked(clients))
		gnutls_certificate_server_set_request(session, GNUTLS_CERT_REQUEST);
}

/* The caller gets a reference. */
static struct pq_client_trust *current_trust(struct pq_clients *clients, uint64_t *generation)
{
	pthread_mutex_lock(&clients->mutex);
	struct pq_client_trust *trust = pq_client_trust_ref(clients->trust);
	*generation = atomic_load_explicit(&clients->generation, memory_order_relaxed);
	pthread_mutex_unlock(&clients->mutex);
	return trust;
}

/* Strangers can connect as often as they like. */
static void log_refusal(struct pq_clients *clients, enum pq_client_refusal refusal,
			const char *subject)
{
	int64_t now = pq_clock_monotonic(&pq_clock_system);
	int64_t before = atomic_load_explicit(&clients->logged_at[refusal], memory_order_relaxed);
	if ((before != 0 && now - before < LOG_INTERVAL) ||
	    !atomic_compare_exchange_strong(&clients->logged_at[refusal], &before, now))
		return;
	pq_log(PQ_LOG_WARNING, "a caller is refused; like ones are not logged for a minute",
	       PQ_LOG_TEXT_FIELD("reason", pq_string_from(refusals[refusal].message)),
	       PQ_LOG_TEXT_FIELD("subject", pq_string_from(subject)));
}

static void judge_anew(struct pq_clients *clients, struct pq_connection *connection,
		       gnutls_session_t session, int64_t now)
{
	char subject[PQ_CLIENT_SUBJECT_MAX];
	struct pq_client_trust *trust = current_trust(clients, &connection->client_generation);
	pq_client_trust_judge(trust, session, now, &connection->client, subject);
	pq_client_trust_unref(trust);
	if (connection->client.refusal != PQ_CLIENT_KNOWN)
		log_refusal(clients, connection->client.refusal, subject);
}

const char *pq_clients_judge(struct pq_clients *clients, struct pq_connection *connection,
			     gnutls_session_t session)
{
	uint64_t generation = atomic_load_explicit(&clients->generation, memory_order_acquire);
	if (generation == 0)
		return NULL;
	int64_t now = pq_clock_wall(&pq_clock_system);
	if (connection->client_generation != generation || now >= connection->client.until)
		judge_anew(clients, connection, session, now);
	enum pq_client_refusal refusal = connection->client.refusal;
	if (refusal == PQ_CLIENT_KNOWN)
		return NULL;
	const struct pq_string label = pq_string_from(refusals[refusal].label);
	pq_metric_add(PQ_METRIC_CLIENT_REFUSALS, &label, 1);
	return refusals[refusal].message;
}
